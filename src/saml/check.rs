//! The checks that a message must pass.
//!
//! What kind of rule each is says `check_class`; how one that fails explains itself,
//! `check_explanation`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::dsig::{Base64Error, SignatureError};
use crate::error::Shown;
use crate::xml::XmlError;

/// A rule that a message broke, with both sides of the comparison.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum Check {
    /// The assertion is encrypted and this connection has no decryption key.
    #[error("the assertion is encrypted")]
    AssertionEncrypted,
    /// There is no assertion.
    #[error("the response holds no assertion")]
    AssertionMissing,
    /// There is more than one assertion, wherever the others stand.
    #[error("the message holds {found} assertions, expected 1")]
    AssertionSeveral {
        /// How many.
        found: usize,
    },
    /// An attribute of the person is encrypted and this connection has no decryption key.
    #[error("an attribute is encrypted")]
    AttributeEncrypted,
    /// An attribute that the standard requires.
    #[error("attribute `{attribute}` is missing")]
    AttributeMissing {
        /// Its name.
        attribute: &'static str,
    },
    /// An `AudienceRestriction` that does not name this service provider.
    #[error("the assertion is for other audiences")]
    AudienceMismatch {
        /// The entity ID of this service provider.
        expected: Shown,
        /// The audiences, at most the first eight.
        found: Vec<Shown>,
    },
    /// No `AudienceRestriction` at all.
    #[error("the assertion names no audience")]
    AudienceMissing {
        /// The entity ID of this service provider.
        expected: Shown,
    },
    /// No `AuthnStatement` with one of the contexts that the host asked for.
    #[error("the person authenticated in another way than was asked for")]
    AuthnContextMismatch {
        /// The classes that would have passed.
        expected: Vec<Shown>,
        /// The classes and declarations that are there, at most the first eight.
        found: Vec<Shown>,
    },
    /// An `AuthnStatement` that does not say how the person authenticated.
    #[error("an authentication without its context")]
    AuthnContextMissing,
    /// No `AuthnStatement`.
    #[error("the assertion says nothing about an authentication")]
    AuthnStatementMissing,
    /// A `Condition` of a kind that this crate does not know.
    #[error("unknown condition `{found}`")]
    ConditionUnknown {
        /// Its local name.
        found: Shown,
    },
    /// No `Conditions`.
    #[error("the assertion has no conditions")]
    ConditionsMissing,
    /// A bearer confirmation without its data.
    #[error("a bearer confirmation without SubjectConfirmationData")]
    ConfirmationDataMissing,
    /// No bearer confirmation.
    #[error("the subject has no bearer confirmation")]
    ConfirmationMissing {
        /// The methods that are there, at most the first eight.
        found: Vec<Shown>,
    },
    /// An encrypted element that does not decrypt to what belongs there; or, in an unsigned
    /// response, one in CBC mode whose assertion has no signature that verifies. See
    /// [`encryption`](super::encryption) for why nothing more is said.
    #[error("an encrypted element could not be decrypted")]
    DecryptionFailed,
    /// A query parameter whose octets are not DEFLATE data.
    #[error("the message is not compressed with DEFLATE")]
    Deflate,
    /// A `Destination` other than this service's.
    #[error("the message was sent to another destination")]
    DestinationMismatch {
        /// The assertion consumer service URL; the single logout URL for logout messages.
        expected: Shown,
        /// What the message says.
        found: Shown,
    },
    /// A signed message without a `Destination`.
    #[error("the signed message names no destination")]
    DestinationMissing {
        /// The assertion consumer service URL; the single logout URL for logout messages.
        expected: Shown,
    },
    /// An element at a place where the standard has none.
    #[error("element `{found}` is not allowed here")]
    ElementUnexpected {
        /// Its local name.
        found: Shown,
    },
    /// A form value or query parameter that is not base64.
    #[error(transparent)]
    Encoding(Base64Error),
    /// A `SAMLEncoding` parameter that names another encoding than DEFLATE.
    #[error("the query is encoded as `{found}`, expected DEFLATE")]
    EncodingUnsupported {
        /// As written, percent escapes included.
        found: Shown,
    },
    /// The end of a period is past.
    #[error("{period} ended at {end}, it is {now}")]
    Expired {
        /// Whose.
        period: Period,
        /// The end, exclusive.
        end: DateTime<Utc>,
        /// The time that was given.
        now: DateTime<Utc>,
    },
    /// An `ID` with characters that stand in none.
    #[error("`{found}` is no ID")]
    IdMalformed {
        /// As written.
        found: Shown,
    },
    /// Another request is answered than the one that was sent.
    #[error("the answer is to another request")]
    InResponseToMismatch {
        /// The ID of the request.
        expected: Shown,
        /// What the message says.
        found: Shown,
    },
    /// A request was sent and the message names none.
    #[error("the answer names no request")]
    InResponseToMissing {
        /// The ID of the request.
        expected: Shown,
    },
    /// No request was sent and the message names one.
    #[error("an unsolicited response names a request")]
    InResponseToUnexpected {
        /// What the message says.
        found: Shown,
    },
    /// Something that happened after the time that was given.
    #[error("attribute `{attribute}` says {instant}, it is {now}")]
    InstantInFuture {
        /// Its name.
        attribute: &'static str,
        /// When it is said to have happened.
        instant: DateTime<Utc>,
        /// The time that was given.
        now: DateTime<Utc>,
    },
    /// An unsolicited assertion that was made more than [`MAX_UNSOLICITED_SECS`] ago.
    ///
    /// [`MAX_UNSOLICITED_SECS`]: crate::limits::MAX_UNSOLICITED_SECS
    #[error("an unsolicited assertion was made at {instant}, it is {now}")]
    IssuedLongAgo {
        /// `IssueInstant`.
        instant: DateTime<Utc>,
        /// The time that was given.
        now: DateTime<Utc>,
        /// How long such an assertion counts at most.
        limit_secs: u32,
    },
    /// An issuer other than the connection's identity provider.
    #[error("the issuer is another identity provider")]
    IssuerMismatch {
        /// The entity ID of the connection.
        expected: Shown,
        /// What the message says.
        found: Shown,
    },
    /// No issuer on the assertion, or on a signed message.
    #[error("the issuer is missing")]
    IssuerMissing {
        /// The entity ID of the connection.
        expected: Shown,
    },
    /// A logout message came and this service has no single logout URL.
    #[error("this service has no single logout URL")]
    LogoutNotConfigured,
    /// A `NameID` without text, or `xsi:nil`.
    #[error("the name identifier is empty")]
    NameIdEmpty,
    /// The name identifier is encrypted and this connection has no decryption key.
    #[error("the name identifier is encrypted")]
    NameIdEncrypted,
    /// No `NameID`.
    #[error("there is no name identifier")]
    NameIdMissing,
    /// An `xsi:nil` that is no truth value, or on an element that is not empty.
    #[error("a value is marked as nil and is not")]
    NilInvalid,
    /// The start of a period is still to come.
    #[error("{period} starts at {start}, it is {now}")]
    NotYetValid {
        /// Whose.
        period: Period,
        /// The start, inclusive.
        start: DateTime<Utc>,
        /// The time that was given.
        now: DateTime<Utc>,
    },
    /// A query parameter with a percent escape that is none, or that is not UTF-8.
    #[error("parameter `{parameter}` has an escape that cannot be read")]
    ParameterMalformed {
        /// Its name.
        parameter: &'static str,
    },
    /// A query without a message.
    #[error("parameter `{parameter}` is missing")]
    ParameterMissing {
        /// Its name.
        parameter: &'static str,
    },
    /// A query parameter that comes twice.
    #[error("parameter `{parameter}` comes more than once")]
    ParameterRepeated {
        /// Its name.
        parameter: &'static str,
    },
    /// A query parameter that another reader could take for one of the binding's, or a request
    /// and a response in one query.
    #[error("parameter `{found}` is not allowed here")]
    ParameterUnexpected {
        /// Its name as written, percent escapes included.
        found: Shown,
    },
    /// A period that ends before it starts.
    #[error("{period} ends before it starts")]
    PeriodEmpty {
        /// Whose.
        period: Period,
    },
    /// A bearer confirmation for another recipient.
    #[error("the assertion is for another recipient")]
    RecipientMismatch {
        /// The assertion consumer service URL.
        expected: Shown,
        /// What the confirmation says.
        found: Shown,
    },
    /// A bearer confirmation without a recipient.
    #[error("a bearer confirmation without a recipient")]
    RecipientMissing {
        /// The assertion consumer service URL.
        expected: Shown,
    },
    /// The assertion or logout request was used before.
    #[error("the message was used before")]
    Replayed,
    /// The request was sent to another identity provider.
    #[error("the request went to another identity provider")]
    RequestSentElsewhere {
        /// Where it went.
        expected: Shown,
        /// The connection that answered.
        found: Shown,
    },
    /// A `Response` by the HTTP-Redirect binding: saml-profiles §4.1.2 forbids it.
    #[error("a response came by HTTP-Redirect, which is for logout only")]
    ResponseByRedirect,
    /// An answer to an artifact without a response in it.
    #[error("there is no response behind the artifact")]
    ResponseMissing,
    /// Another message than the one that is read here, by its root element.
    #[error("the message is `{found}`, expected a SAML 2.0 {expected}")]
    RootUnexpected {
        /// The local name that would have passed.
        expected: &'static str,
        /// Its local name.
        found: Shown,
    },
    /// A `SessionIndex` without text.
    #[error("a session index is empty")]
    SessionIndexEmpty,
    /// A signature that is absent, or breaks the profile, or does not verify.
    #[error(transparent)]
    Signature(SignatureError),
    /// A message by HTTP-Redirect with an XML signature inside: saml-bindings §3.4.4.1 forbids it.
    #[error("a message by HTTP-Redirect has a signature inside")]
    SignatureInsideRedirect,
    /// No `Status`, or one without a code.
    #[error("the response has no status")]
    StatusMissing,
    /// A status other than success.
    #[error("the identity provider reports a failure")]
    StatusNotSuccess {
        /// The top-level code and the one below it, as written.
        found: Vec<Shown>,
    },
    /// The attribute that names people on this connection does not name one person.
    #[error("attribute `{attribute}` does not name one person")]
    SubjectAttributeUnsound {
        /// Its name, as configured.
        attribute: Shown,
        /// How many values it has; 1 is one without text.
        found: usize,
    },
    /// No `Subject`.
    #[error("the assertion has no subject")]
    SubjectMissing,
    /// Text where only elements may stand.
    #[error("text among elements")]
    TextUnexpected,
    /// An instant that is not an `xs:dateTime` in UTC.
    #[error("attribute `{attribute}` is not an instant in UTC")]
    TimeMalformed {
        /// Its name.
        attribute: &'static str,
        /// As written.
        found: Shown,
    },
    /// A query, or a message once it is inflated, beyond a bound.
    #[error("the message has more than {limit} bytes")]
    TooLarge {
        /// The bound.
        limit: usize,
    },
    /// A version other than 2.0.
    #[error("the version is not 2.0")]
    VersionUnsupported {
        /// As written.
        found: Shown,
    },
    /// Text that is not the XML that is read here.
    #[error(transparent)]
    Xml(XmlError),
}

/// Whose time it is.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// Of `Conditions`.
    Conditions,
    /// Of a `SubjectConfirmationData`.
    Confirmation,
    /// Of a logout request.
    Logout,
    /// Of the session, by `SessionNotOnOrAfter`.
    Session,
}

impl std::fmt::Display for Period {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Conditions => "the assertion's validity",
            Self::Confirmation => "the confirmation's validity",
            Self::Logout => "the logout request's validity",
            Self::Session => "the session",
        })
    }
}
