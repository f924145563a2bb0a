//! Each rule of well-formedness: a text that keeps it, and a text that breaks it by one thing.

#![cfg(feature = "saml")]

use std::collections::BTreeSet;

use vestibule::error::{Blame, Explain, Place, Span};
use vestibule::limits::XmlLimits;
use vestibule::xml::{Dialect, Document, XmlError};

/// Small enough for the table to reach.
const LIMITS: XmlLimits = XmlLimits {
    bytes: 95,
    depth: 3,
    nodes: 6,
    attributes: 4,
    namespaces: 5,
    name_bytes: 12,
};

/// A code, a text that is accepted, and its twin that is refused with the code.
///
/// In the refused text `«…»` marks the bytes of the error and `‹…›` the earlier place; they are
/// taken out before it is read. `¿` stands for the byte FF.
type Row = (&'static str, &'static str, &'static str);

/// Documents of [`Dialect::Xml`].
#[rustfmt::skip]
const XML: &[Row] = &[
    ("xml-ampersand-bare", "<a>&amp;</a>", "<a>«&»amp</a>"),
    ("xml-ampersand-bare", "<a>&amp;</a>", "<a>«&»;</a>"),
    ("xml-ampersand-bare", "<a>&amp;&amp;</a>", "<a>«&»&amp;</a>"),
    ("xml-ampersand-bare", "<a>&amp;</a>", "<a>«&» amp;</a>"),
    ("xml-ampersand-bare", "<a b='&amp;'/>", "<a b='«&»amp'/>"),
    ("xml-ampersand-bare", "<a b='&amp;'/>", "<a b='«&» amp;'/>"),
    ("xml-attribute-duplicate", "<a b='1' c='2'/>", "<a ‹b='1'› «b='2'»/>"),
    ("xml-attribute-duplicate", "<a b='1' xml:b='2'/>", "<a ‹xml:b='1'› «xml:b='2'»/>"),
    ("xml-attribute-duplicate", "<a xmlns='u:1' xmlns:p='u:1'/>", "<a ‹xmlns='u:1'› «xmlns='u:1'»/>"),
    ("xml-attribute-duplicate", "<a xmlns:p='u:1' xmlns:q='u:1'/>", "<a ‹xmlns:p='u:1'› «xmlns:p='u:2'»/>"),
    ("xml-attribute-duplicate",
        "<a xmlns:p='u:1' xmlns:q='u:2' p:b='' q:b=''/>",
        "<a xmlns:p='u:1' xmlns:q='u:1' ‹p:b=''› «q:b=''»/>"),
    ("xml-attribute-duplicate",
        "<a xmlns:p='u:1&amp;' xmlns:q='u:1&#39;' p:b='' q:b=''/>",
        "<a xmlns:p='u:1&amp;' xmlns:q='u:1&#38;' ‹p:b=''› «q:b=''»/>"),
    ("xml-attribute-less-than", "<a b='&lt;'/>", "<a «b='<'»/>"),
    ("xml-attribute-malformed", "<a b='1' c='2'/>", "<a b='1'«»c='2'/>"),
    ("xml-attribute-malformed", "<a b='1'/>", "<a b«»/>"),
    ("xml-attribute-malformed", "<a b='1'/>", "<a b «»'1'/>"),
    ("xml-attribute-malformed", "<a b='1'/>", "<a b=«»1/>"),
    ("xml-attribute-malformed", "<a b=\"1\"/>", "<a b=«»/>"),
    ("xml-attribute-malformed", "<?xml version='1.0'?><a/>", "<?xml version='1.0«»?><a/>"),
    ("xml-cdata-end-in-text", "<a>]]&gt;</a>", "<a>«]]>»</a>"),
    ("xml-cdata-end-in-text", "<a><![CDATA[]]]]></a>", "<a><![CDATA[]]>«]]>»</a>"),
    ("xml-cdata-outside-root", "<a><![CDATA[]]></a>", "<a/>«<![CDATA[]]>»"),
    ("xml-cdata-outside-root", "<a><![CDATA[]]></a>", "«<![CDATA[]]>»<a/>"),
    ("xml-character-reference", "<a>&#1114111;</a>", "<a>«&#1114112;»</a>"),
    ("xml-character-reference", "<a>&#xD7FF;</a>", "<a>«&#xD800;»</a>"),
    ("xml-character-reference", "<a>&#xE000;</a>", "<a>«&#xDFFF;»</a>"),
    ("xml-character-reference", "<a>&#xFFFD;</a>", "<a>«&#xFFFE;»</a>"),
    ("xml-character-reference", "<a>&#x10000;</a>", "<a>«&#x100000041;»</a>"),
    ("xml-character-reference", "<a>&#32;</a>", "<a>«&#0;»</a>"),
    ("xml-character-reference", "<a b='&#9;'/>", "<a b='«&#8;»'/>"),
    ("xml-character-reference", "<a>&#x9;</a>", "<a>«&#X9;»</a>"),
    ("xml-character-reference", "<a>&#65;</a>", "<a>«&#6F;»</a>"),
    ("xml-character-reference", "<a>&#65;</a>", "<a>«&#+65;»</a>"),
    ("xml-character-reference", "<a>&#x65;</a>", "<a>«&#x;»</a>"),
    ("xml-comment-malformed", "<a><!-- - --></a>", "<a>«<!-- -- -->»</a>"),
    ("xml-comment-malformed", "<a><!-- --></a>", "<a>«<!-- --->»</a>"),
    ("xml-declaration-malformed", "<?xml version='1.0'?><a/>", "«<?xml version='1.1'?>»<a/>"),
    ("xml-declaration-malformed", "<?xml version='1.0'?><a/>", "«<?xml?>»<a/>"),
    ("xml-declaration-malformed", "<?xml version='1.0'?><a/>", "«<?xml encoding='utf-8'?>»<a/>"),
    ("xml-declaration-malformed", "<?xml version='1.0' standalone='no'?><a/>",
        "«<?xml version='1.0' standalone='No'?>»<a/>"),
    ("xml-declaration-malformed", "<?xml version='1.0' encoding='utf-8' standalone='no'?><a/>",
        "«<?xml version='1.0' standalone='no' encoding='utf-8'?>»<a/>"),
    ("xml-declaration-malformed", "<?xml version='1.0'?><a/>", "«<?xml version='1.0' b='1'?>»<a/>"),
    ("xml-declaration-malformed", "<?xml version='1.0' standalone='no'?><a/>",
        "«<?xml version='1.0' standalone23='no'?>»<a/>"),
    ("xml-declaration-misplaced", "<?xml version='1.0'?><a/>", " «<?xml version='1.0'?>»<a/>"),
    ("xml-declaration-misplaced", "\u{FEFF}<?xml version='1.0'?><a/>", "<a>«<?xml version='1.0'?>»</a>"),
    ("xml-doctype", "<!-- a --><a/>", "«<!DOCTYPE a>»<a/>"),
    ("xml-doctype", "<!-- a --><a/>", "«<!DOCTYPE a [<!ENTITY b '>'>]>»<a/>"),
    ("xml-doctype", "<!-- a --><a/>", "«<!DOCTYPE a [<a/>»"),
    ("xml-element-unclosed", "<a></a>", "‹<a>›«»"),
    ("xml-element-unclosed", "<a><b/></a>", "<a>‹<b>›«»"),
    ("xml-encoding", "<?xml version='1.0' encoding='Utf-8'?><a/>", "<?xml version='1.0' «encoding='utf-16'»?><a/>"),
    ("xml-encoding", "<?xml version='1.0' encoding='US-ASCII'?><a/>", "<?xml version='1.0' «encoding='utf-7'»?><a/>"),
    ("xml-end-tag-mismatch", "<a><b></b></a>", "<a>‹<b>›«</c>»</a>"),
    ("xml-end-tag-mismatch", "<a></a >", "‹<a>›«</a b='1'>»"),
    ("xml-end-tag-mismatch", "<a></a>", "‹<a>›«</ a>»"),
    ("xml-end-tag-mismatch", "<a xmlns='u:1' xmlns:p='u:1'></a>", "‹<a xmlns='u:1' xmlns:p='u:1'>›«</p:a>»"),
    ("xml-end-tag-unexpected", "<a></a>", "<a/>«</a>»"),
    ("xml-end-tag-unexpected", "<a></a>", "«</a>»<a/>"),
    ("xml-entity-unknown", "<a>&quot;</a>", "<a>«&nbsp;»</a>"),
    ("xml-entity-unknown", "<a b='&apos;'/>", "<a b='«&Apos;»'/>"),
    ("xml-forbidden-character", "<a>\t</a>", "<a>«\u{8}»</a>"),
    ("xml-forbidden-character", "<a>\u{FFFD}</a>", "<a>«\u{FFFE}»</a>"),
    ("xml-forbidden-character", "<a b=' '/>", "<a b='«\u{0}»'/>"),
    ("xml-forbidden-character", "<a><!-- --></a>", "<a><!--«\u{1F}»--></a>"),
    ("xml-markup-malformed", "<a/>", "«<a»"),
    ("xml-markup-malformed", "<a b=''/>", "«<a b='/>»"),
    ("xml-markup-malformed", "<a></a>", "<a>«<»"),
    ("xml-markup-malformed", "<a></a>", "<a>«</a»"),
    ("xml-markup-malformed", "<a><!-- --></a>", "<a>«<!-- ></a>»"),
    ("xml-markup-malformed", "<a><![CDATA[]]></a>", "<a>«<![cdata[]]>»</a>"),
    ("xml-markup-malformed", "<a><![CDATA[]]></a>", "<a>«<![CDATA[]></a>»"),
    ("xml-markup-malformed", "<a><?b?></a>", "<a>«<?b></a>»"),
    ("xml-name-malformed", "<b1/>", "<«1b»/>"),
    ("xml-name-malformed", "<a/>", "<«» a/>"),
    ("xml-name-malformed", "<a b:c='' xmlns:b='u:1'/>", "<a «b:»='' xmlns:b='u:1'/>"),
    ("xml-name-malformed", "<a b:c='' xmlns:b='u:1'/>", "<a «:c»='' xmlns:b='u:1'/>"),
    ("xml-name-malformed", "<a b:c='' xmlns:b='u:1'/>", "<a «b:c:d»='' xmlns:b='u:1'/>"),
    ("xml-name-malformed", "<a xmlns:b='u:1'/>", "<a «xmlns:1»='u:1'/>"),
    ("xml-name-malformed", "<a b='1'/>", "<a b='1' «/»/>"),
    ("xml-namespace-reserved", "<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>", "<a «xmlns:xml='u:1'»/>"),
    ("xml-namespace-reserved", "<a xmlns:b='u:1'/>", "<a «xmlns:xmlns='u:1'»/>"),
    ("xml-namespace-reserved", "<a xmlns:b='http://www.w3.org/XML/1998/namespaces'/>",
        "<a «xmlns:b='http://www.w3.org/XML/1998/namespace'»/>"),
    ("xml-namespace-reserved", "<a xmlns='http://www.w3.org/2000/xmlns'/>",
        "<a «xmlns='http://www.w3.org/2000/xmlns/'»/>"),
    ("xml-namespace-undeclared", "<a xmlns=''/>", "<a «xmlns:b=''»/>"),
    ("xml-not-utf8", "<a>ÿ</a>", "<a>«¿»</a>"),
    ("xml-prefix-unbound", "<b:a xmlns:b='u:1'/>", "«<c:a xmlns:b='u:1'/>»"),
    ("xml-prefix-unbound", "<a><b:c xmlns:b='u:1'/></a>", "<a><b xmlns:b='u:1'/>«<b:c/>»</a>"),
    ("xml-prefix-unbound", "<a xml:b='1'/>", "<a «xmL:b='1'»/>"),
    ("xml-prefix-unbound", "<xml:a/>", "«<xmlns:a/>»"),
    ("xml-processing-instruction-target", "<a><?b?></a>", "<a>«<?xmL?>»</a>"),
    ("xml-processing-instruction-target", "<a><?b?></a>", "<a>«<??>»</a>"),
    ("xml-processing-instruction-target", "<a><?b c?></a>", "<a>«<?b:c?>»</a>"),
    ("xml-processing-instruction-target", "<a><?b c?></a>", "<a>«<? b?>»</a>"),
    ("xml-processing-instruction-target", "<a><?b c?></a>", "<a>«<?b+c?>»</a>"),
    ("xml-processing-instruction-target", "<a><?b23456789012?></a>", "<a>«<?b234567890123?>»</a>"),
    ("xml-root-missing", "<a/>", "«»"),
    ("xml-root-missing", "<!-- a --><a/>", "<!-- a -->«»"),
    ("xml-root-several", "<a/>", "<a/>«<a/>»"),
    ("xml-root-several", "<a></a><!-- b -->", "<a></a><!-- b -->«<b>»</b>"),
    ("xml-text-outside-root", " <a/>\r\n", "«x»<a/>"),
    ("xml-text-outside-root", " <a/>\t", "<a/>«\tx»"),
    ("xml-text-outside-root", " <a/> ", "<a/>«&#32;»"),
    ("xml-text-outside-root", "\u{FEFF}<a/>", "\u{FEFF}«\u{FEFF}»<a/>"),
    ("xml-text-outside-root", "\u{FEFF}<a/>", "<a/>«\u{FEFF}»"),
    ("xml-name-too-long", "<a23456789012/>", "<«a234567890123»/>"),
    ("xml-name-too-long", "<a b23456789012=''/>", "<a «b234567890123»=''/>"),
    ("xml-too-deep", "<a><a><a/></a></a>", "<a><a><a>«<a/>»</a></a></a>"),
    ("xml-too-large",
        "<a>4567890123456789012345678901234567890123456789012345678901234567890123456789012345678901</a>",
        "<a>4567890123456789012345678901234567890123456789012345678901234567890123456789012345678901</a>«\n»"),
    ("xml-too-many-attributes", "<a b='' c='' d='' e=''/>", "<a b='' c='' d='' e='' «f=''»/>"),
    ("xml-too-many-attributes", "<a b='' c='' d='' e=''/>", "<a b='' c='' d='' xmlns='' «f=''»/>"),
    ("xml-too-many-namespaces", "<a xmlns='1' xmlns:b='2' xmlns:c='3'/>", "<a xmlns='1' xmlns:b='2' xmlns:c='3' «xmlns:d='4'»/>"),
    ("xml-too-many-namespaces",
        "<a xmlns:b='1' xmlns:c='1' xmlns:d='1'><a xmlns='' xmlns:e='1'/></a>",
        "<a xmlns:b='1' xmlns:c='1' xmlns:d='1'><a xmlns='' xmlns:e='1' «xmlns:f='1'»/></a>"),
    ("xml-too-many-nodes", "<a>2<b/>4<b/>6</a>", "<a>2<b/>4<b/>6«<b/>»</a>"),
    ("xml-too-many-nodes", "<!--1--><!--2--><!--3--><!--4--><!--5--><a/>",
        "<!--1--><!--2--><!--3--><!--4--><!--5--><!--6-->«<a/>»"),
];

/// What [`Dialect::Saml`] refuses in addition.
const SAML: &[Row] = &[
    (
        "xml-processing-instruction",
        "<a><!--b--></a>",
        "<a>«<?b?>»</a>",
    ),
    ("xml-processing-instruction", "<!--b--><a/>", "«<?b?>»<a/>"),
];

/// A refused text without its marks, and the places that they marked.
struct Marked {
    bytes: Vec<u8>,
    at: Span,
    earlier: Option<Span>,
}

impl Marked {
    fn new(text: &str) -> Self {
        let mut bytes = Vec::new();
        let (mut at, mut earlier) = (Span::default(), None);
        for character in text.chars() {
            match character {
                '«' => at.start = bytes.len(),
                '»' => at.end = bytes.len(),
                '‹' => earlier = Some(Span::new(bytes.len(), 0)),
                '›' => earlier = earlier.map(|span| Span::new(span.start, bytes.len())),
                '¿' => bytes.push(0xFF),
                other => bytes.extend(other.to_string().bytes()),
            }
        }
        Self { bytes, at, earlier }
    }
}

fn rows() -> impl Iterator<Item = (Dialect, Row)> {
    let xml = XML.iter().map(|row| (Dialect::Xml, *row));
    xml.chain(SAML.iter().map(|row| (Dialect::Saml, *row)))
}

fn refused(dialect: Dialect, text: &str) -> (Marked, XmlError) {
    let marked = Marked::new(text);
    let Err(error) = Document::parse_bytes(&marked.bytes, dialect, &LIMITS) else {
        panic!("accepted: {text}");
    };
    (marked, error)
}

#[test]
fn the_first_of_each_twins_is_accepted() {
    for (dialect, (code, accepted, _)) in rows() {
        if let Err(error) = Document::parse(accepted, dialect, &LIMITS) {
            panic!("{code}: {accepted}: {error}");
        }
    }
}

#[test]
fn the_second_is_refused_by_its_rule_and_at_its_place() {
    let mut wrong = Vec::new();
    for (dialect, (code, _, text)) in rows() {
        let (marked, error) = refused(dialect, text);
        let found = (error.code(), error.span(), error.earlier());
        if found != (code, marked.at, marked.earlier) {
            wrong.push((text, found));
        }
        assert_eq!(error.at(), Some(Place::Bytes(error.span())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_bound_is_blamed_on_the_limit_and_a_rule_on_the_peer() {
    for (dialect, (code, _, text)) in rows() {
        let (_, error) = refused(dialect, text);
        let is_bound = code.contains("-too-");
        let expected = if is_bound { Blame::Limit } else { Blame::Peer };
        assert_eq!(error.blame(), expected, "{code}");
    }
}

#[test]
fn messages_are_one_line_without_a_full_stop_and_help_is_a_sentence() {
    for (dialect, (_, _, text)) in rows() {
        let (_, error) = refused(dialect, text);
        let message = error.to_string();
        assert!(!message.contains(['\n', '\r', '\0']), "{message:?}");
        assert!(!message.ends_with('.'), "{message}");
        assert!(error.help().ends_with('.'), "{message}");
    }
}

#[test]
fn every_code_has_its_twins() {
    let source = include_str!("../src/xml/error.rs");
    let codes: BTreeSet<&str> = source
        .split('"')
        .filter(|literal| literal.starts_with("xml-"))
        .collect();
    let tabled: BTreeSet<&str> = rows().map(|(_, (code, ..))| code).collect();
    assert_eq!(codes, tabled);
}
