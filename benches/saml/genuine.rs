//! Messages as identity providers send them, with the parties that they are between.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vestibule::dsig::{TrustedKeys, parse_certificates};
use vestibule::identity::ConnectionId;
use vestibule::saml::{
    EndpointUrl, EntityId, Expectations, IdentityProvider, Login, ParsedResponse, ReplayAnswer,
    SentRequest, ServiceProvider, Solicitation,
};

use crate::floor::{self, Floor};
use crate::idp::{ACS, ASSERTION, BOTH, Connection, IDP, Message, REQUEST, RESPONSE_ONLY, SP, now};

/// One response with its connection, and the verifications that it cannot be judged without.
pub(crate) struct Case {
    pub(crate) name: String,
    /// Of the XML.
    pub(crate) bytes: usize,
    pub(crate) floor: Floor,
    pub(crate) form_value: String,
    pub(crate) idp: IdentityProvider,
    pub(crate) service: ServiceProvider,
    pub(crate) request: SentRequest,
    pub(crate) at: chrono::DateTime<chrono::Utc>,
}

impl Case {
    /// From the form value to the identity.
    pub(crate) fn judge(&self) -> Login {
        let expected = Expectations::new(&self.service, Solicitation::Solicited(&self.request));
        ParsedResponse::from_post(&self.form_value)
            .and_then(|parsed| parsed.verify(&self.idp))
            .and_then(|verified| verified.accept(&expected, self.at))
            .and_then(|pending| pending.confirm(ReplayAnswer::FirstSeen))
            .unwrap()
    }

    fn made(name: &str, message: &Message, key: &'static str, floor: Floor) -> Self {
        let xml = message.xml();
        Self {
            name: name.to_owned(),
            bytes: xml.len(),
            floor,
            form_value: STANDARD.encode(xml),
            idp: Connection::with_keys(&[key]).idp,
            service: ServiceProvider::new(
                EntityId::parse(SP).unwrap(),
                EndpointUrl::parse(ACS).unwrap(),
            ),
            request: SentRequest::new(REQUEST, EntityId::parse(IDP).unwrap()).unwrap(),
            at: now(),
        }
    }

    /// A message of another implementation.
    fn captured(
        name: &str,
        form_value: &str,
        entity_id: &str,
        request: &str,
        floor: Floor,
    ) -> Self {
        let pem = include_bytes!("../../tests/data/saml/idp.pem");
        let keys = TrustedKeys::from_certificates(&parse_certificates(pem).unwrap()).unwrap();
        let entity_id = EntityId::parse(entity_id).unwrap();
        Self {
            name: name.to_owned(),
            bytes: STANDARD.decode(form_value.trim()).unwrap().len(),
            floor,
            form_value: form_value.to_owned(),
            idp: IdentityProvider::new(ConnectionId::new("bench"), entity_id.clone(), keys),
            service: ServiceProvider::new(
                EntityId::parse("https://sp.example.com/saml/metadata").unwrap(),
                EndpointUrl::parse("https://sp.example.com/saml/acs").unwrap(),
            ),
            request: SentRequest::new(request, entity_id).unwrap(),
            at: "2026-06-06T07:40:25Z".parse().unwrap(),
        }
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let okta = include_str!("../../tests/data/saml/okta-assertion.b64");
    let both = include_str!("../../tests/data/saml/pysaml2-both.b64");
    vec![
        Case::captured(
            "Okta's shape, assertion signed, RSA-2048",
            okta,
            "http://www.okta.com/exk1f2c3d4E5G6h7I8j9",
            "_reqfe9e197244f6ada5be89f70666e09d40",
            floor::rsa(1),
        ),
        Case::captured(
            "pysaml2, both signed, RSA-2048",
            both,
            "https://idp.example.org/saml/metadata",
            "_req7f4e7a8b95b48a0e64842578f7c89b52",
            floor::rsa(2),
        ),
        Case::made(
            "7.5 KB, assertion signed, RSA-2048",
            &usual(ASSERTION, 38),
            "rsa-2048",
            floor::rsa(1),
        ),
        Case::made(
            "7.5 KB, response signed, RSA-2048",
            &usual(RESPONSE_ONLY, 38),
            "rsa-2048",
            floor::rsa(1),
        ),
        Case::made(
            "7.5 KB, both signed, RSA-2048",
            &usual(BOTH, 14),
            "rsa-2048",
            floor::rsa(2),
        ),
        Case::made(
            "7.5 KB, assertion signed, P-256",
            &of_p256(usual(ASSERTION, 38)),
            "ec-p256",
            floor::p256(),
        ),
        plain_groups(1_000),
        groups(ASSERTION, 1_000),
        groups(RESPONSE_ONLY, 1_000),
        groups(BOTH, 1_000),
    ]
}

fn of_p256(message: Message) -> Message {
    message
        .key("ec-p256")
        .algorithm("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256")
}

/// As [`groups`], with untyped values that are longer.
fn plain_groups(count: usize) -> Case {
    let values: String = (0..count)
        .map(|number| {
            format!("<saml:AttributeValue>CN=engineering-{number:06},DC=acme,DC=corp</saml:AttributeValue>")
        })
        .collect();
    let last = "poets</saml:AttributeValue>";
    let message = usual(ASSERTION, 0).edit(last, &format!("{last}{values}"));
    let name = format!("{count} untyped groups, Assertion signed, RSA-2048");
    Case::made(&name, &message, "rsa-2048", floor::rsa(1))
}

/// A message with that many typed groups, about 85 bytes each: the canonical form declares the
/// prefix of the type again on each, and is two thirds longer.
pub(crate) fn groups(parts: &'static [&'static str], count: usize) -> Case {
    let name = format!("{count} groups, {} signed, RSA-2048", parts.join(" and "));
    Case::made(
        &name,
        &usual(parts, count),
        "rsa-2048",
        floor::rsa(parts.len()),
    )
}

/// Typed values, their prefixes declared far above and on the `PrefixList`, and a certificate in
/// each signature.
pub(crate) fn usual(parts: &'static [&'static str], groups: usize) -> Message {
    let certificate: String = include_str!("../../tests/data/saml/keys/rsa-2048.pem")
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let key_info = format!(
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>\
         </ds:X509Data></ds:KeyInfo>"
    );
    let end_of_signature = "</ds:SignatureValue>";
    let last = "poets</saml:AttributeValue>";
    let values: String = (0..groups)
        .map(|number| {
            format!(r#"<saml:AttributeValue xsi:type="xs:string">engineering-{number:06}"#)
                + "</saml:AttributeValue>"
        })
        .collect();
    let declared = r#"<saml:Assertion xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance""#;
    Message::signed(parts)
        .edit(last, &format!("{last}{values}"))
        .edit("<saml:Assertion", declared)
        .edit_signature(end_of_signature, &format!("{end_of_signature}{key_info}"))
        .edit_signature(
            r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>"#,
            r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="xs"/></ds:Transform>"#,
        )
}
