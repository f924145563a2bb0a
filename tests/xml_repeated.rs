//! What is known again is read and written as if it were new: elements that begin as the one before
//! them, in all the contexts that could change what they say.
//!
//! The same document is made twice: once with equal tags for equal elements, which are known again,
//! and once with white space in the tags, no two of which are equal. White space in a tag says
//! nothing, so that both must be read as the same tree and have the same canonical forms.

#![cfg(feature = "saml")]

#[path = "oracles/roxmltree.rs"]
mod oracle;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use vestibule::error::{Explain as _, Span};
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

/// Start tags without their `>`, of which any may stand anywhere below the root.
const TAGS: [&str; 10] = [
    "<v",
    "<p:v",
    "<p:v p:a='1'",
    "<v q:a='&amp;>'",
    "<v xmlns:p='urn:3' p:a='1'",
    "<v xmlns='urn:2'",
    "<b xmlns:p='urn:2'",
    "<b xmlns:p='urn:1' xmlns=''",
    "<b xml:lang='en'",
    "<q:b",
];

const CONTENT: [&str; 12] = [
    "",
    "x",
    "x",
    "y z",
    " ",
    "\r\n",
    "&amp;",
    "1 > 0",
    "<![CDATA[<]]>",
    "<!-- c -->",
    "]]&gt;",
    "é𝄞",
];

/// One thing after another: an element with one text, an opened element, an end, or a text.
#[derive(Clone, Copy, Debug)]
enum Piece {
    Value(&'static str, &'static str),
    Empty(&'static str),
    Open(&'static str),
    Close,
    Text(&'static str),
}

fn piece() -> impl Strategy<Value = Piece> {
    let tag = || select(&TAGS[..]);
    let content = || select(&CONTENT[..]);
    // Often the first tags and texts, so that elements repeat.
    let value = (select(&TAGS[..3]), select(&CONTENT[..4]));
    prop_oneof![
        5 => value.prop_map(|(tag, text)| Piece::Value(tag, text)),
        2 => (tag(), content()).prop_map(|(tag, text)| Piece::Value(tag, text)),
        1 => tag().prop_map(Piece::Empty),
        1 => tag().prop_map(Piece::Open),
        2 => select(vec![TAGS[1], TAGS[4]]).prop_map(Piece::Open),
        3 => Just(Piece::Close),
        2 => content().prop_map(Piece::Text),
    ]
}

/// The document; `space` is what stands before the `>` of the tag with that number.
fn document(pieces: &[Piece], space: impl Fn(usize) -> String) -> String {
    let mut text = "<r xmlns='urn:1' xmlns:p='urn:1' xmlns:q='urn:4' xml:lang='de'>".to_owned();
    let mut open = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        let space = space(number);
        match *piece {
            Piece::Value(tag, content) => {
                let name = name(tag);
                text += &format!("{tag}{space}>{content}</{name}>");
            }
            Piece::Empty(tag) => text += &format!("{tag}{space}/>"),
            Piece::Open(tag) => {
                text += &format!("{tag}{space}>");
                open.push(name(tag));
            }
            Piece::Close => {
                if let Some(name) = open.pop() {
                    text += &format!("</{name}>");
                }
            }
            Piece::Text(content) => text += content,
        }
    }
    while let Some(name) = open.pop() {
        text += &format!("</{name}>");
    }
    text + "</r>"
}

fn name(tag: &str) -> &str {
    tag[1..].split(' ').next().unwrap()
}

fn parse(text: &str) -> Document<'_> {
    Document::parse(text, Dialect::Xml, &XmlLimits::default())
        .unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// Everything that can be read of an element but its place.
fn said(element: Element<'_>) -> String {
    let attributes: Vec<_> = element
        .attributes()
        .map(|one| (one.namespace, one.local_name, one.value))
        .collect();
    let nodes: Vec<String> = element
        .nodes()
        .map(|node| match node {
            Node::Element(child) => format!("element {}", child.local_name()),
            other => format!("{other:?}"),
        })
        .collect();
    let name = (element.path(), element.namespace());
    format!("{name:?} {attributes:?} {nodes:?}")
}

fn tree(document: &Document<'_>) -> Vec<String> {
    document.elements().map(said).collect()
}

fn nth<'d>(document: &'d Document<'_>, index: usize) -> Element<'d> {
    document.elements().nth(index).unwrap()
}

proptest! {
    #[test]
    fn an_element_that_is_known_again_is_read_as_a_new_one(
        pieces in proptest::collection::vec(piece(), 0..24),
    ) {
        let known = document(&pieces, |_| String::new());
        let new = document(&pieces, |number| " ".repeat(number + 1));
        prop_assert_eq!(oracle::disagreement(&known), None);
        prop_assert_eq!(tree(&parse(&known)), tree(&parse(&new)), "{}", known);
        for element in parse(&known).elements() {
            let tag = &known[element.span().range()];
            prop_assert!(tag.starts_with('<') && tag.ends_with('>'), "{}", tag);
            prop_assert!(tag.contains(element.local_name()), "{}", tag);
        }
    }

    #[test]
    fn an_element_that_is_known_again_is_written_as_a_new_one(
        pieces in proptest::collection::vec(piece(), 0..24),
        method in select(METHODS.to_vec()),
        list in select(vec!["", "p", "#default q", "p q"]),
        apex in any::<Index>(),
        omit in any::<Index>(),
    ) {
        let known = document(&pieces, |_| String::new());
        let new = document(&pieces, |number| " ".repeat(number + 1));
        let (known, new) = (parse(&known), parse(&new));
        let canonical = Canonical::new(method).with_prefix_list(list).unwrap();
        let apex = apex.index(known.elements().count());
        let below = nth(&known, apex).descendants().count() - 1;
        let omit = (below > 0).then(|| apex + 1 + omit.index(below));
        let octets = |document: &Document<'_>| {
            let omit = omit.map(|omit| nth(document, omit));
            canonical.octets(nth(document, apex), omit).unwrap()
        };
        let form = canonical.document(nth(&known, apex), omit.map(|omit| nth(&known, omit))).unwrap();
        prop_assert_eq!(octets(&known), octets(&new));
        prop_assert_eq!(tree(&form), tree(&parse(&octets(&new))));
    }

    /// Whatever the bounds, they are met at the same node.
    #[test]
    fn an_element_that_is_known_again_meets_the_bounds_of_a_new_one(
        pieces in proptest::collection::vec(piece(), 0..24),
        nodes in 0_usize..40,
        depth in 1_usize..5,
    ) {
        let limits = XmlLimits { nodes, depth, ..XmlLimits::default() };
        let refusal = |text: &str| {
            let refused = Document::parse(text, Dialect::Xml, &limits).err()?;
            let before = &text[..refused.span().start];
            Some((refused.code(), before.replace(' ', "")))
        };
        let known = document(&pieces, |_| String::new());
        let new = document(&pieces, |number| " ".repeat(number + 1));
        prop_assert_eq!(refusal(&known), refusal(&new));
    }
}

/// A tag says what its scope makes it say.
#[test]
fn the_same_tag_in_another_scope_is_another_element() {
    let text = "<r xmlns:p='urn:1'><p:v>1</p:v><b xmlns:p='urn:2'><p:v>2</p:v></b><p:v>3</p:v></r>";
    let document = parse(text);
    let namespaces: Vec<&str> = document
        .elements()
        .filter(|element| element.local_name() == "v")
        .map(Element::namespace)
        .collect();
    assert_eq!(namespaces, ["urn:1", "urn:2", "urn:1"]);
}

/// What is rendered around an element decides what it renders itself.
#[test]
fn the_same_element_where_its_prefix_is_rendered_renders_it_no_more() {
    let text = "<r xmlns:p='urn:1'><v p:a=''>1</v><v p:a=''>2</v><p:b><v p:a=''>3</v></p:b>\
                <v p:a=''>4</v></r>";
    let document = parse(text);
    let canonical = Canonical::new(CanonicalMethod::Exclusive);
    assert_eq!(
        canonical.octets(document.root(), None).unwrap(),
        "<r><v xmlns:p=\"urn:1\" p:a=\"\">1</v><v xmlns:p=\"urn:1\" p:a=\"\">2</v>\
         <p:b xmlns:p=\"urn:1\"><v p:a=\"\">3</v></p:b><v xmlns:p=\"urn:1\" p:a=\"\">4</v></r>"
    );
}

/// What a tag binds and renders is bound and rendered inside each element that begins with it.
#[test]
fn what_is_known_again_holds_inside_as_well() {
    let text = "<r xmlns:p='urn:1'><p:b></p:b><p:b><v p:a=''></v></p:b>\
                <c xmlns:q='urn:2'></c><c xmlns:q='urn:2'><q:v></q:v></c></r>";
    let document = parse(text);
    let canonical = Canonical::new(CanonicalMethod::Exclusive);
    assert_eq!(
        canonical.octets(document.root(), None).unwrap(),
        "<r><p:b xmlns:p=\"urn:1\"></p:b><p:b xmlns:p=\"urn:1\"><v p:a=\"\"></v></p:b>\
         <c></c><c><q:v xmlns:q=\"urn:2\"></q:v></c></r>"
    );
}

/// The apex takes over what an element inside it, with the same tag, does not.
#[test]
fn the_apex_is_not_written_again() {
    let document = parse("<r xml:lang='en'><v><v>1</v><v>2</v></v></r>");
    let apex = nth(&document, 1);
    let canonical = Canonical::new(CanonicalMethod::Inclusive10);
    assert_eq!(
        canonical.octets(apex, None).unwrap(),
        r#"<v xml:lang="en"><v>1</v><v>2</v></v>"#
    );
}

#[test]
fn places_are_those_of_each_element() {
    let text = "<r><v>1</v>\n<v>2</v></r>";
    let document = parse(text);
    let spans: Vec<Span> = document.elements().map(Element::span).collect();
    assert_eq!(spans, [Span::new(0, 3), Span::new(3, 6), Span::new(12, 15)]);
}
