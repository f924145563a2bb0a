//! How a check that failed explains itself: its code, whose turn it is, both sides of the
//! comparison, and what to change.

use crate::dsig::Base64Error;
use crate::error::{Blame, Explain, Shown};

use super::check::Check;

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
            Self::AuthnContextMismatch { .. } => "saml-authn-context-mismatch",
            Self::AuthnContextMissing => "saml-authn-context-missing",
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
            Self::IdMalformed { .. } => "saml-id-malformed",
            Self::InResponseToMismatch { .. } => "saml-in-response-to-mismatch",
            Self::InResponseToMissing { .. } => "saml-in-response-to-missing",
            Self::InResponseToUnexpected { .. } => "saml-in-response-to-unexpected",
            Self::InstantInFuture { .. } => "saml-instant-in-future",
            Self::IssuedLongAgo { .. } => "saml-issued-long-ago",
            Self::IssuerMismatch { .. } => "saml-issuer-mismatch",
            Self::IssuerMissing { .. } => "saml-issuer-missing",
            Self::LogoutNotConfigured => "saml-logout-not-configured",
            Self::NameIdEmpty => "saml-name-id-empty",
            Self::NameIdEncrypted => "saml-name-id-encrypted",
            Self::NameIdMissing => "saml-name-id-missing",
            Self::NilInvalid => "saml-nil-invalid",
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
            Self::SignatureInsideRedirect => "saml-signature-inside-redirect",
            Self::StatusMissing => "saml-status-missing",
            Self::StatusNotSuccess { .. } => "saml-status-not-success",
            Self::SubjectAttributeUnsound { .. } => "saml-subject-attribute-unsound",
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
            | Self::AuthnContextMismatch { .. }
            | Self::DecryptionFailed
            | Self::DestinationMismatch { .. }
            | Self::DestinationMissing { .. }
            | Self::InstantInFuture { .. }
            | Self::IssuerMismatch { .. }
            | Self::LogoutNotConfigured
            | Self::NameIdEmpty
            | Self::NameIdEncrypted
            | Self::NameIdMissing
            | Self::NotYetValid { .. }
            | Self::ParameterUnexpected { .. }
            | Self::RecipientMismatch { .. }
            | Self::ResponseByRedirect
            | Self::SubjectAttributeUnsound { .. } => Blame::Configuration,
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
            Self::AssertionSeveral { .. } => {
                "Genuine identity providers send one assertion: unless this one is known to send several, treat the message as an attack."
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
            Self::AuthnContextMismatch { .. } => {
                "Require at the identity provider, for this application and this person, a way to authenticate that is shown here."
            }
            Self::DecryptionFailed => {
                "Check that the identity provider encrypts to this connection's current certificate, with AES-GCM and with RSA-OAEP of one digest in both places, and signs the response or the assertion with an uploaded key."
            }
            Self::DestinationMismatch { .. }
            | Self::DestinationMissing { .. }
            | Self::RecipientMismatch { .. }
            | Self::RecipientMissing { .. } => {
                "Set this service's URL at the identity provider (assertion consumer service, reply or postback for sign-in, single logout for logout) to the one shown here, letter by letter."
            }
            Self::InstantInFuture { .. } => {
                "Set the clocks of the identity provider and of this service by a time server; a small difference can be allowed for in the clock skew."
            }
            Self::IssuedLongAgo { .. } => {
                "Start again; the identity provider should make an assertion for each sign-in and let it expire after minutes."
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
            Self::ParameterRepeated { .. } => {
                "Pass the query on as it was received; when nothing on the way changes it, treat it as an attack."
            }
            Self::ParameterUnexpected { .. } => {
                "Give this service's single logout URL no parameter that is named like those of the binding; when it has none, treat the link as an attack."
            }
            Self::Replayed => {
                "Start again; a reloaded page or the back button sends the same message twice."
            }
            Self::ResponseByRedirect => {
                "Set the binding of this service's assertion consumer service at the identity provider to HTTP-POST."
            }
            Self::ResponseMissing => "Start again; an artifact counts once and for a few minutes.",
            Self::Signature(error) => error.help(),
            Self::SignatureInsideRedirect => {
                "Turn off the XML signature of messages by HTTP-Redirect at the identity provider: the signature of the query takes its place."
            }
            Self::StatusNotSuccess { .. } => {
                "Look at the identity provider's own log for its reason: it refuses a sign-in, for example, when the user is not assigned to the application."
            }
            Self::SubjectAttributeUnsound { .. } => {
                "Send the attribute shown here with one value for every assigned user, or name another one for this connection."
            }
            Self::Xml(error) => error.help(),
            Self::Deflate | Self::Encoding(_) if self.blame() != Blame::Limit => {
                "Pass the value on as it was received, decoded once: a space in place of a plus sign, or a percent sign, comes of decoding a form twice or not at all."
            }
            Self::Encoding(_) | Self::TooLarge { .. } => {
                "If this is a genuine message, send fewer groups or attributes; otherwise treat it as an attack."
            }
            _ => {
                "The message is not what the standard says: report it to the vendor of the identity provider with the code shown here."
            }
        }
    }
}

impl Check {
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
            Self::AuthnContextMismatch { expected, .. } => Some(listed(expected)),
            Self::Expired { now, .. } => Some(format!("an end after {now}")),
            Self::InstantInFuture { now, .. } => Some(format!("an instant not after {now}")),
            Self::IssuedLongAgo { limit_secs, .. } => {
                Some(format!("at most {limit_secs} seconds ago"))
            }
            Self::NotYetValid { now, .. } => Some(format!("a start not after {now}")),
            Self::ParameterMissing { parameter } => Some((*parameter).to_owned()),
            Self::RootUnexpected { expected, .. } => Some((*expected).to_owned()),
            Self::StatusNotSuccess { .. } => Some(super::namespace::SUCCESS.to_owned()),
            Self::SubjectAttributeUnsound { .. } => Some("1 value with text".to_owned()),
            Self::VersionUnsupported { .. } => Some("2.0".to_owned()),
            _ => None,
        }
    }

    /// What the message says instead.
    pub(super) fn found(&self) -> Option<String> {
        match self {
            Self::AudienceMismatch { found, .. }
            | Self::AuthnContextMismatch { found, .. }
            | Self::ConfirmationMissing { found }
            | Self::StatusNotSuccess { found } => Some(listed(found)),
            Self::AssertionSeveral { found } => Some(found.to_string()),
            Self::SubjectAttributeUnsound { found, .. } => Some(match found {
                1 => "1 value without text".to_owned(),
                found => format!("{found} values"),
            }),
            Self::ConditionUnknown { found }
            | Self::DestinationMismatch { found, .. }
            | Self::ElementUnexpected { found }
            | Self::EncodingUnsupported { found }
            | Self::IdMalformed { found }
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
            Self::InstantInFuture { instant, .. } | Self::IssuedLongAgo { instant, .. } => {
                Some(instant.to_string())
            }
            Self::NotYetValid { start, .. } => Some(start.to_string()),
            _ => None,
        }
    }
}

fn listed(values: &[Shown]) -> String {
    let values: Vec<&str> = values.iter().map(Shown::as_str).collect();
    values.join(", ")
}
