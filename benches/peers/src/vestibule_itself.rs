//! vestibule, from the form value to the identity.

use vestibule::saml::{Expectations, ParsedResponse, ReplayAnswer, Solicitation};

use crate::document::Document;
use crate::idp::Connection;
use crate::{Peer, Verdict};

pub(crate) fn peer(document: &Document) -> Peer {
    let (form_value, at, connection) = (document.form_value(), document.at, Connection::new());
    Peer {
        name: "vestibule 0.1.0",
        checks: "base64, signature by the pinned certificate, Destination, issuers, status, \
                 conditions, audience, bearer confirmation, InResponseTo, subject, attributes; the \
                 replay question is asked, not stored",
        judge: Box::new(move || -> Verdict {
            let request = connection.request.as_ref().unwrap();
            let expected = Expectations::new(&connection.service, Solicitation::Solicited(request));
            let login = ParsedResponse::from_post(&form_value)
                .and_then(|parsed| parsed.verify(&connection.idp))
                .and_then(|verified| verified.accept(&expected, at))
                .and_then(|pending| pending.confirm(ReplayAnswer::FirstSeen));
            let login = login.map_err(|refusal| refusal.to_string())?;
            let name_id = login.name_id.ok_or("no NameID")?;
            Ok(name_id.value.expose().to_owned())
        }),
    }
}
