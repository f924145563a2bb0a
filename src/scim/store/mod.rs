//! A store kit: what a host's store must do, and the whole protocol on top of it.
//!
//! [`Store`] is the contract of one tenant's store, [`InMemory`] keeps it in memory, [`Service`]
//! serves every request of the protocol from any store, and [`conformance`] holds a host's own
//! store to the contract.
//!
//! What is decided here: `groups` of a user follows from the members of groups and is never
//! stored, and a change of a group is no new version of its members; a resource that is deleted leaves the members of all groups; `members` may name
//! resources that are not there, because identity providers push groups before users; a request
//! that changes nothing writes nothing; every request calls at most one method that writes, so that
//! one that fails leaves nothing half done.
//!
//! This module has no transaction, no lock and no policy: a host wraps [`Service::answer`] in its
//! own transaction, and refuses changes by [`StoreError::Refused`].

pub mod conformance;
mod contract;
mod list;
mod listing;
mod memory;
mod part;
mod serve;
mod stamp;
mod write;

pub use contract::{Deletion, Members, Replacement, Store, StoreError};
pub use listing::{Listing, Page, Window};
pub use memory::InMemory;
pub use serve::{PatchAnswer, Service};
pub use stamp::{touched, version, without_secrets};
