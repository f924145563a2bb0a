//! The attack suite: every class of `docs/attacks.md`, each builder with a positive control.
//!
//! A test's name begins with the numbers of its classes; `coverage` holds names, codes and the
//! document together.

mod algorithms;
mod binding;
mod canonicalization;
mod carrier;
mod coverage;
mod encoding;
mod keys;
mod mutation;
mod policy;
mod redirect;
mod references;
mod resources;
mod transforms;
mod wrapping;
