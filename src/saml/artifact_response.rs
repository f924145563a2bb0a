//! The answer to an artifact resolution: saml-core §3.5.2.
//!
//! It brings a response and adds no trust to it: what counts is that response's own signature, by
//! the keys of the identity provider that was asked. An identity provider that signs this answer
//! alone, or nothing because the connection is secured, is refused.

use chrono::{DateTime, Utc};

use crate::dsig::{SignatureError, SignatureErrorKind, check_ids, signature_of, verify_enveloped};
use crate::error::Shown;
use crate::limits::XmlLimits;
use crate::xml::{Canonical, CanonicalMethod, Dialect, Document, Element};

use super::check::Check;
use super::envelope::{Envelope, Standing};
use super::namespace::{PROTOCOL, SOAP};
use super::parsed::ParsedResponse;
use super::party::{EntityId, IdentityProvider};
use super::refusal::{FailedCheck, Findings, Refusal};
use super::sent_request::SentRequest;
use super::structure::{Children, identifier};
use super::time::{Clock, ClockSkew};

/// A well-formed artifact response in its SOAP envelope. Nothing in it is trusted.
///
/// ```
/// use vestibule::error::Explain;
/// use vestibule::saml::ParsedArtifactResponse;
/// let fault = br#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
///     <s:Fault><faultcode>s:Client</faultcode></s:Fault></s:Body></s:Envelope>"#;
/// let refusal = ParsedArtifactResponse::from_soap(fault.to_vec()).unwrap_err();
/// assert_eq!(refusal.code(), "saml-root-unexpected");
/// assert_eq!(refusal.first().found().as_deref(), Some("Fault"));
/// ```
#[derive(Debug)]
pub struct ParsedArtifactResponse {
    document: Document<'static>,
}

impl ParsedArtifactResponse {
    /// Reads the body of the HTTP answer. See [`ParsedArtifactResponse`] for an example.
    ///
    /// # Errors
    ///
    /// Octets that are not the XML read here, and anything but a SOAP 1.1 envelope with an
    /// `ArtifactResponse`; a SOAP fault among others.
    pub fn from_soap(octets: Vec<u8>) -> Result<Self, Refusal> {
        let document = Document::parse_owned_bytes(octets, Dialect::Saml, &XmlLimits::default())
            .map_err(|error| Refusal::of(FailedCheck::new(Check::Xml(error))))?;
        check_ids([&document])
            .map_err(|error| Refusal::of(FailedCheck::new(Check::Signature(error))))?;
        message_in(&document)?;
        Ok(Self { document })
    }

    /// The response inside, of which nothing is trusted either; it is verified and accepted like
    /// one by HTTP-POST.
    ///
    /// Judged here is that the answer is to `sent`, that it comes from `idp`, that `idp` is the
    /// one that was asked, and that it was not made after `now`, beyond what clocks differ. A
    /// signature on the answer must verify.
    ///
    /// # Errors
    ///
    /// All of these checks that failed, or a status other than success; then those of
    /// [`ParsedResponse::from_octets`].
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use vestibule::{dsig::*, identity::ConnectionId, saml::*};
    /// # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp.pem"));
    /// # let response = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/pysaml2.xml"));
    /// # let response = response.split_once("?>").map_or(response, |(_, rest)| rest);
    /// # let http_body = format!(
    /// #     "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>\
    /// #     <p:ArtifactResponse xmlns:p='urn:oasis:names:tc:SAML:2.0:protocol' ID='_a1' Version='2.0' \
    /// #     IssueInstant='2026-06-06T07:40:24Z' InResponseTo='_resolve'>\
    /// #     <Issuer xmlns='urn:oasis:names:tc:SAML:2.0:assertion'>https://idp.example.org/saml/metadata</Issuer>\
    /// #     <p:Status><p:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Success'/></p:Status>\
    /// #     {response}</p:ArtifactResponse></s:Body></s:Envelope>",
    /// # ).into_bytes();
    /// # let idp = IdentityProvider::new(
    /// #     ConnectionId::new("acme-okta"),
    /// #     EntityId::parse("https://idp.example.org/saml/metadata")?,
    /// #     TrustedKeys::from_certificates(&parse_certificates(pem)?)?,
    /// # );
    /// # let sent = SentRequest::new("_resolve", idp.entity_id().clone())?;
    /// # let now = "2026-06-06T07:40:25Z".parse()?;
    /// let answer = ParsedArtifactResponse::from_soap(http_body)?;
    /// let parsed = answer.resolve(&idp, &sent, ClockSkew::default(), now)?;
    /// let verified = parsed.verify(&idp)?;
    /// # let _ = verified;
    /// # Ok(())
    /// # }
    /// ```
    pub fn resolve(
        self,
        idp: &IdentityProvider,
        sent: &SentRequest,
        skew: ClockSkew,
        now: DateTime<Utc>,
    ) -> Result<ParsedResponse, Refusal> {
        let message = message_in(&self.document)?;
        let mut findings = Findings::default();
        sent.judge_sender(idp.entity_id(), &mut findings);
        judge_signature(message, idp, &mut findings);
        let clock = Clock { now, skew };
        let response = judge(message, idp.entity_id(), sent, clock, &mut findings);
        findings.verdict()?;
        match response {
            Some(response) => ParsedResponse::from_octets(octets_of(response)?),
            None => Err(Refusal::of(FailedCheck::at_element(
                Check::ResponseMissing,
                message,
            ))),
        }
    }
}

/// The one message in the body: saml-bindings §3.2.2.
fn message_in<'d>(document: &'d Document<'_>) -> Result<Element<'d>, Refusal> {
    let root = document.root();
    if !root.is(SOAP, "Envelope") {
        return Err(unexpected("Envelope", root));
    }
    let mut findings = Findings::default();
    let mut children = Children::of(root, &mut findings);
    children.next_if(SOAP, "Header");
    let Some(body) = children.next_if(SOAP, "Body") else {
        return Err(unexpected("Envelope", root));
    };
    children.end(&mut findings);
    let mut children = Children::of(body, &mut findings);
    let message = children.next_if_any(|_| true);
    children.end(&mut findings);
    findings.verdict()?;
    match message {
        Some(message) if message.is(PROTOCOL, "ArtifactResponse") => Ok(message),
        other => Err(unexpected("ArtifactResponse", other.unwrap_or(body))),
    }
}

fn unexpected(expected: &'static str, element: Element<'_>) -> Refusal {
    let found = Shown::new(element.local_name());
    let check = Check::RootUnexpected { expected, found };
    Refusal::of(FailedCheck::at_element(check, element))
}

/// One that is there must verify, although nothing rests on it.
fn judge_signature(message: Element<'_>, idp: &IdentityProvider, findings: &mut Findings) {
    let verified = match signature_of(message) {
        Ok(None) => return,
        Ok(Some(_)) => verify_enveloped(message, idp.keys(), idp.level()).map(drop),
        Err(error) => Err(error),
    };
    if let Err(error) = verified {
        findings.add(FailedCheck::new(Check::Signature(error)));
    }
}

/// saml-core §3.5.2 and saml-profiles §5.4.2, in the order of the schema.
fn judge<'d>(
    message: Element<'d>,
    idp: &EntityId,
    sent: &SentRequest,
    clock: Clock,
    findings: &mut Findings,
) -> Option<Element<'d>> {
    let mut children = Children::of(message, findings);
    let issuer = children.message_head();
    let status = children.next_if(PROTOCOL, "Status");
    let envelope = Envelope::of(message, issuer, status, Standing::Unsigned);
    envelope.judge_status(findings);
    envelope.judge_answer_to(sent, findings);
    if let Some(check) = wrong_issuer(issuer, idp) {
        findings.fail(check, issuer.unwrap_or(message));
    }
    envelope.judge_form(clock, findings);
    let response = children.next_if(PROTOCOL, "Response");
    children.end(findings);
    response
}

fn wrong_issuer(issuer: Option<Element<'_>>, idp: &EntityId) -> Option<Check> {
    let expected = Shown::identifier(idp.as_str());
    match issuer.map(identifier) {
        None => Some(Check::IssuerMissing { expected }),
        Some(found) if found == idp.as_str() => None,
        Some(found) => Some(Check::IssuerMismatch {
            expected,
            found: Shown::identifier(&found),
        }),
    }
}

/// The response as a document of its own, with all namespaces that are in scope: whatever its
/// signatures list as prefixes stays declared.
fn octets_of(response: Element<'_>) -> Result<Vec<u8>, Refusal> {
    Canonical::new(CanonicalMethod::Inclusive10WithComments)
        .octets(response, None)
        .map(String::into_bytes)
        .map_err(|error| {
            let kind = SignatureErrorKind::Canonical(error);
            let error = SignatureError::in_parameter(kind, "SAMLart");
            Refusal::of(FailedCheck::new(Check::Signature(error)))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_response_keeps_namespaces_that_are_declared_around_it() {
        let text = "<e xmlns:xs='urn:x' xmlns='urn:y'><r><!--c-->\r\n<a b='xs:string'/></r></e>";
        let document = Document::parse(text, Dialect::Saml, &XmlLimits::default()).unwrap();
        let response = document.root().children().next().unwrap();
        let octets = String::from_utf8(octets_of(response).unwrap()).unwrap();
        let expected = r#"<r xmlns="urn:y" xmlns:xs="urn:x"><!--c-->"#;
        assert!(octets.starts_with(expected), "{octets}");
        assert!(
            octets.ends_with("\n<a b=\"xs:string\"></a></r>"),
            "{octets}"
        );
    }
}
