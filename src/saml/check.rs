//! The checks that a message must pass, and how one that fails explains itself.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::dsig::{Base64Error, SignatureError, SignatureErrorKind};
use crate::error::{Blame, Explain, Shown};
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
    /// No `Status`, or one without a code.
    #[error("the response has no status")]
    StatusMissing,
    /// A status other than success.
    #[error("the identity provider reports a failure")]
    StatusNotSuccess {
        /// The top-level code and the one below it, as written.
        found: Vec<Shown>,
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

/// What kind of rule a check is, for counting and for choosing a page to show.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckClass {
    /// The audience restriction.
    Audience,
    /// The uploaded certificates.
    Certificate,
    /// The destination.
    Destination,
    /// Base64 and character encoding.
    Encoding,
    /// The request that is answered.
    InResponseTo,
    /// The issuer.
    Issuer,
    /// None of the others.
    Other,
    /// The recipient of the confirmation.
    Recipient,
    /// Use of one message twice.
    Replay,
    /// The signature, its profile and its value; and a failed decryption, which may be one.
    Signature,
    /// The status.
    Status,
    /// Well-formedness, and the elements and attributes of the standard.
    Structure,
    /// Validity periods.
    Time,
    /// A bound on hostile input.
    TooLarge,
    /// An algorithm that is unknown or below the connection's level.
    WeakAlgorithm,
    /// A signature that is not on what it would be taken for.
    Wrapping,
}

impl Check {
    /// What kind of rule it is. See [`Refusal`](super::Refusal) for an example.
    #[must_use]
    pub fn class(&self) -> CheckClass {
        match self {
            Self::AudienceMismatch { .. }
            | Self::AudienceMissing { .. }
            | Self::ConditionsMissing => CheckClass::Audience,
            Self::DestinationMismatch { .. }
            | Self::DestinationMissing { .. }
            | Self::LogoutNotConfigured => CheckClass::Destination,
            Self::Encoding(Base64Error::TooLong { .. }) | Self::TooLarge { .. } => {
                CheckClass::TooLarge
            }
            Self::Deflate
            | Self::Encoding(_)
            | Self::EncodingUnsupported { .. }
            | Self::ParameterMalformed { .. } => CheckClass::Encoding,
            Self::InResponseToMismatch { .. }
            | Self::InResponseToMissing { .. }
            | Self::InResponseToUnexpected { .. }
            | Self::RequestSentElsewhere { .. } => CheckClass::InResponseTo,
            Self::IssuerMismatch { .. } | Self::IssuerMissing { .. } => CheckClass::Issuer,
            Self::RecipientMismatch { .. } | Self::RecipientMissing { .. } => CheckClass::Recipient,
            Self::Replayed => CheckClass::Replay,
            Self::DecryptionFailed => CheckClass::Signature,
            Self::Signature(error) => signature_class(error),
            Self::StatusMissing | Self::StatusNotSuccess { .. } => CheckClass::Status,
            Self::Expired { .. }
            | Self::NotYetValid { .. }
            | Self::PeriodEmpty { .. }
            | Self::TimeMalformed { .. } => CheckClass::Time,
            Self::Xml(error) if error.blame() == Blame::Limit => CheckClass::TooLarge,
            Self::Xml(error) if matches!(error.code(), "xml-not-utf8" | "xml-encoding") => {
                CheckClass::Encoding
            }
            Self::AssertionEncrypted | Self::AttributeEncrypted | Self::NameIdEncrypted => {
                CheckClass::Other
            }
            _ => CheckClass::Structure,
        }
    }

    /// What would have passed, where that is one value.
    pub(super) fn expected(&self) -> Option<String> {
        match self {
            Self::AudienceMismatch { expected, .. }
            | Self::AudienceMissing { expected }
            | Self::DestinationMismatch { expected, .. }
            | Self::DestinationMissing { expected }
            | Self::InResponseToMismatch { expected, .. }
            | Self::InResponseToMissing { expected }
            | Self::IssuerMismatch { expected, .. }
            | Self::IssuerMissing { expected }
            | Self::RecipientMismatch { expected, .. }
            | Self::RecipientMissing { expected }
            | Self::RequestSentElsewhere { expected, .. } => Some(expected.to_string()),
            Self::Expired { now, .. } => Some(format!("an end after {now}")),
            Self::NotYetValid { now, .. } => Some(format!("a start not after {now}")),
            Self::ParameterMissing { parameter } => Some((*parameter).to_owned()),
            Self::RootUnexpected { expected, .. } => Some((*expected).to_owned()),
            Self::StatusNotSuccess { .. } => Some(super::namespace::SUCCESS.to_owned()),
            Self::VersionUnsupported { .. } => Some("2.0".to_owned()),
            _ => None,
        }
    }

    /// What the message says instead.
    pub(super) fn found(&self) -> Option<String> {
        match self {
            Self::AudienceMismatch { found, .. }
            | Self::ConfirmationMissing { found }
            | Self::StatusNotSuccess { found } => {
                let found: Vec<&str> = found.iter().map(Shown::as_str).collect();
                Some(found.join(", "))
            }
            Self::AssertionSeveral { found } => Some(found.to_string()),
            Self::ConditionUnknown { found }
            | Self::DestinationMismatch { found, .. }
            | Self::ElementUnexpected { found }
            | Self::EncodingUnsupported { found }
            | Self::InResponseToMismatch { found, .. }
            | Self::InResponseToUnexpected { found }
            | Self::IssuerMismatch { found, .. }
            | Self::ParameterUnexpected { found }
            | Self::RecipientMismatch { found, .. }
            | Self::RequestSentElsewhere { found, .. }
            | Self::RootUnexpected { found, .. }
            | Self::TimeMalformed { found, .. }
            | Self::VersionUnsupported { found } => Some(found.to_string()),
            Self::Expired { end, .. } => Some(end.to_string()),
            Self::NotYetValid { start, .. } => Some(start.to_string()),
            _ => None,
        }
    }
}

fn signature_class(error: &SignatureError) -> CheckClass {
    use SignatureErrorKind as Kind;
    match error.kind() {
        Kind::Algorithm(_) => CheckClass::WeakAlgorithm,
        Kind::Verification(error) if error.algorithm().is_some() => CheckClass::WeakAlgorithm,
        Kind::Octets(_) => CheckClass::Structure,
        Kind::Canonical(error) if error.blame() == Blame::Limit => CheckClass::TooLarge,
        Kind::IdDuplicate | Kind::Misplaced | Kind::ReferenceMismatch { .. } | Kind::Several => {
            CheckClass::Wrapping
        }
        _ => CheckClass::Signature,
    }
}

impl Explain for Check {
    fn code(&self) -> &'static str {
        match self {
            Self::AssertionEncrypted => "saml-assertion-encrypted",
            Self::AssertionMissing => "saml-assertion-missing",
            Self::AssertionSeveral { .. } => "saml-assertion-several",
            Self::AttributeEncrypted => "saml-attribute-encrypted",
            Self::AttributeMissing { .. } => "saml-attribute-missing",
            Self::AudienceMismatch { .. } => "saml-audience-mismatch",
            Self::AudienceMissing { .. } => "saml-audience-missing",
            Self::AuthnStatementMissing => "saml-authn-statement-missing",
            Self::ConditionUnknown { .. } => "saml-condition-unknown",
            Self::ConditionsMissing => "saml-conditions-missing",
            Self::ConfirmationDataMissing => "saml-confirmation-data-missing",
            Self::ConfirmationMissing { .. } => "saml-confirmation-missing",
            Self::DecryptionFailed => "saml-decryption-failed",
            Self::Deflate => "saml-deflate",
            Self::DestinationMismatch { .. } => "saml-destination-mismatch",
            Self::DestinationMissing { .. } => "saml-destination-missing",
            Self::ElementUnexpected { .. } => "saml-element-unexpected",
            Self::Encoding(Base64Error::TooLong { .. }) | Self::TooLarge { .. } => "saml-too-large",
            Self::Encoding(_) => "saml-encoding",
            Self::EncodingUnsupported { .. } => "saml-encoding-unsupported",
            Self::Expired { .. } => "saml-expired",
            Self::InResponseToMismatch { .. } => "saml-in-response-to-mismatch",
            Self::InResponseToMissing { .. } => "saml-in-response-to-missing",
            Self::InResponseToUnexpected { .. } => "saml-in-response-to-unexpected",
            Self::IssuerMismatch { .. } => "saml-issuer-mismatch",
            Self::IssuerMissing { .. } => "saml-issuer-missing",
            Self::LogoutNotConfigured => "saml-logout-not-configured",
            Self::NameIdEmpty => "saml-name-id-empty",
            Self::NameIdEncrypted => "saml-name-id-encrypted",
            Self::NameIdMissing => "saml-name-id-missing",
            Self::NotYetValid { .. } => "saml-not-yet-valid",
            Self::ParameterMalformed { .. } => "saml-parameter-malformed",
            Self::ParameterMissing { .. } => "saml-parameter-missing",
            Self::ParameterRepeated { .. } => "saml-parameter-repeated",
            Self::ParameterUnexpected { .. } => "saml-parameter-unexpected",
            Self::PeriodEmpty { .. } => "saml-period-empty",
            Self::RecipientMismatch { .. } => "saml-recipient-mismatch",
            Self::RecipientMissing { .. } => "saml-recipient-missing",
            Self::Replayed => "saml-replayed",
            Self::RequestSentElsewhere { .. } => "saml-request-sent-elsewhere",
            Self::ResponseByRedirect => "saml-response-by-redirect",
            Self::ResponseMissing => "saml-response-missing",
            Self::RootUnexpected { .. } => "saml-root-unexpected",
            Self::SessionIndexEmpty => "saml-session-index-empty",
            Self::Signature(error) => error.code(),
            Self::StatusMissing => "saml-status-missing",
            Self::StatusNotSuccess { .. } => "saml-status-not-success",
            Self::SubjectMissing => "saml-subject-missing",
            Self::TextUnexpected => "saml-text-unexpected",
            Self::TimeMalformed { .. } => "saml-time-malformed",
            Self::VersionUnsupported { .. } => "saml-version-unsupported",
            Self::Xml(error) => error.code(),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::Signature(error) => error.blame(),
            Self::Xml(error) => error.blame(),
            Self::Encoding(Base64Error::TooLong { .. }) | Self::TooLarge { .. } => Blame::Limit,
            Self::AssertionEncrypted
            | Self::AttributeEncrypted
            | Self::AudienceMismatch { .. }
            | Self::AudienceMissing { .. }
            | Self::DecryptionFailed
            | Self::DestinationMismatch { .. }
            | Self::DestinationMissing { .. }
            | Self::IssuerMismatch { .. }
            | Self::LogoutNotConfigured
            | Self::NameIdEncrypted
            | Self::NameIdMissing
            | Self::RecipientMismatch { .. }
            | Self::ResponseByRedirect => Blame::Configuration,
            _ => Blame::Peer,
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Self::AssertionEncrypted | Self::AttributeEncrypted | Self::NameIdEncrypted => {
                "Turn off encryption at the identity provider, or give this connection a decryption key."
            }
            Self::AssertionMissing | Self::AuthnStatementMissing | Self::SubjectMissing => {
                "Check at the identity provider that this application uses the SAML 2.0 Web Browser SSO profile."
            }
            Self::AudienceMismatch { found, .. }
                if found
                    .iter()
                    .any(|audience| audience.as_str().contains(['"', '\''])) =>
            {
                "The audience at the identity provider has quotation marks around it: remove them."
            }
            Self::AudienceMismatch { .. }
            | Self::AudienceMissing { .. }
            | Self::ConditionsMissing => {
                "Set the audience (SP entity ID) at the identity provider to the entity ID of this service, letter by letter."
            }
            Self::DecryptionFailed => {
                "Check that the identity provider encrypts to this connection's current certificate, with RSA-OAEP and AES-GCM, and signs the response or the assertion with an uploaded key."
            }
            Self::DestinationMismatch { .. }
            | Self::DestinationMissing { .. }
            | Self::RecipientMismatch { .. }
            | Self::RecipientMissing { .. } => {
                "Set this service's URL at the identity provider (assertion consumer service, reply or postback for sign-in, single logout for logout) to the one shown here, letter by letter."
            }
            Self::Expired { .. } | Self::NotYetValid { .. } => {
                "Start again; when it happens again, compare the clocks of the identity provider and of this service."
            }
            Self::InResponseToMismatch { .. }
            | Self::InResponseToMissing { .. }
            | Self::RequestSentElsewhere { .. } => {
                "Start again from this service; an old tab or a second attempt mixes up requests."
            }
            Self::InResponseToUnexpected { .. } => {
                "Start the sign-in from this service; if the identity provider sends InResponseTo on its own sign-ins, report it to its vendor."
            }
            Self::IssuerMismatch { .. } | Self::IssuerMissing { .. } => {
                "Set the issuer of this connection to the entity ID that the identity provider shows, letter by letter."
            }
            Self::LogoutNotConfigured => {
                "Set this service's single logout URL, or turn off single logout at the identity provider."
            }
            Self::NameIdMissing | Self::NameIdEmpty => {
                "Set the name identifier at the identity provider to an attribute that every assigned user has."
            }
            Self::Replayed => {
                "Start again; a reloaded page or the back button sends the same message twice."
            }
            Self::ResponseByRedirect => {
                "Set the binding of this service's assertion consumer service at the identity provider to HTTP-POST."
            }
            Self::ResponseMissing => "Start again; an artifact counts once and for a few minutes.",
            Self::Signature(error) => error.help(),
            Self::StatusNotSuccess { .. } => {
                "Look at the identity provider's own log for its reason: it refuses a sign-in, for example, when the user is not assigned to the application."
            }
            Self::Xml(error) => error.help(),
            Self::Encoding(Base64Error::TooLong { .. }) | Self::TooLarge { .. } => {
                "If this is a genuine message, send fewer groups or attributes; otherwise treat it as an attack."
            }
            _ => {
                "The message is not what the standard says: report it to the vendor of the identity provider with the code shown here."
            }
        }
    }
}
