//! Domain names, e-mail addresses, and the proof that an organization controls a domain.
//!
//! A [`DomainName`] is a name that an organization may claim, an [`EmailAddress`] an address that
//! may sign in. A [`Challenge`] is the TXT record that proves control of a domain; what a resolver
//! answered ([`TxtLookup`]) becomes an [`Observation`], and a [`Claim`] moves from state to state
//! by observations and time.
//!
//! This module does not resolve names, keep a timer, draw the token's entropy, or know which other
//! organization holds a domain: the host passes each of them in. It does not decide who may claim
//! a domain or what a claim grants; that is [`access`](crate::access).

mod address;
mod challenge;
mod claim;
mod error;
mod label;
mod life;
mod lists;
mod lookup;
mod name;
mod observation;
mod shared;

pub use address::EmailAddress;
pub use challenge::{Challenge, ChallengeToken, ClaimScope, RecordPlacement, RecordPrefix};
pub use claim::{Claim, ClaimPolicy, ClaimState, DomainHolder, PresenceAssurance, TokenStanding};
pub use error::{DomainError, DomainErrorKind, EmailError, EmailErrorKind};
pub use label::RecordLabel;
pub use life::{ClaimChange, ClaimStep};
pub use lists::DomainLists;
pub use lookup::{TxtAnswer, TxtLookup, TxtRecord};
pub use name::{DomainName, MailDomain};
pub use observation::{Assurance, IncompleteLookup, Observation, WrongValueHint};
pub use shared::SHARED_DOMAINS_VERSION;
