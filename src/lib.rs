//! Enterprise sign-in and provisioning, without I/O.
//!
//! A company buys a multi-tenant product. Its administrator claims an e-mail domain by DNS, uploads
//! the identity provider's certificate, turns on single sign-on, and lets the identity provider
//! push users and groups. `vestibule` is that entrance hall: it checks the badge
//! ([`saml`]), keeps the guest list ([`scim`]), knows which company owns which e-mail domain
//! ([`domain`]), and decides who may come in, what they get and who must leave ([`access`]).
//!
//! It opens no socket or file, reads no clock and draws no random number. What it needs is an
//! argument; what must happen is a returned value.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `saml` | yes | [`saml`], with [`xml`] and [`dsig`] under it |
//! | `scim` | yes | [`scim`] |
//! | `encryption` | no | a ready key for encrypted assertions, see [`saml::encryption`]; needs a C compiler |
//!
//! [`domain`], [`identity`] and [`access`] are always there. A feature adds modules; it never
//! changes what another module does.
//!
//! # Floors
//!
//! A floor imports only lower floors; a test holds it to that.
//!
//! | floor | modules |
//! |---|---|
//! | 4 | [`access`] |
//! | 3 | [`saml`] |
//! | 2 | [`dsig`] |
//! | 1 | [`xml`], [`domain`], [`scim`] |
//! | 0 | [`identity`], [`error`], [`limits`] |

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// Input never panics. These lints stand here and not in Cargo.toml because they are for the
// library alone: a test may index and unwrap.
#![cfg_attr(
    not(test),
    warn(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

pub mod access;
pub mod domain;
#[cfg(feature = "saml")]
pub mod dsig;
pub mod error;
pub mod identity;
pub mod limits;
#[cfg(feature = "saml")]
pub mod saml;
#[cfg(feature = "scim")]
pub mod scim;
#[cfg(feature = "saml")]
pub mod xml;

/// The README's examples compile, or the tests fail.
#[cfg(all(doctest, feature = "saml", feature = "scim"))]
#[doc = include_str!("../README.md")]
pub struct Readme;
