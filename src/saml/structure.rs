//! The order of elements in a message: saml-schema-protocol-2.0 and saml-schema-assertion-2.0.

use std::borrow::Cow;

use crate::dsig::{DSIG, SignatureError, SignatureErrorKind, check_ids, signature_of};
use crate::error::Shown;
use crate::xml::{Document, Element, Node};

use super::check::Check;
use super::namespace::{ASSERTION, ENTITY_FORMAT, PROTOCOL};
use super::refusal::{FailedCheck, Findings};

/// The child elements of `parent` in the order of the schema, each name with its namespace.
///
/// Anything that is not taken by the end is out of place, and so is text.
pub(super) struct Children<'d> {
    parent: Element<'d>,
    children: std::iter::Peekable<std::vec::IntoIter<Element<'d>>>,
}

impl<'d> Children<'d> {
    pub(super) fn of(parent: Element<'d>, findings: &mut Findings) -> Self {
        let mut children = Vec::new();
        for node in parent.nodes() {
            match node {
                Node::Element(child) => children.push(child),
                Node::Text(text) if !text.trim_ascii().is_empty() => {
                    findings.fail(Check::TextUnexpected, parent);
                }
                _ => {}
            }
        }
        Self {
            parent,
            children: children.into_iter().peekable(),
        }
    }

    pub(super) const fn parent(&self) -> Element<'d> {
        self.parent
    }

    pub(super) fn next_if(&mut self, namespace: &str, name: &str) -> Option<Element<'d>> {
        self.children.next_if(|child| child.is(namespace, name))
    }

    pub(super) fn next_if_any(&mut self, is: impl Fn(Element<'d>) -> bool) -> Option<Element<'d>> {
        self.children.next_if(|child| is(*child))
    }

    /// The issuer, at the head of every message; the signature and the extensions are passed by.
    /// saml-core §3.2.1 and §3.2.2.
    pub(super) fn message_head(&mut self) -> Option<Element<'d>> {
        let issuer = self.next_if(ASSERTION, "Issuer");
        self.next_if(DSIG, "Signature");
        self.next_if(PROTOCOL, "Extensions");
        issuer
    }

    pub(super) fn end(self, findings: &mut Findings) {
        for child in self.children {
            findings.fail(unexpected(child), child);
        }
    }
}

/// The text of an identifier such as an issuer or an audience, without white space around it.
///
/// Some identity providers break the line around identifiers; no identifier starts or ends with
/// white space. One with an element inside is empty, which equals no configured one: its text
/// would be what is left around that element.
pub(super) fn identifier<'d>(element: Element<'d>) -> Cow<'d, str> {
    if element.children().next().is_some() {
        return Cow::Borrowed("");
    }
    match element.text() {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(is_xml_space)),
        Cow::Owned(text) => Cow::Owned(text.trim_matches(is_xml_space).to_owned()),
    }
}

/// The name of an `Issuer`: saml-profiles §4.1.4.2 allows no format but that of entities.
pub(super) fn issuer_name<'d>(issuer: Element<'d>) -> Cow<'d, str> {
    let name = identifier(issuer);
    match issuer.attribute("Format") {
        None | Some(ENTITY_FORMAT) => name,
        Some(format) => Cow::Owned(format!("{name} (Format {format})")),
    }
}

pub(super) const fn is_xml_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

pub(super) fn unexpected(element: Element<'_>) -> Check {
    Check::ElementUnexpected {
        found: Shown::new(element.local_name()),
    }
}

/// The parts of a `Response`, each at its place in the schema.
pub(super) struct ResponseParts<'d> {
    pub(super) issuer: Option<Element<'d>>,
    pub(super) status: Option<Element<'d>>,
    pub(super) assertion: Option<Element<'d>>,
    /// An `EncryptedAssertion`, where no assertion is in clear.
    pub(super) encrypted: Option<Element<'d>>,
}

impl<'d> ResponseParts<'d> {
    /// saml-core §3.2.2 and §3.3.3.
    pub(super) fn of(response: Element<'d>, findings: &mut Findings) -> Self {
        let mut children = Children::of(response, findings);
        let issuer = children.message_head();
        let status = children.next_if(PROTOCOL, "Status");
        let assertion = children.next_if(ASSERTION, "Assertion");
        let encrypted = match assertion {
            Some(_) => None,
            None => children.next_if(ASSERTION, "EncryptedAssertion"),
        };
        children.end(findings);
        Self {
            issuer,
            status,
            assertion,
            encrypted,
        }
    }
}

/// What no genuine message has, wherever it stands: a second assertion, a message inside another
/// element, a signature that belongs to neither the message nor its assertion, an ID twice. Of
/// each kind one is named.
pub(super) fn check_wrapping(document: &Document<'_>, findings: &mut Findings) {
    let root = document.root();
    if let Err(error) = check_ids([document]) {
        findings.add(FailedCheck::new(Check::Signature(error)));
    }
    let mut assertions = 0_usize;
    let (mut extra_assertion, mut inner_message, mut misplaced) = (None, None, None);
    for element in document.elements() {
        let is_of = |namespace| element.namespace() == namespace;
        match element.local_name() {
            "Assertion" | "EncryptedAssertion" if is_of(ASSERTION) => {
                assertions = assertions.saturating_add(1);
                if assertions > 1 {
                    extra_assertion = Some(element);
                }
            }
            "LogoutRequest" | "LogoutResponse" | "Response"
                if is_of(PROTOCOL) && element != root =>
            {
                inner_message.get_or_insert(element);
            }
            "Signature" if is_of(DSIG) && !may_hold_signature(element.parent(), root) => {
                misplaced.get_or_insert(element);
            }
            _ => {}
        }
    }
    if let Some(element) = inner_message {
        findings.fail(unexpected(element), element);
    }
    if let Some(element) = misplaced {
        let error = SignatureError::at(SignatureErrorKind::Misplaced, element);
        findings.add(FailedCheck::new(Check::Signature(error)));
    }
    if let Some(element) = extra_assertion {
        findings.fail(Check::AssertionSeveral { found: assertions }, element);
    }
    for signed in std::iter::once(root).chain(root.children()) {
        if let Err(error) = signature_of(signed) {
            findings.add(FailedCheck::new(Check::Signature(error)));
        }
    }
}

fn may_hold_signature(parent: Option<Element<'_>>, root: Element<'_>) -> bool {
    parent.is_some_and(|parent| {
        parent == root || (parent.is(ASSERTION, "Assertion") && parent.parent() == Some(root))
    })
}
