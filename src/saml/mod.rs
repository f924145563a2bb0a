//! The SAML 2.0 service provider: from the octets of a response to an identity, and from those of
//! a logout message to the sessions that end.
//!
//! Three types stand for three degrees of trust, and none can be made or skipped by a caller:
//!
//! 1. [`ParsedResponse`]: well-formed. Its claimed issuer serves to load the connection.
//! 2. [`VerifiedResponse`]: signed by one of the connection's uploaded keys, over the assertion.
//! 3. [`PendingLogin`]: addressed to this service, in time, for this request. The host answers
//!    whether the assertion was seen before; the answer turns it into a [`Login`].
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp.pem"));
//! # let form_value = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/pysaml2.b64"));
//! # let request_id = "_req9afaf3852646a15c33e5b737c1f8b937";
//! # let now = "2026-06-06T07:40:25Z".parse()?;
//! use vestibule::dsig::{AlgorithmLevel, TrustedKeys, parse_certificates};
//! use vestibule::identity::ConnectionId;
//! use vestibule::saml::*;
//!
//! // Once per connection, from what the administrator entered and uploaded.
//! let idp = IdentityProvider::new(
//!     ConnectionId::new("acme-okta"),
//!     EntityId::parse("https://idp.example.org/saml/metadata")?,
//!     TrustedKeys::from_certificates(&parse_certificates(pem)?)?,
//! )
//! .with_algorithm_level(AlgorithmLevel::Modern);
//! let service = ServiceProvider::new(
//!     EntityId::parse("https://sp.example.com/saml/metadata")?,
//!     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
//! );
//!
//! // Per sign-in: the request that this browser was sent away with, and the form that came back.
//! let request = SentRequest::new(request_id, idp.entity_id().clone())?;
//! let parsed = ParsedResponse::from_post(form_value)?;
//! assert_eq!(parsed.claimed_issuer(), Some(idp.entity_id().as_str()));
//! let verified = parsed.verify(&idp)?;
//! assert_eq!(verified.signatures().len(), 1);
//! let expected = Expectations::new(&service, Solicitation::Solicited(&request));
//! let pending = verified.accept(&expected, now)?;
//!
//! // The host looks the question up in its store and records it.
//! assert!(pending.question().keep_until > now);
//! let login = pending.confirm(ReplayAnswer::FirstSeen)?;
//! assert_eq!(login.identity.connection, *idp.connection());
//! assert!(login.identity.email.is_some());
//! // For a logout, beside the session: whom it is of, and what its identity provider calls it.
//! assert!(login.name_id.is_some());
//! assert_eq!(login.session_indexes().count(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! A response may also come as a [`ParsedSimpleSignResponse`], signed beside the message, or behind an
//! [`Artifact`] and then a [`ParsedArtifactResponse`].
//!
//! Single logout has the same three degrees of trust. A message by HTTP-POST starts as a
//! [`ParsedLogoutRequest`] or [`ParsedLogoutResponse`], one by HTTP-Redirect as a
//! [`RedirectQuery`]; unsigned ones are refused. A [`VerifiedLogoutRequest`] becomes a
//! [`PendingLogout`] and then a [`Logout`]; a [`VerifiedLogoutResponse`] becomes an
//! [`AcceptedLogoutResponse`].
//!
//! Assertions, name identifiers and attributes may be encrypted for a connection that has a key: see
//! [`encryption`].
//!
//! Some identity providers deviate from the standard. What can be overlooked is off by default and
//! in [`danger`]; a [`SubjectSource`] names people by an attribute where there is no name
//! identifier.
//!
//! [`metadata`] reads what an identity provider publishes about itself, for the settings of a
//! connection, and writes what this service publishes. [`verdicts`] tells an administrator which
//! classes of checks a response passed, failed or never reached.
//!
//! What this service sends is an [`AuthnRequest`], a [`LogoutRequest`], a [`LogoutResponse`] or an
//! [`ArtifactResolve`]. Each becomes a [`PostForm`], a [`RedirectUrl`] or the text of a SOAP
//! envelope, signed by the host's [`Signer`](crate::dsig::Signer); its [`MessageId`] is made of
//! the host's random octets.
//!
//! What this module does not do: it sends nothing, keeps no list of requests or of seen
//! assertions, reads no clock, and decides nothing about membership
//! (see [`access`](crate::access)).

mod accept;
mod artifact;
mod artifact_resolve;
mod artifact_response;
mod assertion;
mod check;
mod check_class;
mod check_explanation;
mod check_setting;
mod conditions;
pub mod danger;
mod deflate;
pub mod encryption;
mod envelope;
mod extension;
mod local_path;
mod login;
mod logout;
mod logout_request;
mod logout_response;
mod logout_send;
mod mapping;
mod message;
mod message_id;
pub mod metadata;
mod name_id;
mod namespace;
mod outgoing;
mod parsed;
mod party;
mod post_form;
mod practice;
mod query;
mod redirect;
mod redirect_url;
mod refusal;
mod relay_state;
mod request;
mod request_parts;
mod send_error;
mod sent_request;
mod simple_sign;
mod statements;
mod step;
mod structure;
mod subject;
mod terms;
mod time;
mod verified;

pub use accept::{Expectations, Solicitation};
pub use artifact::{Artifact, ArtifactError};
pub use artifact_resolve::ArtifactResolve;
pub use artifact_response::ParsedArtifactResponse;
pub use assertion::{Attribute, AttributeValue, Authentication};
pub use check::{Check, Period};
pub use check_class::CheckClass;
pub use check_setting::{Party, Setting};
pub use extension::{Extension, ExtensionError};
pub use local_path::{LocalPath, LocalPathError};
pub use login::{Login, Part, PendingLogin, ReplayAnswer, ReplayQuestion, SignedPart};
pub use logout::{Logout, PendingLogout};
pub use logout_request::{ParsedLogoutRequest, VerifiedLogoutRequest};
pub use logout_response::{
    AcceptedLogoutResponse, LogoutOutcome, ParsedLogoutResponse, VerifiedLogoutResponse,
};
pub use logout_send::{LogoutRequest, LogoutResponse, LogoutStatus};
pub use mapping::{AttributeMapping, Vendor};
pub use message::LogoutMessage;
pub use message_id::MessageId;
pub use name_id::NameId;
pub use outgoing::Signing;
pub use parsed::ParsedResponse;
pub use party::{EndpointUrl, EntityId, IdentityProvider, PartyError, ServiceProvider};
pub use post_form::{PostForm, Submission};
pub use practice::SubjectSource;
pub use redirect::RedirectQuery;
pub use redirect_url::RedirectUrl;
pub use refusal::{FailedCheck, Refusal};
pub use relay_state::{RelayState, RelayStateError};
pub use request::AuthnRequest;
pub use request_parts::{
    AnswerBinding, AuthnContextComparison, NameIdFormat, NameIdPolicy, RequestedAuthnContext,
    RequestedConditions, Scoping,
};
pub use send_error::SendError;
pub use sent_request::{SentRequest, SentRequestError};
pub use simple_sign::{ParsedSimpleSignResponse, SimpleSignForm};
pub use step::{ClassVerdict, Step, Verdict, verdicts};
pub use time::ClockSkew;
pub use verified::VerifiedResponse;
