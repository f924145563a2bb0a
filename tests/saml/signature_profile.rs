//! Every rule of the signature profile by twins, both genuinely signed: one that keeps it, and one
//! that breaks this rule alone.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vestibule::dsig::{
    AlgorithmLevel, Digest, DigestAlgorithm, SignatureAlgorithm, TrustedKeys, parse_certificates,
    verify_enveloped,
};
use vestibule::error::Explain;
use vestibule::limits::XmlLimits;
use vestibule::saml::{Check, CheckClass, Login, Refusal};
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document, Element};

use super::checks::{declared_variants, path, variant};
use super::idp::{
    ASSERTION, Connection, IDP, Message, NAME_ID, RESPONSE, RESPONSE_ONLY, judge, replace,
};

const SIGNATURE: &str = "/Response/Assertion/Signature";
const SIGNED_INFO: &str = "/Response/Assertion/Signature/SignedInfo";
const REFERENCE: &str = "/Response/Assertion/Signature/SignedInfo/Reference";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str =
    r#"<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>"#;
const LAST_TRANSFORM: &str =
    r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>"#;
const DIGEST_METHOD: &str =
    r#"<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>"#;
const DIGEST_VALUE: &str = "<ds:DigestValue>DIGEST-VALUE</ds:DigestValue>";
const SIGNATURE_METHOD: &str =
    r#"<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>"#;
/// Base64 of the SHA-256 of no octets.
const OF_NOTHING: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

struct Rule {
    name: String,
    code: &'static str,
    class: CheckClass,
    at: &'static str,
    kept: Result<Login, Refusal>,
    broken: Result<Login, Refusal>,
}

fn rule(
    code: &'static str,
    class: CheckClass,
    at: &'static str,
    kept: &Message,
    broken: &Message,
) -> Rule {
    let xml = broken.xml();
    let place = xml.find("<ds:Signature").unwrap_or_default();
    Rule {
        name: format!("{code}: {}", &xml[place..]),
        code,
        class,
        at,
        kept: judge(&kept.xml()),
        broken: judge(&xml),
    }
}

fn sound() -> Message {
    Message::signed(ASSERTION)
}

/// One place of the signature, with what keeps the rule and with what breaks it.
fn signature(
    code: &'static str,
    at: &'static str,
    (from, kept, broken): (&str, &str, &str),
) -> Rule {
    let class = CheckClass::Signature;
    let with = |to| sound().edit_signature(from, to);
    rule(code, class, at, &with(kept), &with(broken))
}

fn wrapping(code: &'static str, at: &'static str, kept: &Message, broken: &Message) -> Rule {
    rule(code, CheckClass::Wrapping, at, kept, broken)
}

fn rules() -> Vec<Rule> {
    let mut rules = elements();
    rules.extend(values());
    rules.extend(transforms());
    rules.extend(references());
    rules.extend(ids());
    rules.extend(places());
    rules.extend(algorithms());
    rules
}

fn elements() -> Vec<Rule> {
    let missing = |at, piece| signature("signature-element-missing", at, (piece, piece, ""));
    let unexpected = |at, from, broken: &str| {
        signature("signature-element-unexpected", at, (from, from, broken))
    };
    let after = |piece: &str, added: &str| format!("{piece}{added}");
    let second_signed_info = after("</ds:SignatureValue>", "<ds:SignedInfo/>");
    let object = after("</ds:SignatureValue>", "<ds:Object/>");
    let second_reference = after("</ds:Reference>", r#"<ds:Reference URI=""/>"#);
    let second_digest = after(DIGEST_VALUE, DIGEST_VALUE);
    let parameter = SIGNATURE_METHOD.replace(
        "/>",
        "><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>",
    );
    let swapped = format!("{DIGEST_VALUE}{DIGEST_METHOD}");
    let in_order = format!("{DIGEST_METHOD}{DIGEST_VALUE}");
    vec![
        missing(SIGNED_INFO, SIGNATURE_METHOD),
        missing(
            SIGNED_INFO,
            r#"<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>"#,
        ),
        missing(REFERENCE, DIGEST_METHOD),
        missing(REFERENCE, DIGEST_VALUE),
        missing(
            SIGNATURE,
            "<ds:SignatureValue>SIGNATURE-VALUE</ds:SignatureValue>",
        ),
        signature(
            "signature-element-missing",
            REFERENCE,
            (&in_order, &in_order, &swapped),
        ),
        // The same name in another namespace is another element.
        signature(
            "signature-element-missing",
            REFERENCE,
            (
                DIGEST_VALUE,
                DIGEST_VALUE,
                r#"<x:DigestValue xmlns:x="urn:x">DIGEST-VALUE</x:DigestValue>"#,
            ),
        ),
        unexpected(
            "/Response/Assertion/Signature/SignedInfo",
            "</ds:SignatureValue>",
            &second_signed_info,
        ),
        // Where the value should stand.
        signature(
            "signature-element-missing",
            SIGNATURE,
            (
                "</ds:SignedInfo>",
                "</ds:SignedInfo>",
                "</ds:SignedInfo><ds:SignedInfo/>",
            ),
        ),
        unexpected(
            "/Response/Assertion/Signature/Object",
            "</ds:SignatureValue>",
            &object,
        ),
        unexpected(
            "/Response/Assertion/Signature/SignedInfo/Reference",
            "</ds:Reference>",
            &second_reference,
        ),
        unexpected(
            "/Response/Assertion/Signature/SignedInfo/Reference/DigestValue",
            DIGEST_VALUE,
            &second_digest,
        ),
        unexpected(
            "/Response/Assertion/Signature/SignedInfo/SignatureMethod/HMACOutputLength",
            SIGNATURE_METHOD,
            &parameter,
        ),
        signature(
            "signature-text-unexpected",
            SIGNED_INFO,
            (
                "<ds:SignedInfo>",
                "<ds:SignedInfo>\n <!-- -->",
                "<ds:SignedInfo>x",
            ),
        ),
        signature(
            "signature-attribute-missing",
            "/Response/Assertion/Signature/SignedInfo/Reference/DigestMethod",
            (DIGEST_METHOD, DIGEST_METHOD, "<ds:DigestMethod/>"),
        ),
        signature(
            "signature-attribute-missing",
            REFERENCE,
            (r##"URI="#ID-OF-PARENT""##, r##"URI="#ID-OF-PARENT""##, ""),
        ),
        signature(
            "signature-attribute-unexpected",
            REFERENCE,
            (
                "<ds:Reference ",
                r#"<ds:Reference Id="_reference" "#,
                r#"<ds:Reference Type="http://www.w3.org/2000/09/xmldsig#Object" "#,
            ),
        ),
    ]
}

fn values() -> Vec<Rule> {
    let digest_value = "/Response/Assertion/Signature/SignedInfo/Reference/DigestValue";
    let signature_value = "/Response/Assertion/Signature/SignatureValue";
    let certificate = "/Response/Assertion/Signature/KeyInfo/X509Data/X509Certificate";
    let key_info = |text: &str| {
        let start = "</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>";
        format!("{start}{text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>")
    };
    let altered = |from: &str| {
        let xml = replace(&sound().xml(), from, "mallory@acme.example");
        Rule {
            name: from.to_owned(),
            code: "signature-digest-mismatch",
            class: CheckClass::Signature,
            at: "/Response/Assertion",
            kept: judge(&sound().xml()),
            broken: judge(&xml),
        }
    };
    vec![
        signature(
            "signature-value-malformed",
            digest_value,
            ("DIGEST-VALUE", "\n DIGEST-VALUE\r\n", "DIGEST-VALUE*"),
        ),
        signature(
            "signature-value-malformed",
            signature_value,
            (
                "SIGNATURE-VALUE",
                "&#13;SIGNATURE-VALUE",
                "SIGNATURE-VALUE=",
            ),
        ),
        signature(
            "signature-value-not-text",
            digest_value,
            (
                "DIGEST-VALUE",
                "<![CDATA[]]>DIGEST-VALUE",
                "<!--AAAA-->DIGEST-VALUE",
            ),
        ),
        signature(
            "signature-value-not-text",
            signature_value,
            (
                "SIGNATURE-VALUE",
                "SIGNATURE-VALUE",
                "SIGNATURE-VALUE<!-- -->",
            ),
        ),
        signature(
            "signature-value-not-text",
            signature_value,
            (
                "SIGNATURE-VALUE",
                "SIGNATURE-VALUE",
                "SIGNATURE-VALUE<ds:X/>",
            ),
        ),
        signature(
            "signature-value-not-text",
            certificate,
            (
                "</ds:SignatureValue>",
                &key_info("not even base64"),
                &key_info("AA<!-- -->AA"),
            ),
        ),
        signature(
            "signature-digest-of-nothing",
            REFERENCE,
            ("DIGEST-VALUE", "DIGEST-VALUE", OF_NOTHING),
        ),
        altered(NAME_ID),
        altered("poets"),
        altered("_session-77"),
    ]
}

fn transforms() -> Vec<Rule> {
    let transform = "/Response/Assertion/Signature/SignedInfo/Reference/Transforms/Transform";
    let parameter = format!("{transform}/InclusiveNamespaces");
    let parameter: &'static str = parameter.leak();
    let only = |uri: &str| format!(r#"<ds:Transform Algorithm="{uri}"/></ds:Transforms>"#);
    let not_allowed = |uri: &str| {
        signature(
            "signature-transform-not-allowed",
            transform,
            (LAST_TRANSFORM, LAST_TRANSFORM, &only(uri)),
        )
    };
    let listed = |count: usize| {
        let list = vec!["p"; count].join(" ");
        let parameter =
            format!(r#"<e:InclusiveNamespaces xmlns:e="{EXCLUSIVE}" PrefixList="{list}"/>"#);
        LAST_TRANSFORM.replace("/></", &format!(">{parameter}</ds:Transform></"))
    };
    let in_order = format!("{ENVELOPED}{LAST_TRANSFORM}");
    let swapped = format!(
        "{}{ENVELOPED}</ds:Transforms>",
        LAST_TRANSFORM.replace("</ds:Transforms>", "")
    );
    let third = format!("{ENVELOPED}{ENVELOPED}");
    let relative = |name: &str| {
        let prefix = format!(r#"<samlp:Response xmlns:r="{name}""#);
        sound().edit("<samlp:Response", &prefix)
    };
    vec![
        signature(
            "signature-transform-not-enveloped",
            transform,
            (&in_order, &in_order, &swapped),
        ),
        signature(
            "signature-transform-not-enveloped",
            transform,
            (ENVELOPED, ENVELOPED, ""),
        ),
        signature(
            "signature-transform-not-allowed",
            transform,
            (ENVELOPED, ENVELOPED, &third),
        ),
        signature(
            "signature-element-unexpected",
            transform,
            (
                LAST_TRANSFORM,
                LAST_TRANSFORM,
                &LAST_TRANSFORM.replace("</ds:Transforms>", LAST_TRANSFORM),
            ),
        ),
        not_allowed("http://www.w3.org/TR/1999/REC-xslt-19991116"),
        not_allowed("http://www.w3.org/TR/1999/REC-xpath-19991116"),
        not_allowed("http://www.w3.org/2002/06/xmldsig-filter2"),
        not_allowed("http://www.w3.org/2000/09/xmldsig#base64"),
        not_allowed("http://www.w3.org/2002/07/decrypt#XML"),
        not_allowed("http://www.w3.org/2001/10/xml-exc-c14n"),
        not_allowed(""),
        signature(
            "signature-transform-not-allowed",
            "/Response/Assertion/Signature/SignedInfo/CanonicalizationMethod",
            (
                r#"CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#""#,
                r#"CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315""#,
                r#"CanonicalizationMethod Algorithm="urn:none""#,
            ),
        ),
        signature(
            "signature-element-unexpected",
            format!("{parameter}/x").leak(),
            (
                LAST_TRANSFORM,
                &listed(1),
                &listed(1).replace(
                    r#"PrefixList="p"/>"#,
                    r#"PrefixList="p"><x/></e:InclusiveNamespaces>"#,
                ),
            ),
        ),
        rule(
            "xml-too-many-prefixes",
            CheckClass::TooLarge,
            parameter,
            &sound().edit_signature(LAST_TRANSFORM, &listed(64)),
            &sound().edit_signature(LAST_TRANSFORM, &listed(65)),
        ),
        rule(
            "xml-namespace-relative",
            CheckClass::Signature,
            SIGNED_INFO,
            &relative("urn:relative"),
            // A digest of nothing would be named first: here the signer gave up, too.
            &relative("relative").edit_signature("DIGEST-VALUE", "AAAA"),
        ),
        rule(
            "signature-digest-of-nothing",
            CheckClass::Signature,
            REFERENCE,
            &relative("urn:relative"),
            &relative("relative"),
        ),
    ]
}

fn references() -> Vec<Rule> {
    let uri = r##"URI="#ID-OF-PARENT""##;
    let elsewhere = |to: &str| {
        let broken = sound().edit_signature(uri, &format!(r#"URI="{to}""#));
        wrapping("signature-reference-mismatch", REFERENCE, &sound(), &broken)
    };
    let of_response = "/Response/Signature/SignedInfo/Reference";
    let response = Message::signed(RESPONSE_ONLY);
    let with_uri = |to: &str| {
        response
            .clone()
            .edit_signature(uri, &format!(r#"URI="{to}""#))
    };
    let mut rules: Vec<Rule> = [
        "",
        "#",
        "_assertion-1",
        "#_response-1",
        "#_Assertion-1",
        "#_assertion-1 ",
        "# _assertion-1",
        "#%5Fassertion-1",
        "#_assertion-1#",
        "##_assertion-1",
        "#xpointer(id('_assertion-1'))",
        "#xpointer(/)",
        "https://idp.example.org/m#_assertion-1",
        "file:///etc/passwd",
    ]
    .into_iter()
    .map(elsewhere)
    .collect();
    // The empty reference means the root, and nothing else.
    rules.push(wrapping(
        "signature-reference-mismatch",
        of_response,
        &with_uri(""),
        &with_uri("#_assertion-1"),
    ));
    rules
}

fn ids() -> Vec<Rule> {
    let value = "<saml:AttributeValue>Augusta";
    let spelled = |name: &str, id: &str| {
        let to = format!(r#"<saml:AttributeValue xmlns:x="urn:x" {name}="{id}">Augusta"#);
        sound().edit(value, &to)
    };
    let names = [
        "ID", "Id", "id", "iD", "xml:id", "x:ID", "x:Id", "x:id", "x:iD",
    ];
    let at = "/Response/Assertion/AttributeStatement/Attribute/AttributeValue";
    let duplicate = |name: &str| {
        wrapping(
            "signature-id-duplicate",
            at,
            &spelled(name, "_other-1"),
            &spelled(name, "_assertion-1"),
        )
    };
    let mut rules: Vec<Rule> = names.into_iter().map(duplicate).collect();
    // Two equal IDs refuse even where no signature is near them.
    let two = |second: &str| {
        let to = format!(r#"<saml:AttributeValue Id="_a"><x xml:id="{second}"/>Augusta"#);
        sound().edit(value, &to)
    };
    rules.push(wrapping(
        "signature-id-duplicate",
        "/Response/Assertion/AttributeStatement/Attribute/AttributeValue/x",
        &two("_b"),
        &two("_a"),
    ));
    let id = r#" ID="_assertion-1""#;
    for other in [
        "",
        r#" ID="""#,
        r#" Id="_assertion-1""#,
        r#" xml:id="_assertion-1""#,
    ] {
        let broken = sound().edit(id, other);
        let class = CheckClass::Signature;
        let at = "/Response/Assertion";
        rules.push(rule("signature-id-missing", class, at, &sound(), &broken));
    }
    rules
}

fn places() -> Vec<Rule> {
    let misplaced = |at, (from, to): (&str, &str)| {
        let with = |name: &str| {
            let element = format!(r#"<ds:{name} xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>"#);
            sound().edit(from, &to.replace("HERE", &element))
        };
        wrapping(
            "signature-misplaced",
            at,
            &with("Manifest"),
            &with("Signature"),
        )
    };
    let twice = Message::signed(&["Assertion", "Assertion"]);
    let none = Message::signed(&[]);
    vec![
        misplaced(
            "/Response/Extensions/Signature",
            (
                "</saml:Issuer><samlp:Status>",
                "</saml:Issuer><samlp:Extensions>HERE</samlp:Extensions><samlp:Status>",
            ),
        ),
        misplaced(
            "/Response/Status/StatusDetail/Signature",
            (
                "</samlp:Status>",
                "<samlp:StatusDetail>HERE</samlp:StatusDetail></samlp:Status>",
            ),
        ),
        misplaced(
            "/Response/Assertion/Advice/Signature",
            (
                "</saml:Conditions>",
                "</saml:Conditions><saml:Advice>HERE</saml:Advice>",
            ),
        ),
        misplaced(
            "/Response/Assertion/AttributeStatement/Attribute/AttributeValue/Signature",
            ("poets</saml:AttributeValue>", "HERE</saml:AttributeValue>"),
        ),
        wrapping("signature-several", SIGNATURE, &sound(), &twice),
        rule(
            "signature-missing",
            CheckClass::Signature,
            "/Response",
            &sound(),
            &none,
        ),
    ]
}

fn algorithms() -> Vec<Rule> {
    let method = "/Response/Assertion/Signature/SignedInfo/SignatureMethod";
    let unknown = |uri: &str| {
        rule(
            "signature-algorithm-unsupported",
            CheckClass::WeakAlgorithm,
            method,
            &sound(),
            &sound().algorithm(uri),
        )
    };
    let sha1 = sound().algorithm("http://www.w3.org/2000/09/xmldsig#rsa-sha1");
    let mut rules: Vec<Rule> = [
        "",
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2001/04/xmldsig-more#RSA-SHA256",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256 ",
    ]
    .into_iter()
    .map(unknown)
    .collect();
    rules.push(rule(
        "signature-algorithm-weak",
        CheckClass::WeakAlgorithm,
        SIGNATURE,
        &sound(),
        &sha1,
    ));
    rules.push(rule(
        "signature-invalid",
        CheckClass::Signature,
        SIGNATURE,
        &sound(),
        &sound().key("other-rsa-2048"),
    ));
    rules
}

#[test]
fn each_rule_refuses_alone_what_breaks_it_and_passes_the_twin() {
    for rule in rules() {
        let Rule { name, code, .. } = rule;
        assert_eq!(rule.kept.err(), None, "{name}");
        let Err(refusal) = rule.broken else {
            panic!("accepted: {name}");
        };
        let codes: Vec<_> = refusal.failed().map(|one| one.check().code()).collect();
        assert_eq!(codes, [code], "{name}");
        let failed = refusal.first();
        assert_eq!(failed.check().class(), rule.class, "{name}");
        assert_eq!(path(failed.at()), rule.at, "{name}");
    }
}

#[test]
fn no_rule_is_without_twins() {
    let source = include_str!("../../src/dsig/signature_error.rs");
    let mut declared = declared_variants(source, "SignatureErrorKind");
    assert!(declared.len() >= 21, "{declared:?}");
    // Canonical octets of a document that was read are read again: a second lock, no twin.
    assert!(declared.remove("Octets"));
    let mut tested = BTreeSet::new();
    for rule in rules() {
        if let Check::Signature(error) = rule.broken.unwrap_err().first().check() {
            tested.insert(variant(error.kind()));
        }
    }
    assert_eq!(declared, tested);
}

/// A key that an attacker adds to the message is not looked at.
#[test]
fn key_info_is_no_source_of_keys() {
    let pem = include_str!("../data/saml/keys/other-rsa-2048.pem");
    let certificate: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let key_info = format!(
        "</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}\
         </ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
    );
    let message = sound().edit_signature("</ds:SignatureValue>", &key_info);
    assert!(judge(&message.xml()).is_ok());
    let attacker = message.key("other-rsa-2048");
    assert_eq!(
        judge(&attacker.xml()).unwrap_err().code(),
        "signature-invalid"
    );
    assert!(
        Connection::with_keys(&["other-rsa-2048"])
            .judge(&attacker.xml())
            .is_ok()
    );
}

#[test]
fn an_algorithm_counts_with_the_key_that_signed_and_with_no_other() {
    use SignatureAlgorithm as A;
    let keys = [
        "rsa-2048",
        "other-rsa-2048",
        "ec-p256",
        "ec-p384",
        "ed25519",
    ];
    for (signer, algorithm) in [
        ("rsa-2048", A::RsaPssSha256),
        ("rsa-2048", A::RsaPkcs1Sha512),
        ("ec-p256", A::EcdsaSha256),
        ("ec-p384", A::EcdsaSha384),
        ("ed25519", A::Ed25519),
    ] {
        let genuine = sound().key(signer).algorithm(algorithm.uri()).xml();
        for key in keys {
            let verdict = Connection::with_keys(&[key]).judge(&genuine);
            assert_eq!(verdict.is_ok(), key == signer, "{algorithm} with {key}");
        }
        // The same value under the name of every other algorithm.
        for named in SignatureAlgorithm::ALL
            .into_iter()
            .filter(|named| *named != algorithm)
        {
            let confused = genuine.replace(algorithm.uri(), named.uri());
            for key in keys {
                let verdict = Connection::with_keys(&[key]).judge(&confused);
                assert!(verdict.is_err(), "{algorithm} as {named} with {key}");
            }
        }
    }
}

/// What is lenient on purpose, so that it stays so.
#[test]
fn forms_that_identity_providers_use_are_accepted() {
    let xml_crypto = ENVELOPED.replace(
        "/>",
        concat!(
            r#"><InclusiveNamespaces xmlns="http://www.w3.org/2000/09/xmldsig#enveloped-signature""#,
            r#" PrefixList="xs"/></ds:Transform>"#
        ),
    );
    let inclusive = LAST_TRANSFORM.replace(EXCLUSIVE, "http://www.w3.org/2006/12/xml-c14n11");
    for (from, to) in [
        (ENVELOPED, xml_crypto.as_str()),
        (LAST_TRANSFORM, "</ds:Transforms>"),
        (LAST_TRANSFORM, &inclusive),
        (
            "</ds:SignatureValue>",
            "</ds:SignatureValue><ds:KeyInfo><ds:KeyName>k</ds:KeyName></ds:KeyInfo>",
        ),
        ("<ds:SignatureValue>", r#"<ds:SignatureValue Id="_v">"#),
    ] {
        let verdict = judge(&sound().edit_signature(from, to).xml());
        assert_eq!(verdict.err(), None, "{to}");
    }
    let issuer = format!("<saml:Issuer>\r\n  {IDP}\n</saml:Issuer><saml:Subject>");
    let broken_line = format!("<saml:Issuer>{IDP}</saml:Issuer><saml:Subject>");
    assert!(RESPONSE.contains(&broken_line));
    assert!(judge(&sound().edit(&broken_line, &issuer).xml()).is_ok());
}

/// XML Signature §4.4.3.3: a reference into its own document is to nodes without comments, which a
/// canonicalization with comments cannot bring back. xmlsec1 digests the same octets.
#[test]
fn comments_are_no_part_of_what_is_signed_even_by_a_form_with_comments() {
    let with_comments = LAST_TRANSFORM.replace(EXCLUSIVE, &format!("{EXCLUSIVE}WithComments"));
    let message = sound()
        .edit("<saml:Subject>", "<saml:Subject><!-- one -->")
        .edit_signature(LAST_TRANSFORM, &with_comments);
    let xml = message.xml();
    assert!(judge(&xml).is_ok());
    assert!(judge(&replace(&xml, "<!-- one -->", "<!-- another -->")).is_ok());

    let document = Document::parse(&xml, Dialect::Saml, &XmlLimits::default()).unwrap();
    let is = |name: &'static str| move |one: &Element<'_>| one.local_name() == name;
    let assertion = document.elements().find(is("Assertion")).unwrap();
    let digest_over = |method: CanonicalMethod| {
        let signature = assertion.children().find(is("Signature"));
        let octets = Canonical::new(method).octets(assertion, signature).unwrap();
        let digest = Digest::of(DigestAlgorithm::Sha256, octets.as_bytes());
        format!("<ds:DigestValue>{}<", STANDARD.encode(digest.as_bytes()))
    };
    let claiming = |method| {
        let claimed = digest_over(method);
        let message = message.clone();
        judge(
            &message
                .edit_signature("<ds:DigestValue>DIGEST-VALUE<", &claimed)
                .xml(),
        )
    };
    assert!(claiming(CanonicalMethod::Exclusive).is_ok());
    let refusal = claiming(CanonicalMethod::ExclusiveWithComments).unwrap_err();
    assert_eq!(refusal.code(), "signature-digest-mismatch");
}

/// The ID that a reference names is the element's alone, in whatever spelling another reader may
/// look for it; also for those who verify without reading a SAML message.
#[test]
fn an_id_that_stands_twice_is_refused_by_the_verification_itself() {
    let xml = sound().xml();
    let verify = |added: &str| {
        let added = format!("</saml:Issuer>{added}<samlp:Status>");
        let xml = replace(&xml, "</saml:Issuer><samlp:Status>", &added);
        let document = Document::parse(&xml, Dialect::Saml, &XmlLimits::default()).unwrap();
        let assertion = document
            .elements()
            .find(|one| one.local_name() == "Assertion");
        let pem = include_bytes!("../data/saml/keys/rsa-2048.pem");
        let keys = TrustedKeys::from_certificates(&parse_certificates(pem).unwrap()).unwrap();
        verify_enveloped(assertion.unwrap(), &keys, AlgorithmLevel::Modern)
            .map(drop)
            .map_err(|error| error.code())
    };
    assert_eq!(verify("<a ID='another'/>"), Ok(()));
    for attribute in ["ID", "id", "Id", "iD", "xml:id", "samlp:ID"] {
        let added = format!("<a {attribute}='_assertion-1'/>");
        assert_eq!(verify(&added), Err("signature-id-duplicate"), "{attribute}");
    }
}
