//! Every check by twins: a message that passes and one that differs in one thing and fails that
//! check alone.

use std::collections::BTreeSet;

use vestibule::error::{Explain, Place};
use vestibule::saml::{
    CheckClass, EntityId, Expectations, Login, Refusal, ReplayAnswer, SentRequest, Solicitation,
    SubjectSource,
};

use super::idp::{
    ACS, ASSERTION, Connection, IDP, Message, NAME_ID, REQUEST, RESPONSE, RESPONSE_ONLY, SP, judge,
    now,
};

const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";
const SENDER_VOUCHES: &str = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches";

/// A check, its two messages, and what the refusal says.
pub(super) struct Twins {
    pub(super) code: &'static str,
    class: CheckClass,
    /// The path of the element, or `""` where there is no element.
    at: &'static str,
    expected: Option<&'static str>,
    found: Option<&'static str>,
    accepted: Result<Login, Refusal>,
    pub(super) refused: Result<Login, Refusal>,
}

fn twins(
    code: &'static str,
    class: CheckClass,
    at: &'static str,
    accepted: Result<Login, Refusal>,
    refused: Result<Login, Refusal>,
) -> Twins {
    Twins {
        code,
        class,
        at,
        expected: None,
        found: None,
        accepted,
        refused,
    }
}

/// The sound message beside the same with one edit, both signed.
fn edited(
    code: &'static str,
    class: CheckClass,
    at: &'static str,
    parts: &'static [&'static str],
    (from, to): (&str, &str),
) -> Twins {
    let sound = Message::signed(parts);
    let accepted = judge(&sound.xml());
    twins(
        code,
        class,
        at,
        accepted,
        judge(&sound.edit(from, to).xml()),
    )
}

/// Two edits of one place, of which the first is accepted.
fn edited_twice(
    code: &'static str,
    class: CheckClass,
    at: &'static str,
    parts: &'static [&'static str],
    (from, to_accepted, to_refused): (&str, &str, &str),
) -> Twins {
    let edited = |to| judge(&Message::signed(parts).edit(from, to).xml());
    twins(code, class, at, edited(to_accepted), edited(to_refused))
}

impl Twins {
    const fn expected(mut self, expected: &'static str) -> Self {
        self.expected = Some(expected);
        self
    }

    const fn found(mut self, found: &'static str) -> Self {
        self.found = Some(found);
        self
    }
}

/// From `start` to the end of the first `end` behind it, in the sound message.
fn piece(start: &str, end: &str) -> &'static str {
    let from = RESPONSE.find(start).unwrap();
    let to = from + RESPONSE[from..].find(end).unwrap() + end.len();
    &RESPONSE[from..to]
}

pub(super) fn element(name: &str) -> &'static str {
    piece(&format!("<{name}"), &format!("</{name}>"))
}

pub(super) fn table() -> Vec<Twins> {
    let mut table = of_parsing();
    table.extend(of_envelope());
    table.extend(of_assertion());
    table.extend(of_subject());
    table.extend(of_conditions());
    table.extend(of_instants());
    table.extend(of_statements());
    table
}

fn of_parsing() -> Vec<Twins> {
    let sound = Message::signed(RESPONSE_ONLY).xml();
    let form_value = |prefix: &str| {
        use base64::Engine as _;
        let encoded = base64::engine::general_purpose::STANDARD.encode(&sound);
        Connection::new().judge_form(&format!("{prefix}{encoded}"))
    };
    let root = sound.replace("samlp:Response", "samlp:LogoutResponse");
    let extensions = |name: &str| {
        let end = r#"</saml:Issuer><samlp:Status>"#;
        let to = format!(
            r#"</saml:Issuer><samlp:Extensions><{name} ID="_2" xmlns:x="urn:x"/></samlp:Extensions><samlp:Status>"#
        );
        judge(&Message::signed(RESPONSE_ONLY).edit(end, &to).xml())
    };
    vec![
        twins(
            "saml-encoding",
            CheckClass::Encoding,
            "",
            form_value(" \r\n"),
            form_value("*"),
        ),
        twins(
            "saml-too-large",
            CheckClass::TooLarge,
            "",
            form_value(&" ".repeat(3 * 1024 * 1024 / 2)),
            form_value(&"A".repeat(3 * 1024 * 1024)),
        ),
        twins(
            "xml-doctype",
            CheckClass::Structure,
            "",
            judge(&format!("<!-- -->{sound}")),
            judge(&format!("<!DOCTYPE a>{sound}")),
        ),
        twins(
            "saml-root-unexpected",
            CheckClass::Structure,
            "/LogoutResponse",
            judge(&sound),
            judge(&root),
        )
        .expected("Response")
        .found("LogoutResponse"),
        edited(
            "saml-assertion-encrypted",
            CheckClass::Other,
            "/Response/EncryptedAssertion",
            RESPONSE_ONLY,
            (element("saml:Assertion"), "<saml:EncryptedAssertion/>"),
        ),
        edited(
            "saml-assertion-missing",
            CheckClass::Structure,
            "/Response",
            RESPONSE_ONLY,
            (element("saml:Assertion"), ""),
        ),
        twins(
            "saml-assertion-several",
            CheckClass::Structure,
            "/Response/Assertion",
            extensions("x:Assertion"),
            extensions("saml:Assertion"),
        )
        .found("2"),
        twins(
            "signature-missing",
            CheckClass::Signature,
            "/Response",
            judge(&sound),
            judge(RESPONSE),
        ),
    ]
}

fn of_envelope() -> Vec<Twins> {
    let sent_elsewhere = |entity_id| {
        let mut connection = Connection::new();
        let sent_to = EntityId::parse(entity_id).unwrap();
        connection.request = SentRequest::new(REQUEST, sent_to).ok();
        connection.judge(&Message::signed(ASSERTION).xml())
    };
    let answered = |answer| {
        let mut connection = Connection::new();
        connection.answer = answer;
        connection.judge(&Message::signed(ASSERTION).xml())
    };
    let destination = r#" Destination="https://sp.example.com/acs""#;
    let in_response_to = r#" InResponseTo="_request-1"><saml:Issuer>"#;
    let issuer = r#"<saml:Issuer>https://idp.example.org/metadata</saml:Issuer><samlp:Status>"#;
    vec![
        edited(
            "saml-status-missing",
            CheckClass::Status,
            "/Response",
            ASSERTION,
            (element("samlp:Status"), ""),
        ),
        edited(
            "saml-status-not-success",
            CheckClass::Status,
            "/Response/Status/StatusCode/@Value",
            ASSERTION,
            (
                r#"status:Success"/>"#,
                r#"status:Responder"><samlp:StatusCode Value="denied"/></samlp:StatusCode>"#,
            ),
        )
        .expected(SUCCESS)
        .found("urn:oasis:names:tc:SAML:2.0:status:Responder, denied"),
        edited(
            "saml-issuer-mismatch",
            CheckClass::Issuer,
            "/Response/Issuer",
            ASSERTION,
            (issuer, &issuer.replace("metadata", "metadata/")),
        )
        .expected(IDP)
        .found("https://idp.example.org/metadata/"),
        edited(
            "saml-issuer-missing",
            CheckClass::Issuer,
            "/Response",
            RESPONSE_ONLY,
            (issuer, "<samlp:Status>"),
        )
        .expected(IDP),
        edited(
            "saml-destination-mismatch",
            CheckClass::Destination,
            "/Response/@Destination",
            ASSERTION,
            (destination, r#" Destination="https://sp.example.com/acs/""#),
        )
        .expected(ACS)
        .found("https://sp.example.com/acs/"),
        edited(
            "saml-destination-missing",
            CheckClass::Destination,
            "/Response",
            RESPONSE_ONLY,
            (destination, ""),
        )
        .expected(ACS),
        edited(
            "saml-in-response-to-mismatch",
            CheckClass::InResponseTo,
            "/Response/@InResponseTo",
            ASSERTION,
            (
                in_response_to,
                r#" InResponseTo="_request-12"><saml:Issuer>"#,
            ),
        )
        .expected(REQUEST)
        .found("_request-12"),
        edited(
            "saml-in-response-to-missing",
            CheckClass::InResponseTo,
            "/Response",
            ASSERTION,
            (in_response_to, "><saml:Issuer>"),
        )
        .expected(REQUEST),
        edited(
            "saml-attribute-missing",
            CheckClass::Structure,
            "/Response",
            ASSERTION,
            (r#" ID="_response-1""#, ""),
        ),
        edited(
            "saml-version-unsupported",
            CheckClass::Structure,
            "/Response/@Version",
            ASSERTION,
            (
                r#"_response-1" Version="2.0""#,
                r#"_response-1" Version="2.1""#,
            ),
        )
        .expected("2.0")
        .found("2.1"),
        edited(
            "saml-time-malformed",
            CheckClass::Time,
            "/Response/@IssueInstant",
            ASSERTION,
            ("2026-06-06T07:40:20Z", "2026-06-06T07:40:20"),
        )
        .found("2026-06-06T07:40:20"),
        twins(
            "saml-request-sent-elsewhere",
            CheckClass::InResponseTo,
            "",
            sent_elsewhere(IDP),
            sent_elsewhere("https://idp.example.org/metadat"),
        )
        .expected("https://idp.example.org/metadat")
        .found(IDP),
        twins(
            "saml-replayed",
            CheckClass::Replay,
            "",
            answered(ReplayAnswer::FirstSeen),
            answered(ReplayAnswer::SeenBefore),
        ),
    ]
}

fn of_assertion() -> Vec<Twins> {
    let version = r#"_assertion-1" Version="2.0""#;
    let issuer = r#"40:21Z"><saml:Issuer>https://idp.example.org/metadata</saml:Issuer>"#;
    vec![
        edited(
            "saml-version-unsupported",
            CheckClass::Structure,
            "/Assertion/@Version",
            ASSERTION,
            (version, r#"_assertion-1" Version="1.1""#),
        )
        .expected("2.0")
        .found("1.1"),
        edited(
            "saml-attribute-missing",
            CheckClass::Structure,
            "/Assertion",
            ASSERTION,
            (version, r#"_assertion-1""#),
        ),
        edited_twice(
            "saml-id-malformed",
            CheckClass::Structure,
            "/Assertion/@ID",
            ASSERTION,
            ("_assertion-1", "1-assertion+x", "assertion 1"),
        )
        .found("assertion 1"),
        edited_twice(
            "saml-id-malformed",
            CheckClass::Structure,
            "/Response/@ID",
            ASSERTION,
            ("_response-1", "7e2", "_response:1"),
        )
        .found("_response:1"),
        edited(
            "saml-attribute-missing",
            CheckClass::Structure,
            "/Response/Assertion",
            RESPONSE_ONLY,
            (r#" ID="_assertion-1""#, ""),
        ),
        edited(
            "saml-time-malformed",
            CheckClass::Time,
            "/Assertion/@IssueInstant",
            ASSERTION,
            ("2026-06-06T07:40:21Z", "2026-06-06T08:40:21+01:00"),
        )
        .found("2026-06-06T08:40:21+01:00"),
        edited(
            "saml-issuer-mismatch",
            CheckClass::Issuer,
            "/Assertion/Issuer",
            ASSERTION,
            (issuer, &issuer.replace("idp.", "Idp.")),
        )
        .expected(IDP)
        .found("https://Idp.example.org/metadata"),
        edited(
            "saml-issuer-missing",
            CheckClass::Issuer,
            "/Assertion",
            ASSERTION,
            (issuer, r#"40:21Z">"#),
        )
        .expected(IDP),
        edited(
            "saml-element-unexpected",
            CheckClass::Structure,
            "/Assertion/Extra",
            ASSERTION,
            ("</saml:Assertion>", "<saml:Extra/></saml:Assertion>"),
        )
        .found("Extra"),
        edited(
            "saml-text-unexpected",
            CheckClass::Structure,
            "/Assertion",
            ASSERTION,
            ("</saml:Subject>", "</saml:Subject>x"),
        ),
    ]
}

fn of_subject() -> Vec<Twins> {
    let unsolicited = |in_response_to: &str| {
        let mut connection = Connection::new();
        connection.request = None;
        let message = Message::signed(ASSERTION)
            .edit(
                r#" InResponseTo="_request-1"><saml:Issuer>"#,
                "><saml:Issuer>",
            )
            .edit(r#" InResponseTo="_request-1""#, in_response_to);
        connection.judge(&message.xml())
    };
    let name_id = element("saml:NameID");
    let data = piece("<saml:SubjectConfirmationData", "/>");
    let at_data = "/Assertion/Subject/SubjectConfirmation/SubjectConfirmationData";
    let at_recipient = "/Assertion/Subject/SubjectConfirmation/SubjectConfirmationData/@Recipient";
    let at_request = "/Assertion/Subject/SubjectConfirmation/SubjectConfirmationData/@InResponseTo";
    let at_end = "/Assertion/Subject/SubjectConfirmation/SubjectConfirmationData/@NotOnOrAfter";
    let recipient = r#" Recipient="https://sp.example.com/acs""#;
    vec![
        edited(
            "saml-subject-missing",
            CheckClass::Structure,
            "/Assertion",
            ASSERTION,
            (element("saml:Subject"), ""),
        ),
        edited(
            "saml-name-id-missing",
            CheckClass::Structure,
            "/Assertion/Subject",
            ASSERTION,
            (name_id, ""),
        ),
        edited(
            "saml-name-id-empty",
            CheckClass::Structure,
            "/Assertion/Subject/NameID",
            ASSERTION,
            (NAME_ID, " \n"),
        ),
        edited_twice(
            "saml-name-id-empty",
            CheckClass::Structure,
            "/Assertion/Subject/NameID",
            ASSERTION,
            (
                "<saml:NameID",
                r#"<saml:NameID xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="false""#,
                r#"<saml:NameID xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true""#,
            ),
        ),
        edited(
            "saml-name-id-encrypted",
            CheckClass::Other,
            "/Assertion/Subject/EncryptedID",
            ASSERTION,
            (name_id, "<saml:EncryptedID/>"),
        ),
        edited(
            "saml-confirmation-missing",
            CheckClass::Structure,
            "/Assertion/Subject",
            ASSERTION,
            ("urn:oasis:names:tc:SAML:2.0:cm:bearer", SENDER_VOUCHES),
        )
        .found(SENDER_VOUCHES),
        edited(
            "saml-confirmation-data-missing",
            CheckClass::Structure,
            "/Assertion/Subject/SubjectConfirmation",
            ASSERTION,
            (data, ""),
        ),
        edited(
            "saml-recipient-mismatch",
            CheckClass::Recipient,
            at_recipient,
            ASSERTION,
            (recipient, r#" Recipient="https://sp.example.com/ac""#),
        )
        .expected(ACS)
        .found("https://sp.example.com/ac"),
        edited(
            "saml-recipient-missing",
            CheckClass::Recipient,
            at_data,
            ASSERTION,
            (recipient, ""),
        )
        .expected(ACS),
        edited(
            "saml-in-response-to-mismatch",
            CheckClass::InResponseTo,
            at_request,
            ASSERTION,
            (
                r#"InResponseTo="_request-1" NotOnOrAfter"#,
                r#"InResponseTo="_request-2" NotOnOrAfter"#,
            ),
        )
        .expected(REQUEST)
        .found("_request-2"),
        edited(
            "saml-in-response-to-missing",
            CheckClass::InResponseTo,
            at_data,
            ASSERTION,
            (
                r#" InResponseTo="_request-1" NotOnOrAfter"#,
                " NotOnOrAfter",
            ),
        )
        .expected(REQUEST),
        twins(
            "saml-in-response-to-unexpected",
            CheckClass::InResponseTo,
            at_request,
            unsolicited(""),
            unsolicited(r#" InResponseTo="""#),
        )
        .found(""),
        edited(
            "saml-attribute-missing",
            CheckClass::Structure,
            at_data,
            ASSERTION,
            (r#" NotOnOrAfter="2026-06-06T07:45:20Z""#, ""),
        ),
        edited_twice(
            "saml-expired",
            CheckClass::Time,
            at_end,
            ASSERTION,
            (
                "2026-06-06T07:45:20Z",
                "2026-06-06T07:39:25.000000001Z",
                "2026-06-06T07:39:25Z",
            ),
        )
        .expected("an end after 2026-06-06 07:40:25 UTC")
        .found("2026-06-06 07:39:25 UTC"),
    ]
}

fn of_conditions() -> Vec<Twins> {
    let at = "/Assertion/Conditions";
    let period = r#"NotBefore="2026-06-06T07:40:00Z" NotOnOrAfter="2026-06-06T07:50:00Z""#;
    let starts_and_ends = r#"NotBefore="2026-06-06T07:41:00Z" NotOnOrAfter="2026-06-06T07:41:00Z""#;
    let starts_before = r#"NotBefore="2026-06-06T07:41:00Z" NotOnOrAfter="2026-06-06T07:41:01Z""#;
    let restriction = element("saml:AudienceRestriction");
    vec![
        edited(
            "saml-conditions-missing",
            CheckClass::Audience,
            "/Assertion",
            ASSERTION,
            (element("saml:Conditions"), ""),
        ),
        edited_twice(
            "saml-not-yet-valid",
            CheckClass::Time,
            "/Assertion/Conditions/@NotBefore",
            ASSERTION,
            (
                "2026-06-06T07:40:00Z",
                "2026-06-06T07:41:25Z",
                "2026-06-06T07:41:26Z",
            ),
        )
        .expected("a start not after 2026-06-06 07:40:25 UTC")
        .found("2026-06-06 07:41:26 UTC"),
        edited_twice(
            "saml-period-empty",
            CheckClass::Time,
            at,
            ASSERTION,
            (period, starts_before, starts_and_ends),
        ),
        edited(
            "saml-audience-mismatch",
            CheckClass::Audience,
            "/Assertion/Conditions/AudienceRestriction",
            ASSERTION,
            (
                "<saml:Audience>https://sp.example.com/metadata",
                "<saml:Audience>https://sp.example.com/</saml:Audience><saml:Audience>urn:b",
            ),
        )
        .expected(SP)
        .found("https://sp.example.com/, urn:b"),
        edited(
            "saml-audience-mismatch",
            CheckClass::Audience,
            "/Assertion/Conditions/AudienceRestriction",
            ASSERTION,
            (
                "</saml:Conditions>",
                "<saml:AudienceRestriction><saml:Audience>urn:b</saml:Audience></saml:AudienceRestriction></saml:Conditions>",
            ),
        )
        .expected(SP)
        .found("urn:b"),
        edited(
            "saml-audience-missing",
            CheckClass::Audience,
            at,
            ASSERTION,
            (restriction, ""),
        )
        .expected(SP),
        edited_twice(
            "saml-condition-unknown",
            CheckClass::Structure,
            "/Assertion/Conditions/OnceOnly",
            ASSERTION,
            (
                "</saml:Conditions>",
                "<saml:OneTimeUse/></saml:Conditions>",
                "<saml:OnceOnly/></saml:Conditions>",
            ),
        )
        .found("OnceOnly"),
    ]
}

/// The time of judgement is 07:40:25; clocks may differ by a minute.
fn of_instants() -> Vec<Twins> {
    let issued = |from: &'static str, at, parts| {
        edited_twice(
            "saml-instant-in-future",
            CheckClass::Time,
            at,
            parts,
            (from, "2026-06-06T07:41:25Z", "2026-06-06T07:41:25.001Z"),
        )
        .expected("an instant not after 2026-06-06 07:40:25 UTC")
        .found("2026-06-06 07:41:25.001 UTC")
    };
    let unsolicited = |issued: &str| {
        let mut connection = Connection::new();
        connection.request = None;
        let message = Message::signed(ASSERTION)
            .edit_all(r#" InResponseTo="_request-1""#, "")
            .edit("2026-06-06T07:40:21Z", issued);
        connection.judge(&message.xml())
    };
    vec![
        issued("2026-06-06T07:40:20Z", "/Response/@IssueInstant", ASSERTION),
        issued(
            "2026-06-06T07:40:20Z",
            "/Response/@IssueInstant",
            RESPONSE_ONLY,
        ),
        issued(
            "2026-06-06T07:40:21Z",
            "/Assertion/@IssueInstant",
            ASSERTION,
        ),
        issued(
            "2026-06-06T07:39:00Z",
            "/Assertion/AuthnStatement/@AuthnInstant",
            ASSERTION,
        ),
        twins(
            "saml-issued-long-ago",
            CheckClass::Time,
            "/Assertion/@IssueInstant",
            unsolicited("2026-06-05T07:39:26Z"),
            unsolicited("2026-06-05T07:39:25Z"),
        )
        .expected("at most 86400 seconds ago")
        .found("2026-06-05 07:39:25 UTC"),
        // Who asked waits for a while only.
        edited_twice(
            "saml-time-malformed",
            CheckClass::Time,
            "/Assertion/@IssueInstant",
            ASSERTION,
            (
                "2026-06-06T07:40:21Z",
                "0001-01-01T00:00:00Z",
                "0000-01-01T00:00:00Z",
            ),
        )
        .found("0000-01-01T00:00:00Z"),
    ]
}

fn of_statements() -> Vec<Twins> {
    let named_by = |attribute: &str| {
        let mut connection = Connection::new();
        let source = SubjectSource::Attribute(attribute.to_owned());
        connection.idp = connection.idp.with_subject_source(source);
        connection.judge(&Message::signed(ASSERTION).xml())
    };
    let authenticated_by = |contexts: &[&str]| {
        let connection = Connection::new();
        let contexts: Vec<String> = contexts.iter().map(|uri| (*uri).to_owned()).collect();
        let request = connection.request.as_ref().unwrap();
        let expected = Expectations::new(&connection.service, Solicitation::Solicited(request))
            .with_authn_contexts(&contexts);
        let verified = connection.verify(&Message::signed(ASSERTION).xml())?;
        verified
            .accept(&expected, now())?
            .confirm(connection.answer)
    };
    let at = "/Assertion/AuthnStatement";
    let nil = |nil: &str, text: &str| {
        let instance = "http://www.w3.org/2001/XMLSchema-instance";
        format!(r#"<saml:AttributeValue xmlns:xsi="{instance}" xsi:nil="{nil}">{text}"#)
    };
    vec![
        edited(
            "saml-authn-statement-missing",
            CheckClass::Structure,
            "/Assertion",
            ASSERTION,
            (element("saml:AuthnStatement"), ""),
        ),
        edited(
            "saml-attribute-missing",
            CheckClass::Structure,
            at,
            ASSERTION,
            (r#" AuthnInstant="2026-06-06T07:39:00Z""#, ""),
        ),
        edited_twice(
            "saml-expired",
            CheckClass::Time,
            "/Assertion/AuthnStatement/@SessionNotOnOrAfter",
            ASSERTION,
            (
                "2026-06-06T17:40:00Z",
                "2026-06-06T07:39:26Z",
                "2026-06-06T07:39:25Z",
            ),
        )
        .expected("an end after 2026-06-06 07:40:25 UTC")
        .found("2026-06-06 07:39:25 UTC"),
        edited(
            "saml-attribute-missing",
            CheckClass::Structure,
            "/Assertion/AttributeStatement/Attribute",
            ASSERTION,
            (r#" Name="firstName""#, ""),
        ),
        edited(
            "saml-attribute-missing",
            CheckClass::Structure,
            "/Assertion/AttributeStatement/Attribute/@Name",
            ASSERTION,
            (r#" Name="firstName""#, r#" Name=" ""#),
        ),
        edited(
            "saml-element-unexpected",
            CheckClass::Structure,
            "/Assertion/AttributeStatement/Attribute/Value",
            ASSERTION,
            (
                "Augusta</saml:AttributeValue>",
                "Augusta</saml:AttributeValue><saml:Value/>",
            ),
        )
        .found("Value"),
        edited(
            "saml-text-unexpected",
            CheckClass::Structure,
            "/Assertion/AttributeStatement/Attribute",
            ASSERTION,
            (
                "<saml:AttributeValue>Augusta",
                "Ada<saml:AttributeValue>Augusta",
            ),
        ),
        edited_twice(
            "saml-nil-invalid",
            CheckClass::Structure,
            "/Assertion/AttributeStatement/Attribute/AttributeValue",
            ASSERTION,
            (
                "<saml:AttributeValue>Augusta",
                &nil(" 1 ", ""),
                &nil("true", "Augusta"),
            ),
        ),
        edited_twice(
            "saml-nil-invalid",
            CheckClass::Structure,
            "/Assertion/AttributeStatement/Attribute/AttributeValue",
            ASSERTION,
            (
                "<saml:AttributeValue>Augusta",
                &nil("false", "Augusta"),
                &nil("TRUE", ""),
            ),
        ),
        edited_twice(
            "saml-element-unexpected",
            CheckClass::Structure,
            "/Assertion/AuthnStatement/AuthnContext",
            ASSERTION,
            (
                "<saml:AuthnContext>",
                r#"<saml:SubjectLocality Address="192.0.2.7"/><saml:AuthnContext>"#,
                "<saml:AuthnContext></saml:AuthnContext><saml:AuthnContext>",
            ),
        )
        .found("AuthnContext"),
        edited_twice(
            "saml-element-unexpected",
            CheckClass::Structure,
            "/Assertion/AuthnStatement/AuthnContext/Context",
            ASSERTION,
            (
                "</saml:AuthnContext>",
                "<saml:AuthenticatingAuthority>urn:a</saml:AuthenticatingAuthority></saml:AuthnContext>",
                "<saml:Context/></saml:AuthnContext>",
            ),
        )
        .found("Context"),
        edited(
            "saml-authn-context-missing",
            CheckClass::Structure,
            at,
            ASSERTION,
            (element("saml:AuthnContext"), ""),
        ),
        twins(
            "saml-authn-context-mismatch",
            CheckClass::Authentication,
            at,
            authenticated_by(&["urn:a", PASSWORD]),
            authenticated_by(&["urn:a", "urn:b"]),
        )
        .expected("urn:a, urn:b")
        .found(PASSWORD),
        twins(
            "saml-subject-attribute-unsound",
            CheckClass::Structure,
            "/Assertion",
            named_by("lastName"),
            named_by("groups"),
        )
        .expected("1 value with text")
        .found("2 values"),
        edited(
            "saml-attribute-encrypted",
            CheckClass::Other,
            "/Assertion/AttributeStatement/EncryptedAttribute",
            ASSERTION,
            (
                "</saml:AttributeStatement>",
                "<saml:EncryptedAttribute/></saml:AttributeStatement>",
            ),
        ),
    ]
}

pub(super) fn path(place: Option<&Place>) -> &str {
    match place {
        Some(Place::Attribute { path, .. } | Place::Element { path, .. }) => path,
        _ => "",
    }
}

#[test]
fn each_check_refuses_its_message_alone_and_passes_the_twin() {
    for twins in table() {
        let code = twins.code;
        assert_eq!(twins.accepted.err(), None, "{code}");
        let Err(refusal) = twins.refused else {
            panic!("{code}: accepted");
        };
        let codes: Vec<_> = refusal.failed().map(|one| one.check().code()).collect();
        assert_eq!(codes, [code]);
        let failed = refusal.first();
        assert_eq!(failed.check().class(), twins.class, "{code}");
        assert_eq!(failed.expected().as_deref(), twins.expected, "{code}");
        assert_eq!(failed.found().as_deref(), twins.found, "{code}");
        assert_eq!(path(failed.at()), twins.at, "{code}");
        assert_eq!(refusal.at().as_ref(), failed.at(), "{code}");
        assert_eq!(refusal.to_string(), failed.check().to_string());
        assert!(refusal.help().ends_with('.'), "{code}");
    }
}

/// The name of an enum's variant, by its `Debug`.
pub(super) fn variant(value: &impl std::fmt::Debug) -> String {
    let text = format!("{value:?}");
    let end = text.find(|letter: char| !letter.is_alphanumeric());
    text[..end.unwrap_or(text.len())].to_owned()
}

/// The variants that the source of an enum declares.
pub(super) fn declared_variants(source: &str, name: &str) -> BTreeSet<String> {
    let start = source.find(&format!("pub enum {name} {{")).unwrap();
    let body = &source[start..start + source[start..].find("\n}").unwrap()];
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    lines
        .filter(|line| line.starts_with(|letter: char| letter.is_ascii_uppercase()))
        .map(|line| {
            let end = line.find(|letter: char| !letter.is_alphanumeric());
            line[..end.unwrap_or(line.len())].to_owned()
        })
        .collect()
}

/// Checks that no plain response by POST can fail, with a code that another file's tests expect.
const ELSEWHERE: [(&str, &str); 12] = [
    ("DecryptionFailed", "saml-decryption-failed"),
    ("Deflate", "saml-deflate"),
    ("EncodingUnsupported", "saml-encoding-unsupported"),
    ("LogoutNotConfigured", "saml-logout-not-configured"),
    ("ParameterMalformed", "saml-parameter-malformed"),
    ("ParameterMissing", "saml-parameter-missing"),
    ("ParameterRepeated", "saml-parameter-repeated"),
    ("ParameterUnexpected", "saml-parameter-unexpected"),
    ("ResponseByRedirect", "saml-response-by-redirect"),
    ("ResponseMissing", "saml-response-missing"),
    ("SessionIndexEmpty", "saml-session-index-empty"),
    ("SignatureInsideRedirect", "saml-signature-inside-redirect"),
];

#[test]
fn no_check_is_without_twins() {
    let declared = declared_variants(include_str!("../../src/saml/check.rs"), "Check");
    assert!(declared.len() >= 48, "{declared:?}");
    let refused = table().into_iter().map(|twins| twins.refused.unwrap_err());
    let mut tested: BTreeSet<_> = refused
        .map(|refusal| variant(refusal.first().check()))
        .collect();
    let elsewhere = [
        include_str!("../saml_artifact.rs"),
        include_str!("../saml_decryption_key.rs"),
        include_str!("../saml_encryption.rs"),
        include_str!("../saml_logout.rs"),
    ];
    for (variant, code) in ELSEWHERE {
        let is_tested = elsewhere.iter().any(|tests| tests.contains(code));
        assert!(is_tested, "{code} is not tested");
        assert!(tested.insert(variant.to_owned()), "{variant}");
    }
    // The same code and rule as `Encoding` of a form value that is too long, for queries.
    assert!(tested.insert("TooLarge".to_owned()));
    assert_eq!(declared, tested);
}
