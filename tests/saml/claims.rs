//! What is read from an accepted assertion, where several readings would be plausible.

use chrono::TimeDelta;
use vestibule::error::Explain;
use vestibule::identity::Personal;
use vestibule::limits::MAX_FAILED_CHECKS;
use vestibule::saml::{
    AttributeValue, ClockSkew, Expectations, Login, ParsedResponse, ReplayQuestion, Solicitation,
    SubjectSource,
};

use super::checks::{element, path};
use super::idp::{ASSERTION, Connection, IDP, Message, NAME_ID, RESPONSE_ONLY, judge, now};

const STATUS: &str = "<samlp:Status>";
const EMAIL_FORMAT: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";

fn sound() -> Message {
    Message::signed(ASSERTION)
}

fn accepted(message: &Message) -> Login {
    judge(&message.xml()).unwrap()
}

fn codes(message: &Message) -> Vec<&'static str> {
    let refusal = judge(&message.xml()).unwrap_err();
    refusal.failed().map(|one| one.check().code()).collect()
}

fn question(message: &Message) -> ReplayQuestion {
    let connection = Connection::new();
    let verified = connection.verify(&message.xml()).unwrap();
    let request = connection.request.as_ref().unwrap();
    let expected = Expectations::new(&connection.service, Solicitation::Solicited(request));
    verified
        .accept(&expected, now())
        .unwrap()
        .question()
        .clone()
}

/// The longest that any part of the assertion is valid, and the longest clock skew.
#[test]
fn an_assertion_is_remembered_until_it_cannot_be_accepted() {
    let keep_until = |message: &Message| question(message).keep_until.to_rfc3339();
    let conditions = sound();
    assert_eq!(keep_until(&conditions), "2026-06-06T08:00:00+00:00");
    let confirmation = sound().edit("2026-06-06T07:45:20Z", "2026-06-06T08:00:00Z");
    assert_eq!(keep_until(&confirmation), "2026-06-06T08:10:00+00:00");
    let only = sound().edit(r#" NotOnOrAfter="2026-06-06T07:50:00Z""#, "");
    assert_eq!(keep_until(&only), "2026-06-06T07:55:20+00:00");
    let asked = question(&conditions);
    assert_eq!(asked.id, "_assertion-1");
    assert_eq!(asked.connection.as_str(), "acme");
}

/// Forgotten at the end by today's skew, it would count once more when the skew is raised.
#[test]
fn a_raise_of_the_clock_skew_finds_every_answer_remembered() {
    let message = sound();
    let keep_until = question(&message).keep_until;
    let connection = Connection::new();
    let request = connection.request.as_ref().unwrap();
    let expected = Expectations::new(&connection.service, Solicitation::Solicited(request))
        .with_clock_skew(ClockSkew::MAX);
    let at = |at| {
        let verified = connection.verify(&message.xml()).unwrap();
        verified.accept(&expected, at).is_ok()
    };
    assert!(at(keep_until - TimeDelta::minutes(5)));
    assert!(!at(keep_until));
}

/// However long it says that it is valid, one that nobody asked for is remembered for a day.
#[test]
fn an_unsolicited_assertion_is_remembered_for_a_day_at_most() {
    let connection = Connection::new();
    let keep_until = |end: &str| {
        let message = sound()
            .edit_all(r#" InResponseTo="_request-1""#, "")
            .edit("2026-06-06T07:50:00Z", end);
        let expected = Expectations::new(&connection.service, Solicitation::Unsolicited);
        let verified = connection.verify(&message.xml()).unwrap();
        let pending = verified.accept(&expected, now()).unwrap();
        pending.question().keep_until.to_rfc3339()
    };
    assert_eq!(
        keep_until("2026-06-06T07:50:00Z"),
        "2026-06-06T08:00:00+00:00"
    );
    assert_eq!(
        keep_until("9999-12-31T23:59:59Z"),
        "2026-06-07T07:50:21+00:00"
    );
}

#[test]
fn the_latest_of_several_confirmations_counts() {
    let one = element("saml:SubjectConfirmation");
    let later = one.replace("07:45:20", "07:58:00");
    let expired = one.replace("07:45:20", "07:30:00");
    for both in [format!("{one}{later}{expired}"), format!("{later}{one}")] {
        let keep_until = question(&sound().edit(one, &both)).keep_until;
        assert_eq!(keep_until.to_rfc3339(), "2026-06-06T08:08:00+00:00");
    }
    let none = sound().edit(one, &format!("{expired}{expired}"));
    assert_eq!(codes(&none), ["saml-expired"; 2]);
    let many = sound().edit(one, &expired.repeat(MAX_FAILED_CHECKS + 6));
    assert_eq!(codes(&many).len(), MAX_FAILED_CHECKS);
}

#[test]
fn the_first_end_of_a_session_and_the_last_authentication_count() {
    let one = element("saml:AuthnStatement");
    let other = one
        .replace("07:39:00", "07:35:00")
        .replace("17:40:00", "12:00:00");
    for both in [format!("{one}{other}"), format!("{other}{one}")] {
        let login = accepted(&sound().edit(one, &both));
        let identity = &login.identity;
        let end = identity.session_not_on_or_after.unwrap().to_rfc3339();
        assert_eq!(end, "2026-06-06T12:00:00+00:00");
        let instant = identity.authenticated_at.unwrap().to_rfc3339();
        assert_eq!(instant, "2026-06-06T07:39:00+00:00");
        assert_eq!(login.authentications.len(), 2);
    }
}

#[test]
fn a_name_for_one_session_is_no_lasting_subject() {
    let formats = "urn:oasis:names:tc:SAML:2.0:nameid-format";
    let named = |format: &str| accepted(&sound().edit(EMAIL_FORMAT, format));
    let transient = named(&format!("{formats}:transient"));
    assert_eq!(transient.identity.subject, None);
    assert_eq!(transient.name_id.as_ref().unwrap().value.expose(), NAME_ID);
    let persistent = named(&format!("{formats}:persistent"));
    assert_eq!(persistent.identity.subject, Some(NAME_ID.into()));
}

/// Whoever passes on what several say names two people by one value.
#[test]
fn a_name_qualified_by_somebody_else_is_another_subject() {
    let qualified = |by: &str| {
        let to = format!("<saml:NameID {by}");
        let login = accepted(&sound().edit("<saml:NameID", &to));
        login.identity.subject.unwrap()
    };
    let own = format!(
        "NameQualifier=\"{IDP}\" SPNameQualifier=\"{}\"",
        "https://sp.example.com/metadata"
    );
    assert_eq!(qualified(&own).expose(), NAME_ID);
    let upstream = qualified("NameQualifier=\"https://upstream.example\"");
    let expected = format!("{NAME_ID}\u{1F}https://upstream.example\u{1F}");
    assert_eq!(upstream.expose(), expected);
    // Nobody can write that as a value.
    let message = sound().edit(&format!(">{NAME_ID}<"), ">a&#x1F;urn:x<");
    let refusal = ParsedResponse::from_octets(message.unsigned_xml().into_bytes()).unwrap_err();
    assert!(refusal.code().starts_with("xml-"), "{}", refusal.code());
}

#[test]
fn an_authentication_says_how_where_and_through_whom() {
    let context = element("saml:AuthnContext");
    let more = context.replace(
        "</saml:AuthnContext>",
        "<saml:AuthnContextDeclRef> urn:how </saml:AuthnContextDeclRef>\
         <saml:AuthenticatingAuthority>urn:a</saml:AuthenticatingAuthority>\
         <saml:AuthenticatingAuthority>urn:b</saml:AuthenticatingAuthority></saml:AuthnContext>",
    );
    let locality = "<saml:SubjectLocality Address=\"192.0.2.7\" DNSName=\"x.example\"/>";
    let message = sound().edit(context, &format!("{locality}{more}"));
    let authentication = accepted(&message).authentications.remove(0);
    let class = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";
    assert_eq!(authentication.context_class.as_deref(), Some(class));
    assert_eq!(
        authentication.context_declaration.as_deref(),
        Some("urn:how")
    );
    assert_eq!(authentication.authorities, ["urn:a", "urn:b"]);
    assert_eq!(authentication.address, Some("192.0.2.7".into()));
    assert!(!format!("{authentication:?}").contains("192.0.2.7"));
}

#[test]
fn a_name_is_an_address_only_if_its_format_says_so() {
    assert_eq!(accepted(&sound()).identity.email, Some(NAME_ID.into()));
    let other = sound().edit(
        EMAIL_FORMAT,
        "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    );
    assert_eq!(accepted(&other).identity.email, None);
    let attribute = r#"<saml:Attribute Name="email"><saml:AttributeValue>a@b.example</saml:AttributeValue></saml:Attribute>"#;
    let both = sound().edit(
        "<saml:AttributeStatement>",
        &format!("<saml:AttributeStatement>{attribute}"),
    );
    assert_eq!(accepted(&both).identity.email, Some("a@b.example".into()));
}

/// Line breaks of the message go; whatever else is around a value is part of it.
#[test]
fn what_is_mapped_has_no_white_space_around_it() {
    let identity = |value: &str| {
        let attributes: String = ["email", "firstName", "lastName", "groups"]
            .iter()
            .map(|name| {
                format!(
                    "<saml:Attribute Name=\"{name}\"><saml:AttributeValue>{value}\
                     </saml:AttributeValue></saml:Attribute>"
                )
            })
            .collect();
        let statement = element("saml:AttributeStatement");
        let to = format!("<saml:AttributeStatement>{attributes}</saml:AttributeStatement>");
        accepted(&sound().edit(statement, &to))
    };
    for (value, mapped) in [
        ("a b", Some("a b")),
        ("\n  a b\t\n", Some("a b")),
        ("&#13; a&#13;\nb &#9;", Some("a\r\nb")),
        ("\u{a0}a\u{a0}", Some("\u{a0}a\u{a0}")),
        ("a\u{200b}", Some("a\u{200b}")),
        (" \n ", None),
        ("\u{a0}\u{200b} ", None),
    ] {
        let login = identity(value);
        let whole = value.replace("&#13;", "\r").replace("&#9;", "\t");
        let text = AttributeValue::Text(whole.as_str().into());
        assert_eq!(login.attributes[0].values, [text]);
        let mapped = mapped.map(Personal::from);
        let identity = login.identity;
        let names = [&identity.first_name, &identity.last_name];
        assert!(names.iter().all(|name| **name == mapped), "{value:?}");
        assert_eq!(identity.groups, Vec::from_iter(mapped.clone()));
        // An address that is none does not hide the name identifier's.
        assert_eq!(identity.email, mapped.or(Some(NAME_ID.into())));
    }
}

#[test]
fn an_address_as_a_name_has_no_white_space_around_it() {
    let login = accepted(&sound().edit(&format!(">{NAME_ID}<"), &format!(">\n {NAME_ID} <")));
    assert_eq!(login.identity.email, Some(NAME_ID.into()));
    // The subject is the whole name, byte for byte.
    let whole = format!("\n {NAME_ID} ");
    assert_eq!(login.identity.subject, Some(whole.as_str().into()));
}

#[test]
fn a_value_keeps_its_kind() {
    let value = |inside: &str, attributes: &str| {
        let from = "<saml:AttributeValue>Augusta</saml:AttributeValue>";
        let to = format!(
            r#"<saml:AttributeValue xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:x="urn:x"{attributes}>{inside}</saml:AttributeValue>"#
        );
        accepted(&sound().edit(from, &to)).attributes[0].values[0].clone()
    };
    let nested = |text: &str| AttributeValue::Nested(text.into());
    assert_eq!(value("", ""), AttributeValue::Text("".into()));
    assert_eq!(value("", r#" i:nil="true""#), AttributeValue::Nil);
    assert_eq!(value("", r#" i:nil="1""#), AttributeValue::Nil);
    assert_eq!(
        value("a", r#" x:nil="true""#),
        AttributeValue::Text("a".into())
    );
    assert_eq!(
        value("a", r#" nil="true""#),
        AttributeValue::Text("a".into())
    );
    assert_eq!(value("<x:NameID>a</x:NameID>", ""), nested("a"));
    assert_eq!(value("<saml:NameID> </saml:NameID>", ""), nested(" "));
    assert_eq!(value("a<x:b>b<x:c>c</x:c></x:b>", ""), nested("abc"));
    match value(r#"<saml:NameID NameQualifier="q">a</saml:NameID>"#, "") {
        AttributeValue::NameId(name_id) => {
            assert_eq!(name_id.value.expose(), "a");
            assert_eq!(name_id.name_qualifier.as_deref(), Some("q"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_way_to_authenticate_that_was_asked_for_is_enough() {
    let second = concat!(
        r#"<saml:AuthnStatement AuthnInstant="2026-06-06T07:39:30Z"><saml:AuthnContext>"#,
        r#"<saml:AuthnContextDeclRef>urn:token</saml:AuthnContextDeclRef>"#,
        r#"</saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>"#,
    );
    let judged = |message: &Message, contexts: &[&str]| {
        let connection = Connection::new();
        let contexts: Vec<String> = contexts.iter().map(|uri| (*uri).to_owned()).collect();
        let request = connection.request.as_ref().unwrap();
        let expected = Expectations::new(&connection.service, Solicitation::Solicited(request))
            .with_authn_contexts(&contexts);
        let verified = connection.verify(&message.xml()).unwrap();
        let refusal = verified.accept(&expected, now()).err();
        refusal.map(|refusal| refusal.code())
    };
    let mismatch = Some("saml-authn-context-mismatch");
    let both = sound().edit("<saml:AttributeStatement>", second);
    assert_eq!(judged(&both, &["urn:token"]), None);
    assert_eq!(judged(&sound(), &["urn:token"]), mismatch);
    assert_eq!(judged(&both, &["urn:toke"]), mismatch);
    assert_eq!(judged(&both, &[]), None);
    // A statement without any context is what is wrong then.
    let without = sound().edit(element("saml:AuthnContext"), "");
    assert_eq!(
        judged(&without, &["urn:token"]),
        Some("saml-authn-context-missing")
    );
}

/// saml-core §2.7.3.1 allows an attribute twice: both are kept in their order, over statements too,
/// and what is one value is the first with text.
#[test]
fn an_attribute_that_comes_again_is_kept() {
    let again = |name: &str, value: &str| {
        format!(
            r#"</saml:AttributeStatement><saml:AttributeStatement><saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>"#
        )
    };
    let login = |name: &str, value: &str| {
        accepted(&sound().edit("</saml:AttributeStatement>", &again(name, value)))
    };
    let groups = login("groups", "poets-2");
    let names: Vec<_> = groups
        .attributes
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["firstName", "lastName", "groups", "groups"]);
    let all: Vec<_> = groups
        .identity
        .groups
        .iter()
        .map(Personal::expose)
        .collect();
    assert_eq!(all, ["difference-engineers", "poets", "poets-2"]);
    let first = login("firstName", "Ada").identity.first_name.unwrap();
    assert_eq!(first.expose(), "Augusta");
    // Of a name that stands for the person, two are no name.
    let mut connection = Connection::new();
    let source = SubjectSource::Attribute("lastName".to_owned());
    connection.idp = connection.idp.with_subject_source(source);
    assert!(connection.judge(&sound().xml()).is_ok());
    let twice = sound().edit("</saml:AttributeStatement>", &again("lastName", "Byron"));
    let refusal = connection.judge(&twice.xml()).unwrap_err();
    assert_eq!(refusal.code(), "saml-subject-attribute-unsound");
}

#[test]
fn a_name_id_is_nil_by_the_schema_instance_namespace_alone() {
    let nil = |namespace: &str, value: &str| {
        let to = format!(r#"<saml:NameID xmlns:i="{namespace}" i:nil="{value}""#);
        judge(&sound().edit("<saml:NameID", &to).xml())
    };
    let instance = "http://www.w3.org/2001/XMLSchema-instance";
    for value in ["true", "1", " true ", "\t1\n"] {
        assert_eq!(
            nil(instance, value).unwrap_err().code(),
            "saml-name-id-empty"
        );
        assert!(nil("urn:x", value).is_ok());
    }
    for value in ["0", "false", " 0 "] {
        assert!(nil(instance, value).is_ok(), "{value}");
    }
    for value in ["", "True", "yes", "2", "01"] {
        let refusal = nil(instance, value).unwrap_err();
        assert_eq!(refusal.code(), "saml-nil-invalid", "{value}");
    }
}

#[test]
fn only_conditions_and_audiences_of_the_standard_count() {
    let proxy = sound().edit(
        "</saml:Conditions>",
        r#"<saml:ProxyRestriction Count="0"/></saml:Conditions>"#,
    );
    accepted(&proxy);
    let foreign = sound().edit(
        "</saml:Conditions>",
        r#"<x:OneTimeUse xmlns:x="urn:x"/></saml:Conditions>"#,
    );
    assert_eq!(codes(&foreign), ["saml-condition-unknown"]);
    let audience = "<saml:Audience>https://sp.example.com/metadata</saml:Audience>";
    let foreign =
        audience
            .replace("saml:Audience", "x:Audience")
            .replacen('>', r#" xmlns:x="urn:x">"#, 1);
    let first = sound().edit(audience, &format!("{foreign}{audience}"));
    assert_eq!(codes(&first), ["saml-element-unexpected"; 2]);
    assert_eq!(
        codes(&sound().edit(audience, &foreign)),
        ["saml-element-unexpected", "saml-audience-mismatch"]
    );
}

#[test]
fn a_second_assertion_counts_in_either_form_wherever_it_stands() {
    let in_extensions = |inside: &str| {
        let to =
            format!("</saml:Issuer><samlp:Extensions>{inside}</samlp:Extensions><samlp:Status>");
        Message::signed(RESPONSE_ONLY).edit("</saml:Issuer><samlp:Status>", &to)
    };
    accepted(&in_extensions(r#"<x:EncryptedAssertion xmlns:x="urn:x"/>"#));
    assert_eq!(
        codes(&in_extensions("<saml:EncryptedAssertion/>")),
        ["saml-assertion-several"]
    );
    let signed = r#"<saml:Assertion><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></saml:Assertion>"#;
    assert_eq!(
        codes(&in_extensions(signed)),
        ["signature-misplaced", "saml-assertion-several"]
    );
}

#[test]
fn nothing_unknown_stands_among_statements_subjects_and_attributes() {
    for (end, at) in [
        (
            "</saml:AttributeStatement>",
            "/Assertion/AttributeStatement/Unknown",
        ),
        ("</saml:Subject>", "/Assertion/Subject/Unknown"),
    ] {
        let message = sound().edit(end, &format!("<saml:Unknown/>{end}"));
        let refusal = judge(&message.xml()).unwrap_err();
        assert_eq!(refusal.code(), "saml-element-unexpected");
        assert_eq!(path(refusal.at().as_ref()), at);
    }
}

/// It only finds the connection; the judgement compares both.
#[test]
fn the_claimed_issuer_is_that_of_the_assertion_where_there_is_one() {
    let claimed = |message: &Message| {
        let parsed = ParsedResponse::from_octets(message.xml().into_bytes()).unwrap();
        parsed.claimed_issuer().map(str::to_owned)
    };
    let other = format!("<saml:Issuer>urn:other</saml:Issuer>{STATUS}");
    let of_response = format!("<saml:Issuer>{IDP}</saml:Issuer>{STATUS}");
    assert_eq!(claimed(&sound()).as_deref(), Some(IDP));
    let differ = sound().edit(&of_response, &other);
    assert_eq!(claimed(&differ).as_deref(), Some(IDP));
    assert_eq!(codes(&differ), ["saml-issuer-mismatch"]);
    let without = Message::signed(RESPONSE_ONLY)
        .edit(&of_response, &other)
        .edit(element("saml:Assertion"), "");
    assert_eq!(claimed(&without).as_deref(), Some("urn:other"));
}

/// What is left of an identifier around an element is no identifier; the twin has no element.
#[test]
fn an_element_inside_an_identifier_leaves_no_identifier() {
    let issuer = "<saml:Issuer>https://idp.example.org/metadata</saml:Issuer><saml:Subject>";
    accepted(&sound().edit(issuer, issuer));
    let split = issuer.replace("idp.example", "idp<x/>.example");
    let split = sound().edit(issuer, &split);
    assert_eq!(codes(&split), ["saml-issuer-mismatch"]);
    let audience = "<saml:Audience>https://sp.example.com/metadata";
    let inside = sound().edit(audience, &format!("{audience}<x>.evil</x>"));
    assert_eq!(codes(&inside), ["saml-audience-mismatch"]);
}

#[test]
fn an_issuer_has_the_format_of_entities_or_none() {
    let issuer = "<saml:Issuer>https://idp.example.org/metadata</saml:Issuer><saml:Subject>";
    let of_format = |format: &str| {
        let start = format!("<saml:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:{format}\">");
        sound().edit(issuer, &issuer.replacen("<saml:Issuer>", &start, 1))
    };
    accepted(&of_format("nameid-format:entity"));
    let persistent = of_format("nameid-format:persistent");
    assert_eq!(codes(&persistent), ["saml-issuer-mismatch"]);
}

#[test]
fn a_status_has_one_code_at_the_top() {
    let code = r#"<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>"#;
    let other = code.replace("Success", "Responder");
    let message = |codes: &str| Message::signed(RESPONSE_ONLY).edit(code, codes);
    accepted(&message(code));
    let both = message(&format!("{code}{other}"));
    assert_eq!(codes(&both), ["saml-status-missing"]);
}

#[test]
fn a_confirmation_has_one_piece_of_data() {
    let data = concat!(
        r#"<saml:SubjectConfirmationData Recipient="https://sp.example.com/acs""#,
        r#" InResponseTo="_request-1" NotOnOrAfter="2026-06-06T07:45:20Z"/>"#,
    );
    accepted(&sound().edit(data, data));
    let other = data.replace("07:45:20", "07:30:00");
    let both = sound().edit(data, &format!("{data}{other}"));
    assert_eq!(codes(&both), ["saml-element-unexpected"]);
}

#[test]
fn a_name_of_nothing_to_see_is_no_name() {
    let named = |name: &str| sound().edit(&format!(">{NAME_ID}<"), &format!(">{name}<"));
    accepted(&named("a&#x200B;"));
    assert_eq!(codes(&named("&#x200B;&#xFEFF; ")), ["saml-name-id-empty"]);
}

#[test]
fn a_confirmation_that_will_hold_later_is_remembered_too() {
    let one = element("saml:SubjectConfirmation");
    let later = one.replace(
        "NotOnOrAfter=\"2026-06-06T07:45:20Z\"",
        "NotBefore=\"2026-06-06T09:00:00Z\" NotOnOrAfter=\"2026-06-06T20:00:00Z\"",
    );
    let keep_until = question(&sound().edit(one, &format!("{one}{later}"))).keep_until;
    assert_eq!(keep_until.to_rfc3339(), "2026-06-06T20:10:00+00:00");
}
