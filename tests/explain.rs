//! What the tool `explain` prints: its parts, run on messages of other implementations.
#![cfg(feature = "saml")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vestibule::dsig::Certificate;
use vestibule::saml::Step;

#[path = "../examples/explain/arguments.rs"]
mod arguments;
#[path = "../examples/explain/judge.rs"]
mod judge;
#[path = "../examples/explain/report.rs"]
mod report;
#[path = "../examples/explain/signatures.rs"]
mod signatures;
#[path = "../examples/explain/style.rs"]
mod style;
#[path = "../examples/explain/tree.rs"]
mod tree;

use arguments::{Arguments, USAGE};
use judge::{Explanation, Settings, read_certificates, read_decryption_key};
use style::Style;
use tree::Values;

const XML: &str = include_str!("data/saml/pysaml2.xml");
const OKTA: &str = include_str!("data/saml/okta-assertion.b64");
const BOTH: &str = include_str!("data/saml/pysaml2-both.b64");
/// All that the message is to be compared with, as it says itself.
const GIVEN: [&str; 10] = [
    "--entity-id",
    "https://sp.example.com/saml/metadata",
    "--issuer",
    "https://idp.example.org/saml/metadata",
    "--acs",
    "https://sp.example.com/saml/acs",
    "--request-id",
    "_req9afaf3852646a15c33e5b737c1f8b937",
    "--at",
    "2026-06-06T07:40:25Z",
];

fn parse(arguments: &[&str]) -> Result<Arguments, String> {
    let always = ["response", "--cert", "idp.pem"];
    Arguments::parse(always.iter().chain(arguments).map(|one| (*one).to_owned()))
}

fn explain(input: &[u8], arguments: &[&str]) -> Explanation {
    let certificates = read_certificates(include_bytes!("data/saml/idp.pem")).unwrap();
    let settings = Settings::new(&parse(arguments).unwrap(), &certificates).unwrap();
    Explanation::of(input, &settings)
}

fn plain(input: &str, arguments: &[&str]) -> String {
    let explanation = explain(input.as_bytes(), arguments);
    report::of(&explanation, Style::Plain, Values::Hidden)
}

/// The lines of a section, without its heading.
fn section<'r>(report: &'r str, title: &str) -> Vec<&'r str> {
    let lines = report.lines().skip_while(|line| *line != title).skip(1);
    lines.take_while(|line| !line.is_empty()).collect()
}

fn verdicts(report: &str, mark: &str) -> usize {
    let checks = section(report, "Checks");
    checks
        .iter()
        .filter(|line| line.trim_start().starts_with(mark))
        .count()
}

#[test]
fn an_accepted_response_passes_all_checks_but_the_hosts() {
    for input in [
        XML.to_owned(),
        STANDARD.encode(XML),
        format!("\u{feff}{XML}"),
    ] {
        let report = plain(&input, &GIVEN);
        assert_eq!((verdicts(&report, "✓"), verdicts(&report, "≈")), (15, 0));
        assert_eq!((verdicts(&report, "✗"), verdicts(&report, "·")), (0, 1));
        assert!(report.contains("· not judged  replay"));
        assert!(report.ends_with("Accepted, unless it was seen before.\n"));
        assert!(!report.contains("assumed"));
    }
}

#[test]
fn what_is_not_given_is_assumed_and_proves_nothing() {
    let report = plain(XML, &[]);
    let compared = section(&report, "Compared with");
    assert_eq!(compared.len(), 5);
    assert!(
        compared
            .iter()
            .all(|line| line.contains("assumed from the message"))
    );
    // Audience, issuer, destination and recipient, request, time.
    assert_eq!((verdicts(&report, "✓"), verdicts(&report, "≈")), (9, 6));
    assert!(report.ends_with("Accepted as far as it was compared with given values.\n"));

    let report = plain(XML, &GIVEN[..2]);
    assert!(report.contains("✓ passed      audience"));
    assert!(report.contains("≈ assumed     issuer"));
}

#[test]
fn a_wrong_audience_shows_both_sides_and_what_to_change() {
    let report = plain(XML, &["--entity-id", "https://other.example.com"]);
    let checks = section(&report, "Checks").join("\n");
    for part in [
        "✗ failed      audience (contents)",
        "code      saml-audience-mismatch",
        "where     /Response/Assertion/Conditions/AudienceRestriction",
        "expected  https://other.example.com",
        "found     https://sp.example.com/saml/metadata",
        "whose     the settings",
        "advice    1, below",
    ] {
        assert!(checks.contains(part), "{part}\n{checks}");
    }
    assert_eq!(verdicts(&report, "✗"), 1);
    // The other checks of the contents were made and say so.
    assert_eq!(verdicts(&report, "·"), 1);
    assert!(report.contains("\nRefused: the assertion is for other audiences.\n"));
    // Where it stands in the tree, and what to set at whom.
    let marked: Vec<_> = section(&report, "Message")
        .into_iter()
        .filter(|line| line.contains('✗'))
        .map(|line| line.trim_start_matches([' ', '┃']).to_owned())
        .collect();
    assert_eq!(marked, ["AudienceRestriction  ✗ saml-audience-mismatch"]);
    let advice = section(&report, "What to do");
    assert!(advice[0].starts_with("  1. Set the audience"));
    assert_eq!(
        advice[1..],
        [
            "     at the identity provider  audience (SP entity ID): https://other.example.com",
            "     at this service           entity ID of this service: https://sp.example.com/saml/metadata",
        ]
    );
    assert!(checks.contains("of what was signed)"));
}

/// The response around a signed assertion is not signed: its places count in the message.
#[test]
fn places_count_in_what_was_judged() {
    let xml = STANDARD.decode(OKTA.replace('\n', "")).unwrap();
    let xml = String::from_utf8(xml).unwrap();
    let report = plain(&xml, &["--acs", "https://other.example.com/acs"]);
    let places = report.lines().filter(|line| line.contains("  where "));
    let places: Vec<_> = places.map(str::trim).collect();
    assert_eq!(places.len(), 2, "{report}");
    let start = xml.find("Destination=").unwrap();
    let end = start + xml[start..].find("\" ").unwrap() + 1;
    assert_eq!(
        places[0],
        format!("where     /Response/@Destination (bytes {start}..{end})")
    );
    assert!(places[1].contains("/@Recipient (bytes ") && places[1].contains("of what was signed)"));
    let signatures = section(&report, "Signatures");
    assert_eq!(signatures[0], "  response: not signed by itself");
}

#[cfg(feature = "encryption")]
#[test]
fn an_encrypted_assertion_is_opened_by_the_key_that_is_given() {
    let message = include_bytes!("data/saml/encryption/xmlsec1-aes256-gcm.b64");
    let pem = include_bytes!("data/saml/encryption/sp-key.test-only.pem");
    let certificates = read_certificates(include_bytes!("data/saml/idp.pem")).unwrap();
    let mut settings = Settings::new(&parse(&[]).unwrap(), &certificates).unwrap();
    let explain = |settings: &Settings| {
        let explanation = Explanation::of(message, settings);
        report::of(&explanation, Style::Plain, Values::Hidden)
    };
    let closed = explain(&settings);
    assert!(closed.contains("  assertion: encrypted, and so is a signature inside it\n"));
    assert!(
        closed.contains("✗ failed      encryption (signature)"),
        "{closed}"
    );
    assert!(closed.contains("code      saml-assertion-encrypted"));
    // How it is encrypted is nobody's secret, and what an administrator has to change.
    assert!(
        closed
            .contains("EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\"")
    );
    settings.decryption_keys = Some(read_decryption_key(pem).unwrap());
    let opened = explain(&settings);
    assert!(
        opened.contains("EncryptedAssertion  ◀ signed, RSA with SHA-256"),
        "{opened}"
    );
    assert!(opened.contains("  assertion: verified, RSA with SHA-256, by the certificate\n"));
    assert!(read_decryption_key(b"no key").is_err());
}

#[cfg(not(feature = "encryption"))]
#[test]
fn without_the_feature_a_decryption_key_is_refused() {
    let error = read_decryption_key(b"").err().unwrap();
    assert!(error.contains("feature encryption"), "{error}");
}

#[test]
fn a_request_was_sent_or_was_not() {
    let unsolicited = [&GIVEN[..6], &GIVEN[8..], &["--unsolicited"]].concat();
    let report = plain(XML, &unsolicited);
    assert!(report.contains("request    none: started at the identity provider\n"));
    assert!(report.contains("code      saml-in-response-to-unexpected"));
    assert!(parse(&["--unsolicited", "--request-id", "_r"]).is_err());
}

/// What the administrator compares when the identity provider has a new certificate.
#[test]
fn a_certificate_in_the_message_is_compared_with_those_given() {
    let other = read_certificates(include_bytes!("data/certificates/rsa-2048.pem")).unwrap();
    let given = read_certificates(include_bytes!("data/saml/idp.pem")).unwrap();
    let (head, rest) = XML.split_once("<ns2:X509Certificate>").unwrap();
    let (_, tail) = rest.split_once("</ns2:X509Certificate>").unwrap();
    let shown = |certificate: &Certificate| {
        let text = STANDARD.encode(certificate.as_der());
        format!("{head}<ns2:X509Certificate>{text}</ns2:X509Certificate>{tail}")
    };
    let explain = |certificate: &Certificate, trusted: &[Certificate]| {
        let settings = Settings::new(&parse(&GIVEN).unwrap(), trusted).unwrap();
        let message = shown(certificate).replace("user6024", "mallory");
        let explanation = Explanation::of(message.as_bytes(), &settings);
        section(
            &report::of(&explanation, Style::Plain, Values::Hidden),
            "Signatures",
        )
        .join("\n")
    };
    let same = explain(&given[0], &given);
    assert!(
        same.contains("it shows the certificate, which is among those given"),
        "{same}"
    );
    let stranger = explain(&given[0], &other);
    assert!(
        stranger.contains("which is not among those given"),
        "{stranger}"
    );
    assert!(stranger.contains(&given[0].fingerprint().to_string()));
}

#[test]
fn advice_that_serves_several_failures_is_given_once() {
    let elsewhere = ["--acs", "https://other.example.com/acs"];
    let report = plain(XML, &elsewhere);
    assert_eq!(verdicts(&report, "✗"), 2, "{report}");
    let advice = section(&report, "What to do");
    let numbered = advice
        .iter()
        .filter(|line| line.starts_with("  1.") || line.starts_with("  2."));
    assert_eq!(numbered.count(), 1, "{advice:?}");
}

#[test]
fn a_skew_and_a_level_change_the_judgement() {
    let late = [&GIVEN[..8], &["--at", "2026-06-06T09:00:00Z"]].concat();
    let is_late = |arguments: &[&str]| plain(XML, arguments).contains("code      saml-expired");
    assert!(is_late(&late));
    let near = [&GIVEN[..8], &["--at", "2026-06-06T08:15:00Z"]].concat();
    assert!(is_late(&near));
    assert!(!is_late(&[&near[..], &["--skew", "600"]].concat()));
    let level = |level| parse(&["--level", level]).unwrap().level;
    assert_ne!(level("modern"), level("legacy"));
}

#[test]
fn a_tampered_response_has_no_signed_part_and_no_verdict_on_its_contents() {
    let tampered = XML.replace("user6024", "mallory");
    assert_ne!(tampered, XML);
    let report = plain(&tampered, &GIVEN);
    assert!(report.contains("code      signature-digest-mismatch"));
    assert_eq!(
        section(&report, "Signatures")[..2],
        [
            "  response: not verified; it claims rsa-sha256, sha256",
            "    it shows the certificate, which is among those given",
        ]
    );
    let message = section(&report, "Message").join("\n");
    assert!(!message.contains('┃') && !message.contains("◀ signed"));
    assert!(message.contains("◀ not verified"));
    assert_eq!(verdicts(&report, "✗"), 1);
    assert!(report.contains("· not judged  audience"));
    assert_eq!(explain(tampered.as_bytes(), &GIVEN).last, Step::Verify);
}

#[test]
fn an_encrypted_assertion_is_named_and_not_opened() {
    let start = XML.find("<ns1:Assertion").unwrap_or_else(|| {
        let name = XML.find(":Assertion ").unwrap();
        XML[..name].rfind('<').unwrap()
    });
    let end = XML.rfind(":Assertion>").unwrap() + ":Assertion>".len();
    let encrypted = format!(
        "{}<a:EncryptedAssertion xmlns:a=\"urn:oasis:names:tc:SAML:2.0:assertion\">\
         <x:EncryptedData xmlns:x=\"http://www.w3.org/2001/04/xmlenc#\"><x:CipherData>\
         <x:CipherValue>c2VjcmV0</x:CipherValue></x:CipherData></x:EncryptedData>\
         </a:EncryptedAssertion>{}",
        &XML[..start],
        &XML[end..]
    );
    let report = plain(&encrypted, &GIVEN);
    assert!(
        report.contains("code      saml-assertion-encrypted"),
        "{report}"
    );
    assert!(report.contains("EncryptedAssertion  ✗ saml-assertion-encrypted\n"));
    assert!(!report.contains("c2VjcmV0") && !report.contains("CipherValue"));
    assert!(report.contains("    CipherData\n"), "{report}");
}

#[test]
fn every_line_of_the_signed_part_has_its_mark() {
    let report = plain(XML, &GIVEN);
    let message = section(&report, "Message");
    assert!(message[0].contains("◀ signed, RSA with SHA-256"));
    let unmarked: Vec<_> = message.iter().filter(|line| !line.contains('┃')).collect();
    assert_eq!(unmarked.len(), 1, "{unmarked:?}");
    assert!(unmarked[0].trim_start().starts_with("Signature"));
    let signatures = section(&report, "Signatures");
    assert_eq!(
        signatures[0],
        "  response: verified, RSA with SHA-256, by the certificate"
    );
    assert!(signatures[2].contains(", valid until 20"), "{signatures:?}");
    assert_eq!(signatures[3], "  assertion: not signed by itself");
}

#[test]
fn two_signatures_are_both_named() {
    let report = plain(BOTH, &[]);
    assert_eq!(report.matches("◀ signed").count(), 2, "{report}");
    let signatures = section(&report, "Signatures").join("\n");
    assert!(signatures.contains("response: ") && signatures.contains("assertion: "));
}

#[test]
fn personal_values_are_shown_only_when_asked_for() {
    let hidden = plain(XML, &GIVEN);
    let shown = report::of(
        &explain(XML.as_bytes(), &GIVEN),
        Style::Plain,
        Values::Shown,
    );
    for personal in ["user6024@example.org", "Bob & Co", "CN=Team A"] {
        assert!(!hidden.contains(personal));
        assert!(shown.contains(personal), "{personal}");
    }
    assert!(hidden.contains("SessionIndex=‹hidden›"));
    assert!(hidden.contains("‹hidden, 20 characters›"));
    // What says nothing about a person is shown in both.
    assert!(hidden.contains("Audience  https://sp.example.com/saml/metadata"));
    assert_eq!(parse(&["--show-values"]).unwrap().values, Values::Shown);
}

#[test]
fn a_message_cannot_write_to_the_terminal() {
    let control = XML.replacen(
        "Destination=\"https",
        "Destination=\"&#x9b;31m&#10;https",
        1,
    );
    assert_ne!(control, XML);
    let explanation = explain(control.as_bytes(), &GIVEN);
    let report = report::of(&explanation, Style::Plain, Values::Shown);
    let is_control = |character: char| character.is_control() && character != '\n';
    assert!(!report.contains(is_control));
    assert!(report.contains("9b}31m"));
}

#[test]
fn colour_is_added_around_the_same_text() {
    let explanation = explain(XML.as_bytes(), &[]);
    let plain = report::of(&explanation, Style::Plain, Values::Hidden);
    let coloured = report::of(&explanation, Style::Coloured, Values::Hidden);
    assert!(!plain.contains('\u{1b}') && coloured.contains("\u{1b}[32m┃\u{1b}[0m"));
    let mut stripped = coloured;
    for code in ["31", "2", "32", "1", "33", "0"] {
        stripped = stripped.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(stripped, plain);
}

#[test]
fn what_cannot_be_read_is_explained_too() {
    for (input, code) in [
        ("", "xml-root-missing"),
        ("not base64!", "saml-encoding"),
        ("<!DOCTYPE a><a/>", "xml-doctype"),
        ("<a/>", "saml-root-unexpected"),
    ] {
        let report = plain(input, &GIVEN);
        assert!(
            report.contains(&format!("code      {code}")),
            "{input}\n{report}"
        );
        assert_eq!(verdicts(&report, "✓"), 0);
        assert_eq!(section(&report, "Compared with").len(), 1);
    }
    let explanation = explain(&[0xff, 0x00], &GIVEN);
    assert!(explanation.refusal.is_some());
}

#[test]
fn the_command_line_is_read_or_refused() {
    let arguments = parse(&GIVEN).unwrap();
    assert_eq!(arguments.response, "response");
    assert_eq!(arguments.certificates, ["idp.pem"]);
    assert_eq!(
        arguments.acs.as_deref(),
        Some("https://sp.example.com/saml/acs")
    );
    assert_eq!(
        parse(&["--cert", "next.pem"]).unwrap().certificates.len(),
        2
    );
    for refused in [
        &["--at", "noon"][..],
        &["--skew", "-1"],
        &["--skew", "601"],
        &["--level", "none"],
        &["--at"],
        &["--unknown"],
        &["another"],
    ] {
        assert!(parse(refused).is_err(), "{refused:?}");
    }
    let without = |arguments: &[&str]| {
        Arguments::parse(arguments.iter().map(|one| (*one).to_owned())).is_err()
    };
    assert!(without(&[]) && without(&["response"]) && without(&["--cert", "idp.pem"]));
    let others = [
        "--cert",
        "--decryption-key",
        "--level",
        "--show-values",
        "--skew",
        "--unsolicited",
    ];
    for option in GIVEN.iter().step_by(2).chain(&others) {
        assert!(USAGE.contains(option), "{option}");
    }
}

#[test]
fn settings_that_cannot_be_used_are_refused_with_advice() {
    let certificates = read_certificates(include_bytes!("data/saml/idp.pem")).unwrap();
    let arguments = parse(&["--acs", "http://sp.example.com"]).unwrap();
    let error = Settings::new(&arguments, &certificates).err().unwrap();
    assert!(error.contains("https://"), "{error}");
    assert!(Settings::new(&parse(&[]).unwrap(), &[]).is_err());
    assert!(read_certificates(b"no certificate").is_err());
}
