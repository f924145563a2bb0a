//! Typed views of a resource: [`User`], [`Group`] and [`EnterpriseUser`].
//!
//! A view borrows the [`Resource`](super::Resource) and copies nothing, so what it does not name is
//! not lost. [`UserEdit`] and [`GroupEdit`] write to the same resource in place. What is absent is
//! `None`: an absent `active` is never `false`.
//!
//! A view is for the host. Edits do not ask who may write what, see [`Patch`](super::Patch) for a
//! client's writes.

mod edit;
mod element;
mod group;
mod user;

pub use edit::{GroupEdit, UserEdit};
pub use element::{Address, Element, Reference};
pub use group::Group;
pub use user::{EnterpriseUser, Name, User};
