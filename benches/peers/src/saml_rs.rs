//! saml-rs: its typed interface, `finish_sso` with the recommended policy and, on top of that, a
//! required signature of the assertion, as its documentation shows.

use std::time::SystemTime;

use saml_rs::{
    AcsEndpoint, AssertionSignaturePolicy, BrowserInput, EntityId, FormField, IdpDescriptor,
    MetadataTrustPolicy, PendingAuthnRequest, PendingSnapshot, RelayStateParam, ReplayPolicy, Saml,
    SamlValidationContext, SpConfig, SpValidationPolicy, SsoResponse,
};

use crate::document::{Document, metadata};
use crate::{Peer, Verdict, idp};

pub(crate) fn peer(document: &Document) -> Peer {
    let policy = SpValidationPolicy {
        assertions: AssertionSignaturePolicy::RequireSigned,
        ..SpValidationPolicy::recommended()
    };
    let config = SpConfig::builder(EntityId::try_new(idp::SP).unwrap())
        .acs_endpoint(AcsEndpoint::post(idp::ACS).unwrap())
        .validation(policy)
        .build();
    let service = Saml::sp(config.unwrap()).unwrap();
    let sender = IdpDescriptor::from_metadata_xml_for(
        EntityId::try_new(idp::IDP).unwrap(),
        &metadata(),
        MetadataTrustPolicy::UnsignedForCompatibility,
    );
    let sender = sender.unwrap();
    let snapshot = PendingSnapshot::authn_request(
        idp::REQUEST,
        RelayStateParam::absent(),
        idp::IDP,
        "post",
        idp::ACS,
        "post",
    );
    let pending = PendingAuthnRequest::from_snapshot(snapshot).unwrap();
    let form_value = document.form_value();
    let at = SystemTime::from(document.at);
    Peer {
        name: "saml-rs 0.6.1",
        checks: "base64, signature by the certificate of the metadata, Destination, issuer, \
                 status, conditions, audience, bearer confirmation, InResponseTo, subject, \
                 attributes; replay cache off",
        judge: Box::new(move || -> Verdict {
            let fields = vec![FormField::new("SAMLResponse", form_value.as_str())];
            let context = SamlValidationContext::new(at, ReplayPolicy::DisabledForCompatibility);
            let input = BrowserInput::<SsoResponse>::post(fields);
            let session = service.finish_sso(&sender, &pending, input, context);
            let session = session.map_err(|error| error.to_string())?;
            Ok(session.name_id().value().to_owned())
        }),
    }
}
