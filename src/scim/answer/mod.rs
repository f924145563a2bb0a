//! Answers: from what became of a request to a status, headers and a body.
//!
//! An [`Outcome`] says what happened in SCIM's own words; [`Outcome::answer`] writes it down. The
//! status is decided by the outcome alone, so that it cannot differ from the body.
//!
//! This module sends nothing, and it does not decide what a client may see: bodies are projected
//! before they come here.

mod outcome;
mod write;

pub use outcome::Outcome;
pub use write::Answer;
