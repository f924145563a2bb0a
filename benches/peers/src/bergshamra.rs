//! bergshamra: XML signatures only. Its README's configuration for SAML, without a chain of
//! certificates, which a pinned certificate does not need.

use bergshamra::keys::loader::load_x509_cert_pem;
use bergshamra::{DsigContext, KeysManager, verify};

use crate::document::Document;
use crate::{Peer, Verdict, idp};

pub(crate) fn peer(document: &Document) -> Peer {
    let mut keys = KeysManager::new();
    keys.add_key(load_x509_cert_pem(&idp::data("rsa-2048.pem")).unwrap());
    let context = DsigContext::new(keys)
        .with_trusted_keys_only(true)
        .with_strict_verification(true);
    let xml = document.xml.clone();
    Peer {
        name: "bergshamra 0.11.1",
        checks: "signature by the pinned certificate, position of the reference; no SAML: no \
                 base64, conditions, audience or subject",
        judge: Box::new(move || -> Verdict {
            let result = verify(&context, &xml).map_err(|error| error.to_string())?;
            match result.all_reference_digests_verified() {
                true => Ok(String::new()),
                false => Err("signature not valid".to_owned()),
            }
        }),
    }
}
