//! Each bound at its value: what meets it is accepted, and one more is refused by its name.
//!
//! Bounds on queries, encrypted elements, lists of prefixes and trusted keys stand with what they
//! bound: in `saml_logout.rs`, `saml_encryption.rs` and `attacks/resources.rs`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vestibule::dsig::{Certificate, parse_certificates};
use vestibule::error::{Blame, Explain};
use vestibule::limits::{
    MAX_CANONICAL_GROWTH, MAX_CERTIFICATE_UPLOAD_BYTES, MAX_FAILED_CHECKS, MAX_FORM_VALUE_BYTES,
    MAX_SIGNATURE_VALUE_BYTES, MAX_UNSOLICITED_SECS, MAX_UPLOADED_CERTIFICATES, XmlLimits,
};
use vestibule::saml::{EndpointUrl, EntityId, Login, Refusal};
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document, Node};

use super::idp::{ASSERTION, Connection, Message, data, judge, replace};

/// The code of a refusal for a bound; `None` when it is accepted.
fn bound(verdict: Result<Login, Refusal>) -> Option<&'static str> {
    let refusal = verdict.err()?;
    assert_eq!(refusal.blame(), Blame::Limit, "{refusal}");
    Some(refusal.code())
}

/// The sound message with this in its extensions, signed around it.
fn with_extension(content: &str) -> Result<Login, Refusal> {
    let place = "</saml:Issuer><samlp:Status>";
    let extensions =
        format!("</saml:Issuer><samlp:Extensions>{content}</samlp:Extensions><samlp:Status>");
    judge(&Message::signed(ASSERTION).edit(place, &extensions).xml())
}

fn nodes(xml: &str) -> usize {
    let document = Document::parse(xml, Dialect::Saml, &XmlLimits::default()).unwrap();
    let is_leaf = |node: &Node<'_>| !matches!(node, Node::Element(_));
    let leaves = document
        .elements()
        .map(|one| one.nodes().filter(is_leaf).count());
    leaves.sum::<usize>() + document.elements().count()
}

#[test]
fn a_message_may_have_so_many_bytes() {
    let sound = Message::signed(ASSERTION).xml();
    let padded = |bytes: usize| judge(&format!("{sound}{}", " ".repeat(bytes - sound.len())));
    let limit = XmlLimits::default().bytes;
    assert_eq!(bound(padded(limit)), None);
    assert_eq!(bound(padded(limit + 1)), Some("xml-too-large"));
}

#[test]
fn elements_may_be_so_deep() {
    // Below the response and its extensions.
    let deep = |depth: usize| {
        let levels = depth - 2;
        with_extension(&format!(
            "{}{}",
            "<a>".repeat(levels),
            "</a>".repeat(levels)
        ))
    };
    let limit = XmlLimits::default().depth;
    assert_eq!(bound(deep(limit)), None);
    assert_eq!(
        bound_of_parsing(&deep_text(limit + 1)),
        Some("xml-too-deep")
    );
}

fn deep_text(levels: usize) -> String {
    format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels))
}

/// What only reading meets: the message cannot be signed any more.
fn bound_of_parsing(text: &str) -> Option<&'static str> {
    let error = Document::parse(text, Dialect::Saml, &XmlLimits::default()).err()?;
    assert_eq!(error.blame(), Blame::Limit, "{error}");
    Some(error.code())
}

#[test]
fn a_message_may_have_so_many_nodes() {
    let sound = Message::signed(ASSERTION).xml();
    let room = XmlLimits::default().nodes - nodes(&sound);
    let with = |count: usize| {
        // One of them is the extensions.
        let added = format!(
            "<samlp:Extensions>{}</samlp:Extensions>",
            "<a/>".repeat(count - 1)
        );
        let place = "</saml:Issuer><samlp:Status>";
        judge(&replace(
            &sound,
            place,
            &format!("</saml:Issuer>{added}<samlp:Status>"),
        ))
    };
    assert_eq!(bound(with(room)), None);
    assert_eq!(bound(with(room + 1)), Some("xml-too-many-nodes"));
}

#[test]
fn an_element_may_have_so_many_attributes() {
    let with = |count: usize| {
        let attributes: String = (0..count).map(|number| format!(" a{number}=''")).collect();
        format!("<a{attributes}/>")
    };
    let limit = XmlLimits::default().attributes;
    assert_eq!(bound(with_extension(&with(limit))), None);
    assert_eq!(
        bound_of_parsing(&with(limit + 1)),
        Some("xml-too-many-attributes")
    );
}

#[test]
fn so_many_namespaces_may_be_in_scope_and_in_a_document() {
    let limit = XmlLimits::default().namespaces;
    let declared = |prefix: &str, count: usize| -> String {
        let numbers = 0..count;
        numbers
            .map(|number| format!(" xmlns:{prefix}{number}='urn:x'"))
            .collect()
    };
    let in_scope = |outer: usize, inner: usize| {
        format!(
            "<a{}><b{}/></a>",
            declared("p", outer),
            declared("q", inner)
        )
    };
    assert_eq!(bound_of_parsing(&in_scope(32, limit - 32)), None);
    let too_many = Some("xml-too-many-namespaces");
    assert_eq!(bound_of_parsing(&in_scope(32, limit - 31)), too_many);
    // Two are there before any is declared: none, and that of `xml`.
    let distinct = |count: usize| -> String {
        let elements = (0..count).map(|number| format!("<b xmlns='urn:{number}'/>"));
        format!("<a>{}</a>", elements.collect::<String>())
    };
    assert_eq!(bound_of_parsing(&distinct(limit - 2)), None);
    assert_eq!(bound_of_parsing(&distinct(limit - 1)), too_many);
}

#[test]
fn a_name_may_have_so_many_bytes() {
    let limit = XmlLimits::default().name_bytes;
    let named = |bytes: usize| format!("<{}/>", "a".repeat(bytes));
    assert_eq!(bound(with_extension(&named(limit))), None);
    let too_long = Some("xml-name-too-long");
    assert_eq!(bound_of_parsing(&named(limit + 1)), too_long);
}

/// A namespace that is declared once and used often is written wherever it is used.
#[test]
fn a_canonical_form_may_be_so_many_times_longer() {
    let canonical = |uses: usize| {
        let name = "n".repeat(500);
        let text = format!("<a xmlns:n='urn:{name}'>{}</a>", "<n:b/>".repeat(uses));
        let document = Document::parse(&text, Dialect::Saml, &XmlLimits::default()).unwrap();
        let octets = Canonical::new(CanonicalMethod::Exclusive).octets(document.root(), None);
        let room = text.len().max(1024) * MAX_CANONICAL_GROWTH;
        (octets, room)
    };
    let longest = (1..200)
        .take_while(|uses| canonical(*uses).0.is_ok())
        .last();
    let longest = longest.unwrap();
    let (octets, room) = canonical(longest);
    assert!(octets.unwrap().len() <= room);
    let (refused, room) = canonical(longest + 1);
    assert_eq!(refused.unwrap_err().code(), "xml-canonical-too-long");
    // Each use adds its tags and the declaration, and nothing between them was possible.
    let a_use = r#"<n:b xmlns:n="urn:"></n:b>"#.len() + 500;
    assert!("<a></a>".len() + (longest + 1) * a_use > room);
}

#[test]
fn a_form_value_may_have_so_many_bytes() {
    let encoded = STANDARD.encode(Message::signed(ASSERTION).xml());
    let padded = |bytes: usize| {
        let spaces = " ".repeat(bytes - encoded.len());
        Connection::new().judge_form(&format!("{encoded}{spaces}"))
    };
    assert_eq!(bound(padded(MAX_FORM_VALUE_BYTES)), None);
    assert_eq!(
        bound(padded(MAX_FORM_VALUE_BYTES + 1)),
        Some("saml-too-large")
    );
}

#[test]
fn a_value_in_a_signature_may_have_so_many_bytes() {
    let sound = Message::signed(ASSERTION).xml();
    let start = sound.find("<ds:SignatureValue>").unwrap() + "<ds:SignatureValue>".len();
    let end = start + sound[start..].find('<').unwrap();
    let padded = |bytes: usize| {
        let spaces = " ".repeat(bytes - (end - start));
        judge(&format!("{}{spaces}{}", &sound[..end], &sound[end..]))
    };
    assert_eq!(bound(padded(MAX_SIGNATURE_VALUE_BYTES)), None);
    let refusal = padded(MAX_SIGNATURE_VALUE_BYTES + 1).unwrap_err();
    assert_eq!(refusal.code(), "signature-value-malformed");
    let message = refusal.to_string();
    assert!(
        message.contains(&MAX_SIGNATURE_VALUE_BYTES.to_string()),
        "{message}"
    );
}

#[test]
fn a_refusal_lists_so_many_checks() {
    let listed = |wrong: usize| {
        let added = "<saml:NotForYou/>".repeat(wrong);
        let message = Message::signed(ASSERTION)
            .edit("</saml:Conditions>", &format!("{added}</saml:Conditions>"));
        judge(&message.xml()).unwrap_err().failed().count()
    };
    assert_eq!(listed(MAX_FAILED_CHECKS), MAX_FAILED_CHECKS);
    assert_eq!(listed(MAX_FAILED_CHECKS + 1), MAX_FAILED_CHECKS);
    assert_eq!(listed(MAX_FAILED_CHECKS - 1), MAX_FAILED_CHECKS - 1);
}

/// Whatever end it names, beyond what clocks differ.
#[test]
fn an_assertion_that_nobody_asked_for_counts_so_long() {
    let now = super::idp::now();
    let skew = chrono::TimeDelta::seconds(60);
    let age = |age: chrono::TimeDelta| {
        let mut connection = Connection::new();
        connection.request = None;
        let issued = (now - age).to_rfc3339_opts(chrono::SecondsFormat::Nanos, true);
        let message = Message::signed(ASSERTION)
            .edit_all(r#" InResponseTo="_request-1""#, "")
            .edit("2026-06-06T07:40:21Z", &issued);
        let refusal = connection.judge(&message.xml()).err();
        refusal.map(|refusal| refusal.code())
    };
    let longest = chrono::TimeDelta::seconds(i64::from(MAX_UNSOLICITED_SECS)) + skew;
    let nanosecond = chrono::TimeDelta::nanoseconds(1);
    assert_eq!(age(longest - nanosecond), None);
    assert_eq!(age(longest), Some("saml-issued-long-ago"));
}

/// More certificates than an upload or a connection may have.
pub(crate) fn certificates() -> Vec<Certificate> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/certificates/");
    let names = [
        "ec-p256",
        "ec-p384",
        "ed25519",
        "idp-ec-p256",
        "idp-ec-p384",
        "idp-rollover",
        "idp-rsa-2048",
        "rsa-2048",
        "rsa-4096",
    ];
    let pem = |name: &str| std::fs::read(format!("{folder}{name}.pem")).unwrap();
    names
        .into_iter()
        .flat_map(|name| parse_certificates(&pem(name)).unwrap())
        .collect()
}

#[test]
fn an_upload_may_have_so_many_bytes_and_certificates() {
    let pem = data("rsa-2048.pem");
    let padded = |bytes: usize| {
        let spaces = vec![b'\n'; bytes - pem.len()];
        let upload = [&spaces[..], &pem].concat();
        parse_certificates(&upload).err().map(|error| error.code())
    };
    assert_eq!(padded(MAX_CERTIFICATE_UPLOAD_BYTES), None);
    assert_eq!(
        padded(MAX_CERTIFICATE_UPLOAD_BYTES + 1),
        Some("certificate-too-large")
    );
    let all = certificates();
    let several = |count: usize| {
        let upload: String = all[..count].iter().map(Certificate::to_pem).collect();
        let verdict = parse_certificates(upload.as_bytes());
        verdict.err().map(|error| error.code())
    };
    assert_eq!(several(MAX_UPLOADED_CERTIFICATES), None);
    assert_eq!(
        several(MAX_UPLOADED_CERTIFICATES + 1),
        Some("certificate-too-many")
    );
}

#[test]
fn names_and_addresses_of_parties_may_be_so_long() {
    let entity_id = |characters: usize| EntityId::parse(&"é".repeat(characters)).is_ok();
    assert!(entity_id(1024) && !entity_id(1025));
    let url = |bytes: usize| {
        let start = "https://sp.example.com/";
        EndpointUrl::parse(&format!("{start}{}", "a".repeat(bytes - start.len()))).is_ok()
    };
    assert!(url(2048) && !url(2049));
}
