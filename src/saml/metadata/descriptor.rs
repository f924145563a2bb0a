//! The role of an identity provider: saml-metadata §2.4.3.

use serde::{Deserialize, Serialize};

use crate::saml::namespace::{METADATA, POST_BINDING, PROTOCOL, REDIRECT_BINDING, SOAP_BINDING};
use crate::saml::party::EndpointUrl;
use crate::saml::structure::identifier;
use crate::xml::Element;

use super::error::{MetadataError, MetadataErrorKind as Kind};
use super::validity::flag;

/// How a message travels by the browser.
///
/// Endpoints by another binding are passed by: nothing here sends to them.
/// See [`IdpMetadata`](super::IdpMetadata) for an example.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Binding {
    /// HTTP-POST: saml-bindings §3.5.
    HttpPost,
    /// HTTP-Redirect: saml-bindings §3.4.
    HttpRedirect,
}

impl Binding {
    /// Its identifier in the standard.
    ///
    /// ```
    /// use vestibule::saml::metadata::Binding;
    /// let uri = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
    /// assert_eq!(Binding::HttpPost.uri(), uri);
    /// ```
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::HttpPost => POST_BINDING,
            Self::HttpRedirect => REDIRECT_BINDING,
        }
    }

    fn from_uri(uri: &str) -> Option<Self> {
        [Self::HttpPost, Self::HttpRedirect]
            .into_iter()
            .find(|binding| binding.uri() == uri)
    }
}

/// Where messages go, and how. See [`IdpMetadata`](super::IdpMetadata) for an example.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// How.
    pub binding: Binding,
    /// Where.
    pub location: EndpointUrl,
    /// Where answers go, when it is another place.
    pub response_location: Option<EndpointUrl>,
}

impl Endpoint {
    /// The endpoints of one service, in the order of the metadata.
    pub(super) fn all(role: Element<'_>, service: &str) -> Result<Vec<Self>, MetadataError> {
        let elements = role.children().filter(|child| child.is(METADATA, service));
        elements
            .filter_map(|element| Self::read(element).transpose())
            .collect()
    }

    fn read(element: Element<'_>) -> Result<Option<Self>, MetadataError> {
        let binding = required(element, "Binding")?;
        let location = required(element, "Location")?;
        let Some(binding) = Binding::from_uri(binding) else {
            return Ok(None);
        };
        let response_location = element.attribute("ResponseLocation");
        Ok(Some(Self {
            binding,
            location: url(element, location)?,
            response_location: response_location
                .map(|location| url(element, location))
                .transpose()?,
        }))
    }
}

/// Where the response behind an artifact is asked for: saml-metadata §2.4.2.
/// See [`IdpMetadata::artifact_resolution_url`](super::IdpMetadata::artifact_resolution_url) for an
/// example.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ArtifactResolution {
    /// What an artifact names it by.
    pub index: u16,
    /// Where the request goes, by SOAP.
    pub location: EndpointUrl,
}

impl ArtifactResolution {
    /// Those that can be asked, in the order of the metadata. One by another binding, without an index
    /// or at no https URL is passed by: most services never ask any of them.
    pub(super) fn all(role: Element<'_>) -> Vec<Self> {
        let services = role.children();
        let services = services.filter(|child| child.is(METADATA, "ArtifactResolutionService"));
        services.filter_map(Self::read).collect()
    }

    fn read(element: Element<'_>) -> Option<Self> {
        element
            .attribute("Binding")
            .filter(|uri| *uri == SOAP_BINDING)?;
        Some(Self {
            index: element.attribute("index")?.trim().parse().ok()?,
            location: EndpointUrl::parse(element.attribute("Location")?).ok()?,
        })
    }
}

/// What an identity provider says about authentication requests.
///
/// See [`IdpMetadata`](super::IdpMetadata) for an example.
#[expect(clippy::exhaustive_enums, reason = "a request is signed or it is not")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestSigning {
    /// They may be unsigned.
    Optional,
    /// They must be signed.
    Required,
}

impl RequestSigning {
    pub(super) fn of(role: Element<'_>) -> Result<Self, MetadataError> {
        Ok(match flag(role, "WantAuthnRequestsSigned")? {
            true => Self::Required,
            false => Self::Optional,
        })
    }
}

/// The one role of a SAML 2.0 identity provider.
pub(super) fn idp_role(entity: Element<'_>) -> Result<Element<'_>, MetadataError> {
    let mut roles = entity.children().filter(is_saml2_idp);
    match (roles.next(), roles.next()) {
        (Some(role), None) => Ok(role),
        (Some(_), Some(second)) => Err(MetadataError::at(Kind::IdpSeveral, second)),
        (None, _) => Err(MetadataError::at(Kind::IdpMissing, entity)),
    }
}

fn is_saml2_idp(child: &Element<'_>) -> bool {
    let protocols = child
        .attribute("protocolSupportEnumeration")
        .unwrap_or_default();
    child.is(METADATA, "IDPSSODescriptor")
        && protocols
            .split_ascii_whitespace()
            .any(|one| one == PROTOCOL)
}

pub(super) fn name_id_formats(role: Element<'_>) -> Vec<String> {
    role.children()
        .filter(|child| child.is(METADATA, "NameIDFormat"))
        .map(|format| identifier(format).into_owned())
        .collect()
}

pub(super) fn required<'d>(
    element: Element<'d>,
    attribute: &'static str,
) -> Result<&'d str, MetadataError> {
    element
        .attribute(attribute)
        .ok_or_else(|| MetadataError::at(Kind::AttributeMissing { attribute }, element))
}

fn url(element: Element<'_>, text: &str) -> Result<EndpointUrl, MetadataError> {
    EndpointUrl::parse(text).map_err(|error| MetadataError::at(Kind::Party(error), element))
}
