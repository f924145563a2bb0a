//! SAML responses judged through the public API: cases of other implementations, and messages that
//! are made and genuinely signed here, so that each refusal has an accepted twin.
#![cfg(feature = "saml")]

mod allocations;
mod attacks;
mod checks;
mod claims;
mod corpus;
mod hostile;
mod idp;
#[path = "../../examples/conformance/saml.rs"]
mod judge;
mod judgement;
mod limits;
mod properties;
mod redaction;
mod signature_profile;
mod switches;
mod wrapping;
