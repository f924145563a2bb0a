//! What real identity providers send, each habit under the name of a vendor that has it, in
//! messages that are genuinely signed; and the names that each gives its attributes.
//!
//! What vendors encrypt stands in `saml_encryption.rs`, what they do at logout in `saml_logout.rs`.
#![cfg(feature = "saml")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vestibule::dsig::{AlgorithmLevel, CertificateOddity, parse_certificates};
use vestibule::error::Explain;
use vestibule::identity::Personal;
use vestibule::saml::metadata::{IdpMetadata, MetadataEntity, MetadataTrust};
use vestibule::saml::{
    AttributeMapping, AttributeValue, AuthnRequest, CheckClass, EndpointUrl, Login, MessageId,
    ParsedResponse, Part, Refusal, SentRequest, Signing, SubjectSource, Vendor, danger,
};

#[expect(dead_code, reason = "shared with tests that use the rest")]
#[path = "saml/idp.rs"]
mod idp;

use idp::{
    ACS, ASSERTION, BOTH, Connection, IDP, Message, NAME_ID, REQUEST, RESPONSE, RESPONSE_ONLY, SP,
    judge, now, replace,
};

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const LAST_TRANSFORM: &str =
    r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>"#;

fn code(verdict: Result<Login, Refusal>) -> &'static str {
    verdict.unwrap_err().code()
}

/// The sound message with other text in all places at once.
fn rewritten(parts: &'static [&'static str], rewrite: impl Fn(&str) -> String) -> Message {
    let xml = rewrite(RESPONSE);
    assert_ne!(xml, RESPONSE);
    Message::signed(parts).edit(RESPONSE, &xml)
}

/// The sound message with one more attribute of the person, as written.
fn with_attribute(attribute: &str) -> Message {
    let from = r#"<saml:Attribute Name="firstName">"#;
    Message::signed(ASSERTION).edit(from, &format!("{attribute}{from}"))
}

fn values<'l>(login: &'l Login, name: &str) -> &'l [AttributeValue] {
    let attribute = login.attributes.iter().find(|one| one.name == name);
    &attribute.unwrap().values
}

fn parts(login: &Login) -> Vec<Part> {
    login.signatures.iter().map(|signed| signed.part).collect()
}

// Times.

#[test]
fn entra_sends_seven_digit_fractions() {
    let xml = rewritten(ASSERTION, |xml| {
        xml.replace(":20Z", ":20.7628553Z")
            .replace(":21Z", ":21.0000001Z")
    });
    let login = judge(&xml.xml()).unwrap();
    assert!(login.identity.authenticated_at.is_some());
    let without_digits = rewritten(ASSERTION, |xml| xml.replace(":20Z", ":20.Z"));
    assert_eq!(code(judge(&without_digits.xml())), "saml-time-malformed");
}

#[test]
fn entra_b2c_sends_nine_digits_and_others_send_more() {
    for fraction in [".123456789", ".123456789012", ".1"] {
        let xml = rewritten(BOTH, |xml| xml.replace(":20Z", &format!(":20{fraction}Z")));
        assert!(judge(&xml.xml()).is_ok(), "{fraction}");
    }
}

#[test]
fn boxy_sends_a_zero_offset_in_place_of_z() {
    let with = |offset: &str| {
        let xml = rewritten(ASSERTION, |xml| {
            xml.replace(":20Z", &format!(":20{offset}"))
        });
        judge(&xml.xml())
    };
    assert!(with("+00:00").is_ok());
    assert_eq!(code(with("+01:00")), "saml-time-malformed");
    assert_eq!(code(with("")), "saml-time-malformed");
}

#[test]
fn adfs_sends_not_before_without_a_margin() {
    let from = |start: &str| {
        let message = Message::signed(ASSERTION);
        judge(&message.edit("2026-06-06T07:40:00Z", start).xml())
    };
    // Its clock is ahead of this one by part of the allowed minute, and by more than that.
    assert!(from("2026-06-06T07:40:25.913Z").is_ok());
    assert!(from("2026-06-06T07:41:25.000Z").is_ok());
    assert_eq!(code(from("2026-06-06T07:41:25.001Z")), "saml-not-yet-valid");
}

#[test]
fn entra_and_fortinet_read_no_long_fractions_so_whole_seconds_are_sent() {
    let connection = Connection::new();
    let sso_url = EndpointUrl::parse("https://idp.example.org/sso").unwrap();
    let instant = now() + chrono::TimeDelta::nanoseconds(123_456_789);
    let id = MessageId::from_random([7; 20]);
    let idp = connection.idp.entity_id().clone();
    let request = AuthnRequest::new(&connection.service, idp, sso_url, id, instant);
    let form = request.to_post(Signing::Unsigned, None).unwrap();
    let xml = String::from_utf8(STANDARD.decode(form.value()).unwrap()).unwrap();
    assert!(
        xml.contains(r#"IssueInstant="2026-06-06T07:40:25Z""#),
        "{xml}"
    );
}

// What is signed, and how.

#[test]
fn cas_and_mocksaml_start_ids_with_a_digit() {
    let with = |id: &str| {
        let message = Message::signed(BOTH)
            .edit("_response-1", "4312518550351640530")
            .edit("_assertion-1", id);
        judge(&message.xml())
    };
    assert!(with("0f4c5f6f-2935-41fd-96ac-5a560cd6aa1c").is_ok());
    assert_eq!(code(with("0f4c 5f6f")), "saml-id-malformed");
}

#[test]
fn entra_signs_the_assertion_alone() {
    let login = judge(&Message::signed(ASSERTION).xml()).unwrap();
    assert_eq!(parts(&login), [Part::Assertion]);
}

#[test]
fn google_signs_the_response_alone_when_told_to() {
    let login = judge(&Message::signed(RESPONSE_ONLY).xml()).unwrap();
    assert_eq!(parts(&login), [Part::Response]);
    assert_eq!(code(judge(RESPONSE)), "signature-missing");
}

#[test]
fn okta_signs_both() {
    let login = judge(&Message::signed(BOTH).xml()).unwrap();
    assert_eq!(parts(&login), [Part::Response, Part::Assertion]);
}

#[test]
fn okta_lists_xs_among_the_inclusive_prefixes() {
    let transform = format!(
        "{}<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" \
         PrefixList=\"xs\"/></ds:Transform></ds:Transforms>",
        LAST_TRANSFORM.replace("/></ds:Transforms>", ">")
    );
    let types = format!(
        r#"<saml:Assertion xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="{XSI}" ID"#
    );
    let typed = r#"<saml:AttributeValue xsi:type="xs:string">Augusta"#;
    let message = Message::signed(ASSERTION)
        .edit("<saml:Assertion ID", &types)
        .edit("<saml:AttributeValue>Augusta", typed)
        .edit_signature(LAST_TRANSFORM, &transform);
    let xml = message.xml();
    let login = judge(&xml).unwrap();
    assert_eq!(login.identity.first_name.unwrap().expose(), "Augusta");
    // The declaration is part of what is signed, though no name in the assertion has the prefix.
    let other = replace(&xml, "2001/XMLSchema\"", "2001/XMLSchema2\"");
    assert_eq!(code(judge(&other)), "signature-digest-mismatch");
}

#[test]
fn oktadev_refers_to_nothing_and_canonicalizes_by_1_1() {
    let c14n_11 =
        r#"<ds:Transform Algorithm="http://www.w3.org/2006/12/xml-c14n11"/></ds:Transforms>"#;
    let message = Message::signed(RESPONSE_ONLY)
        .edit_signature("#ID-OF-PARENT", "")
        .edit_signature(LAST_TRANSFORM, c14n_11);
    assert!(judge(&message.xml()).is_ok());
    // Nothing means the root, so it cannot speak for an assertion inside.
    let of_assertion = Message::signed(ASSERTION).edit_signature("#ID-OF-PARENT", "");
    assert_eq!(
        code(judge(&of_assertion.xml())),
        "signature-reference-mismatch"
    );
}

#[test]
fn beeline_names_no_canonicalization_and_signs_in_form_1_0() {
    let message = Message::signed(RESPONSE_ONLY)
        .edit_signature(LAST_TRANSFORM, "</ds:Transforms>")
        .edit_signature(
            r#"CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#""#,
            r#"CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315""#,
        );
    assert!(judge(&message.xml()).is_ok());
}

#[test]
fn eidas_nodes_sign_with_rsa_pss() {
    let uri = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1";
    let login = judge(&Message::signed(ASSERTION).algorithm(uri).xml()).unwrap();
    assert!(login.signatures[0].warnings.is_empty());
}

#[test]
fn estonian_eidas_nodes_sign_with_ecdsa_and_sha_512_which_is_named_and_refused() {
    let uri = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512";
    let refusal = judge(&Message::signed(ASSERTION).algorithm(uri).xml()).unwrap_err();
    assert_eq!(refusal.first().check().class(), CheckClass::WeakAlgorithm);
    assert!(refusal.to_string().contains("ecdsa-sha512"), "{refusal}");
}

#[test]
fn auth0_digests_with_sha_1_which_only_the_legacy_level_takes() {
    let message = Message::signed(ASSERTION).edit_signature(
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2000/09/xmldsig#sha1",
    );
    let refusal = judge(&message.xml()).unwrap_err();
    assert_eq!(refusal.first().check().class(), CheckClass::WeakAlgorithm);
    let legacy = Connection::new().at_level(AlgorithmLevel::Legacy);
    let login = legacy.judge(&message.xml()).unwrap();
    assert!(!login.signatures[0].warnings.is_empty());
}

// The hint about the key.

/// A message whose signature has this `KeyInfo`, which is not signed.
fn with_key_info(content: &str) -> String {
    let key_info = format!("</ds:SignatureValue><ds:KeyInfo>{content}</ds:KeyInfo>");
    let message = Message::signed(ASSERTION);
    message
        .edit_signature("</ds:SignatureValue>", &key_info)
        .xml()
}

#[test]
fn ping_federate_and_oracle_oam_send_no_certificate() {
    // No KeyInfo at all, of two keys the second; and one without a certificate.
    let rollover = Connection::with_keys(&["other-rsa-2048", "ec-p256", "rsa-2048"]);
    assert!(rollover.judge(&Message::signed(ASSERTION).xml()).is_ok());
    for content in [
        "",
        "<ds:X509Data/>",
        "<ds:KeyName>signing</ds:KeyName>",
        "<ds:X509Data><ds:X509SubjectName>CN=idp</ds:X509SubjectName></ds:X509Data>",
    ] {
        assert!(judge(&with_key_info(content)).is_ok(), "{content}");
    }
    let other = Connection::with_keys(&["other-rsa-2048", "ec-p256"]);
    let verdict = other.judge(&Message::signed(ASSERTION).xml());
    assert_eq!(code(verdict), "signature-invalid");
}

#[test]
fn old_products_send_a_bare_key() {
    let key = "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus>\
               <ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>";
    assert!(judge(&with_key_info(key)).is_ok());
}

#[test]
fn renewals_embed_another_certificate_than_the_uploaded_one() {
    let pem = include_bytes!("data/saml/keys/other-rsa-2048.pem");
    let other = STANDARD.encode(parse_certificates(pem).unwrap()[0].as_der());
    let data =
        format!("<ds:X509Data><ds:X509Certificate>{other}</ds:X509Certificate></ds:X509Data>");
    assert!(judge(&with_key_info(&data)).is_ok());
    // What is embedded is trusted by nobody: the same by the embedded certificate's own key.
    let key_info = format!("</ds:SignatureValue><ds:KeyInfo>{data}</ds:KeyInfo>");
    let forged = Message::signed(ASSERTION)
        .key("other-rsa-2048")
        .edit_signature("</ds:SignatureValue>", &key_info);
    assert_eq!(code(judge(&forged.xml())), "signature-invalid");
}

#[test]
fn many_leave_out_the_use_of_a_key_in_metadata() {
    let file = include_str!("data/saml/idp-metadata.xml");
    let read = |xml: &str| {
        let trust = MetadataTrust::ByTransport;
        IdpMetadata::read(xml.as_bytes(), MetadataEntity::Only, now(), trust)
    };
    let without = read(&replace(file, r#" use="signing""#, "")).unwrap();
    assert_eq!(without.certificates(), read(file).unwrap().certificates());
    let encryption = read(&replace(file, r#"use="signing""#, r#"use="encryption""#));
    assert_eq!(encryption.unwrap_err().code(), "metadata-key-missing");
}

#[test]
fn home_made_certificates_have_negative_serials() {
    let pem = include_bytes!("data/certificates/odd-negative-serial.pem");
    let odd = STANDARD.encode(parse_certificates(pem).unwrap()[0].as_der());
    let file = include_str!("data/saml/idp-metadata.xml");
    let start = file.find("X509Certificate>").unwrap() + "X509Certificate>".len();
    let end = file.find("</ds:X509Certificate>").unwrap();
    let xml = format!("{}{odd}{}", &file[..start], &file[end..]);
    let trust = MetadataTrust::ByTransport;
    let metadata = IdpMetadata::read(xml.as_bytes(), MetadataEntity::Only, now(), trust).unwrap();
    assert_eq!(
        metadata.certificates()[0].oddities(),
        [CertificateOddity::NegativeSerial]
    );
}

#[test]
fn moodle_boxy_and_others_upload_certificates_in_any_dress() {
    let pem = include_str!("data/saml/keys/rsa-2048.pem");
    let other = include_str!("data/saml/keys/other-rsa-2048.pem");
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
    let sound = parse_certificates(pem.as_bytes()).unwrap();
    for dress in [
        base64.clone(),
        format!("{begin}{base64}"),
        format!("{base64}{end}"),
        format!("{begin}\t{base64}\t{end}"),
        pem.replace('\n', "\r\n\t"),
    ] {
        assert_eq!(
            parse_certificates(dress.as_bytes()).unwrap(),
            sound,
            "{dress}"
        );
    }
    assert_eq!(parse_certificates(sound[0].as_der()).unwrap(), sound);
    let chain = parse_certificates(format!("{pem}{other}").as_bytes()).unwrap();
    assert_eq!((chain.len(), &chain[0]), (2, &sound[0]));
    assert!(parse_certificates(&base64.as_bytes()[..200]).is_err());
}

// White space, line ends and encodings.

#[test]
fn keycloak_folds_base64() {
    let folded = |text: &str| {
        let lines = text.as_bytes().chunks(76);
        let lines: Vec<&str> = lines
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        lines.join("\r\n")
    };
    let xml = Message::signed(ASSERTION).xml();
    let start = xml.find("<ds:SignatureValue>").unwrap() + "<ds:SignatureValue>".len();
    let end = xml.find("</ds:SignatureValue>").unwrap();
    let xml = format!(
        "{}\r\n{}\r\n{}",
        &xml[..start],
        folded(&xml[start..end]),
        &xml[end..]
    );
    let form_value = folded(&STANDARD.encode(xml));
    assert!(Connection::new().judge_form(&form_value).is_ok());
}

#[test]
fn siteminder_writes_carriage_returns_as_references() {
    let xml = Message::signed(ASSERTION).xml();
    let tag = "</ds:SignatureValue>";
    assert!(judge(&replace(&xml, tag, &format!("&#13;\n{tag}"))).is_ok());
    let certificate =
        "<ds:X509Data><ds:X509Certificate>MIIC&#13;\n</ds:X509Certificate></ds:X509Data>";
    assert!(judge(&with_key_info(certificate)).is_ok());
    // In signed text it is text.
    let inside = replace(&xml, "Augusta", "Augusta&#13;");
    assert_eq!(code(judge(&inside)), "signature-digest-mismatch");
}

#[test]
fn windows_products_send_crlf_line_ends() {
    let message = rewritten(ASSERTION, |xml| xml.replace("><saml:", ">\n<saml:"));
    let xml = message.xml();
    assert!(judge(&xml).is_ok());
    assert!(judge(&xml.replace('\n', "\r\n")).is_ok());
    assert_eq!(
        code(judge(&xml.replace('\n', " "))),
        "signature-digest-mismatch"
    );
}

#[test]
fn beeline_breaks_lines_around_the_issuer() {
    let broken = |space: &str| {
        let tags = (
            format!("Issuer>{space}{IDP}{space}<"),
            format!("Issuer>{IDP}<"),
        );
        judge(&rewritten(BOTH, |xml| xml.replace(&tags.1, &tags.0)).xml())
    };
    assert!(broken("\r\n  ").is_ok());
    // Only XML's white space: another character is another name.
    assert_eq!(code(broken("\u{a0}")), "saml-issuer-mismatch");
}

#[test]
fn some_send_a_byte_order_mark() {
    let xml = Message::signed(BOTH).xml();
    assert!(judge(&format!("\u{feff}{xml}")).is_ok());
    assert!(judge(&format!("\u{feff}\u{feff}{xml}")).is_err());
}

#[test]
fn oktadev_deflates_the_form_value_which_a_host_may_read() {
    let xml = Message::signed(BOTH).xml();
    let deflated =
        |octets: &[u8]| STANDARD.encode(miniz_oxide::deflate::compress_to_vec(octets, 6));
    let form_value = deflated(xml.as_bytes());
    let connection = Connection::new();
    assert_eq!(code(connection.judge_form(&form_value)), "xml-not-utf8");
    let parsed = ParsedResponse::from_deflated_post(&form_value).unwrap();
    let verified = parsed.verify(&connection.idp).unwrap();
    assert_eq!(verified.signatures().len(), 2);
    let refused = |form_value: &str| {
        let refusal = ParsedResponse::from_deflated_post(form_value).unwrap_err();
        refusal.code()
    };
    assert_eq!(refused(&STANDARD.encode(&xml)), "saml-deflate");
    assert_eq!(
        refused(&deflated(&vec![b' '; 10_000_000])),
        "saml-too-large"
    );
    assert_eq!(refused("!"), "saml-encoding");
}

#[test]
fn keycloak_and_entra_declare_default_namespaces() {
    let without_prefix = rewritten(ASSERTION, |xml| {
        let assertion = "urn:oasis:names:tc:SAML:2.0:assertion";
        xml.replace(&format!(" xmlns:saml=\"{assertion}\""), "")
            .replace("<samlp:Response ", "<Response ")
            .replace("</samlp:", "</")
            .replace("<samlp:", "<")
            .replace("xmlns:samlp=", "xmlns=")
            .replace(
                "<saml:Assertion ",
                &format!("<Assertion xmlns=\"{assertion}\" "),
            )
            .replacen(
                "<saml:Issuer>",
                &format!("<Issuer xmlns=\"{assertion}\">"),
                1,
            )
            .replace("<saml:", "<")
            .replace("</saml:", "</")
    });
    let xml = without_prefix.xml();
    assert!(!xml.contains("<saml"));
    assert_eq!(
        judge(&xml).unwrap().name_id.unwrap().value.expose(),
        NAME_ID
    );
}

// Where it goes and what it answers.

#[test]
fn ping_federate_sends_no_destination_on_an_unsigned_response() {
    let without = |parts| {
        let destination = format!(r#" Destination="{ACS}""#);
        judge(&Message::signed(parts).edit(&destination, "").xml())
    };
    assert!(without(ASSERTION).is_ok());
    assert_eq!(code(without(RESPONSE_ONLY)), "saml-destination-missing");
}

#[test]
fn onelogin_sends_an_empty_destination_which_is_another_one() {
    for parts in [ASSERTION, RESPONSE_ONLY] {
        let destination = format!(r#"Destination="{ACS}""#);
        let message = Message::signed(parts).edit(&destination, r#"Destination="""#);
        assert_eq!(code(judge(&message.xml())), "saml-destination-mismatch");
        let mut told = Connection::new();
        told.idp = told.idp.with_empty_destination(danger::EmptyDestination);
        assert!(told.judge(&message.xml()).is_ok());
    }
}

#[test]
fn rippling_names_a_request_on_its_own_sign_ins() {
    let mut unsolicited = Connection::new();
    unsolicited.request = None;
    let own = rewritten(ASSERTION, |xml| {
        xml.replace(&format!(" InResponseTo=\"{REQUEST}\""), "")
    });
    assert!(unsolicited.judge(&own.xml()).is_ok());
    let refusal = unsolicited
        .judge(&Message::signed(ASSERTION).xml())
        .unwrap_err();
    assert_eq!(refusal.code(), "saml-in-response-to-unexpected");
    assert!(refusal.help().contains("report it to its vendor"));
    let told = danger::UnaskedInResponseTo;
    unsolicited.idp = unsolicited.idp.with_unasked_in_response_to(told);
    let verdict = unsolicited.judge(&Message::signed(ASSERTION).xml());
    assert!(verdict.is_ok());
}

#[test]
fn an_answer_to_another_request_is_refused_whoever_sends_it() {
    let mut connection = Connection::new();
    let id = connection.idp.entity_id().clone();
    connection.request = SentRequest::new("_request-2", id).ok();
    let verdict = connection.judge(&Message::signed(ASSERTION).xml());
    assert_eq!(code(verdict), "saml-in-response-to-mismatch");
}

#[test]
fn okta_administrators_type_quotes_around_the_audience() {
    let quoted = format!("Audience>&quot;{SP}&quot;<");
    let message = Message::signed(ASSERTION).edit(&format!("Audience>{SP}<"), &quoted);
    let refusal = judge(&message.xml()).unwrap_err();
    assert_eq!(refusal.code(), "saml-audience-mismatch");
    assert_eq!(refusal.first().found(), Some(format!("\"{SP}\"")));
    assert!(refusal.help().contains("quotation marks"));
}

#[test]
fn beeline_leaves_out_the_confirmation_data_and_the_audience() {
    let start = RESPONSE.find("<saml:SubjectConfirmationData").unwrap();
    let end = start + RESPONSE[start..].find("/>").unwrap() + 2;
    let message = Message::signed(ASSERTION).edit(&RESPONSE[start..end], "");
    assert_eq!(
        code(judge(&message.xml())),
        "saml-confirmation-data-missing"
    );
    let restriction = format!(
        "<saml:AudienceRestriction><saml:Audience>{SP}</saml:Audience></saml:AudienceRestriction>"
    );
    let message = Message::signed(ASSERTION).edit(&restriction, "");
    assert_eq!(code(judge(&message.xml())), "saml-audience-missing");
}

#[test]
fn shibboleth_and_adfs_add_confirmations_that_are_not_bearer() {
    let bearer = r#"<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">"#;
    let vouched =
        r#"<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"/>"#;
    let message = Message::signed(ASSERTION);
    assert!(
        judge(
            &message
                .clone()
                .edit(bearer, &format!("{vouched}{bearer}"))
                .xml()
        )
        .is_ok()
    );
    let alone = message.edit("cm:bearer", "cm:sender-vouches");
    assert_eq!(code(judge(&alone.xml())), "saml-confirmation-missing");
}

// The person.

#[test]
fn shibboleth_sends_persistent_name_identifiers_in_hexadecimal() {
    let format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    let persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    let message = Message::signed(ASSERTION)
        .edit(format, persistent)
        .edit(NAME_ID, "7a2f0c9e");
    let login = judge(&message.xml()).unwrap();
    assert_eq!(login.identity.subject.unwrap().expose(), "7a2f0c9e");
    // It is no address, whatever it looks like.
    assert!(login.identity.email.is_none());
}

#[test]
fn adfs_leaves_out_the_name_identifier_until_a_rule_issues_one() {
    let start = RESPONSE.find("<saml:NameID").unwrap();
    let end = RESPONSE.find("</saml:NameID>").unwrap() + "</saml:NameID>".len();
    let message = Message::signed(ASSERTION).edit(&RESPONSE[start..end], "");
    let refusal = judge(&message.xml()).unwrap_err();
    assert_eq!(refusal.code(), "saml-name-id-missing");
    assert!(refusal.help().starts_with("Set the name identifier"));
    let mut told = Connection::new();
    let by_attribute = SubjectSource::Attribute("lastName".to_owned());
    told.idp = told.idp.with_subject_source(by_attribute);
    let login = told.judge(&message.xml()).unwrap();
    assert_eq!(login.identity.subject.unwrap().expose(), "Byron-King");
}

#[test]
fn shibboleth_sends_a_name_identifier_as_an_attribute_value() {
    let name = "urn:oid:1.3.6.1.4.1.5923.1.1.1.10";
    let message = with_attribute(&format!(
        "<saml:Attribute Name=\"{name}\" FriendlyName=\"eduPersonTargetedID\"><saml:AttributeValue>\
         <saml:NameID NameQualifier=\"idp\">t-1</saml:NameID></saml:AttributeValue></saml:Attribute>"
    ));
    let login = judge(&message.xml()).unwrap();
    let [AttributeValue::NameId(name_id)] = values(&login, name) else {
        panic!("{:?}", values(&login, name));
    };
    assert_eq!(name_id.value.expose(), "t-1");
    assert_eq!(name_id.name_qualifier.as_deref(), Some("idp"));
}

#[test]
fn shibboleth_sends_empty_nil_and_several_values() {
    let message = with_attribute(&format!(
        "<saml:Attribute Name=\"a\"><saml:AttributeValue/>\
         <saml:AttributeValue xmlns:xsi=\"{XSI}\" xsi:nil=\"true\"/>\
         <saml:AttributeValue>one</saml:AttributeValue><saml:AttributeValue>two</saml:AttributeValue>\
         </saml:Attribute><saml:Attribute Name=\"none\"/>"
    ));
    let login = judge(&message.xml()).unwrap();
    let text = |text: &str| AttributeValue::Text(Personal::from(text));
    let expected = [text(""), AttributeValue::Nil, text("one"), text("two")];
    assert_eq!(values(&login, "a"), expected);
    assert!(values(&login, "none").is_empty());
}

/// Unless it is told to put them into one, and with the path of each by default.
#[test]
fn keycloak_sends_each_group_in_an_attribute_of_its_own() {
    let group = |name: &str| {
        format!(
            "<saml:Attribute Name=\"member\"><saml:AttributeValue>{name}</saml:AttributeValue>\
             </saml:Attribute>"
        )
    };
    let message = with_attribute(&format!("{}{}", group("/staff"), group("/staff/poets")));
    let login = judge(&message.xml()).unwrap();
    let groups: Vec<&str> = login.identity.groups.iter().map(Personal::expose).collect();
    assert_eq!(
        groups,
        ["/staff", "/staff/poets", "difference-engineers", "poets"]
    );
    let repeated = login.attributes.iter().filter(|one| one.name == "member");
    assert_eq!(repeated.count(), 2);
}

/// A link is no group, and says that the list is missing and not that it is empty.
#[test]
fn entra_sends_a_link_in_place_of_more_than_150_groups() {
    let link = "http://schemas.microsoft.com/claims/groups.link";
    let mut connection = Connection::new();
    let mapping = AttributeMapping::of(Vendor::Entra);
    connection.idp = connection.idp.with_attribute_mapping(mapping);
    let message = with_attribute(&format!(
        "<saml:Attribute Name=\"{link}\"><saml:AttributeValue>https://graph.example/users/1\
         </saml:AttributeValue></saml:Attribute>"
    ));
    let login = connection.judge(&message.xml()).unwrap();
    assert!(login.identity.groups.is_empty());
    assert_eq!(values(&login, link).len(), 1);
}

/// The format that a request asks for is a wish; the person is named all the same.
#[test]
fn adfs_and_shibboleth_answer_with_another_name_id_format_than_was_asked_for() {
    let email = r#" Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress""#;
    for format in [
        "",
        r#" Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified""#,
        r#" Format="urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName""#,
        r#" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent""#,
    ] {
        let message = Message::signed(ASSERTION).edit(email, format);
        let login = judge(&message.xml()).unwrap();
        assert_eq!(
            login.identity.subject.unwrap().expose(),
            NAME_ID,
            "{format}"
        );
        assert!(login.identity.email.is_none(), "{format}");
    }
}

#[test]
fn empty_addresses_do_not_hide_the_next_name() {
    let message = with_attribute(
        "<saml:Attribute Name=\"email\"><saml:AttributeValue> </saml:AttributeValue></saml:Attribute>\
         <saml:Attribute Name=\"mail\"><saml:AttributeValue>ada@acme.example</saml:AttributeValue>\
         </saml:Attribute>",
    );
    let login = judge(&message.xml()).unwrap();
    assert_eq!(login.identity.email.unwrap().expose(), "ada@acme.example");
}

#[test]
fn okta_shibboleth_and_adfs_name_attributes_in_different_formats() {
    let basic = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";
    let uri = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri";
    let unspecified = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified";
    for format in [basic, uri, unspecified, ""] {
        let named = format!(r#"Name="firstName" NameFormat="{format}""#);
        let message = Message::signed(ASSERTION).edit(r#"Name="firstName""#, &named);
        let login = judge(&message.xml()).unwrap();
        assert_eq!(login.identity.first_name.unwrap().expose(), "Augusta");
    }
}

// The names that vendors give attributes.

/// What the preset of `vendor` reads out of these names, each with its own name as its value.
fn read_by(vendor: Vendor, names: [&str; 4]) -> Login {
    let attributes: String = names
        .iter()
        .map(|name| {
            format!(
                "<saml:Attribute Name=\"{name}\"><saml:AttributeValue>{name}\
                 </saml:AttributeValue></saml:Attribute>"
            )
        })
        .collect();
    let start = RESPONSE.find("<saml:Attribute ").unwrap();
    let end = RESPONSE.find("</saml:AttributeStatement>").unwrap();
    let message = Message::signed(ASSERTION).edit(&RESPONSE[start..end], &attributes);
    let mut connection = Connection::new();
    connection.idp = connection
        .idp
        .with_attribute_mapping(AttributeMapping::of(vendor));
    connection.judge(&message.xml()).unwrap()
}

/// The four are read by the preset and by the standard mapping; other names by neither.
fn assert_reads(vendor: Vendor, names: [&str; 4]) {
    let identity = read_by(vendor, names).identity;
    let [email, first_name, last_name, group] = names;
    assert_eq!(identity.email.unwrap().expose(), email);
    assert_eq!(identity.first_name.unwrap().expose(), first_name);
    assert_eq!(identity.last_name.unwrap().expose(), last_name);
    let groups: Vec<&str> = identity.groups.iter().map(Personal::expose).collect();
    assert_eq!(groups, [group]);
    let standard = AttributeMapping::standard();
    assert!(standard.email.iter().any(|name| name == email));
    assert!(standard.first_name.iter().any(|name| name == first_name));
    assert!(standard.last_name.iter().any(|name| name == last_name));
    assert!(standard.groups.iter().any(|name| name == group));

    let others = read_by(vendor, ["x-email", "x-first", "x-last", "x-groups"]).identity;
    assert_eq!(others.email.unwrap().expose(), NAME_ID);
    assert!(others.first_name.is_none() && others.last_name.is_none());
    assert!(others.groups.is_empty());
}

const CLAIMS: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";

fn claims(group: &str) -> [String; 4] {
    let claim = |name: &str| format!("{CLAIMS}/{name}");
    [
        claim("emailaddress"),
        claim("givenname"),
        claim("surname"),
        group.to_owned(),
    ]
}

#[test]
fn adfs_names_its_attributes() {
    let names = claims("http://schemas.xmlsoap.org/claims/Group");
    assert_reads(Vendor::Adfs, names.each_ref().map(String::as_str));
}

#[test]
fn entra_names_its_attributes() {
    let names = claims("http://schemas.microsoft.com/ws/2008/06/identity/claims/groups");
    assert_reads(Vendor::Entra, names.each_ref().map(String::as_str));
}

#[test]
fn google_names_its_attributes() {
    assert_reads(Vendor::Google, ["email", "firstName", "lastName", "groups"]);
}

#[test]
fn jumpcloud_names_its_attributes() {
    assert_reads(
        Vendor::JumpCloud,
        ["email", "firstname", "lastname", "memberOf"],
    );
}

#[test]
fn keycloak_names_its_attributes() {
    let x500 = [
        "urn:oid:1.2.840.113549.1.9.1",
        "urn:oid:2.5.4.42",
        "urn:oid:2.5.4.4",
        "member",
    ];
    assert_reads(Vendor::Keycloak, x500);
    assert_reads(
        Vendor::Keycloak,
        ["email", "firstName", "lastName", "member"],
    );
}

#[test]
fn okta_names_its_attributes() {
    assert_reads(Vendor::Okta, ["email", "firstName", "lastName", "groups"]);
}

#[test]
fn onelogin_names_its_attributes() {
    let names = ["User.email", "User.FirstName", "User.LastName", "memberOf"];
    assert_reads(Vendor::OneLogin, names);
    let typed = ["email", "firstName", "lastName", "memberOf"];
    assert_reads(Vendor::OneLogin, typed);
}

#[test]
fn ping_names_its_attributes() {
    assert_reads(Vendor::Ping, ["email", "firstName", "lastName", "groups"]);
    assert_reads(Vendor::Ping, ["mail", "givenName", "sn", "memberOf"]);
    assert_reads(Vendor::Ping, ["Email", "FirstName", "LastName", "Groups"]);
}

#[test]
fn shibboleth_names_its_attributes() {
    let names = [
        "urn:oid:0.9.2342.19200300.100.1.3",
        "urn:oid:2.5.4.42",
        "urn:oid:2.5.4.4",
        "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
    ];
    assert_reads(Vendor::Shibboleth, names);
}

#[test]
fn a_preset_takes_no_other_vendors_names() {
    let entra = claims("memberOf");
    let identity = read_by(Vendor::OneLogin, entra.each_ref().map(String::as_str)).identity;
    assert!(identity.first_name.is_none());
    let groups: Vec<&str> = identity.groups.iter().map(Personal::expose).collect();
    assert_eq!(groups, ["memberOf"]);
}

#[test]
fn the_standard_mapping_holds_every_preset() {
    let standard = AttributeMapping::standard();
    for vendor in Vendor::ALL {
        let preset = AttributeMapping::of(vendor);
        for (names, all) in [
            (preset.email, &standard.email),
            (preset.first_name, &standard.first_name),
            (preset.last_name, &standard.last_name),
            (preset.groups, &standard.groups),
        ] {
            assert!(!names.is_empty());
            assert!(names.iter().all(|name| all.contains(name)), "{vendor:?}");
        }
    }
}
