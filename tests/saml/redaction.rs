//! No error and no `Debug` shows whom a message is about.

use vestibule::error::Explain;
use vestibule::saml::{Expectations, ParsedResponse, Refusal, ReplayAnswer, Solicitation};

use super::checks::table;
use super::idp::{ASSERTION, Connection, Message, NAME_ID, PERSONAL, judge, now, replace};

/// `Display`, both forms of `Debug`, and JSON.
fn texts_of(refusal: &Refusal) -> String {
    let mut text = format!("{refusal} {refusal:?} {refusal:#?} {}", refusal.help());
    text.push_str(&serde_json::to_string(refusal).unwrap());
    for failed in refusal.failed() {
        let (expected, found) = (failed.expected(), failed.found());
        text.push_str(&format!(
            "{} {failed:?} {expected:?} {found:?}",
            failed.check()
        ));
    }
    text
}

fn assert_redacted(what: &str, text: &str) {
    for personal in PERSONAL {
        assert!(
            !text.contains(personal),
            "{what} shows `{personal}`: {text}"
        );
    }
}

#[test]
fn no_refusal_shows_what_is_personal() {
    for twins in table() {
        assert_redacted(twins.code, &texts_of(&twins.refused.unwrap_err()));
    }
}

/// Personal text at places where only other things belong.
#[test]
fn no_refusal_shows_what_is_personal_where_it_does_not_belong() {
    for (from, to) in [
        ("</saml:Subject>", "ada.lovelace</saml:Subject>"),
        (NAME_ID, "<saml:X>ada.lovelace</saml:X>"),
        (NAME_ID, "ada.lovelace & Augusta;"),
        (NAME_ID, "ada.lovelace\u{1}"),
        (NAME_ID, "ada.lovelace]]>"),
        (
            r#"SessionIndex="_session-77""#,
            r#"SessionIndex="_session-77" SessionIndex="_session-77""#,
        ),
        (
            r#"SessionIndex="_session-77""#,
            r#"SessionIndex="_session-77<""#,
        ),
        // A value that has lost its `=` is no part of a name.
        (
            r#"SessionIndex="_session-77""#,
            r#"SessionIndex-"_session-77""#,
        ),
    ] {
        let xml = Message::signed(ASSERTION).xml();
        let refusal = judge(&replace(&xml, from, to)).unwrap_err();
        assert_redacted(from, &texts_of(&refusal));
    }
}

#[test]
fn no_debug_of_a_step_shows_what_is_personal() {
    let xml = Message::signed(ASSERTION).xml();
    let connection = Connection::new();
    let parsed = ParsedResponse::from_octets(xml.clone().into_bytes()).unwrap();
    assert_redacted("ParsedResponse", &format!("{parsed:?} {parsed:#?}"));
    let verified = connection.verify(&xml).unwrap();
    assert_redacted("VerifiedResponse", &format!("{verified:?} {verified:#?}"));
    let request = connection.request.as_ref().unwrap();
    let expected = Expectations::new(&connection.service, Solicitation::Solicited(request));
    let pending = verified.accept(&expected, now()).unwrap();
    assert_redacted("PendingLogin", &format!("{pending:?} {pending:#?}"));
    assert_redacted("ReplayQuestion", &format!("{:?}", pending.question()));
    let login = pending.confirm(ReplayAnswer::FirstSeen).unwrap();
    assert_redacted("Login", &format!("{login:?} {login:#?}"));
}
