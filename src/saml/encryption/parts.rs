//! Name identifiers and attributes that are encrypted one by one: saml-core §2.2.4 and §2.7.3.2.

use crate::error::Span;
use crate::limits::MAX_ENCRYPTED_PARTS;
use crate::xml::{Document, Element};

use super::super::namespace::{ASSERTION, PROTOCOL};
use super::super::party::IdentityProvider;
use super::key::DecryptionFailed;
use super::open::{Opened, Opener};

/// The encrypted elements of a verified element, decrypted, each by its place.
#[derive(Debug, Default)]
pub(in crate::saml) struct DecryptedParts(Vec<(Span, Opened)>);

impl DecryptedParts {
    /// Decrypts what stands encrypted in a verified assertion; `around` is what the assertion
    /// itself was decrypted from.
    pub(in crate::saml) fn of_assertion(
        assertion: Element<'_>,
        opener: &Opener<'_>,
        around: Option<&Opened>,
    ) -> Result<Self, DecryptionFailed> {
        Self::open(
            assertion.children().flat_map(Element::children),
            opener,
            around,
        )
    }

    /// Decrypts the name identifier of a verified logout request, if it is encrypted and the
    /// connection has a key.
    pub(in crate::saml) fn of_logout_request(
        request: &Document<'_>,
        idp: &IdentityProvider,
    ) -> Result<Self, DecryptionFailed> {
        match idp.decryption_keys() {
            Some(keys) => {
                let opener = Opener::new(keys, idp.level(), request);
                Self::open(request.root().children(), &opener, None)
            }
            None => Ok(Self::default()),
        }
    }

    fn open<'d>(
        elements: impl Iterator<Item = Element<'d>>,
        opener: &Opener<'_>,
        around: Option<&Opened>,
    ) -> Result<Self, DecryptionFailed> {
        let mut parts = Vec::new();
        for encrypted in elements {
            let Some(name) = content_of(encrypted) else {
                continue;
            };
            if parts.len() >= MAX_ENCRYPTED_PARTS {
                return Err(DecryptionFailed);
            }
            let earlier = parts.iter().map(|(_, opened)| opened).chain(around);
            let opened = opener.open(encrypted, name, earlier)?;
            parts.push((encrypted.span(), opened));
        }
        Ok(Self(parts))
    }

    /// What was inside `encrypted`, an element of the verified assertion.
    pub(in crate::saml) fn inside(&self, encrypted: Element<'_>) -> Option<Element<'_>> {
        let found = self.0.iter().find(|(at, _)| *at == encrypted.span());
        found.map(|(_, opened)| opened.element())
    }
}

/// What is in an encrypted child of a subject, a logout request or an attribute statement.
fn content_of(element: Element<'_>) -> Option<&'static str> {
    let parent = element.parent()?;
    let has_subject = parent.is(ASSERTION, "Subject") || parent.is(PROTOCOL, "LogoutRequest");
    if has_subject && element.is(ASSERTION, "EncryptedID") {
        Some("NameID")
    } else if parent.is(ASSERTION, "AttributeStatement")
        && element.is(ASSERTION, "EncryptedAttribute")
    {
        Some("Attribute")
    } else {
        None
    }
}
