//! Messages that are made to cost much: each is refused by the bound that is meant, in a time that
//! does not grow with what it asks for. `tests/saml/hostile.rs` has more of them.

use std::time::{Duration, Instant};

use vestibule::dsig::TrustedKeys;
use vestibule::error::{Blame, Explain};
use vestibule::limits::{MAX_CANONICAL_PREFIXES, MAX_FORM_VALUE_BYTES, MAX_TRUSTED_KEYS};
use vestibule::saml::{ParsedLogoutRequest, ParsedLogoutResponse, ParsedResponse};

use super::super::idp::Connection;
use super::super::limits::certificates;
use super::carrier::{ALL, Carrier, POSTED, RESPONSES, extensions, put_at_head};

/// A generous bound for an unoptimized build on a busy machine.
const SOON: Duration = Duration::from_secs(2);

#[track_caller]
fn assert_refused_soon(carrier: &Carrier, what: &str, xml: &str, code: &str) {
    let start = Instant::now();
    carrier.assert_refused(what, xml, code);
    let elapsed = start.elapsed();
    assert!(elapsed < SOON, "{what}: {} {elapsed:?}", carrier.name);
}

/// Put in by an attacker after signing: what is refused is refused before the digest is looked at.
fn inserted(carrier: &Carrier, content: &str) -> String {
    put_at_head(&carrier.xml(), &extensions(carrier.root, content))
}

#[test]
fn attack_36_depth_width_and_length() {
    let deep = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
    let attributes = |count: usize| {
        let attributes: String = (0..count).map(|n| format!(" a{n}=''")).collect();
        format!("<a{attributes}/>")
    };
    let namespaces = |count: usize| {
        let declarations: String = (0..count)
            .map(|n| format!(" xmlns:n{n}='urn:{n}'"))
            .collect();
        format!("<a{declarations}/>")
    };
    let name = |bytes: usize| format!("<{}/>", "a".repeat(bytes));
    for carrier in ALL {
        for harmless in [deep(50), attributes(60), namespaces(50), name(500)] {
            let sound = carrier.with_extension(&harmless).xml();
            carrier.assert_accepted("within the bounds", sound);
        }
        // A tag of metadata may have fewer attributes than namespaces are in scope.
        let too_many = match carrier.root.starts_with("md:") {
            true => "xml-too-many-attributes",
            false => "xml-too-many-namespaces",
        };
        for (what, content, code) in [
            ("100,000 levels", deep(100_000), "xml-too-deep"),
            ("unclosed levels", "<a>".repeat(100_000), "xml-too-deep"),
            (
                "100,000 attributes",
                attributes(100_000),
                "xml-too-many-attributes",
            ),
            ("50,000 namespaces", namespaces(50_000), too_many),
            ("1 MB of name", name(1_000_000), "xml-name-too-long"),
        ] {
            assert_refused_soon(&carrier, what, &inserted(&carrier, &content), code);
        }
    }
    for carrier in POSTED {
        for (what, content, code) in [
            (
                "200,000 elements",
                "<a/>".repeat(200_000),
                "xml-too-many-nodes",
            ),
            ("2.1 MB of text", "x".repeat(2_100_000), "xml-too-large"),
        ] {
            assert_refused_soon(&carrier, what, &inserted(&carrier, &content), code);
        }
    }
}

/// A form value is bounded before it is decoded.
#[test]
fn attack_17_a_form_value_without_end() {
    let sound = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        RESPONSES[0].xml(),
    );
    assert!(ParsedResponse::from_post(&sound).is_ok());
    for bytes in [MAX_FORM_VALUE_BYTES + 1, 10_000_000, 100_000_000] {
        let value = "A".repeat(bytes);
        let start = Instant::now();
        let refusals = [
            ParsedResponse::from_post(&value).unwrap_err(),
            ParsedLogoutRequest::from_post(&value).unwrap_err(),
            ParsedLogoutResponse::from_post(&value).unwrap_err(),
        ];
        for refusal in refusals {
            assert_eq!(refusal.code(), "saml-too-large");
            assert_eq!(refusal.blame(), Blame::Limit);
        }
        assert!(start.elapsed() < Duration::from_millis(200));
    }
}

/// Work that a signature asks for before it is verified.
#[test]
fn attack_76_signatures_references_keys_and_prefixes() {
    for carrier in ALL {
        let signatures = r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>"#;
        let xml = carrier.xml();
        let many = xml.replacen(
            "<ds:Signature ",
            &format!("{}<ds:Signature ", signatures.repeat(1_000)),
            1,
        );
        assert_refused_soon(&carrier, "1,000 signatures", &many, "signature-several");
        let end = "</ds:Reference>";
        let references = format!("{end}{}", r##"<ds:Reference URI="#_x"/>"##.repeat(5_000));
        let many = xml.replacen(end, &references, 1);
        assert_refused_soon(
            &carrier,
            "5,000 references",
            &many,
            "signature-element-unexpected",
        );
        let end = "</ds:Transforms>";
        let transforms = format!(
            "{}{end}",
            r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>"#.repeat(5_000)
        );
        let many = xml.replacen(end, &transforms, 1);
        assert_refused_soon(
            &carrier,
            "5,000 transforms",
            &many,
            "signature-element-unexpected",
        );
        let listing = |count: usize| {
            let list = vec!["p"; count].join(" ");
            let list = format!(
                r#"#"><e:InclusiveNamespaces xmlns:e="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="{list}"/></ds:Transform></ds:Transforms>"#
            );
            carrier
                .message()
                .edit_signature(r##"#"/></ds:Transforms>"##, &list)
                .xml()
        };
        let sound = listing(MAX_CANONICAL_PREFIXES);
        carrier.assert_attack(
            "prefixes",
            sound,
            listing(MAX_CANONICAL_PREFIXES + 1),
            "xml-too-many-prefixes",
        );
        let certificates =
            "<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data>";
        let key_info = format!(
            "</ds:SignatureValue><ds:KeyInfo>{}</ds:KeyInfo>",
            certificates.repeat(5_000)
        );
        let many = carrier
            .message()
            .edit_signature("</ds:SignatureValue>", &key_info)
            .xml();
        let start = Instant::now();
        carrier.assert_accepted("certificates that nobody looks at", many);
        assert!(start.elapsed() < SOON);
    }
    // Each key of a connection may be tried; the number of them is bounded.
    let all = certificates();
    assert!(TrustedKeys::from_certificates(&all[..MAX_TRUSTED_KEYS]).is_ok());
    let error = TrustedKeys::from_certificates(&all).unwrap_err();
    assert_eq!(error.code(), "certificate-too-many-trusted");
}

/// Safe code has no overread; what is cut short anywhere is refused.
#[test]
fn attack_46_a_message_that_ends_early() {
    let source = include_str!("../../../src/lib.rs");
    assert!(source.contains("#![forbid(unsafe_code)]"));
    for carrier in ALL {
        let sound = carrier.xml();
        carrier.assert_accepted("whole", &sound);
        for end in (0..sound.len()).step_by(11) {
            assert!(carrier.judge(&sound[..end]).is_err());
            assert!(carrier.judge(&sound[end + 1..]).is_err());
        }
    }
    assert!(Connection::new().judge("").is_err());
}
