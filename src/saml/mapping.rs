//! From the names that identity providers give attributes to the few that a product needs.

use serde::{Deserialize, Serialize};

use crate::identity::Personal;

use super::assertion::{Attribute, AttributeValue};
use super::name_id::NameId;
use super::structure::is_xml_space;
use super::subject::is_blank;

/// Which attributes carry the address, the names and the groups.
///
/// Names are compared byte for byte, with `Attribute/@Name` and not with `FriendlyName`; the first
/// name of a list that the assertion has and that holds text wins. `NameFormat` is not looked at,
/// because identity providers set it at will.
///
/// What is taken is whole, without the white space of XML around it: that comes from messages with
/// line breaks in them, and no directory tells an address or a group from the same with a space
/// behind it. Any other character stays, and so what looks alike is not alike.
/// [`Login::attributes`](super::Login::attributes) has every value as it stands in the message.
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
    /// The names of every [`Vendor`], in a fixed order, and some other common ones.
    /// See [`AttributeMapping`] for an example.
    #[must_use]
    pub fn standard() -> Self {
        Self::named(&EMAIL, &FIRST_NAME, &LAST_NAME, &GROUPS)
    }

    /// The names that `vendor` uses by default, or in its guides where people type them.
    ///
    /// Narrower than [`AttributeMapping::standard`]: an attribute that only another vendor uses is
    /// not taken for an address or a group.
    ///
    /// ```
    /// use vestibule::saml::{AttributeMapping, Vendor};
    /// let mapping = AttributeMapping::of(Vendor::OneLogin);
    /// assert_eq!(mapping.email, ["User.email", "email"]);
    /// assert_eq!(mapping.groups, ["memberOf"]);
    /// ```
    #[must_use]
    pub fn of(vendor: Vendor) -> Self {
        match vendor {
            Vendor::Adfs => Self::named(
                &[CLAIM_EMAIL],
                &[CLAIM_GIVEN_NAME],
                &[CLAIM_SURNAME],
                &[CLAIM_GROUP],
            ),
            Vendor::Entra => Self::named(
                &[CLAIM_EMAIL],
                &[CLAIM_GIVEN_NAME],
                &[CLAIM_SURNAME],
                &[CLAIM_GROUPS],
            ),
            Vendor::Google => Self::named(
                &["email"],
                &["firstName", "first_name"],
                &["lastName", "last_name"],
                &["groups"],
            ),
            Vendor::JumpCloud => Self::named(
                &["email"],
                &["firstname", "firstName"],
                &["lastname", "lastName"],
                &["memberOf"],
            ),
            Vendor::Keycloak => Self::named(
                &["email", OID_EMAIL_ADDRESS],
                &["firstName", OID_GIVEN_NAME],
                &["lastName", OID_SURNAME],
                &["member", "groups"],
            ),
            Vendor::Okta => Self::named(&["email"], &["firstName"], &["lastName"], &["groups"]),
            Vendor::OneLogin => Self::named(
                &["User.email", "email"],
                &["User.FirstName", "firstName"],
                &["User.LastName", "lastName"],
                &["memberOf"],
            ),
            Vendor::Ping => Self::named(
                &["email", "mail", "Email"],
                &["firstName", "givenName", "FirstName"],
                &["lastName", "sn", "LastName"],
                &["groups", "memberOf", "Groups"],
            ),
            Vendor::Shibboleth => Self::named(
                &[OID_MAIL],
                &[OID_GIVEN_NAME],
                &[OID_SURNAME],
                &[OID_IS_MEMBER_OF],
            ),
        }
    }

    fn named(email: &[&str], first_name: &[&str], last_name: &[&str], groups: &[&str]) -> Self {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            email: owned(email),
            first_name: owned(first_name),
            last_name: owned(last_name),
            groups: owned(groups),
        }
    }

    pub(super) fn email_of(
        &self,
        attributes: &[Attribute],
        name_id: Option<&NameId>,
    ) -> Option<Personal> {
        let from_name_id = || {
            let address = name_id.filter(|name_id| name_id.is_address())?;
            trimmed(&address.value)
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
        let of_groups = || {
            let attributes = attributes.iter();
            attributes.filter(|attribute| self.groups.contains(&attribute.name))
        };
        let count = of_groups().map(|attribute| attribute.values.len()).sum();
        let mut groups = Vec::with_capacity(count);
        groups.extend(of_groups().flat_map(texts));
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
}

fn texts(attribute: &Attribute) -> impl Iterator<Item = Personal> {
    attribute.values.iter().filter_map(|value| match value {
        AttributeValue::Text(text) => trimmed(text),
        _ => None,
    })
}

fn trimmed(text: &Personal) -> Option<Personal> {
    let whole = text.expose();
    let trimmed = whole.trim_matches(is_xml_space);
    (!is_blank(trimmed)).then(|| match trimmed.len() == whole.len() {
        true => text.clone(),
        false => Personal::new(trimmed),
    })
}

/// A product that acts as an identity provider, by whose names attributes can be read.
///
/// See [`AttributeMapping::of`] for an example.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vendor {
    /// Active Directory Federation Services: the claim types of its claim descriptions.
    Adfs,
    /// Microsoft Entra ID: the claim types of its default claims and of the group claim.
    ///
    /// Of somebody in more than 150 groups it sends none of them but the attribute
    /// `http://schemas.microsoft.com/claims/groups.link`: limit the claim to the groups that are
    /// assigned to the application.
    Entra,
    /// Google Workspace: the names are typed by the administrator, here as its guides have them. It
    /// sends at most 75 groups, those that are chosen for the application.
    Google,
    /// JumpCloud: the names of its user attributes, and its name for groups.
    JumpCloud,
    /// Keycloak: user properties by name, the X.500 mappers, and the group list mapper.
    Keycloak,
    /// Okta: the names are typed by the administrator, here as its guides have them.
    Okta,
    /// OneLogin: the parameters of its test connectors, and those of the custom connector as its
    /// guides have people type them.
    OneLogin,
    /// PingOne by its guides, and PingFederate over an LDAP directory.
    Ping,
    /// Shibboleth: the object identifiers of eduPerson and X.500.
    Shibboleth,
}

impl Vendor {
    /// All of them, in the order of their names.
    ///
    /// ```
    /// use vestibule::saml::{AttributeMapping, Vendor};
    /// let standard = AttributeMapping::standard();
    /// for vendor in Vendor::ALL {
    ///     let preset = AttributeMapping::of(vendor);
    ///     assert!(preset.email.iter().all(|name| standard.email.contains(name)));
    /// }
    /// ```
    pub const ALL: [Self; 9] = [
        Self::Adfs,
        Self::Entra,
        Self::Google,
        Self::JumpCloud,
        Self::Keycloak,
        Self::Okta,
        Self::OneLogin,
        Self::Ping,
        Self::Shibboleth,
    ];
}

const CLAIM_EMAIL: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
const CLAIM_GIVEN_NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname";
const CLAIM_GROUP: &str = "http://schemas.xmlsoap.org/claims/Group";
const CLAIM_GROUPS: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups";
const CLAIM_SURNAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname";
/// `emailAddress` of PKCS #9.
const OID_EMAIL_ADDRESS: &str = "urn:oid:1.2.840.113549.1.9.1";
/// `givenName` of X.520.
const OID_GIVEN_NAME: &str = "urn:oid:2.5.4.42";
/// `isMemberOf` of eduMember.
const OID_IS_MEMBER_OF: &str = "urn:oid:1.3.6.1.4.1.5923.1.5.1.1";
/// `mail` of RFC 4524.
const OID_MAIL: &str = "urn:oid:0.9.2342.19200300.100.1.3";
/// `sn` of X.520.
const OID_SURNAME: &str = "urn:oid:2.5.4.4";

const EMAIL: [&str; 8] = [
    "email",
    CLAIM_EMAIL,
    OID_MAIL,
    "mail",
    "Email",
    "User.email",
    "emailAddress",
    OID_EMAIL_ADDRESS,
];

const FIRST_NAME: [&str; 8] = [
    "firstName",
    CLAIM_GIVEN_NAME,
    OID_GIVEN_NAME,
    "givenName",
    "FirstName",
    "User.FirstName",
    "first_name",
    "firstname",
];

const LAST_NAME: [&str; 9] = [
    "lastName",
    CLAIM_SURNAME,
    OID_SURNAME,
    "sn",
    "surname",
    "LastName",
    "User.LastName",
    "last_name",
    "lastname",
];

const GROUPS: [&str; 8] = [
    "groups",
    CLAIM_GROUPS,
    CLAIM_GROUP,
    OID_IS_MEMBER_OF,
    "memberOf",
    "Group",
    "Groups",
    "member",
];
