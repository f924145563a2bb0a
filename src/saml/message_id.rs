//! The IDs of messages: saml-core §1.3.4.

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

/// Whether a received text can be an ID: the characters of an `xs:ID` and the plus sign, in any
/// order.
///
/// An `xs:ID` may not start with a digit, a hyphen or a full stop, and genuine ones do: some
/// identity providers write a bare UUID, a random number or base64. No other character is met.
pub(super) fn is_id(text: &str) -> bool {
    let is_part =
        |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | '+');
    !text.is_empty() && text.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_the_characters_of_a_name_in_any_order() {
        for id in [
            "_a",
            "id-7.x",
            "4312518550351640530",
            "1821e832-d825-4aca-8c9b-057f739208f6",
            "1ORZ+LQ7YktMlk7RMJR",
            "é",
        ] {
            assert!(is_id(id), "{id}");
        }
        for text in [
            "",
            " ",
            "a b",
            "a:b",
            "#a",
            "a\"",
            "a)b",
            "a/b",
            "a%20",
            "a\u{200b}",
        ] {
            assert!(!is_id(text), "{text}");
        }
    }
}
