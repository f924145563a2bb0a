//! Names that identity providers give to people: saml-core §2.2.2, §2.2.3 and §8.3.

use serde::{Deserialize, Serialize};

use crate::identity::Personal;

use super::namespace::{EMAIL_FORMAT, TRANSIENT_FORMAT, UNSPECIFIED_FORMAT};
use super::party::EntityId;

/// A name identifier: saml-core §2.2.2.
///
/// Who it names is said by all of it, see [`NameId::names_same_as`].
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct NameId {
    /// The identifier, byte for byte; never blank.
    pub value: Personal,
    /// Its format, as a URI; absent means unspecified.
    pub format: Option<String>,
    /// The domain that qualifies it, often the identity provider.
    pub name_qualifier: Option<String>,
    /// The service provider that qualifies it.
    pub sp_name_qualifier: Option<String>,
}

impl NameId {
    /// Whether both name the same person to `service`, when `idp` says them.
    ///
    /// Values are compared byte for byte. A name that does not say who qualifies it is qualified
    /// by the two parties of the message (saml-core §8.3.7), so that saying so changes nothing; any
    /// other qualifier is part of the name. Formats differ when both are specified and not the
    /// same: some identity providers leave the format out of a logout request only.
    ///
    /// ```
    /// use vestibule::saml::{EntityId, NameId};
    /// let idp = EntityId::parse("https://idp.example.org")?;
    /// let service = EntityId::parse("https://sp.example.com")?;
    /// let name = |json| serde_json::from_str::<NameId>(json);
    ///
    /// let at_sign_in = name(r#"{"value": "7a2f", "name_qualifier": "https://idp.example.org"}"#)?;
    /// let at_logout = name(r#"{"value": "7a2f"}"#)?;
    /// assert!(at_sign_in.names_same_as(&at_logout, &idp, &service));
    ///
    /// let of_another = name(r#"{"value": "7a2f", "name_qualifier": "https://upstream.example"}"#)?;
    /// assert!(!of_another.names_same_as(&at_logout, &idp, &service));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn names_same_as(&self, other: &Self, idp: &EntityId, service: &EntityId) -> bool {
        self.value == other.value
            && self.qualifiers(idp, service) == other.qualifiers(idp, service)
            && match (self.specified_format(), other.specified_format()) {
                (Some(one), Some(other)) => one == other,
                (None, _) | (_, None) => true,
            }
    }

    /// Whether it says of itself that it is an e-mail address.
    pub(super) fn is_address(&self) -> bool {
        self.format.as_deref() == Some(EMAIL_FORMAT)
    }

    /// What an account is bound to: see [`AssertedIdentity::subject`].
    ///
    /// The value alone, so that accounts stay bound when an administrator changes the format; with
    /// the qualifiers behind it where they are others than the two parties, so that two people of
    /// two upstream identity providers stay two. They are joined by U+001F, which no XML document
    /// can hold: no value passes for a qualified one.
    ///
    /// [`AssertedIdentity::subject`]: crate::identity::AssertedIdentity::subject
    pub(super) fn lasting_subject(&self, idp: &EntityId, service: &EntityId) -> Option<Personal> {
        if self.format.as_deref() == Some(TRANSIENT_FORMAT) {
            return None;
        }
        let qualifiers = self.qualifiers(idp, service);
        if qualifiers == (None, None) {
            return Some(self.value.clone());
        }
        let (idp, service) = (
            qualifiers.0.unwrap_or_default(),
            qualifiers.1.unwrap_or_default(),
        );
        let value = self.value.expose();
        Some(Personal::new(format!(
            "{value}{SEPARATOR}{idp}{SEPARATOR}{service}"
        )))
    }

    /// Those that say more than the message does: others than its two parties.
    fn qualifiers(&self, idp: &EntityId, service: &EntityId) -> (Option<&str>, Option<&str>) {
        (
            foreign(self.name_qualifier.as_deref(), idp),
            foreign(self.sp_name_qualifier.as_deref(), service),
        )
    }

    fn specified_format(&self) -> Option<&str> {
        self.format
            .as_deref()
            .filter(|format| !matches!(*format, "" | UNSPECIFIED_FORMAT))
    }
}

fn foreign<'n>(qualifier: Option<&'n str>, party: &EntityId) -> Option<&'n str> {
    qualifier.filter(|text| !text.is_empty() && *text != party.as_str())
}

/// Unit separator: forbidden in XML, by production `Char`.
const SEPARATOR: char = '\u{1F}';

#[cfg(test)]
mod tests {
    use super::*;

    const IDP: &str = "https://idp.example.org";
    const SP: &str = "https://sp.example.com";
    const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

    fn name(value: &str, format: &str, qualifiers: [&str; 2]) -> NameId {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        NameId {
            value: value.into(),
            format: some(format),
            name_qualifier: some(qualifiers[0]),
            sp_name_qualifier: some(qualifiers[1]),
        }
    }

    fn parties() -> (EntityId, EntityId) {
        (EntityId::parse(IDP).unwrap(), EntityId::parse(SP).unwrap())
    }

    fn are_same(one: &NameId, other: &NameId) -> bool {
        let (idp, service) = parties();
        let verdict = one.names_same_as(other, &idp, &service);
        assert_eq!(verdict, other.names_same_as(one, &idp, &service));
        verdict
    }

    fn subject(name: &NameId) -> Option<String> {
        let (idp, service) = parties();
        let subject = name.lasting_subject(&idp, &service);
        subject.map(|subject| subject.expose().to_owned())
    }

    #[test]
    fn a_name_is_its_value_its_qualifiers_and_its_format() {
        let plain = name("a", PERSISTENT, ["", ""]);
        for same in [
            name("a", PERSISTENT, [IDP, SP]),
            name("a", PERSISTENT, [IDP, ""]),
            name("a", "", ["", SP]),
            name("a", UNSPECIFIED_FORMAT, ["", ""]),
        ] {
            assert!(are_same(&plain, &same), "{same:?}");
        }
        for other in [
            name("A", PERSISTENT, ["", ""]),
            name("a ", PERSISTENT, ["", ""]),
            name("a", PERSISTENT, ["https://upstream.example", ""]),
            name("a", PERSISTENT, ["", "https://affiliation.example"]),
            // Each qualifier in its own place.
            name("a", PERSISTENT, [SP, IDP]),
            name("a", EMAIL_FORMAT, ["", ""]),
        ] {
            assert!(!are_same(&plain, &other), "{other:?}");
        }
    }

    #[test]
    fn a_subject_is_the_value_unless_somebody_else_qualifies_it() {
        for format in ["", UNSPECIFIED_FORMAT, EMAIL_FORMAT, PERSISTENT] {
            for qualifiers in [["", ""], [IDP, SP]] {
                assert_eq!(
                    subject(&name("a", format, qualifiers)).as_deref(),
                    Some("a")
                );
            }
        }
        assert_eq!(subject(&name("a", TRANSIENT_FORMAT, ["", ""])), None);
        let foreign = [
            name("a", PERSISTENT, ["urn:x", ""]),
            name("a", PERSISTENT, ["", "urn:x"]),
            name("a", PERSISTENT, ["urn:x", "urn:y"]),
            name("a", PERSISTENT, ["urn:y", "urn:x"]),
        ];
        let mut subjects: Vec<_> = foreign.iter().map(subject).collect();
        assert_eq!(subjects[0].as_deref(), Some("a\u{1F}urn:x\u{1F}"));
        subjects.dedup();
        assert_eq!(subjects.len(), foreign.len());
    }
}
