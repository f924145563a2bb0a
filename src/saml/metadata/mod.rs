//! Metadata: how the two parties of a connection describe themselves (saml-metadata-2.0).
//!
//! [`IdpMetadata`] reads what an identity provider publishes, so that nobody has to copy an entity
//! ID, a URL and a certificate by hand, and [`MetadataDiff`] says what a later reading changes, the
//! [`Rollover`] of its certificates above all. [`SpMetadata`] writes what this service publishes,
//! signed or not.
//!
//! Nothing is fetched here: the host has the bytes from a file, or from a URL that the
//! administrator entered, and says by [`MetadataTrust`] why it believes them. Other roles than
//! the identity provider's, and their extensions, are passed by.

mod descriptor;
mod diff;
mod duration;
mod error;
mod idp;
mod keys;
mod publisher;
mod rollover;
mod service;
mod validity;

pub use descriptor::{ArtifactResolution, Binding, Endpoint, RequestSigning};
pub use diff::{Change, MetadataDiff};
pub use error::{MetadataError, MetadataErrorKind};
pub use idp::{IdpMetadata, MetadataEntity, MetadataTrust};
pub use publisher::{ContactKind, ContactPerson, Organization};
pub use rollover::{KeyWarning, Rollover};
pub use service::{AssertionSigning, SpMetadata};
