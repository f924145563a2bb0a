//! The HTTP-Redirect binding: a signature beside the message, over the octets of the query.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vestibule::error::Explain;
use vestibule::limits::MAX_REDIRECT_QUERY_BYTES;
use vestibule::saml::{ClockSkew, EndpointUrl, RedirectQuery, Refusal};

use super::super::idp::{Connection, now, sign_octets};
use super::carrier::{Carrier, LOGOUT_REQUEST, LOGOUT_RESPONSE, RESPONSE_SIGNED, SLO, put_at_head};

const METHOD: &str = "http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256";
const CARRIERS: [Carrier; 2] = [LOGOUT_REQUEST, LOGOUT_RESPONSE];

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() {
            true => escaped.push(char::from(byte)),
            false => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

fn parameter(carrier: &Carrier) -> &'static str {
    match carrier.name == LOGOUT_REQUEST.name {
        true => "SAMLRequest",
        false => "SAMLResponse",
    }
}

fn deflated(octets: &[u8]) -> String {
    escape(&STANDARD.encode(miniz_oxide::deflate::compress_to_vec(octets, 9)))
}

/// What is signed of a message: a RelayState among it.
fn unsigned_query(carrier: &Carrier, octets: &[u8]) -> String {
    let (name, value) = (parameter(carrier), deflated(octets));
    format!("{name}={value}&RelayState=a7&SigAlg={METHOD}")
}

fn signed(unsigned: &str) -> String {
    let value = sign_octets("rsa-2048", "", unsigned.as_bytes());
    format!("{unsigned}&Signature={}", escape(&STANDARD.encode(value)))
}

fn query(carrier: &Carrier, octets: &[u8]) -> String {
    signed(&unsigned_query(carrier, octets))
}

fn judge(carrier: &Carrier, query: &str) -> Result<(), Refusal> {
    let connection = Connection::new();
    let service = connection
        .service
        .clone()
        .with_slo_url(EndpointUrl::parse(SLO).unwrap());
    let parsed = RedirectQuery::parse(query)?;
    if parameter(carrier) == "SAMLRequest" {
        let verified = parsed.verify_logout_request(&connection.idp)?;
        let pending = verified.accept(&service, ClockSkew::default(), now())?;
        return pending.confirm(connection.answer).map(drop);
    }
    let verified = parsed.verify_logout_response(&connection.idp)?;
    verified
        .accept(
            &service,
            connection.request.as_ref().unwrap(),
            ClockSkew::default(),
            now(),
        )
        .map(drop)
}

#[track_caller]
fn assert_refused(carrier: &Carrier, what: &str, query: &str, code: &str) {
    let refusal = judge(carrier, query).expect_err(what);
    assert_eq!(refusal.code(), code, "{what}: {}", carrier.name);
}

/// One reading of a parameter is signed and another is used.
#[test]
fn attack_47_parameters_that_are_read_twice() {
    for carrier in CARRIERS {
        let xml = carrier.unsigned_xml();
        let forged = deflated(carrier.forged().as_bytes());
        let sound = query(&carrier, xml.as_bytes());
        let name = parameter(&carrier);
        assert_eq!(judge(&carrier, &sound), Ok(()));
        assert_eq!(judge(&carrier, &format!("tenant=7&{sound}&utm=x")), Ok(()));
        let (repeated, unexpected) = ("saml-parameter-repeated", "saml-parameter-unexpected");
        for (added, code) in [
            (format!("{name}={forged}"), repeated),
            ("RelayState=evil".to_owned(), repeated),
            (format!("SigAlg={METHOD}"), repeated),
            ("Signature=AAAA".to_owned(), repeated),
            (format!("{}={forged}", name.to_lowercase()), unexpected),
            (format!("%53{}={forged}", &name[1..]), unexpected),
            (format!("{name}%00={forged}"), unexpected),
            (format!("{name}[]={forged}"), unexpected),
            (format!("+{name}={forged}"), unexpected),
            (format!(";{name}={forged}"), unexpected),
            ("SAMLart=AAQ".to_owned(), unexpected),
        ] {
            for both in [format!("{sound}&{added}"), format!("{added}&{sound}")] {
                assert_refused(&carrier, &added, &both, code);
            }
        }
        let bare = format!("{name}&{sound}");
        assert_refused(&carrier, "without `=`", &bare, unexpected);
        let other = match name {
            "SAMLRequest" => "SAMLResponse",
            _ => "SAMLRequest",
        };
        let both = format!("{sound}&{other}={forged}");
        assert_refused(&carrier, "both messages", &both, unexpected);
    }
}

/// The signature is over what was received, so that no other spelling of it verifies.
#[test]
fn attack_47_another_spelling_of_what_was_signed() {
    for carrier in CARRIERS {
        let sound = query(&carrier, carrier.unsigned_xml().as_bytes());
        assert_eq!(judge(&carrier, &sound), Ok(()));
        for (from, to) in [
            ("RelayState=a7", "RelayState=%617"),
            ("RelayState=a7", "RelayState="),
            ("&RelayState=a7", ""),
            ("%3A%2F%2Fwww", "%3a%2f%2fwww"),
            ("%3A%2F%2Fwww", "://www"),
        ] {
            let attack = sound.replacen(from, to, 1);
            assert_ne!(attack, sound);
            assert_refused(&carrier, to, &attack, "signature-invalid");
        }
        // Signed by the sender in lower case, as some do, it verifies as it came.
        let lower = unsigned_query(&carrier, carrier.unsigned_xml().as_bytes());
        let lower = lower.replace("%3A", "%3a").replace("%2F", "%2f");
        assert_eq!(judge(&carrier, &signed(&lower)), Ok(()));
        let encoded = signed(&format!("{lower}&SAMLEncoding=urn%3Ax"));
        assert_refused(&carrier, "encoding", &encoded, "saml-encoding-unsupported");
        assert_refused(&carrier, "unsigned", &lower, "signature-missing");
    }
}

#[test]
fn attack_45_no_byte_of_a_signed_query_can_be_changed() {
    for carrier in CARRIERS {
        let sound = query(&carrier, carrier.unsigned_xml().as_bytes());
        assert_eq!(judge(&carrier, &sound), Ok(()));
        for at in (0..sound.len()).step_by(3) {
            let mut octets = sound.clone().into_bytes();
            octets[at] = if octets[at] == b'7' { b'5' } else { b'7' };
            let changed = String::from_utf8(octets).unwrap();
            assert!(judge(&carrier, &changed).is_err(), "{at}: {changed}");
        }
    }
}

/// The signature covers every octet, so that what is inside must be the message and nothing more.
#[test]
fn attack_1_33_what_the_signature_beside_a_message_covers_is_the_message() {
    for carrier in CARRIERS {
        let xml = carrier.unsigned_xml();
        assert_eq!(judge(&carrier, &query(&carrier, xml.as_bytes())), Ok(()));
        for (octets, code) in [
            (
                put_at_head(&xml, &xml.replace(r#" ID="_"#, r#" ID="_2"#)),
                "saml-element-unexpected",
            ),
            (put_at_head(&xml, &xml), "signature-id-duplicate"),
            (format!("{xml}{xml}"), "xml-root-several"),
            (format!("<!DOCTYPE x>{xml}"), "xml-doctype"),
            (RESPONSE_SIGNED.xml(), "saml-response-by-redirect"),
        ] {
            assert_refused(&carrier, code, &query(&carrier, octets.as_bytes()), code);
        }
    }
}

/// Inflated up to a bound on what comes out, whatever the ratio.
#[test]
fn attack_17_a_deflate_bomb() {
    for carrier in CARRIERS {
        let xml = carrier.unsigned_xml();
        let padded = |spaces: usize| format!("{xml}{}", " ".repeat(spaces));
        assert_eq!(
            judge(&carrier, &query(&carrier, padded(10_000).as_bytes())),
            Ok(())
        );
        for size in [1_000_000, 10_000_000, 40_000_000] {
            let bomb = query(&carrier, padded(size).as_bytes());
            assert!(bomb.len() < MAX_REDIRECT_QUERY_BYTES, "{}", bomb.len());
            let start = std::time::Instant::now();
            assert_refused(&carrier, "bomb", &bomb, "saml-too-large");
            assert!(
                start.elapsed().as_millis() < 1000,
                "{size}: {:?}",
                start.elapsed()
            );
        }
        let long = format!(
            "{}&x={}",
            query(&carrier, xml.as_bytes()),
            "x".repeat(MAX_REDIRECT_QUERY_BYTES)
        );
        assert_refused(&carrier, "long", &long, "saml-too-large");
        let no_deflate = format!(
            "{}={}&RelayState=a7&SigAlg={METHOD}",
            parameter(&carrier),
            escape(&STANDARD.encode(&xml))
        );
        assert_refused(&carrier, "plain", &signed(&no_deflate), "saml-deflate");
    }
}
