//! What kind of rule each check is: for counting and for choosing a page, not for deciding.

use serde::{Deserialize, Serialize};

use crate::dsig::{Base64Error, SignatureError, SignatureErrorKind};
use crate::error::{Blame, Explain};

use super::check::Check;

/// What kind of rule a check is, for counting and for choosing a page to show.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckClass {
    /// The audience restriction.
    Audience,
    /// How the person authenticated.
    Authentication,
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
            Self::AuthnContextMismatch { .. } => CheckClass::Authentication,
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
            Self::DecryptionFailed | Self::SignatureInsideRedirect => CheckClass::Signature,
            Self::Signature(error) => signature_class(error),
            Self::StatusMissing | Self::StatusNotSuccess { .. } => CheckClass::Status,
            Self::Expired { .. }
            | Self::InstantInFuture { .. }
            | Self::IssuedLongAgo { .. }
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
