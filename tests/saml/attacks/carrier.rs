//! The signed messages that attacks are made on, one for each thing that is signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vestibule::error::Explain;
use vestibule::saml::metadata::{IdpMetadata, MetadataEntity, MetadataTrust};
use vestibule::saml::{
    ClockSkew, EndpointUrl, EntityId, ParsedLogoutRequest, ParsedLogoutResponse, Refusal,
};

use super::super::idp::{
    ASSERTION, BOTH, Connection, FORGED, IDP, Message, NAME_ID, RESPONSE, RESPONSE_ONLY, data, now,
    replace,
};

/// The claim that an accepted message yields, or the codes of all checks that failed.
pub(crate) type Verdict = Result<String, Vec<&'static str>>;

/// A kind of message with what in it is signed and what in it is worth forging.
#[derive(Clone, Copy)]
pub(crate) struct Carrier {
    pub(crate) name: &'static str,
    unsigned: fn() -> String,
    /// Local names of the signed elements, inner first.
    pub(crate) signed: &'static [&'static str],
    /// Qualified name of the root.
    pub(crate) root: &'static str,
    /// The claim of the genuine message as it is written in it.
    pub(crate) genuine: &'static str,
    pub(crate) forged: &'static str,
    judge: fn(&Connection, &[u8]) -> Verdict,
}

pub(crate) const RESPONSE_SIGNED: Carrier = Carrier {
    name: "signed response",
    unsigned: || RESPONSE.to_owned(),
    signed: RESPONSE_ONLY,
    root: "samlp:Response",
    genuine: NAME_ID,
    forged: FORGED,
    judge: sign_in,
};

pub(crate) const ASSERTION_SIGNED: Carrier = Carrier {
    name: "signed assertion",
    signed: ASSERTION,
    ..RESPONSE_SIGNED
};

pub(crate) const BOTH_SIGNED: Carrier = Carrier {
    name: "both signed",
    signed: BOTH,
    ..RESPONSE_SIGNED
};

pub(crate) const LOGOUT_REQUEST: Carrier = Carrier {
    name: "logout request",
    unsigned: || {
        let start = r#"<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_logout-1" Version="2.0" IssueInstant="2026-06-06T07:40:20Z" NotOnOrAfter="2026-06-06T07:45:20Z" Destination="https://sp.example.com/slo">"#;
        format!(
            "{start}<saml:Issuer>{IDP}</saml:Issuer><saml:NameID>{NAME_ID}</saml:NameID>\
             <samlp:SessionIndex>_session-77</samlp:SessionIndex></samlp:LogoutRequest>"
        )
    },
    signed: &["LogoutRequest"],
    root: "samlp:LogoutRequest",
    genuine: NAME_ID,
    forged: FORGED,
    judge: log_out,
};

/// It says that some service may still hold a session; the forged one that none does.
pub(crate) const LOGOUT_RESPONSE: Carrier = Carrier {
    name: "logout response",
    unsigned: || {
        let start = r#"<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_answer-1" Version="2.0" IssueInstant="2026-06-06T07:40:20Z" InResponseTo="_request-1" Destination="https://sp.example.com/slo">"#;
        let success = "urn:oasis:names:tc:SAML:2.0:status:Success";
        format!(
            r#"{start}<saml:Issuer>{IDP}</saml:Issuer><samlp:Status><samlp:StatusCode Value="{success}"><samlp:StatusCode Value="{PARTIAL}"/></samlp:StatusCode></samlp:Status></samlp:LogoutResponse>"#
        )
    },
    signed: &["LogoutResponse"],
    root: "samlp:LogoutResponse",
    genuine: PARTIAL,
    forged: COMPLETE,
    judge: finish_logout,
};

pub(crate) const ENTITY: Carrier = Carrier {
    name: "metadata of an entity",
    unsigned: || entity(r#" ID="_entity-1""#),
    signed: &["EntityDescriptor"],
    root: "md:EntityDescriptor",
    genuine: SSO,
    forged: "https://mallory.example/sso",
    judge: read_metadata,
};

pub(crate) const AGGREGATE: Carrier = Carrier {
    name: "metadata of many entities",
    unsigned: || aggregate(r#" ID="_group-1""#, &entity("")),
    signed: &["EntitiesDescriptor"],
    root: "md:EntitiesDescriptor",
    ..ENTITY
};

pub(crate) const ENTITY_IN_AGGREGATE: Carrier = Carrier {
    name: "signed entity among others",
    unsigned: || aggregate("", &entity(r#" ID="_entity-1""#)),
    signed: &["EntityDescriptor"],
    root: "md:EntitiesDescriptor",
    ..ENTITY
};

pub(crate) const RESPONSES: [Carrier; 3] = [RESPONSE_SIGNED, ASSERTION_SIGNED, BOTH_SIGNED];

/// Those that carry a name identifier.
pub(crate) const NAMED: [Carrier; 4] = [
    RESPONSE_SIGNED,
    ASSERTION_SIGNED,
    BOTH_SIGNED,
    LOGOUT_REQUEST,
];

/// Those of the POST binding, read under the default bounds.
pub(crate) const POSTED: [Carrier; 5] = [
    RESPONSE_SIGNED,
    ASSERTION_SIGNED,
    BOTH_SIGNED,
    LOGOUT_REQUEST,
    LOGOUT_RESPONSE,
];

/// Every message with an enveloped signature that is read anywhere.
pub(crate) const ALL: [Carrier; 8] = [
    RESPONSE_SIGNED,
    ASSERTION_SIGNED,
    BOTH_SIGNED,
    LOGOUT_REQUEST,
    LOGOUT_RESPONSE,
    ENTITY,
    AGGREGATE,
    ENTITY_IN_AGGREGATE,
];

pub(crate) const SLO: &str = "https://sp.example.com/slo";
const SSO: &str = "https://idp.example.org/sso";
const PARTIAL: &str = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";
const COMPLETE: &str = "urn:oasis:names:tc:SAML:2.0:status:Other";

impl Carrier {
    /// The sound message, still to be signed.
    pub(crate) fn message(&self) -> Message {
        Message::of((self.unsigned)(), self.signed)
    }

    /// The sound message, genuinely signed.
    pub(crate) fn xml(&self) -> String {
        self.message().xml()
    }

    /// The sound message without any signature.
    pub(crate) fn unsigned_xml(&self) -> String {
        (self.unsigned)()
    }

    /// The message with the forged claim and without a signature.
    pub(crate) fn forged(&self) -> String {
        replace(&(self.unsigned)(), self.genuine, self.forged)
    }

    /// The sound message with something in its extensions, still to be signed.
    pub(crate) fn with_extension(&self, content: &str) -> Message {
        let unsigned = put_at_head(&(self.unsigned)(), &extensions(self.root, content));
        Message::of(unsigned, self.signed)
    }

    /// The local name of the element whose signature stands first in the order of making.
    pub(crate) fn first_signed(&self) -> &'static str {
        self.signed[0]
    }

    /// Whether a signature covers the root.
    pub(crate) fn is_root_signed(&self) -> bool {
        let root = self.root.split(':').next_back();
        root == self.signed.last().copied()
    }

    pub(crate) fn judge(&self, xml: impl AsRef<[u8]>) -> Verdict {
        self.judge_by(&Connection::new(), xml)
    }

    pub(crate) fn judge_by(&self, connection: &Connection, xml: impl AsRef<[u8]>) -> Verdict {
        (self.judge)(connection, xml.as_ref())
    }

    /// That the control is accepted with the genuine claim, and the attack refused with `code` as
    /// the first check that failed.
    #[track_caller]
    pub(crate) fn assert_attack(
        &self,
        what: &str,
        control: impl AsRef<[u8]>,
        attack: impl AsRef<[u8]>,
        code: &str,
    ) {
        self.assert_accepted(what, control);
        self.assert_refused(what, attack, code);
    }

    #[track_caller]
    pub(crate) fn assert_accepted(&self, what: &str, xml: impl AsRef<[u8]>) {
        let verdict = self.judge(xml);
        assert_eq!(
            verdict.as_deref(),
            Ok(self.genuine),
            "{what}: {}",
            self.name
        );
    }

    #[track_caller]
    pub(crate) fn assert_refused(&self, what: &str, xml: impl AsRef<[u8]>, code: &str) {
        match self.judge(xml) {
            Ok(claim) => panic!("{what}: {} accepted as `{claim}`", self.name),
            Err(codes) => assert_eq!(
                codes.first(),
                Some(&code),
                "{what}: {} {codes:?}",
                self.name
            ),
        }
    }
}

fn codes(refusal: &Refusal) -> Vec<&'static str> {
    refusal.failed().map(|one| one.check().code()).collect()
}

fn sign_in(connection: &Connection, xml: &[u8]) -> Verdict {
    let login = connection
        .judge_form(&STANDARD.encode(xml))
        .map_err(|refusal| codes(&refusal))?;
    Ok(login.name_id.unwrap().value.expose().to_owned())
}

fn log_out(connection: &Connection, xml: &[u8]) -> Verdict {
    let service = connection.service.clone().with_slo_url(slo());
    ParsedLogoutRequest::from_post(&STANDARD.encode(xml))
        .and_then(|parsed| parsed.verify(&connection.idp))
        .and_then(|verified| verified.accept(&service, ClockSkew::default(), now()))
        .and_then(|pending| pending.confirm(connection.answer))
        .map(|logout| logout.name_id.value.expose().to_owned())
        .map_err(|refusal| codes(&refusal))
}

fn finish_logout(connection: &Connection, xml: &[u8]) -> Verdict {
    let service = connection.service.clone().with_slo_url(slo());
    let Some(request) = &connection.request else {
        return Err(vec!["no request"]);
    };
    let accepted = ParsedLogoutResponse::from_post(&STANDARD.encode(xml))
        .and_then(|parsed| parsed.verify(&connection.idp))
        .and_then(|verified| verified.accept(&service, request, ClockSkew::default(), now()))
        .map_err(|refusal| codes(&refusal))?;
    Ok(match accepted.outcome {
        vestibule::saml::LogoutOutcome::Complete => COMPLETE.to_owned(),
        vestibule::saml::LogoutOutcome::Partial => PARTIAL.to_owned(),
    })
}

fn slo() -> EndpointUrl {
    EndpointUrl::parse(SLO).unwrap()
}

/// By the entity's ID in any case; the connection's keys are the pinned ones.
fn read_metadata(connection: &Connection, xml: &[u8]) -> Verdict {
    let id = EntityId::parse(IDP).unwrap();
    let (entity, trust) = (
        MetadataEntity::Named(&id),
        MetadataTrust::Pinned(&connection.keys),
    );
    let metadata = IdpMetadata::read(xml, entity, now(), trust);
    metadata
        .map(|metadata| metadata.single_sign_on()[0].location.to_string())
        .map_err(|error| vec![error.code()])
}

pub(crate) const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

fn aggregate(attributes: &str, entities: &str) -> String {
    let other = entity("")
        .replace(IDP, "https://other.example.org/metadata")
        .replace(SSO, "https://other.example.org/sso");
    format!(
        r#"<md:EntitiesDescriptor xmlns:md="{MD}"{attributes}>{entities}{other}</md:EntitiesDescriptor>"#
    )
}

fn entity(attributes: &str) -> String {
    let pem = String::from_utf8(data("other-rsa-2048.pem")).unwrap();
    let certificate: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    format!(
        r#"<md:EntityDescriptor xmlns:md="{MD}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"{attributes} entityID="{IDP}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{SSO}"/></md:IDPSSODescriptor></md:EntityDescriptor>"#
    )
}

/// The controls of all attacks: every carrier is accepted, and so would be its forged twin if the
/// identity provider had signed it.
#[test]
fn every_carrier_is_accepted_and_its_forged_twin_would_be_if_it_were_signed() {
    for carrier in ALL {
        carrier.assert_accepted("sound", carrier.xml());
        let twin = Message::of(carrier.forged(), carrier.signed).xml();
        assert_eq!(
            carrier.judge(&twin).as_deref(),
            Ok(carrier.forged),
            "{}",
            carrier.name
        );
        let unsigned = (carrier.unsigned)();
        carrier.assert_refused("unsigned", &unsigned, "signature-missing");
    }
}

/// Behind the issuer, or first where there is none: where a signature belongs.
pub(crate) fn put_at_head(xml: &str, added: &str) -> String {
    let issuer = "</saml:Issuer>";
    let at = match xml.find(issuer) {
        Some(at) => at + issuer.len(),
        None => xml.find('>').unwrap() + 1,
    };
    format!("{}{added}{}", &xml[..at], &xml[at..])
}

pub(crate) fn put_at_end(xml: &str, added: &str) -> String {
    let at = xml.rfind("</").unwrap();
    format!("{}{added}{}", &xml[..at], &xml[at..])
}

pub(crate) fn extensions(tag: &str, content: &str) -> String {
    let prefix = match tag.starts_with("md:") {
        true => "md",
        false => "samlp",
    };
    format!("<{prefix}:Extensions>{content}</{prefix}:Extensions>")
}

/// `xml` without its first signature, and that signature.
pub(crate) fn without_signature(xml: &str) -> (String, String) {
    let Some(start) = xml.find("<ds:Signature ") else {
        return (xml.to_owned(), String::new());
    };
    let tag = "</ds:Signature>";
    let end = xml.find(tag).unwrap() + tag.len();
    let rest = format!("{}{}", &xml[..start], &xml[end..]);
    (rest, xml[start..end].to_owned())
}
