//! The assertion as a value: what an identity provider says of a person.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::identity::Personal;

use super::name_id::NameId;

/// An attribute with its values in the order of the message: saml-core §2.7.3.1.
#[non_exhaustive]
#[derive(Clone, Eq, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// `Name`, compared byte for byte.
    pub name: String,
    /// `NameFormat`, as a URI.
    pub name_format: Option<String>,
    /// `FriendlyName`: for people, never for decisions.
    pub friendly_name: Option<String>,
    /// The values; empty when the attribute has none.
    pub values: Vec<AttributeValue>,
}

/// The name and the number of values: values are personal data.
impl fmt::Debug for Attribute {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Attribute({}: {} values)",
            self.name,
            self.values.len()
        )
    }
}

/// One value of an attribute: saml-core §2.7.3.1.1.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttributeValue {
    /// `xsi:nil="true"`.
    Nil,
    /// A name identifier, as in `eduPersonTargetedID`.
    NameId(Box<NameId>),
    /// Elements of another kind, as the text of all of them.
    Nested(Personal),
    /// Text, whole and unchanged; may be empty.
    Text(Personal),
}

/// How and when the person authenticated: saml-core §2.7.2.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Authentication {
    /// `AuthnInstant`.
    pub instant: DateTime<Utc>,
    /// `SessionIndex`: names the session in a logout.
    pub session_index: Option<Personal>,
    /// `SessionNotOnOrAfter`: when a session made from this sign-in must end.
    pub session_not_on_or_after: Option<DateTime<Utc>>,
    /// `AuthnContextClassRef`: how, as a URI.
    pub context_class: Option<String>,
    /// `AuthnContextDeclRef`: how in detail, as a URI.
    #[serde(default)]
    pub context_declaration: Option<String>,
    /// `AuthenticatingAuthority`: who else took part, behind an identity provider that passes on
    /// what others say, in the order of the message.
    #[serde(default)]
    pub authorities: Vec<String>,
    /// The address in `SubjectLocality`: from where, as the identity provider saw it. It is never
    /// compared: people reach a service and its identity provider by different ways.
    #[serde(default)]
    pub address: Option<Personal>,
}
