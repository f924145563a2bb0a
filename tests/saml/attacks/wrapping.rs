//! Signature wrapping: a genuinely signed piece hidden beside, inside or around a forged one, in all
//! eight permutations, on everything that is signed. Where an outer signature covers the arrangement,
//! it is made anew by the identity provider's own key, so that structure alone can refuse.

use super::super::idp::Message;
use super::carrier::{
    ALL, ASSERTION_SIGNED, Carrier, POSTED, RESPONSES, extensions, put_at_end, put_at_head,
    without_signature,
};

/// One element in a message: what is before it, itself, and what is behind it.
struct Placed {
    head: String,
    element: String,
    tail: String,
}

fn place(xml: &str, tag: &str) -> Placed {
    let start = xml.find(&format!("<{tag} ")).unwrap();
    let end_tag = format!("</{tag}>");
    let end = xml.rfind(&end_tag).unwrap() + end_tag.len();
    Placed {
        head: xml[..start].to_owned(),
        element: xml[start..end].to_owned(),
        tail: xml[end..].to_owned(),
    }
}

impl Placed {
    fn around(&self, element: &str) -> String {
        format!("{}{element}{}", self.head, self.tail)
    }
}

fn without_signatures(xml: &str) -> String {
    let mut bare = xml.to_owned();
    while bare.contains("<ds:Signature ") {
        bare = without_signature(&bare).0;
    }
    bare
}

fn put_in_signature(signature: &str, added: &str) -> String {
    put_at_end(signature, added)
}

/// What stands in the place of the element `tag`: its forged copy with the genuine one somewhere.
fn permutations(
    tag: &str,
    original: &str,
    signature: &str,
    evil: &str,
) -> Vec<(&'static str, String)> {
    let (bare, own) = without_signature(original);
    let signature = if own.is_empty() { signature } else { &own };
    let object = format!("<ds:Object>{bare}</ds:Object>");
    let wrapped = put_in_signature(signature, &bare);
    let in_object = put_in_signature(signature, &object);
    let with_signature = put_at_head(evil, signature);
    let hidden = put_at_head(original, &extensions(tag, evil));
    vec![
        (
            "1 and 6: in the signature of the forged one",
            put_at_head(evil, &wrapped),
        ),
        (
            "2: before its own signature",
            put_at_head(evil, &format!("{bare}{signature}")),
        ),
        (
            "2: behind its own signature",
            put_at_head(evil, &format!("{signature}{bare}")),
        ),
        ("3: the forged one before", format!("{evil}{original}")),
        ("3: the forged one behind", format!("{original}{evil}")),
        ("4: inside the forged one", put_at_end(evil, original)),
        (
            "5: signature moved, at the end",
            put_at_end(&with_signature, &bare),
        ),
        (
            "7: in extensions",
            put_at_head(evil, &extensions(tag, original)),
        ),
        ("7: the forged one in extensions", hidden),
        (
            "8: in an object of the signature",
            put_at_head(evil, &in_object),
        ),
    ]
}

/// The elements of a carrier that can be forged: the root, and what it holds. What a federation
/// signs in its aggregate is its own, and no forgery.
fn targets(carrier: &Carrier) -> Vec<&'static str> {
    let inner = match carrier.root {
        "samlp:Response" => Some("saml:Assertion"),
        "md:EntitiesDescriptor" if !carrier.is_root_signed() => Some("md:EntityDescriptor"),
        _ => None,
    };
    std::iter::once(carrier.root).chain(inner).collect()
}

/// Every permutation around one element, outer signatures made anew.
fn arrangements(carrier: &Carrier, target: &str, new_id: bool) -> Vec<(&'static str, String)> {
    let is_root = target == carrier.root;
    let resigned = !is_root && carrier.is_root_signed();
    let xml = match resigned {
        // Without the outer signature, which is made at the end.
        true => {
            let inner = &carrier.signed[..carrier.signed.len() - 1];
            Message::of(carrier.unsigned_xml(), inner).xml()
        }
        false => carrier.xml(),
    };
    let placed = place(&xml, target);
    let mut evil = without_signatures(&placed.element).replacen(carrier.genuine, carrier.forged, 1);
    if new_id {
        evil = evil.replace(r#" ID="_"#, r#" ID="_evil-"#);
    }
    let (_, signature) = without_signature(&carrier.xml());
    let root = carrier.signed.last().unwrap();
    permutations(target, &placed.element, &signature, &evil)
        .into_iter()
        .map(|(name, element)| (name, placed.around(&element)))
        .map(|(name, xml)| match resigned {
            true => (name, carrier.message().sign(&xml, root)),
            false => (name, xml),
        })
        .collect()
}

/// What such an arrangement is refused for; `None` where the forged copy is passed by and the genuine
/// one is read.
fn expected(carrier: &Carrier, target: &str, new_id: bool, name: &str) -> Option<&'static str> {
    let is_root = target == carrier.root;
    let is_in_group = carrier.root == "md:EntitiesDescriptor";
    let number = name.chars().next();
    Some(match (target, number) {
        (_, Some('3')) if is_root => "xml-root-several",
        _ if !new_id => "signature-id-duplicate",
        ("saml:Assertion", _) => match name {
            "4: inside the forged one" | "7: in extensions"
                if carrier.first_signed() == "Assertion" =>
            {
                "signature-misplaced"
            }
            _ => "saml-assertion-several",
        },
        (target, _) if target.starts_with("samlp:") => "saml-element-unexpected",
        (_, Some('1' | '8')) => "signature-element-unexpected",
        (_, Some('2')) if name == "2: before its own signature" => "signature-misplaced",
        // The forged group has no ID that a signature could name.
        (_, Some('2' | '5')) if is_root && !carrier.is_root_signed() => "signature-id-missing",
        (_, Some('2' | '5')) => "signature-reference-mismatch",
        (_, Some('3')) => "metadata-entity-duplicate",
        (_, Some('4')) if is_root && is_in_group => "metadata-entity-duplicate",
        (_, Some('7')) if name == "7: the forged one in extensions" => {
            if is_root && !carrier.is_root_signed() {
                return None;
            }
            "signature-misplaced"
        }
        _ => "signature-missing",
    })
}

#[test]
fn attack_1_2_29_33_41_permutations_around_everything_that_is_signed() {
    let mut refused = 0;
    for carrier in ALL {
        for target in targets(&carrier) {
            for new_id in [true, false] {
                for (name, xml) in arrangements(&carrier, target, new_id) {
                    let name = format!("{name}, around {target}, new ID {new_id}");
                    match expected(&carrier, target, new_id, name.split(',').next().unwrap()) {
                        Some(code) => carrier.assert_refused(&name, &xml, code),
                        None => carrier.assert_accepted(&name, &xml),
                    }
                    refused += 1;
                }
            }
        }
    }
    assert_eq!(refused, 12 * 2 * 10);
}

/// The control: the forged copy itself is sound, and signs in when the identity provider signs it.
#[test]
fn attack_1_2_29_33_41_the_forged_copies_are_sound_but_for_their_signature() {
    for carrier in ALL {
        carrier.assert_accepted("genuine", carrier.xml());
        let evil = carrier.forged().replace(r#" ID="_"#, r#" ID="_evil-"#);
        let signed = Message::of(evil.clone(), carrier.signed).xml();
        assert_eq!(
            carrier.judge(&signed).as_deref(),
            Ok(carrier.forged),
            "{}",
            carrier.name
        );
        carrier.assert_refused("unsigned", &evil, "signature-missing");
    }
}

/// The genuine assertion in the four places where one library read it and its neighbour verified it.
#[test]
fn attack_8_four_placements_of_a_signed_assertion() {
    let carrier = ASSERTION_SIGNED;
    let placed = place(&carrier.xml(), "saml:Assertion");
    let original = placed.element.as_str();
    let evil = without_signatures(original)
        .replacen(carrier.genuine, carrier.forged, 1)
        .replace(r#" ID="_"#, r#" ID="_evil-"#);
    let with_forged = placed.around(&evil);
    let wrapper = format!(r#"<x:wrapper xmlns:x="urn:x">{original}</x:wrapper>"#);
    let in_extensions =
        |content: &str| put_at_head(&with_forged, &extensions(carrier.root, content));
    carrier.assert_accepted("in its place", placed.around(original));
    for (name, xml, code) in [
        (
            "beside",
            placed.around(&format!("{evil}{original}")),
            "saml-assertion-several",
        ),
        (
            "in extensions",
            in_extensions(original),
            "signature-misplaced",
        ),
        (
            "in a wrapper",
            in_extensions(&wrapper),
            "signature-misplaced",
        ),
        (
            "inside",
            placed.around(&put_at_end(&evil, original)),
            "signature-misplaced",
        ),
    ] {
        carrier.assert_refused(name, &xml, code);
    }
}

#[test]
fn attack_16_30_two_assertions_of_which_one_is_signed() {
    for carrier in RESPONSES {
        let inner: &'static [&'static str] = match carrier.first_signed() {
            "Assertion" => &["Assertion"],
            _ => &[],
        };
        let placed = place(
            &Message::of(carrier.unsigned_xml(), inner).xml(),
            "saml:Assertion",
        );
        let second = |claim: &str| {
            without_signatures(&placed.element)
                .replacen(carrier.genuine, claim, 1)
                .replace(r#" ID="_"#, r#" ID="_second-"#)
        };
        let sign = |xml: String| match carrier.is_root_signed() {
            true => carrier.message().sign(&xml, "Response"),
            false => xml,
        };
        let first = placed.element.as_str();
        carrier.assert_accepted("one", sign(placed.around(first)));
        let encrypted = "<saml:EncryptedAssertion/>";
        for added in [
            second(carrier.forged).as_str(),
            &second(carrier.genuine),
            encrypted,
        ] {
            for both in [format!("{first}{added}"), format!("{added}{first}")] {
                let xml = sign(placed.around(&both));
                carrier.assert_refused("two", &xml, "saml-assertion-several");
            }
        }
    }
}

/// A message nested in the issuer of its forged copy, where a search by local name finds it first.
#[test]
fn attack_52_a_message_inside_an_issuer() {
    for carrier in POSTED {
        let evil = carrier.forged().replace(r#" ID="_"#, r#" ID="_evil-"#);
        let nested = evil.replacen(
            "</saml:Issuer>",
            &format!("{}</saml:Issuer>", carrier.xml()),
            1,
        );
        let harmless = put_at_head(&carrier.xml(), "");
        carrier.assert_attack(
            "in the issuer",
            harmless,
            &nested,
            "saml-element-unexpected",
        );
    }
}
