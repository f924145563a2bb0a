//! The IDs of messages that this service sends: saml-core §1.3.4.

/// The ID of a message that this service sends.
///
/// Made of 160 random bits of the host, so that nobody can guess which request is pending. The
/// crate draws no random number itself.
///
/// ```
/// use vestibule::saml::MessageId;
/// // From the operating system's generator, new for each message.
/// let random = [0xC3; 20];
/// let id = MessageId::from_random(random);
/// assert_eq!(id.as_str(), "_c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3");
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct MessageId(String);

impl MessageId {
    /// An underscore and the octets in hexadecimal: an `xs:ID` may not start with a digit.
    /// See [`MessageId`] for an example.
    #[must_use]
    pub fn from_random(random: [u8; 20]) -> Self {
        let digits = random
            .iter()
            .flat_map(|octet| [octet >> 4, octet & 0xF])
            .filter_map(|digit| char::from_digit(u32::from(digit), 16));
        Self(std::iter::once('_').chain(digits).collect())
    }

    /// The text. See [`MessageId`] for an example.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
