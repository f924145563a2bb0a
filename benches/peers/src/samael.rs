//! samael with libxmlsec1: `parse_base64_response`, as its README shows. It reads the clock itself.

use samael::metadata::EntityDescriptor;
use samael::service_provider::ServiceProviderBuilder;

use crate::document::{Document, metadata};
use crate::{Peer, Verdict, idp};

pub(crate) fn peer(document: &Document) -> Peer {
    let sender: EntityDescriptor = samael::metadata::de::from_str(&metadata()).unwrap();
    let service = ServiceProviderBuilder::default()
        .entity_id(Some(idp::SP.to_owned()))
        .acs_url(Some(idp::ACS.to_owned()))
        .idp_metadata(sender)
        .build()
        .unwrap();
    let form_value = document.form_value();
    Peer {
        name: "samael 0.0.22 (libxmlsec1)",
        checks: "base64, signature by the certificate of the metadata, issuer, conditions, \
                 audience, bearer confirmation, InResponseTo, subject, attributes; of a response \
                 that is not signed itself, neither Destination nor status; no replay",
        judge: Box::new(move || -> Verdict {
            let assertion = service.parse_base64_response(&form_value, Some(&[idp::REQUEST]));
            let assertion = assertion.map_err(|error| error.to_string())?;
            let name_id = assertion.subject.and_then(|subject| subject.name_id);
            name_id
                .map(|name_id| name_id.value)
                .ok_or_else(|| "no subject".to_owned())
        }),
    }
}
