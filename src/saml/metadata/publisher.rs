//! Who stands behind this service, as its metadata says it: saml-metadata §2.3.2.1 and §2.3.2.2.
//!
//! Nothing here is verified or needed; identity providers show it to their administrators.

use crate::saml::party::EndpointUrl;
use crate::xml::NewElement;

/// The organization that runs this service, in one language.
///
/// ```
/// use vestibule::saml::EndpointUrl;
/// use vestibule::saml::metadata::Organization;
///
/// let organization = Organization {
///     language: "en".to_owned(),
///     name: "Example Ltd".to_owned(),
///     display_name: "Example".to_owned(),
///     url: EndpointUrl::parse("https://example.com/")?,
/// };
/// # let _ = organization;
/// # Ok::<(), vestibule::saml::PartyError>(())
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Organization {
    /// A language tag, such as `en` or `de-AT`: of all three values.
    pub language: String,
    /// Its name in law.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    /// Where people read more.
    pub url: EndpointUrl,
}

impl Organization {
    pub(super) fn element(&self) -> NewElement {
        let saying = |name, text: &str| {
            NewElement::new(name)
                .with("xml:lang", self.language.as_str())
                .saying(text)
        };
        NewElement::new("md:Organization")
            .holding(saying("md:OrganizationName", &self.name))
            .holding(saying("md:OrganizationDisplayName", &self.display_name))
            .holding(saying("md:OrganizationURL", self.url.as_str()))
    }
}

/// Somebody to turn to; published, so best a role and not a person.
///
/// ```
/// use vestibule::saml::metadata::{ContactKind, ContactPerson};
/// let contact = ContactPerson {
///     given_name: Some("Sign-in team".to_owned()),
///     email: Some("sign-in@example.com".to_owned()),
///     ..ContactPerson::new(ContactKind::Technical)
/// };
/// assert_eq!(contact.company, None);
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ContactPerson {
    /// What for.
    pub kind: ContactKind,
    /// Of which company.
    pub company: Option<String>,
    /// The given name, or that of a team.
    pub given_name: Option<String>,
    /// The family name.
    pub surname: Option<String>,
    /// An address, without `mailto:`.
    pub email: Option<String>,
}

/// What a contact is for. See [`ContactPerson`] for an example.
#[expect(clippy::exhaustive_enums, reason = "the standard has these five")]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ContactKind {
    /// Contracts and accounts.
    Administrative,
    /// Invoices.
    Billing,
    /// None of the others.
    Other,
    /// Questions of users.
    Support,
    /// Certificates and failures.
    Technical,
}

impl ContactKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Administrative => "administrative",
            Self::Billing => "billing",
            Self::Other => "other",
            Self::Support => "support",
            Self::Technical => "technical",
        }
    }
}

impl ContactPerson {
    /// A contact of whom nothing is said yet. See [`ContactPerson`] for an example.
    #[must_use]
    pub const fn new(kind: ContactKind) -> Self {
        Self {
            kind,
            company: None,
            given_name: None,
            surname: None,
            email: None,
        }
    }

    pub(super) fn element(&self) -> NewElement {
        let email = self.email.as_ref().map(|email| format!("mailto:{email}"));
        let parts = [
            ("md:Company", self.company.as_deref()),
            ("md:GivenName", self.given_name.as_deref()),
            ("md:SurName", self.surname.as_deref()),
            ("md:EmailAddress", email.as_deref()),
        ];
        let said = parts
            .into_iter()
            .filter_map(|(name, text)| Some(NewElement::new(name).saying(text?)));
        NewElement::new("md:ContactPerson")
            .with("contactType", self.kind.name())
            .holding_all(said)
    }
}
