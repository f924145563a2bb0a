//! The rules of RFC 7643 and RFC 7644 that implementations get wrong, one test for each, with what is
//! right beside what is not.

#![cfg(feature = "scim")]

mod filter;
mod patch;
mod protocol;
mod query;
#[path = "../scim_host/mod.rs"]
mod scim_host;
mod value;
mod world;
