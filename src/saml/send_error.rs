//! Why a message of this service was not made.

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::dsig::SigningError;
use crate::error::{Blame, Explain};
use crate::xml::UnwritableError;

/// Why a message of this service was not made. Nothing was sent.
///
/// ```
/// use vestibule::error::Explain;
/// # use vestibule::saml::{AuthnRequest, EndpointUrl, EntityId, MessageId, ServiceProvider, Signing};
/// # let service = ServiceProvider::new(
/// #     EntityId::parse("https://sp.example.com/saml/metadata")?,
/// #     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
/// # );
/// # let idp = EntityId::parse("https://idp.example.org/saml/metadata")?;
/// # let sso_url = EndpointUrl::parse("https://idp.example.org/sso")?;
/// # let id = MessageId::from_random([7; 20]);
/// let now = chrono::DateTime::<chrono::Utc>::MAX_UTC;
/// let request = AuthnRequest::new(&service, idp, sso_url, id, now);
/// let error = request.to_post(Signing::Unsigned, None).unwrap_err();
/// assert_eq!(error.code(), "saml-instant-unwritable");
/// # Ok::<(), vestibule::saml::PartyError>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum SendError {
    /// A time outside the years that messages can name.
    #[error("{instant} is not in the years 0 to 9999")]
    Instant {
        /// As given.
        instant: DateTime<Utc>,
    },
    /// It could not be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// A value that XML cannot hold.
    #[error(transparent)]
    Unwritable(#[from] UnwritableError),
}

impl Explain for SendError {
    fn code(&self) -> &'static str {
        match self {
            Self::Instant { .. } => "saml-instant-unwritable",
            Self::Signing(error) => error.code(),
            Self::Unwritable(error) => error.code(),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::Instant { .. } => Blame::Caller,
            Self::Signing(error) => error.blame(),
            Self::Unwritable(error) => error.blame(),
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Self::Instant { .. } => "Check the clock of this service.",
            Self::Signing(error) => error.help(),
            Self::Unwritable(error) => error.help(),
        }
    }
}
