//! A response that is sound now: some of the libraries read the clock themselves.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};

use crate::{genuine, idp};

/// What a library may have read: the NameID, or nothing when it reads none.
pub(crate) const SUBJECTS: [&str; 2] = [idp::NAME_ID, ""];

#[derive(Clone)]
pub(crate) struct Document {
    pub(crate) xml: String,
    pub(crate) at: DateTime<Utc>,
}

impl Document {
    /// Assertion signed by an RSA key of 2048 bits.
    pub(crate) fn with_groups(groups: usize) -> Self {
        let at = Utc::now();
        let mut message = genuine::usual(idp::ASSERTION, groups);
        for written in [
            "2026-06-06T07:39:00Z",
            "2026-06-06T07:40:00Z",
            "2026-06-06T07:40:20Z",
            "2026-06-06T07:40:21Z",
            "2026-06-06T07:45:20Z",
            "2026-06-06T07:50:00Z",
            "2026-06-06T17:40:00Z",
        ] {
            let distance = written.parse::<DateTime<Utc>>().unwrap() - idp::now();
            let moved = (at + distance).to_rfc3339_opts(SecondsFormat::Secs, true);
            message = message.edit_all(written, &moved);
        }
        let xml = message.xml();
        Self { xml, at }
    }

    /// With one group changed after signing.
    pub(crate) fn tampered(&self) -> Self {
        let xml = idp::replace(&self.xml, "difference-engineers", "difference-engineerz");
        Self { xml, at: self.at }
    }

    pub(crate) fn form_value(&self) -> String {
        STANDARD.encode(&self.xml)
    }
}

/// Of the identity provider, for libraries that are configured by it.
#[cfg(any(feature = "saml-rs", feature = "samael"))]
pub(crate) fn metadata() -> String {
    let certificate: String = include_str!("../../../tests/data/saml/keys/rsa-2048.pem")
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let entity_id = idp::IDP;
    format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{entity_id}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.org/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>"#
    )
}
