//! What the assertion says of the person and of their authentication: saml-core §2.7.

use crate::identity::Personal;
use crate::xml::{Element, Node};

use super::assertion::{Attribute, AttributeValue, Authentication};
use super::check::{Check, Period};
use super::encryption::DecryptedParts;
use super::envelope::not_in_future;
use super::namespace::ASSERTION;
use super::refusal::Findings;
use super::structure::{Children, identifier, unexpected};
use super::subject::{Nil, nil, read_instant, read_name_id};
use super::terms::Terms;
use super::time::Clock;

#[derive(Default)]
pub(super) struct Statements {
    pub(super) authentications: Vec<Authentication>,
    pub(super) attributes: Vec<Attribute>,
}

/// Reads the statements behind the conditions, in any order.
pub(super) fn read(
    mut assertion: Children<'_>,
    terms: Terms<'_>,
    findings: &mut Findings,
) -> Statements {
    let mut statements = Statements::default();
    let mut has_authentication = false;
    while let Some(statement) = assertion.next_if_any(is_statement) {
        match statement.local_name() {
            "AuthnStatement" => {
                has_authentication = true;
                let read = read_authentication(statement, terms.clock(), findings);
                statements.authentications.extend(read);
            }
            "AttributeStatement" => {
                read_attributes(statement, terms.decrypted, &mut statements, findings);
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
        findings.fail_attribute(check, statement, "AuthnInstant");
    }
    let end = read_instant(statement, "SessionNotOnOrAfter", findings);
    if let Some(end) = end
        && clock.is_over(end)
    {
        let (period, now) = (Period::Session, clock.now);
        let check = Check::Expired { period, end, now };
        findings.fail_attribute(check, statement, "SessionNotOnOrAfter");
    }
    let mut children = Children::of(statement, findings);
    let locality = children.next_if(ASSERTION, "SubjectLocality");
    let context = children.next_if(ASSERTION, "AuthnContext");
    children.end(findings);
    let Some(context) = context else {
        findings.fail(Check::AuthnContextMissing, statement);
        return None;
    };
    let context = Context::read(context, findings);
    let address = locality.and_then(|locality| locality.attribute("Address"));
    Some(Authentication {
        instant: instant?,
        session_index: statement.attribute("SessionIndex").map(Personal::from),
        session_not_on_or_after: end,
        context_class: context.class,
        context_declaration: context.declaration,
        authorities: context.authorities,
        address: address.map(Personal::from),
    })
}

struct Context {
    class: Option<String>,
    declaration: Option<String>,
    authorities: Vec<String>,
}

impl Context {
    /// saml-core §2.7.2.2, in the order of the schema. A declaration by value is passed by.
    fn read(context: Element<'_>, findings: &mut Findings) -> Self {
        let text = |element| identifier(element).into_owned();
        let mut children = Children::of(context, findings);
        let class = children
            .next_if(ASSERTION, "AuthnContextClassRef")
            .map(text);
        children.next_if(ASSERTION, "AuthnContextDecl");
        let declaration = children.next_if(ASSERTION, "AuthnContextDeclRef").map(text);
        let mut authorities = Vec::new();
        while let Some(authority) = children.next_if(ASSERTION, "AuthenticatingAuthority") {
            authorities.push(text(authority));
        }
        children.end(findings);
        Self {
            class,
            declaration,
            authorities,
        }
    }
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
    let name = attribute.attribute("Name");
    let Some(name) = name.filter(|name| !name.trim().is_empty()) else {
        let missing = Check::AttributeMissing { attribute: "Name" };
        findings.fail_attribute(missing, attribute, "Name");
        return None;
    };
    let optional = |name| attribute.attribute(name).map(str::to_owned);
    // Values and nothing else; there can be thousands, so they are not listed first.
    let mut values = Vec::with_capacity(attribute.children().count());
    for node in attribute.nodes() {
        match node {
            Node::Element(value) if value.is(ASSERTION, "AttributeValue") => {
                values.extend(read_value(value, findings));
            }
            Node::Element(other) => findings.fail(unexpected(other), other),
            Node::Text(text) if !text.trim_ascii().is_empty() => {
                findings.fail(Check::TextUnexpected, attribute);
            }
            _ => {}
        }
    }
    Some(Attribute {
        name: name.to_owned(),
        name_format: optional("NameFormat"),
        friendly_name: optional("FriendlyName"),
        values,
    })
}

fn read_value(value: Element<'_>, findings: &mut Findings) -> Option<AttributeValue> {
    let mut children = value.children();
    let (first, second) = (children.next(), children.next());
    match (nil(value), first, second) {
        (Nil::Yes, None, _) if value.text().trim_ascii().is_empty() => Some(AttributeValue::Nil),
        (Nil::Yes | Nil::Invalid, ..) => {
            findings.fail(Check::NilInvalid, value);
            None
        }
        (Nil::No, None, _) => Some(AttributeValue::Text(Personal::new(value.text()))),
        (Nil::No, Some(name_id), None) if name_id.is(ASSERTION, "NameID") => {
            // A value that is no sound name identifier is kept as what it is: text.
            let name_id = read_name_id(name_id, &mut Findings::default());
            let name_id = name_id.map(|name_id| AttributeValue::NameId(Box::new(name_id)));
            Some(name_id.unwrap_or_else(|| nested(value)))
        }
        (Nil::No, ..) => Some(nested(value)),
    }
}

fn nested(value: Element<'_>) -> AttributeValue {
    let mut text = String::new();
    for element in value.descendants() {
        text.push_str(&element.text());
    }
    AttributeValue::Nested(Personal::new(text))
}
