//! The XML that signatures are made over: a strict reader, its tree, and canonical forms.
//!
//! A [`Document`] is namespace-well-formed XML 1.0 in UTF-8 without DOCTYPE; the reader refuses
//! everything else and says where. [`Canonical`] writes the octets of a subtree that a signature
//! was made over. What this crate sends is written here as well, escaped.
//!
//! What this module does not do: it resolves no entity beyond the five predefined ones, opens no
//! external reference, validates no schema, knows no XPath, and never repairs. quick-xml splits
//! the text into tags and text here; every rule of well-formedness is checked by this module,
//! because a lexer lets most of them pass.

mod attribute;
mod canonical;
mod character;
mod declaration;
mod decode;
mod document;
mod element;
mod error;
mod fragment;
mod namespace;
mod read;
mod repeated;
mod tag;
mod write;

pub(crate) use canonical::is_absolute;
pub use canonical::{Canonical, CanonicalError, CanonicalMethod};
pub(crate) use character::is_nc_name;
pub use document::Document;
pub use element::{Attribute, Element, Node};
pub use error::{XmlError, XmlErrorKind};
pub use read::Dialect;
pub(crate) use write::NewElement;
pub use write::UnwritableError;
