//! What a connection can be told to take although it deviates: off, it refuses; on, it takes that
//! one thing and no more.

use vestibule::error::Explain;
use vestibule::identity::Personal;
use vestibule::saml::danger::{EmptyDestination, PlainHttpEndpoint, UnaskedInResponseTo};
use vestibule::saml::{
    EndpointUrl, EntityId, Login, Refusal, SentRequest, ServiceProvider, SubjectSource,
};

use super::checks::element;
use super::idp::{ACS, ASSERTION, Connection, IDP, Message, NAME_ID, REQUEST, RESPONSE_ONLY, SP};

fn code(verdict: Result<Login, Refusal>) -> Option<&'static str> {
    verdict.err().map(|refusal| refusal.code())
}

fn destination(parts: &'static [&'static str], to: &str) -> String {
    let from = format!(r#" Destination="{ACS}""#);
    Message::signed(parts).edit(&from, to).xml()
}

#[test]
fn an_empty_destination_is_taken_when_told_so_and_no_other_is() {
    let strict = Connection::new();
    let mut lenient = Connection::new();
    lenient.idp = lenient.idp.with_empty_destination(EmptyDestination);
    let (mismatch, missing) = ("saml-destination-mismatch", "saml-destination-missing");
    for parts in [ASSERTION, RESPONSE_ONLY] {
        let empty = destination(parts, r#" Destination="""#);
        assert_eq!(code(strict.judge(&empty)), Some(mismatch));
        assert_eq!(code(lenient.judge(&empty)), None);
        for other in [" ", "https://sp.example.com/acs/", "*"] {
            let other = destination(parts, &format!(r#" Destination="{other}""#));
            assert_eq!(code(lenient.judge(&other)), Some(mismatch));
        }
    }
    let none = destination(RESPONSE_ONLY, "");
    assert_eq!(code(lenient.judge(&none)), Some(missing));
    // The recipient says where it goes.
    let elsewhere = Message::signed(ASSERTION)
        .edit(&format!(r#" Destination="{ACS}""#), r#" Destination="""#)
        .edit(&format!(r#"Recipient="{ACS}""#), r#"Recipient="urn:other""#);
    let verdict = lenient.judge(&elsewhere.xml());
    assert_eq!(code(verdict), Some("saml-recipient-mismatch"));
}

#[test]
fn an_unsolicited_response_may_name_a_request_when_told_so() {
    let mut strict = Connection::new();
    strict.request = None;
    let mut lenient = strict.clone();
    lenient.idp = lenient.idp.with_unasked_in_response_to(UnaskedInResponseTo);
    let asked = Message::signed(ASSERTION).xml();
    let unasked = Message::signed(ASSERTION)
        .edit_all(&format!(r#" InResponseTo="{REQUEST}""#), "")
        .xml();
    assert_eq!(code(strict.judge(&unasked)), None);
    assert_eq!(code(lenient.judge(&unasked)), None);
    let unexpected = Some("saml-in-response-to-unexpected");
    assert_eq!(code(strict.judge(&asked)), unexpected);
    assert_eq!(code(lenient.judge(&asked)), None);
    // Where a request is pending nothing is overlooked.
    for (id, expected) in [
        (REQUEST, None),
        ("_request-2", Some("saml-in-response-to-mismatch")),
    ] {
        lenient.request = SentRequest::new(id, EntityId::parse(IDP).unwrap()).ok();
        assert_eq!(code(lenient.judge(&asked)), expected);
    }
    let missing = Some("saml-in-response-to-missing");
    assert_eq!(code(lenient.judge(&unasked)), missing);
}

const NAMED_BY: &str = "urn:example:employee";

/// The sound message with another subject, and with values of the attribute that names people.
fn employee(name_id: &str, values: &str) -> String {
    let statement = "<saml:AttributeStatement>";
    let attribute = format!(r#"{statement}<saml:Attribute Name="{NAMED_BY}">{values}"#);
    Message::signed(ASSERTION)
        .edit(element("saml:NameID"), name_id)
        .edit(statement, &format!("{attribute}</saml:Attribute>"))
        .xml()
}

fn value(inside: &str) -> String {
    format!("<saml:AttributeValue>{inside}</saml:AttributeValue>")
}

fn by_attribute() -> Connection {
    let mut connection = Connection::new();
    let source = SubjectSource::Attribute(NAMED_BY.to_owned());
    connection.idp = connection.idp.with_subject_source(source);
    connection
}

#[test]
fn people_are_named_by_an_attribute_when_told_so() {
    let without_name = employee("", &value("e-1815"));
    let verdict = Connection::new().judge(&without_name);
    assert_eq!(code(verdict), Some("saml-name-id-missing"));
    let login = by_attribute().judge(&without_name).unwrap();
    assert_eq!(login.identity.subject, Some("e-1815".into()));
    assert_eq!((login.name_id, login.identity.email), (None, None));

    // A name that is there serves logout and is not the subject.
    let named = employee(element("saml:NameID"), &value("e-1815"));
    let login = by_attribute().judge(&named).unwrap();
    assert_eq!(login.identity.subject, Some("e-1815".into()));
    assert_eq!(login.name_id.unwrap().value.expose(), NAME_ID);
    let login = Connection::new().judge(&named).unwrap();
    assert_eq!(login.identity.subject, Some(NAME_ID.into()));
}

#[test]
fn a_name_identifier_in_an_attribute_names_a_person_too() {
    let subject = |qualifier: &str| -> Option<Personal> {
        let name_id = format!(r#"<saml:NameID NameQualifier="{qualifier}">t-1</saml:NameID>"#);
        let xml = employee("", &value(&name_id));
        by_attribute().judge(&xml).unwrap().identity.subject
    };
    assert_eq!(subject(IDP), Some("t-1".into()));
    assert_eq!(subject("urn:x"), Some("t-1\u{1F}urn:x\u{1F}".into()));
    let transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
    let name_id = format!(r#"<saml:NameID Format="{transient}">t-1</saml:NameID>"#);
    let verdict = by_attribute().judge(&employee("", &value(&name_id)));
    assert_eq!(code(verdict), Some("saml-subject-attribute-unsound"));
}

#[test]
fn an_attribute_that_does_not_name_one_person_names_nobody() {
    let nil = r#"<saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="1"/>"#;
    let again = format!(
        r#"{}</saml:Attribute><saml:Attribute Name="{NAMED_BY}">{}"#,
        value("e-1"),
        value("e-1")
    );
    for values in [
        String::new(),
        value(""),
        value(" \n"),
        value("&#x200B;"),
        nil.to_owned(),
        value(r#"<x:e xmlns:x="urn:x">e-1</x:e>"#),
        value("e-1").repeat(2),
        again,
    ] {
        let verdict = by_attribute().judge(&employee("", &values));
        let expected = Some("saml-subject-attribute-unsound");
        assert_eq!(code(verdict), expected, "{values}");
    }
    let other_name = Message::signed(ASSERTION).xml();
    let refusal = by_attribute().judge(&other_name).unwrap_err();
    assert_eq!(refusal.code(), "saml-subject-attribute-unsound");
    assert_eq!(refusal.first().found().as_deref(), Some("0 values"));
    assert!(!format!("{refusal} {refusal:?}").contains("Augusta"));
}

#[test]
fn an_unsound_name_is_refused_whoever_needs_it() {
    for (name_id, expected) in [
        ("<saml:NameID/>", "saml-name-id-empty"),
        ("<saml:EncryptedID/>", "saml-name-id-encrypted"),
    ] {
        let verdict = by_attribute().judge(&employee(name_id, &value("e-1")));
        assert_eq!(code(verdict), Some(expected));
    }
}

#[test]
fn a_developer_signs_in_without_tls_on_their_own_machine() {
    let acs_url = "http://localhost:8080/acs";
    let xml = Message::signed(ASSERTION).edit_all(ACS, acs_url).xml();
    let mut connection = Connection::new();
    let verdict = connection.judge(&xml);
    assert_eq!(code(verdict), Some("saml-destination-mismatch"));
    assert!(EndpointUrl::parse(acs_url).is_err());
    let endpoint = PlainHttpEndpoint::parse(acs_url).unwrap();
    connection.service = ServiceProvider::new(EntityId::parse(SP).unwrap(), endpoint.into());
    assert_eq!(code(connection.judge(&xml)), None);
}
