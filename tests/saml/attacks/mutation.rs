//! Laws over every byte of every kind of message: what is signed cannot change, and whatever else
//! changes, no other claim comes out.

use std::ops::Range;
use std::sync::LazyLock;

use proptest::prelude::*;
use vestibule::limits::XmlLimits;
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document};

use super::super::idp::{Message, replace};
use super::carrier::{ALL, ASSERTION_SIGNED, Carrier, ENTITY_IN_AGGREGATE, LOGOUT_REQUEST};

/// The bytes of the outermost signed element.
fn signed_range(carrier: &Carrier, xml: &str) -> Range<usize> {
    let tag = match carrier.name {
        name if name == ASSERTION_SIGNED.name => "saml:Assertion",
        name if name == ENTITY_IN_AGGREGATE.name => "md:EntityDescriptor",
        _ => carrier.root,
    };
    let end_tag = format!("</{tag}>");
    xml.find(&format!("<{tag} ")).unwrap()..xml.find(&end_tag).unwrap() + end_tag.len()
}

/// The octets that the outermost signature is over, if the message can be read.
fn signed_octets(carrier: &Carrier, xml: &[u8]) -> Option<String> {
    let document = Document::parse_bytes(xml, Dialect::Saml, &XmlLimits::default()).ok()?;
    let name = carrier.signed.last()?;
    let element = document.elements().find(|one| one.local_name() == *name)?;
    let is_signature = |child: &vestibule::xml::Element<'_>| child.local_name() == "Signature";
    let signature = element.children().find(is_signature);
    Canonical::new(CanonicalMethod::Exclusive)
        .octets(element, signature)
        .ok()
}

/// A byte that is not signed, as of a declaration that the canonical form leaves out, may change; the
/// octets that were hashed, and the claim, are the same then. `properties` has every byte of a signed
/// response and of a signed assertion.
#[test]
fn attack_31_45_no_byte_of_what_is_signed_can_be_changed() {
    for carrier in ALL {
        let sound = carrier.xml();
        carrier.assert_accepted("sound", &sound);
        let genuine = signed_octets(&carrier, sound.as_bytes());
        let step = match sound.len() {
            0..2500 => 1,
            2500..4000 => 5,
            _ => 13,
        };
        for at in signed_range(&carrier, &sound).step_by(step) {
            let mut octets = sound.clone().into_bytes();
            octets[at] ^= 1;
            if let Ok(claim) = carrier.judge(&octets) {
                assert_eq!(claim, carrier.genuine);
                let found = signed_octets(&carrier, &octets);
                assert_eq!(found, genuine, "{}: byte {at} changed", carrier.name);
            }
        }
    }
}

/// The bytes around a signed entity: the same metadata, or none.
#[test]
fn attack_31_bytes_around_a_signed_entity_change_nothing_or_refuse() {
    let carrier = ENTITY_IN_AGGREGATE;
    let sound = carrier.xml();
    carrier.assert_accepted("sound", &sound);
    let signed = signed_range(&carrier, &sound);
    let mut accepted = 0;
    for at in (0..signed.start).chain((signed.end..sound.len()).step_by(23)) {
        for other in [b'<', b'"', b'&', b' ', b'a'] {
            let mut octets = sound.clone().into_bytes();
            octets[at] = other;
            if let Ok(claim) = carrier.judge(&octets) {
                assert_eq!(claim, carrier.genuine, "byte {at} to {other}");
                accepted += 1;
            }
        }
    }
    assert!(accepted > 10, "{accepted}");
}

/// A change of a message: at a place, so many bytes become these.
type Mutation = (usize, usize, Vec<u8>);

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let pieces = prop_oneof![
        Just(Vec::new()),
        proptest::collection::vec(any::<u8>(), 1..4),
        proptest::sample::select(vec![
            "<!-- -->",
            " ",
            "\n",
            "&#32;",
            "<x/>",
            "</",
            "><",
            "\"",
            "xmlns='urn:x' "
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    proptest::collection::vec((any::<usize>(), 0..4_usize, pieces), 1..3)
}

fn mutated(xml: &str, mutations: &[Mutation]) -> Vec<u8> {
    let mut octets = xml.as_bytes().to_vec();
    for (place, removed, added) in mutations {
        let start = place % octets.len();
        let end = octets.len().min(start + removed);
        octets.splice(start..end, added.iter().copied());
    }
    octets
}

/// The name identifier in the canonical octets of a logout request, by another reader.
fn name_by_roxmltree(xml: &str) -> String {
    let octets = signed_octets(&LOGOUT_REQUEST, xml.as_bytes()).unwrap();
    let tree = roxmltree::Document::parse(&octets).unwrap();
    let name = ("urn:oasis:names:tc:SAML:2.0:assertion", "NameID");
    let name_id = tree.descendants().find(|node| node.has_tag_name(name));
    let texts = name_id.unwrap().children().filter(roxmltree::Node::is_text);
    texts.filter_map(|text| text.text()).collect()
}

static SOUND: LazyLock<Vec<(Carrier, String)>> =
    LazyLock::new(|| ALL.map(|carrier| (carrier, carrier.xml())).to_vec());

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn attack_31_no_mutation_yields_another_claim(mutations in mutations()) {
        for (carrier, xml) in &*SOUND {
            if let Ok(claim) = carrier.judge(mutated(xml, &mutations)) {
                prop_assert_eq!(claim, carrier.genuine);
            }
        }
    }

    #[test]
    fn attack_14_23_a_logout_request_is_read_from_the_hashed_octets(
        name in "[a-z<>&\"' \u{e9}\u{1F600}]{0,16}x",
    ) {
        let escaped = name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let split = escaped.replacen('x', "<!-- -->x", 1);
        let carrier = LOGOUT_REQUEST;
        let unsigned = replace(&carrier.unsigned_xml(), carrier.genuine, &split);
        let xml = Message::of(unsigned, carrier.signed).xml();
        let claim = carrier.judge(&xml);
        prop_assert_eq!(claim.as_deref(), Ok(name.as_str()));
        prop_assert_eq!(name_by_roxmltree(&xml), name);
    }
}
