//! What the SCIM core refuses, and how a refusal is said on the wire.
//!
//! One error type for the whole module: its kind gives the stable code, the HTTP status, the
//! `scimType` and the message. It never carries an attribute value: names, operators, kinds of
//! JSON value and limits only.

mod answer;
mod code;
mod kind;
mod refusal;
mod scim_type;
mod syntax;
mod wire;

pub use kind::ErrorKind;
pub use refusal::{ERROR_URN, Error};
pub use scim_type::ScimType;
pub use syntax::{Expected, Found, JsonType, Language, ValueForm};
pub use wire::WireFault;
