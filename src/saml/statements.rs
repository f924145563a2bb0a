//! What the assertion says of the person and of their authentication: saml-core §2.7.

use crate::identity::Personal;
use crate::xml::Element;

use super::assertion::{Attribute, AttributeValue, Authentication};
use super::check::{Check, Period};
use super::encryption::DecryptedParts;
use super::envelope::not_in_future;
use super::namespace::ASSERTION;
use super::refusal::Findings;
use super::structure::{Children, identifier};
use super::subject::{is_nil, read_instant, read_name_id};
use super::time::Clock;

#[derive(Default)]
pub(super) struct Statements {
    pub(super) authentications: Vec<Authentication>,
    pub(super) attributes: Vec<Attribute>,
}

/// Reads the statements behind the conditions, in any order.
pub(super) fn read(
    mut assertion: Children<'_>,
    decrypted: &DecryptedParts,
    clock: Clock,
    findings: &mut Findings,
) -> Statements {
    let mut statements = Statements::default();
    let mut has_authentication = false;
    while let Some(statement) = assertion.next_if_any(is_statement) {
        match statement.local_name() {
            "AuthnStatement" => {
                has_authentication = true;
                let read = read_authentication(statement, clock, findings);
                statements.authentications.extend(read);
            }
            "AttributeStatement" => {
                read_attributes(statement, decrypted, &mut statements, findings);
            }
            _ => {}
        }
    }
    if !has_authentication {
        // saml-profiles §4.1.4.2: at least one.
        findings.fail(Check::AuthnStatementMissing, assertion.parent());
    }
    assertion.end(findings);
    statements
}

fn is_statement(element: Element<'_>) -> bool {
    element.namespace() == ASSERTION
        && matches!(
            element.local_name(),
            "AttributeStatement" | "AuthnStatement" | "AuthzDecisionStatement" | "Statement"
        )
}

fn read_authentication(
    statement: Element<'_>,
    clock: Clock,
    findings: &mut Findings,
) -> Option<Authentication> {
    let instant = read_instant(statement, "AuthnInstant", findings);
    if statement.attribute("AuthnInstant").is_none() {
        let attribute = "AuthnInstant";
        findings.fail(Check::AttributeMissing { attribute }, statement);
    }
    if let Some(instant) = instant
        && let Err(check) = not_in_future(instant, "AuthnInstant", clock)
    {
        findings.fail(check, statement);
    }
    let end = read_instant(statement, "SessionNotOnOrAfter", findings);
    if let Some(end) = end
        && clock.is_over(end)
    {
        let (period, now) = (Period::Session, clock.now);
        findings.fail(Check::Expired { period, end, now }, statement);
    }
    let context_class = statement
        .children()
        .filter(|child| child.is(ASSERTION, "AuthnContext"))
        .flat_map(Element::children)
        .find(|child| child.is(ASSERTION, "AuthnContextClassRef"))
        .map(|class| identifier(class).into_owned());
    Some(Authentication {
        instant: instant?,
        session_index: statement.attribute("SessionIndex").map(Personal::from),
        session_not_on_or_after: end,
        context_class,
    })
}

fn read_attributes(
    statement: Element<'_>,
    decrypted: &DecryptedParts,
    statements: &mut Statements,
    findings: &mut Findings,
) {
    let mut children = Children::of(statement, findings);
    loop {
        if let Some(attribute) = children.next_if(ASSERTION, "Attribute") {
            let read = read_attribute(attribute, findings);
            statements.attributes.extend(read);
        } else if let Some(encrypted) = children.next_if(ASSERTION, "EncryptedAttribute") {
            match decrypted.inside(encrypted) {
                Some(attribute) => {
                    let read = read_attribute(attribute, findings);
                    statements.attributes.extend(read);
                }
                None => findings.fail(Check::AttributeEncrypted, encrypted),
            }
        } else {
            break;
        }
    }
    children.end(findings);
}

fn read_attribute(attribute: Element<'_>, findings: &mut Findings) -> Option<Attribute> {
    let Some(name) = attribute.attribute("Name") else {
        let missing = Check::AttributeMissing { attribute: "Name" };
        findings.fail(missing, attribute);
        return None;
    };
    let optional = |name| attribute.attribute(name).map(str::to_owned);
    let values = attribute
        .children()
        .filter(|child| child.is(ASSERTION, "AttributeValue"))
        .map(read_value)
        .collect();
    Some(Attribute {
        name: name.to_owned(),
        name_format: optional("NameFormat"),
        friendly_name: optional("FriendlyName"),
        values,
    })
}

fn read_value(value: Element<'_>) -> AttributeValue {
    if is_nil(value) {
        return AttributeValue::Nil;
    }
    let mut children = value.children();
    let (first, second) = (children.next(), children.next());
    match (first, second) {
        (None, _) => AttributeValue::Text(Personal::new(value.text())),
        (Some(name_id), None) if name_id.is(ASSERTION, "NameID") => {
            // A value that is no sound name identifier is kept as what it is: text.
            read_name_id(name_id, &mut Findings::default())
                .map_or_else(|| nested(value), AttributeValue::NameId)
        }
        _ => nested(value),
    }
}

fn nested(value: Element<'_>) -> AttributeValue {
    let mut text = String::new();
    for element in value.descendants() {
        text.push_str(&element.text());
    }
    AttributeValue::Nested(Personal::new(text))
}
