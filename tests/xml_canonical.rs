//! Laws of the canonical forms, and the defects that others have had in them.

#![cfg(feature = "saml")]

#[path = "oracles/documents.rs"]
mod documents;

use proptest::prelude::*;
use proptest::sample::Index;
use vestibule::error::Explain as _;
use vestibule::limits::XmlLimits;
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document, Element, Node};

const METHODS: [CanonicalMethod; 6] = [
    CanonicalMethod::Exclusive,
    CanonicalMethod::ExclusiveWithComments,
    CanonicalMethod::Inclusive10,
    CanonicalMethod::Inclusive10WithComments,
    CanonicalMethod::Inclusive11,
    CanonicalMethod::Inclusive11WithComments,
];

fn parse(text: &str) -> Document<'_> {
    Document::parse(text, Dialect::Xml, &XmlLimits::default())
        .unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// The canonical form of the element with the local name `apex`.
fn octets_of(text: &str, apex: &str, canonical: &Canonical<'_>) -> String {
    let document = parse(text);
    let apex = document
        .elements()
        .find(|element| element.local_name() == apex)
        .unwrap();
    canonical.octets(apex, None).unwrap()
}

fn exclusive(text: &str, apex: &str) -> String {
    octets_of(text, apex, &Canonical::new(CanonicalMethod::Exclusive))
}

/// Exclusive or inclusive, with a `PrefixList` that only the exclusive form heeds.
fn canonical() -> impl Strategy<Value = Canonical<'static>> {
    let lists = prop::sample::select(vec!["", "#default", "xs p", "#default é A"]);
    (prop::sample::select(METHODS.to_vec()), lists)
        .prop_map(|(method, list)| Canonical::new(method).with_prefix_list(list).unwrap())
}

/// The element of this index, modulo the number of elements.
fn choose<'d>(document: &'d Document<'_>, index: Index) -> (usize, Element<'d>) {
    let index = index.index(document.elements().count());
    (index, document.elements().nth(index).unwrap())
}

proptest! {
    #[test]
    fn the_canonical_form_of_a_canonical_document_is_itself(
        text in documents::document(),
        canonical in canonical(),
    ) {
        let once = canonical.document_octets(&parse(&text)).unwrap();
        let twice = canonical.document_octets(&parse(&once)).unwrap();
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn the_canonical_form_of_a_canonical_subtree_is_itself(
        text in documents::document(),
        canonical in canonical(),
        apex in any::<Index>(),
    ) {
        let document = parse(&text);
        let once = canonical.octets(choose(&document, apex).1, None).unwrap();
        let twice = canonical.octets(parse(&once).root(), None).unwrap();
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn leaving_an_element_out_is_the_same_as_deleting_it(
        text in documents::document(),
        canonical in canonical(),
        apex in any::<Index>(),
        omit in any::<Index>(),
    ) {
        let document = parse(&text);
        let (apex_index, apex) = choose(&document, apex);
        let behind = document.elements().count() - apex_index - 1;
        if behind == 0 {
            return Ok(());
        }
        let omit_index = apex_index + 1 + omit.index(behind);
        let omit = document.elements().nth(omit_index).unwrap();
        let deleted = delete(&text, omit_index);
        let expected = parse(&deleted);
        let expected = expected.elements().nth(apex_index).unwrap();
        prop_assert_eq!(
            canonical.octets(apex, Some(omit)).unwrap(),
            canonical.octets(expected, None).unwrap()
        );
    }

    /// What is read of a signed element is what a fresh reading of the hashed octets says.
    #[test]
    fn the_recorded_tree_is_the_one_that_reading_the_octets_gives(
        text in documents::document(),
        canonical in canonical(),
        apex in any::<Index>(),
        omit in any::<Index>(),
    ) {
        let document = parse(&text);
        let (_, apex) = choose(&document, apex);
        let below: Vec<_> = apex.descendants().skip(1).collect();
        let omit = (!below.is_empty()).then(|| below[omit.index(below.len())]);
        for omit in [None, omit] {
            let octets = canonical.octets(apex, omit).unwrap();
            let recorded = canonical.document(apex, omit).unwrap();
            let read = parse(&octets);
            prop_assert_eq!(tree(&recorded, &octets), tree(&read, &octets), "{}", octets);
            // Declarations show in the forms that render them all.
            for method in METHODS {
                let form = Canonical::new(method);
                for (one, other) in recorded.elements().zip(read.elements()) {
                    prop_assert_eq!(form.octets(one, None), form.octets(other, None));
                }
            }
        }
    }
}

/// Everything that can be read of a document, with where it stands in the octets.
fn tree(document: &Document<'_>, octets: &str) -> Vec<String> {
    let whole = document.elements().map(|element| {
        let nodes: Vec<String> = element
            .nodes()
            .map(|node| match node {
                Node::Element(child) => format!("element {:?} {:?}", child.path(), child.span()),
                other => format!("{other:?}"),
            })
            .collect();
        let attributes: Vec<_> = element
            .attributes()
            .map(|one| (one.namespace, one.local_name, one.value))
            .collect();
        let name = (element.namespace(), element.local_name());
        let start_tag = &octets[element.span().range()];
        let parent = element.parent().map(Element::span);
        format!("{name:?} {start_tag:?} {parent:?} {attributes:?} {nodes:?}")
    });
    whole.collect()
}

/// The text without the element of this index. What is left is nothing, but keeps the text on
/// both sides apart: `]]` and `>` must not meet.
fn delete(text: &str, index: usize) -> String {
    let tree = roxmltree::Document::parse(text).unwrap();
    let mut elements = tree.descendants().filter(roxmltree::Node::is_element);
    let range = elements.nth(index).unwrap().range();
    format!("{}<![CDATA[]]>{}", &text[..range.start], &text[range.end..])
}

#[test]
fn namespace_names_are_escaped_as_values_are() {
    let text = "<a xmlns='http://h/?a=1&amp;b=2' xmlns:p='u:&quot;&lt;&gt;&#9;&#10;&#13;' p:b=''/>";
    let expected =
        "<a xmlns=\"http://h/?a=1&amp;b=2\" xmlns:p=\"u:&quot;&lt;>&#x9;&#xA;&#xD;\" p:b=\"\"></a>";
    assert_eq!(exclusive(text, "a"), expected);
    assert_eq!(
        octets_of(text, "a", &Canonical::new(CanonicalMethod::Inclusive10)),
        expected
    );
}

#[test]
fn the_nearest_ancestors_xml_attributes_are_inherited() {
    let text =
        "<a xml:lang='en' xml:id='1' xml:space='default'><b xml:lang='de' xml:id='2'><c/></b></a>";
    let octets = |method| octets_of(text, "c", &Canonical::new(method));
    assert_eq!(octets(CanonicalMethod::Exclusive), "<c></c>");
    assert_eq!(
        octets(CanonicalMethod::Inclusive10),
        r#"<c xml:id="2" xml:lang="de" xml:space="default"></c>"#
    );
    assert_eq!(
        octets(CanonicalMethod::Inclusive11),
        r#"<c xml:lang="de" xml:space="default"></c>"#
    );
}

#[test]
fn an_own_xml_attribute_stands_before_an_inherited_one() {
    let text = "<a xml:lang='en'><c xml:lang='de'><d/></c></a>";
    for method in [CanonicalMethod::Inclusive10, CanonicalMethod::Inclusive11] {
        let octets = octets_of(text, "c", &Canonical::new(method));
        assert_eq!(octets, r#"<c xml:lang="de"><d></d></c>"#);
    }
}

#[test]
fn version_1_1_joins_xml_base_and_version_1_0_does_not() {
    let text = "<a xml:base='http://h/x/y'><b xml:base='../z/'><c xml:base='w'/></b></a>";
    let octets = |method| octets_of(text, "c", &Canonical::new(method));
    assert_eq!(
        octets(CanonicalMethod::Inclusive10),
        r#"<c xml:base="w"></c>"#
    );
    assert_eq!(
        octets(CanonicalMethod::Inclusive11),
        r#"<c xml:base="http://h/z/w"></c>"#
    );
}

#[test]
fn hash_default_in_a_prefix_list_means_the_default_namespace() {
    let text = "<a xmlns='urn:1' xmlns:p='urn:2' xmlns:q='urn:3'><p:c><d xmlns=''/></p:c></a>";
    let with = |list| {
        let canonical = Canonical::new(CanonicalMethod::Exclusive);
        octets_of(text, "c", &canonical.with_prefix_list(list).unwrap())
    };
    assert_eq!(with(""), r#"<p:c xmlns:p="urn:2"><d></d></p:c>"#);
    assert_eq!(
        with("#default"),
        r#"<p:c xmlns="urn:1" xmlns:p="urn:2"><d xmlns=""></d></p:c>"#
    );
    assert_eq!(
        with("q\t#default\n"),
        r#"<p:c xmlns="urn:1" xmlns:p="urn:2" xmlns:q="urn:3"><d xmlns=""></d></p:c>"#
    );
}

#[test]
fn a_prefix_list_renders_a_binding_again_when_it_changes() {
    let text = "<a xmlns:p='urn:1'><b><c xmlns:p='urn:2'/></b></a>";
    let canonical = Canonical::new(CanonicalMethod::Exclusive);
    let canonical = canonical.with_prefix_list("p unbound").unwrap();
    assert_eq!(
        octets_of(text, "b", &canonical),
        r#"<b xmlns:p="urn:1"><c xmlns:p="urn:2"></c></b>"#
    );
}

/// Neither by locale nor by UTF-16 units, in which U+10000 comes before U+F900.
#[test]
fn prefixes_and_attributes_are_sorted_by_code_points() {
    let text = "<r xmlns:\u{10000}='urn:1' xmlns:\u{F900}='urn:1' xmlns:é='urn:1' xmlns:a='urn:1' \
                xmlns:Z='urn:1' \u{10000}='' \u{F900}='' é='' a='' Z='' a:a-b='' a:aa='' a:a=''/>";
    let sorted = "<r xmlns:Z=\"urn:1\" xmlns:a=\"urn:1\" xmlns:é=\"urn:1\" xmlns:\u{F900}=\"urn:1\" \
                  xmlns:\u{10000}=\"urn:1\" Z=\"\" a=\"\" é=\"\" \u{F900}=\"\" \u{10000}=\"\" \
                  a:a=\"\" a:a-b=\"\" a:aa=\"\"></r>";
    assert_eq!(
        octets_of(text, "r", &Canonical::new(CanonicalMethod::Inclusive10)),
        sorted
    );
}

#[test]
fn attributes_are_sorted_by_namespace_name_and_not_by_prefix() {
    let text = "<r xmlns:a='urn:2' xmlns:b='urn:1' a:x='' b:y='' xml:z='' w=''/>";
    let sorted = r#"<r xmlns:a="urn:2" xmlns:b="urn:1" w="" xml:z="" b:y="" a:x=""></r>"#;
    assert_eq!(exclusive(text, "r"), sorted);
}

#[test]
fn next_line_and_line_separator_are_no_line_ends() {
    let text = "<a b='\u{85}\u{2028}'>\u{85}\r\u{85}\r\n\u{2028}</a>";
    let expected = "<a b=\"\u{85}\u{2028}\">\u{85}\n\u{85}\n\u{2028}</a>";
    assert_eq!(exclusive(text, "a"), expected);
}

#[test]
fn a_referenced_carriage_return_stays_and_a_literal_one_goes() {
    let text = "<a b='1\r\n2&#13;3&#10;4'>1\r\n2&#13;3&#10;4<![CDATA[\r]]></a>";
    let expected = "<a b=\"1 2&#xD;3&#xA;4\">1\n2&#xD;3\n4\n</a>";
    assert_eq!(exclusive(text, "a"), expected);
}

#[test]
fn instructions_are_written_as_instructions() {
    let text = "<?p  1 ?><a>user<?x evil?><?y?></a><?q?>";
    let canonical = Canonical::new(CanonicalMethod::Exclusive);
    let octets = canonical.document_octets(&parse(text)).unwrap();
    assert_eq!(octets, "<?p 1 ?>\n<a>user<?x evil?><?y?></a>\n<?q?>");
}

#[test]
fn comments_beside_the_root_are_on_lines_of_their_own() {
    let text = "<!--1--> <!--2--><a><!--3--></a>\n\n<!--4-->";
    let document = parse(text);
    let octets = |method| Canonical::new(method).document_octets(&document).unwrap();
    assert_eq!(octets(CanonicalMethod::Inclusive11), "<a></a>");
    assert_eq!(
        octets(CanonicalMethod::Inclusive11WithComments),
        "<!--1-->\n<!--2-->\n<a><!--3--></a>\n<!--4-->"
    );
}

/// CVE-2025-66567 and its siblings: an error that leaves an empty canonical form behind has the
/// digest of nothing, which an attacker knows.
#[test]
fn a_relative_namespace_name_is_an_error_and_not_an_empty_form() {
    for name in [
        "1", "../x", "?x", "#x", "1a:b", ":x", "//h/x", "é:x", " u:x",
    ] {
        let inside = format!("<a><b/><c><d xmlns:p='{name}'/></c></a>");
        let outside = format!("<a xmlns:p='{name}'><c/></a>");
        for text in [inside, outside] {
            let document = parse(&text);
            let apex = document.root().children().last().unwrap();
            for method in METHODS {
                let octets = Canonical::new(method).octets(apex, None);
                assert_eq!(
                    octets.unwrap_err().code(),
                    "xml-namespace-relative",
                    "{name}"
                );
                let whole = Canonical::new(method).document_octets(&document);
                assert_eq!(
                    whole.unwrap_err().code(),
                    "xml-namespace-relative",
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn an_absolute_namespace_name_has_a_scheme() {
    for name in ["u:", "http://h", "URN:x", "a+b-c.1:x"] {
        let text = format!("<p:a xmlns:p='{name}'/>");
        assert_eq!(
            exclusive(&text, "a"),
            format!("<p:a xmlns:p=\"{name}\"></p:a>")
        );
    }
}

#[test]
fn leaving_out_the_apex_is_an_error_and_not_an_empty_form() {
    let document = parse("<a><b><c/></b></a>");
    let element = |name| {
        document
            .elements()
            .find(|element| element.local_name() == name)
    };
    for method in METHODS {
        let octets = |omit| Canonical::new(method).octets(element("b").unwrap(), element(omit));
        assert_eq!(octets("c").unwrap(), "<b></b>");
        for omit in ["b", "a"] {
            assert_eq!(octets(omit).unwrap_err().code(), "xml-apex-omitted");
        }
    }
}

#[test]
fn a_prefix_list_of_64_is_accepted_and_of_65_is_refused() {
    let list = |length: usize| vec!["p"; length].join(" ");
    let canonical = Canonical::new(CanonicalMethod::Exclusive);
    assert!(canonical.clone().with_prefix_list(&list(64)).is_ok());
    let error = canonical.with_prefix_list(&list(65)).unwrap_err();
    assert_eq!(error.code(), "xml-too-many-prefixes");
}
