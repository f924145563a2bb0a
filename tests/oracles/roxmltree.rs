//! What roxmltree, a second reader, says about a text, and where it is known to be wrong.

use roxmltree::Error as Theirs;
use vestibule::error::Explain as _;
use vestibule::limits::XmlLimits;
use vestibule::xml::{Dialect, Document, Element, Node, XmlError};

/// No bound but that of the depth: a bound is no verdict on well-formedness.
pub(crate) const LIMITS: XmlLimits = XmlLimits {
    bytes: usize::MAX,
    depth: 1000,
    nodes: usize::MAX,
    attributes: usize::MAX,
    namespaces: usize::MAX,
    name_bytes: usize::MAX,
};

/// How the two readers differ on `text`; `None` when they agree or when roxmltree is known to err.
pub(crate) fn disagreement(text: &str) -> Option<String> {
    let ours = Document::parse(text, Dialect::Xml, &LIMITS);
    let theirs = roxmltree::Document::parse(text);
    if local_name_is_xmlns(text) {
        return None;
    }
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => tree_disagreement(text, &ours, &theirs),
        (Ok(_), Err(theirs)) => (!refuses_prefix_xml(&theirs))
            .then(|| format!("{text:?}: accepted, roxmltree refuses: {theirs}")),
        (Err(ours), Ok(_)) => (!is_laxer(text, &ours))
            .then(|| format!("{text:?}: refused, roxmltree accepts: {ours:?}")),
        (Err(_), Err(_)) => None,
    }
}

/// Namespaces in XML §3: only `xmlns` and `xmlns:…` declare. roxmltree takes `p:xmlns` for a
/// declaration of the default namespace.
fn local_name_is_xmlns(text: &str) -> bool {
    text.contains(":xmlns")
}

/// Namespaces in XML §3: the prefix `xml` is bound by definition. roxmltree knows that for
/// attributes only.
fn refuses_prefix_xml(theirs: &Theirs) -> bool {
    matches!(theirs, Theirs::UnknownNamespace(prefix, _) if prefix == "xml")
}

/// Whether `text` breaks a rule that roxmltree does not check.
fn is_laxer(text: &str, ours: &XmlError) -> bool {
    let rules = [
        declaration_is_free,
        instruction_target_is_free,
        prefix_may_be_empty,
        default_namespace_may_stand_twice,
        prefix_may_be_undeclared,
        prefix_xmlns_may_be_declared,
        reference_may_name_no_character,
    ];
    rules.iter().any(|rule| rule(text, ours))
}

/// XML §2.8: roxmltree checks no value in the XML declaration, and takes `<?xml` without a space
/// behind it for a processing instruction.
fn declaration_is_free(text: &str, ours: &XmlError) -> bool {
    let start = ours.span().start;
    let open = text
        .get(..start + "<?xml".len())
        .unwrap_or(text)
        .rfind("<?xml");
    open.is_some_and(|open| !text[open.min(start)..start].contains("?>"))
}

/// XML §2.6 and Namespaces in XML §7: a target is no `xml` in any case, holds no colon, and white
/// space stands behind it.
fn instruction_target_is_free(_: &str, ours: &XmlError) -> bool {
    ours.code() == "xml-processing-instruction-target"
}

/// Namespaces in XML §4: a prefix is an `NCName`. roxmltree reads `:a` as `a`.
fn prefix_may_be_empty(text: &str, ours: &XmlError) -> bool {
    match ours.code() {
        "xml-name-malformed" => marked(text, ours).starts_with(':'),
        "xml-end-tag-mismatch" => marked(text, ours).starts_with("</:"),
        _ => false,
    }
}

/// XML §3.1, Unique Att Spec.
fn default_namespace_may_stand_twice(text: &str, ours: &XmlError) -> bool {
    let name = marked(text, ours)
        .split(['=', ' ', '\t', '\n', '\r'])
        .next();
    ours.code() == "xml-attribute-duplicate" && matches!(name, Some("xmlns" | "xmlns:xml"))
}

/// Namespaces in XML §5, No Prefix Undeclaring.
fn prefix_may_be_undeclared(_: &str, ours: &XmlError) -> bool {
    ours.code() == "xml-namespace-undeclared"
}

/// Namespaces in XML §3: `xmlns` must not be declared.
fn prefix_xmlns_may_be_declared(text: &str, ours: &XmlError) -> bool {
    ours.code() == "xml-namespace-reserved" && marked(text, ours).starts_with("xmlns:xmlns")
}

/// XML §4.1, Legal Character: roxmltree reads a reference to a surrogate, or to what lies beyond
/// Unicode, as U+FFFD.
fn reference_may_name_no_character(text: &str, ours: &XmlError) -> bool {
    let number = marked(text, ours)
        .trim_start_matches("&#")
        .trim_end_matches(';');
    let code_point = match number.strip_prefix('x') {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    ours.code() == "xml-character-reference"
        && code_point.is_ok_and(|number| char::from_u32(number).is_none())
}

fn marked<'a>(text: &'a str, ours: &XmlError) -> &'a str {
    text.get(ours.span().range()).unwrap_or_default()
}

/// How the trees below the two root elements differ.
fn tree_disagreement(
    text: &str,
    ours: &Document<'_>,
    theirs: &roxmltree::Document<'_>,
) -> Option<String> {
    if text.contains("\r&") || text.contains(";\r") {
        // XML §2.11: beside a reference, roxmltree leaves a carriage return as it is.
        return None;
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    our_lines(ours.root(), &mut left);
    their_lines(theirs.root_element(), &mut right);
    (left != right).then(|| format!("{text:?}: trees differ\n{left:#?}\n{right:#?}"))
}

fn our_lines(element: Element<'_>, lines: &mut Vec<String>) {
    lines.push(format!(
        "<{{{}}}{}",
        element.namespace(),
        element.local_name()
    ));
    lines.extend(element.attributes().map(|attribute| {
        let (namespace, name) = (attribute.namespace, attribute.local_name);
        format!("@{{{namespace}}}{name}={:?}", attribute.value)
    }));
    for node in element.nodes() {
        match node {
            Node::Element(child) => our_lines(child, lines),
            Node::Text(text) => lines.push(format!("text {text:?}")),
            Node::Comment(text) => lines.push(format!("comment {text:?}")),
            Node::Instruction { target, data } => lines.push(format!("?{target} {data:?}")),
            _ => lines.push("unknown node".into()),
        }
    }
    lines.push(">".into());
}

fn their_lines(element: roxmltree::Node<'_, '_>, lines: &mut Vec<String>) {
    let name = element.tag_name();
    lines.push(format!(
        "<{{{}}}{}",
        name.namespace().unwrap_or_default(),
        name.name()
    ));
    lines.extend(element.attributes().map(|attribute| {
        let (namespace, name) = (attribute.namespace().unwrap_or_default(), attribute.name());
        format!("@{{{namespace}}}{name}={:?}", attribute.value())
    }));
    for node in element.children() {
        let text = node.text().unwrap_or_default();
        if node.is_element() {
            their_lines(node, lines);
        } else if let Some(instruction) = node.pi() {
            let data = with_line_feeds(instruction.value.unwrap_or_default());
            lines.push(format!("?{} {data:?}", instruction.target));
        } else if node.is_comment() {
            lines.push(format!("comment {:?}", with_line_feeds(text)));
        } else if !text.is_empty() {
            // An empty CDATA section is a node there.
            lines.push(format!("text {text:?}"));
        }
    }
    lines.push(">".into());
}

/// XML §2.11: roxmltree leaves the line ends of comments and instructions as they are.
fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
