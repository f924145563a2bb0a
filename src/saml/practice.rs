//! What is particular to one identity provider's messages: whom they name by what, and what is
//! overlooked in them.

use serde::{Deserialize, Serialize};

use crate::error::Shown;
use crate::identity::Personal;
use crate::xml::Element;

use super::assertion::{Attribute, AttributeValue};
use super::check::Check;
use super::danger::{EmptyDestination, UnaskedInResponseTo};
use super::name_id::NameId;
use super::party::EntityId;
use super::refusal::Findings;
use super::subject::is_blank;

/// What names a person for good: what [`AssertedIdentity::subject`] is read from.
///
/// It is chosen once for a connection; accounts are bound to what it yields.
///
/// ```
/// # use vestibule::{dsig::*, identity::ConnectionId, saml::*};
/// # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp.pem"));
/// # let keys = TrustedKeys::from_certificates(&parse_certificates(pem)?)?;
/// # let entity_id = EntityId::parse("https://idp.example.org/saml/metadata")?;
/// let object_id = "http://schemas.microsoft.com/identity/claims/objectidentifier";
/// let idp = IdentityProvider::new(ConnectionId::new("acme-adfs"), entity_id, keys)
///     .with_subject_source(SubjectSource::Attribute(object_id.to_owned()));
/// # let _ = idp;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`AssertedIdentity::subject`]: crate::identity::AssertedIdentity::subject
#[expect(clippy::exhaustive_enums, reason = "an assertion has nothing else")]
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectSource {
    /// The attribute with this `Name`, which must have exactly one value, a text or a name
    /// identifier. It must be one that nobody can choose or change for themselves.
    ///
    /// The subject of the assertion need not have a name identifier; one that is there is judged
    /// as ever and serves logout alone.
    Attribute(String),
    /// The name identifier of the assertion's subject, which must have one.
    #[default]
    NameId,
}

/// The settings of a connection that change how its responses are judged.
#[derive(Clone, Debug, Default)]
pub(super) struct Practice {
    pub(super) subject_source: SubjectSource,
    pub(super) empty_destination: Option<EmptyDestination>,
    pub(super) unasked_in_response_to: Option<UnaskedInResponseTo>,
}

impl Practice {
    /// Whether a destination that is not the right one passes all the same.
    pub(super) fn overlooks_destination(&self, found: &str) -> bool {
        self.empty_destination.is_some() && found.is_empty()
    }

    pub(super) fn overlooks_in_response_to(&self) -> bool {
        self.unasked_in_response_to.is_some()
    }
}

impl SubjectSource {
    pub(super) fn needs_name_id(&self) -> bool {
        *self == Self::NameId
    }

    /// The lasting identifier; absent when there is none. An attribute that does not name one
    /// person fails.
    pub(super) fn subject(
        &self,
        name_id: Option<&NameId>,
        attributes: &[Attribute],
        parties: (&EntityId, &EntityId),
        assertion: Element<'_>,
        findings: &mut Findings,
    ) -> Option<Personal> {
        let (idp, service) = parties;
        let Self::Attribute(name) = self else {
            return name_id?.lasting_subject(idp, service);
        };
        let values: Vec<&AttributeValue> = attributes
            .iter()
            .filter(|attribute| attribute.name == *name)
            .flat_map(|attribute| &attribute.values)
            .collect();
        let subject = match values.as_slice() {
            [AttributeValue::Text(text)] if !is_blank(text.expose()) => Some(text.clone()),
            [AttributeValue::NameId(name_id)] => name_id.lasting_subject(idp, service),
            _ => None,
        };
        if subject.is_none() {
            let check = Check::SubjectAttributeUnsound {
                attribute: Shown::identifier(name),
                found: values.len(),
            };
            findings.fail(check, assertion);
        }
        subject
    }
}
