//! From the names that identity providers give attributes to the few that a product needs.

use serde::{Deserialize, Serialize};

use crate::identity::Personal;

use super::assertion::{Attribute, AttributeValue, NameId};
use super::namespace::EMAIL_FORMAT;

/// Which attributes carry the address, the names and the groups.
///
/// Names are compared byte for byte, with `Attribute/@Name` and not with `FriendlyName`; the first
/// name of a list that the assertion has and that holds text wins. `NameFormat` is not looked at,
/// because identity providers set it at will.
///
/// ```
/// use vestibule::saml::AttributeMapping;
/// let mut mapping = AttributeMapping::standard();
/// mapping.email.insert(0, "workEmail".to_owned());
/// assert_eq!(mapping.email.first().map(String::as_str), Some("workEmail"));
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct AttributeMapping {
    /// Names of the e-mail address. When none is there, a `NameID` whose format says that it is an
    /// address is taken.
    pub email: Vec<String>,
    /// Names of the given name.
    pub first_name: Vec<String>,
    /// Names of the family name.
    pub last_name: Vec<String>,
    /// Names of the groups; all values of all these attributes are taken.
    pub groups: Vec<String>,
}

impl AttributeMapping {
    /// The names that Okta, Entra, ADFS, Google, JumpCloud, OneLogin, Ping, Keycloak and
    /// Shibboleth use by default or in their guides. See [`AttributeMapping`] for an example.
    #[must_use]
    pub fn standard() -> Self {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            email: owned(&EMAIL),
            first_name: owned(&FIRST_NAME),
            last_name: owned(&LAST_NAME),
            groups: owned(&GROUPS),
        }
    }

    pub(super) fn email_of(&self, attributes: &[Attribute], name_id: &NameId) -> Option<Personal> {
        let from_name_id = || {
            let is_address = name_id.format.as_deref() == Some(EMAIL_FORMAT);
            is_address.then(|| name_id.value.clone())
        };
        first_text(attributes, &self.email).or_else(from_name_id)
    }

    pub(super) fn first_name_of(&self, attributes: &[Attribute]) -> Option<Personal> {
        first_text(attributes, &self.first_name)
    }

    pub(super) fn last_name_of(&self, attributes: &[Attribute]) -> Option<Personal> {
        first_text(attributes, &self.last_name)
    }

    pub(super) fn groups_of(&self, attributes: &[Attribute]) -> Vec<Personal> {
        let mut groups = Vec::new();
        for attribute in attributes {
            if self.groups.contains(&attribute.name) {
                groups.extend(texts(attribute).cloned());
            }
        }
        groups
    }
}

impl Default for AttributeMapping {
    fn default() -> Self {
        Self::standard()
    }
}

fn first_text(attributes: &[Attribute], names: &[String]) -> Option<Personal> {
    names
        .iter()
        .flat_map(|name| attributes.iter().filter(move |one| one.name == *name))
        .find_map(|attribute| texts(attribute).next())
        .cloned()
}

fn texts(attribute: &Attribute) -> impl Iterator<Item = &Personal> {
    attribute.values.iter().filter_map(|value| match value {
        AttributeValue::Text(text) if !text.expose().trim().is_empty() => Some(text),
        _ => None,
    })
}

const EMAIL: [&str; 7] = [
    "email",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "urn:oid:0.9.2342.19200300.100.1.3",
    "mail",
    "Email",
    "User.email",
    "emailAddress",
];

const FIRST_NAME: [&str; 7] = [
    "firstName",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
    "urn:oid:2.5.4.42",
    "givenName",
    "FirstName",
    "User.FirstName",
    "first_name",
];

const LAST_NAME: [&str; 8] = [
    "lastName",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
    "urn:oid:2.5.4.4",
    "sn",
    "surname",
    "LastName",
    "User.LastName",
    "last_name",
];

const GROUPS: [&str; 6] = [
    "groups",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
    "http://schemas.xmlsoap.org/claims/Group",
    "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
    "memberOf",
    "Group",
];
