//! What this service publishes about itself.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::dsig::{Certificate, DSIG, base64};
use crate::saml::namespace::{METADATA, PROTOCOL};
use crate::saml::party::{EndpointUrl, EntityId, ServiceProvider};

use super::descriptor::{Binding, RequestSigning};
use super::error::{MetadataError, MetadataErrorKind as Kind};

/// The metadata of this service, for one connection's identity provider.
///
/// It is written unsigned, without an `ID`: saml-metadata §2.4.4.
///
/// ```
/// use vestibule::saml::metadata::{AssertionSigning, RequestSigning, SpMetadata};
/// use vestibule::saml::{EndpointUrl, EntityId, ServiceProvider};
///
/// # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp.pem"));
/// # let certificate = &vestibule::dsig::parse_certificates(pem)?[0];
/// let service = ServiceProvider::new(
///     EntityId::parse("https://sp.example.com/saml/metadata?a=1&b=2")?,
///     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
/// )
/// .with_slo_url(EndpointUrl::parse("https://sp.example.com/saml/slo")?);
/// let xml = SpMetadata::new(&service)
///     .with_acs_url(EndpointUrl::parse("https://eu.sp.example.com/saml/acs")?)
///     .with_name_id_format("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress")
///     .with_request_signing(RequestSigning::Required)
///     .with_assertion_signing(AssertionSigning::Wanted)
///     .with_signing_certificate(certificate.clone())
///     .with_encryption_certificate(certificate.clone())
///     .with_valid_until("2026-07-01T00:00:00Z".parse()?)
///     .to_xml()?;
/// assert!(xml.contains(r#"entityID="https://sp.example.com/saml/metadata?a=1&amp;b=2""#));
/// assert!(xml.contains(r#"<md:KeyDescriptor use="encryption">"#));
/// assert!(xml.contains(r#"Location="https://eu.sp.example.com/saml/acs" index="1"/>"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SpMetadata {
    entity_id: EntityId,
    /// The first is the default; never empty.
    acs_urls: Vec<EndpointUrl>,
    slo_url: Option<EndpointUrl>,
    name_id_formats: Vec<String>,
    request_signing: RequestSigning,
    assertion_signing: AssertionSigning,
    signing: Vec<Certificate>,
    encryption: Vec<Certificate>,
    valid_until: Option<DateTime<Utc>>,
}

/// What this service says about assertions: `WantAssertionsSigned`.
///
/// It is a wish. Whatever it says, an assertion counts only under a signature, its own or the
/// response's. See [`SpMetadata`] for an example.
#[expect(clippy::exhaustive_enums, reason = "the attribute has two values")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AssertionSigning {
    /// A signed response is enough.
    Optional,
    /// Assertions are to be signed themselves.
    Wanted,
}

impl SpMetadata {
    /// The metadata of `service`: its entity ID, its assertion consumer service by HTTP-POST, its
    /// single logout service, if it has one, by HTTP-Redirect and by HTTP-POST; requests
    /// unsigned, assertions wanted signed. See [`SpMetadata`] for an example.
    #[must_use]
    pub fn new(service: &ServiceProvider) -> Self {
        Self {
            entity_id: service.entity_id().clone(),
            acs_urls: vec![service.acs_url().clone()],
            slo_url: service.slo_url().cloned(),
            name_id_formats: Vec::new(),
            request_signing: RequestSigning::Optional,
            assertion_signing: AssertionSigning::Wanted,
            signing: Vec::new(),
            encryption: Vec::new(),
            valid_until: None,
        }
    }

    /// The same with one more assertion consumer service; its index is its place, from 1.
    /// See [`SpMetadata`] for an example.
    #[must_use]
    pub fn with_acs_url(mut self, url: EndpointUrl) -> Self {
        self.acs_urls.push(url);
        self
    }

    /// The same with one more format of name identifiers, preferred ones first.
    /// See [`SpMetadata`] for an example.
    #[must_use]
    pub fn with_name_id_format(mut self, uri: impl Into<String>) -> Self {
        self.name_id_formats.push(uri.into());
        self
    }

    /// The same with `AuthnRequestsSigned`. See [`SpMetadata`] for an example.
    #[must_use]
    pub const fn with_request_signing(mut self, signing: RequestSigning) -> Self {
        self.request_signing = signing;
        self
    }

    /// The same with `WantAssertionsSigned`. See [`SpMetadata`] for an example.
    #[must_use]
    pub const fn with_assertion_signing(mut self, signing: AssertionSigning) -> Self {
        self.assertion_signing = signing;
        self
    }

    /// The same with one more certificate of a key that requests are signed with.
    /// See [`SpMetadata`] for an example.
    #[must_use]
    pub fn with_signing_certificate(mut self, certificate: Certificate) -> Self {
        self.signing.push(certificate);
        self
    }

    /// The same with one more certificate of a key that assertions may be encrypted for.
    /// See [`SpMetadata`] for an example.
    #[must_use]
    pub fn with_encryption_certificate(mut self, certificate: Certificate) -> Self {
        self.encryption.push(certificate);
        self
    }

    /// The same with the end of its validity, written in whole seconds.
    /// See [`SpMetadata`] for an example.
    #[must_use]
    pub const fn with_valid_until(mut self, end: DateTime<Utc>) -> Self {
        self.valid_until = Some(end);
        self
    }

    /// The `EntityDescriptor`, in the order of the schema. See [`SpMetadata`] for an example.
    ///
    /// # Errors
    ///
    /// An entity ID or a format with a character that XML forbids.
    pub fn to_xml(&self) -> Result<String, MetadataError> {
        let mut xml = Writer::default();
        xml.start("md:EntityDescriptor");
        xml.attribute("xmlns:md", METADATA)?;
        xml.attribute("entityID", self.entity_id.as_str())?;
        if let Some(end) = self.valid_until {
            let end = end.to_rfc3339_opts(SecondsFormat::Secs, true);
            xml.attribute("validUntil", &end)?;
        }
        xml.open();
        self.write_role(&mut xml)?;
        xml.end("md:EntityDescriptor");
        Ok(xml.text)
    }

    fn write_role(&self, xml: &mut Writer) -> Result<(), MetadataError> {
        let requests = self.request_signing == RequestSigning::Required;
        let assertions = self.assertion_signing == AssertionSigning::Wanted;
        xml.start("md:SPSSODescriptor");
        xml.attribute("protocolSupportEnumeration", PROTOCOL)?;
        xml.attribute("AuthnRequestsSigned", boolean(requests))?;
        xml.attribute("WantAssertionsSigned", boolean(assertions))?;
        xml.open();
        for certificate in &self.signing {
            write_key(xml, "signing", certificate)?;
        }
        for certificate in &self.encryption {
            write_key(xml, "encryption", certificate)?;
        }
        self.write_services(xml)?;
        xml.end("md:SPSSODescriptor");
        Ok(())
    }

    fn write_services(&self, xml: &mut Writer) -> Result<(), MetadataError> {
        if let Some(url) = &self.slo_url {
            for binding in [Binding::HttpRedirect, Binding::HttpPost] {
                start_endpoint(xml, "md:SingleLogoutService", binding, url)?;
                xml.close_empty();
            }
        }
        for format in &self.name_id_formats {
            xml.start("md:NameIDFormat");
            xml.open();
            xml.value("md:NameIDFormat", format)?;
            xml.end("md:NameIDFormat");
        }
        for (index, url) in self.acs_urls.iter().enumerate() {
            start_endpoint(xml, "md:AssertionConsumerService", Binding::HttpPost, url)?;
            xml.attribute("index", &index.to_string())?;
            if index == 0 {
                xml.attribute("isDefault", "true")?;
            }
            xml.close_empty();
        }
        Ok(())
    }
}

fn start_endpoint(
    xml: &mut Writer,
    name: &'static str,
    binding: Binding,
    url: &EndpointUrl,
) -> Result<(), MetadataError> {
    xml.start(name);
    xml.attribute("Binding", binding.uri())?;
    xml.attribute("Location", url.as_str())
}

fn write_key(
    xml: &mut Writer,
    usage: &str,
    certificate: &Certificate,
) -> Result<(), MetadataError> {
    xml.start("md:KeyDescriptor");
    xml.attribute("use", usage)?;
    xml.open();
    xml.start("ds:KeyInfo");
    xml.attribute("xmlns:ds", DSIG)?;
    xml.open();
    for name in ["ds:X509Data", "ds:X509Certificate"] {
        xml.start(name);
        xml.open();
    }
    let text = base64::encode(certificate.as_der());
    xml.value("ds:X509Certificate", &text)?;
    for name in [
        "ds:X509Certificate",
        "ds:X509Data",
        "ds:KeyInfo",
        "md:KeyDescriptor",
    ] {
        xml.end(name);
    }
    Ok(())
}

const fn boolean(value: bool) -> &'static str {
    match value {
        true => "true",
        false => "false",
    }
}

/// Markup with constant names and escaped values.
#[derive(Default)]
struct Writer {
    text: String,
}

impl Writer {
    fn start(&mut self, name: &'static str) {
        self.text.push('<');
        self.text.push_str(name);
    }

    fn attribute(&mut self, name: &'static str, value: &str) -> Result<(), MetadataError> {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        self.value(name, value)?;
        self.text.push('"');
        Ok(())
    }

    fn open(&mut self) {
        self.text.push('>');
    }

    fn close_empty(&mut self) {
        self.text.push_str("/>");
    }

    fn end(&mut self, name: &'static str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    /// Escaped for text and for attributes alike, so that every reader gives it back unchanged.
    fn value(&mut self, name: &'static str, value: &str) -> Result<(), MetadataError> {
        for character in value.chars() {
            match character {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\t' => self.text.push_str("&#9;"),
                '\n' => self.text.push_str("&#10;"),
                '\r' => self.text.push_str("&#13;"),
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                    let code_point = u32::from(character);
                    let kind = Kind::CharacterForbidden { name, code_point };
                    return Err(MetadataError::new(kind));
                }
                _ => self.text.push(character),
            }
        }
        Ok(())
    }
}
