//! What judging a usual message asks of the allocator: the same in every run, so that a loop that
//! copies shows here and not only in a bench.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use vestibule::error::Explain;
use vestibule::limits::XmlLimits;
use vestibule::saml::{ParsedLogoutRequest, ParsedResponse, RedirectQuery};

use super::hostile::hostile;
use super::idp::{ASSERTION, BOTH, Connection, Message, RESPONSE_ONLY};

fn with_groups(
    parts: &'static [&'static str],
    count: usize,
) -> (usize, allocation_counter::AllocationInfo) {
    let last = "poets</saml:AttributeValue>";
    let values: String = (0..count)
        .map(|number| {
            format!("<saml:AttributeValue>engineering-{number:06}, of the whole company</saml:AttributeValue>")
        })
        .collect();
    let xml = Message::signed(parts)
        .edit(last, &format!("{last}{values}"))
        .xml();
    let form_value = STANDARD.encode(&xml);
    let connection = Connection::new();
    let used = allocation_counter::measure(|| {
        assert!(connection.judge_form(&form_value).is_ok());
    });
    (xml.len(), used)
}

#[test]
fn a_usual_message_needs_few_allocations_and_little_memory() {
    for parts in [ASSERTION, RESPONSE_ONLY, BOTH] {
        let groups = if parts.len() == 1 { 54 } else { 40 };
        let (bytes, used) = with_groups(parts, groups);
        assert!((7_000..8_000).contains(&bytes), "{bytes}");
        assert!(used.count_total <= 250, "{parts:?}: {}", used.count_total);
        let peak = used.bytes_max / bytes as u64;
        assert!(peak < 6, "{parts:?}: {} for {bytes}", used.bytes_max);
    }
}

/// One for each value, which the attribute and the list of groups share.
#[test]
fn eight_times_the_values_need_no_more_than_eight_times_the_memory() {
    for parts in [ASSERTION, RESPONSE_ONLY, BOTH] {
        let ((_, one), (_, eight)) = (with_groups(parts, 1_000), with_groups(parts, 8_000));
        let each = (eight.count_total - one.count_total) as f64 / 7_000.0;
        assert!(each < 1.1, "{parts:?}: {each}");
        assert!(eight.bytes_max <= one.bytes_max * 9, "{parts:?}");
    }
}

/// What each input that is made to cost much costs instead: fewer allocations than a usual message,
/// whatever its length, and memory in proportion to it. A refusal that came only after the work
/// would be the same refusal.
#[test]
fn hostile_messages_are_refused_before_much_is_allocated() {
    for (name, octets, code) in hostile() {
        let (bytes, connection) = (octets.len() as u64, Connection::new());
        let used = allocation_counter::measure(|| {
            let parsed = ParsedResponse::from_octets(octets);
            let verdict = parsed.and_then(|parsed| parsed.verify(&connection.idp));
            assert!(verdict.is_err());
        });
        assert!(used.count_total <= 100, "{name}: {}", used.count_total);
        assert!(used.bytes_max <= bytes * 24, "{name}: {}", used.bytes_max);
        if code == "xml-too-large" {
            // Nothing of it is looked at.
            assert!(
                used.count_total <= 2 && used.bytes_max < 100,
                "{name}: {used:?}"
            );
        }
    }
}

/// 50 MB of nothing: inflated up to the bound on messages, and not at all for a stranger.
#[test]
fn a_deflate_bomb_costs_no_more_than_a_message() {
    let bomb = miniz_oxide::deflate::compress_to_vec(&vec![b' '; 50_000_000], 9);
    let form_value = STANDARD.encode(&bomb);
    let limit = XmlLimits::default().bytes as u64;
    let used = allocation_counter::measure(|| {
        let refusal = ParsedResponse::from_deflated_post(&form_value).unwrap_err();
        assert_eq!(refusal.code(), "saml-too-large");
    });
    assert!(used.bytes_max < limit * 3, "{used:?}");

    let escaped = form_value
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let algorithm = "http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256";
    let query = format!("SAMLRequest={escaped}&SigAlg={algorithm}&Signature=AAAA");
    let connection = Connection::new();
    let used = allocation_counter::measure(|| {
        let refusal = RedirectQuery::parse(&query)
            .and_then(|query| query.verify_logout_request(&connection.idp))
            .unwrap_err();
        assert_eq!(refusal.code(), "signature-invalid");
    });
    assert!(used.bytes_max < 4 * query.len() as u64, "{used:?}");
}

#[test]
fn a_form_value_that_is_too_long_is_not_decoded() {
    let form_value = "A".repeat(10_000_000);
    let used = allocation_counter::measure(|| {
        assert!(ParsedLogoutRequest::from_post(&form_value).is_err());
        assert!(ParsedResponse::from_post(&form_value).is_err());
        assert!(ParsedResponse::from_deflated_post(&form_value).is_err());
    });
    assert!(used.bytes_max < 1_000, "{used:?}");
}
