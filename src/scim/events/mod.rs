//! Security events about resources: [RFC 9967](https://www.rfc-editor.org/rfc/rfc9967).
//!
//! What happened becomes a [`SecurityEvent`], and with an [`Envelope`] the claims of a security
//! event token (RFC 8417). Only attributes that a schema knows and that a client may read are in
//! a payload: nothing that is never returned, such as `password`, not even its name.
//!
//! This module signs nothing, sends nothing, and makes neither ids nor times.

mod claims;
mod completion;
mod event;
mod event_type;
mod payload;
mod subject;

pub use claims::Envelope;
pub use completion::AsyncResponse;
pub use event::{Detail, SecurityEvent};
pub use event_type::EventType;
pub use subject::Subject;
