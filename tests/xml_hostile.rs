//! Texts that are made to be expensive: each meets a limit or is read to its end.
//!
//! The time is not judged here, because a shared machine has none to compare with: a text whose
//! cost were not linear would make this test run for minutes.

#![cfg(feature = "saml")]

use vestibule::error::{Blame, Explain as _};
use vestibule::limits::XmlLimits;
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document, XmlError};

fn parse(text: &str) -> Result<Document<'_>, XmlError> {
    Document::parse(text, Dialect::Xml, &XmlLimits::default())
}

/// The code of the limit that the text meets.
fn limit(text: &str) -> &'static str {
    let error = parse(text).unwrap_err();
    assert_eq!(error.blame(), Blame::Limit, "{error}");
    error.code()
}

/// `count` pieces, made from their numbers, between `start` and `end`.
fn many(start: &str, count: usize, piece: impl Fn(usize) -> String, end: &str) -> String {
    let pieces: String = (0..count).map(piece).collect();
    format!("{start}{pieces}{end}")
}

#[test]
fn ten_megabytes_are_too_large() {
    let text = "x".repeat(10 << 20);
    assert_eq!(limit(&format!("<a>{text}</a>")), "xml-too-large");
}

#[test]
fn a_hundred_thousand_nested_elements_are_too_deep() {
    let text = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
    assert_eq!(limit(&text), "xml-too-deep");
}

/// Neither reading nor canonicalizing nor dropping goes by recursion, whatever a host allows.
#[test]
fn depth_costs_no_stack_when_the_limit_is_lifted() {
    let limits = XmlLimits {
        depth: usize::MAX,
        nodes: usize::MAX,
        ..XmlLimits::default()
    };
    let text = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
    let document = Document::parse(&text, Dialect::Saml, &limits).unwrap();
    let canonical = Canonical::new(CanonicalMethod::Exclusive);
    assert_eq!(canonical.octets(document.root(), None).unwrap(), text);
    let innermost = document.elements().last().unwrap();
    assert_eq!(canonical.octets(innermost, None).unwrap(), "<a></a>");
}

#[test]
fn a_hundred_thousand_siblings_are_too_many_nodes() {
    assert_eq!(
        limit(&many("<a>", 100_000, |_| "<b/>".into(), "</a>")),
        "xml-too-many-nodes"
    );
    assert_eq!(
        limit(&many("<a>", 60_000, |_| "x<!---->".into(), "</a>")),
        "xml-too-many-nodes"
    );
}

#[test]
fn a_hundred_thousand_attributes_are_too_many() {
    let attributes = many("<a", 100_000, |number| format!(" b{number}=''"), "/>");
    assert_eq!(limit(&attributes), "xml-too-many-attributes");
    let declarations = many(
        "<a",
        100_000,
        |number| format!(" xmlns:b{number}='u:'"),
        "/>",
    );
    assert_eq!(limit(&declarations), "xml-too-many-attributes");
}

#[test]
fn many_distinct_namespaces_are_too_many() {
    let text = many(
        "<a>",
        40_000,
        |number| format!("<b xmlns='u:{number}'/>"),
        "</a>",
    );
    assert_eq!(limit(&text), "xml-too-many-namespaces");
    let declared_by_each = |depth: usize| {
        many(
            "<a",
            31,
            |number| format!(" xmlns:p{depth}x{number}='u:'"),
            ">",
        )
    };
    let text = many("", 60, declared_by_each, "");
    assert_eq!(limit(&text), "xml-too-many-namespaces");
}

#[test]
fn a_name_of_a_megabyte_is_too_long() {
    let name = "x".repeat(1 << 20);
    assert_eq!(limit(&format!("<{name}/>")), "xml-name-too-long");
    assert_eq!(limit(&format!("<a {name}=''/>")), "xml-name-too-long");
    assert_eq!(
        limit(&format!("<a xmlns:{name}='u:'/>")),
        "xml-name-too-long"
    );
}

#[test]
fn references_sections_and_line_ends_are_one_text_however_many() {
    let text = many("<a>", 100_000, |_| "&amp;".into(), "</a>");
    assert_eq!(parse(&text).unwrap().root().text().len(), 100_000);
    let text = many("<a>", 100_000, |_| "<![CDATA[x]]>".into(), "</a>");
    assert_eq!(parse(&text).unwrap().root().text().len(), 100_000);
    let text = many("<a>", 100_000, |_| "x\r".into(), "</a>");
    assert_eq!(parse(&text).unwrap().root().text().len(), 200_000);
    let text = many("<a b='", 100_000, |_| "&amp;".into(), "'/>");
    let document = parse(&text).unwrap();
    assert_eq!(document.root().attribute("b").map(str::len), Some(100_000));
}

#[test]
fn many_elements_under_a_wide_scope_and_a_long_prefix_list_are_written() {
    let declarations = |depth: usize| {
        many(
            "<a",
            31,
            |number| format!(" xmlns:p{depth}x{number}='u:{number}'"),
            ">",
        )
    };
    let elements = many("", 30_000, |number| format!("<p0x{}:b/>", number % 31), "");
    let text = many("", 2, declarations, &elements) + "</a></a>";
    let document = parse(&text).unwrap();
    let list = many("", 64, |number| format!("p1x{number} "), "");
    for uri in [
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2006/12/xml-c14n11",
    ] {
        let canonical = Canonical::new(CanonicalMethod::from_uri(uri).unwrap());
        let canonical = canonical.with_prefix_list(&list).unwrap();
        let octets = canonical.octets(document.root(), None).unwrap();
        assert_eq!(octets.matches(":b").count(), 60_000);
    }
}

#[test]
fn many_inherited_xml_attributes_are_written_once_and_sorted() {
    let element = |depth: usize| {
        many(
            "<a",
            60,
            |number| format!(" xml:a{}='{depth}'", depth * 30 + number),
            ">",
        )
    };
    let text = many("", 60, element, "<z/>") + &"</a>".repeat(60);
    let document = parse(&text).unwrap();
    let apex = document.elements().last().unwrap();
    let canonical = Canonical::new(CanonicalMethod::Inclusive10);
    let octets = canonical.octets(apex, None).unwrap();
    assert_eq!(octets.matches("xml:").count(), 59 * 30 + 60);
    assert!(
        octets.contains(" xml:a30=\"1\" "),
        "the nearest ancestor's value"
    );
}

#[test]
fn long_bases_below_each_other_are_joined() {
    let text = many(
        "",
        60,
        |_| format!("<a xml:base='{}'>", "../".repeat(9_000)),
        "<z/>",
    );
    let text = text + &"</a>".repeat(60);
    let document = parse(&text).unwrap();
    let apex = document.elements().last().unwrap();
    let canonical = Canonical::new(CanonicalMethod::Inclusive11);
    let octets = canonical.octets(apex, None).unwrap();
    assert_eq!(octets.matches("../").count(), 60 * 9_000);
}

#[test]
fn a_namespace_rendered_on_every_element_meets_the_bound_of_growth() {
    let long = "x".repeat(200_000);
    let of = |children: usize| {
        let children = "<p:c/>".repeat(children);
        format!("<r xmlns:p='urn:{long}'><a>{children}</a></r>")
    };
    let octets = |text: &str| {
        let document = Document::parse(text, Dialect::Saml, &XmlLimits::default()).unwrap();
        let apex = document.root().children().next().unwrap();
        Canonical::new(CanonicalMethod::Exclusive).octets(apex, None)
    };
    assert!(octets(&of(10)).is_ok());
    let error = octets(&of(50_000)).unwrap_err();
    assert_eq!(error.code(), "xml-canonical-too-long");
}
