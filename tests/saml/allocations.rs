//! What judging a usual message asks of the allocator: the same in every run, so that a loop that
//! copies shows here and not only in a bench.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

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

/// Two for each value: in the attribute and in the list of groups.
#[test]
fn eight_times_the_values_need_no_more_than_eight_times_the_memory() {
    for parts in [ASSERTION, RESPONSE_ONLY, BOTH] {
        let ((_, one), (_, eight)) = (with_groups(parts, 1_000), with_groups(parts, 8_000));
        let each = (eight.count_total - one.count_total) as f64 / 7_000.0;
        assert!(each < 2.1, "{parts:?}: {each}");
        assert!(eight.bytes_max <= one.bytes_max * 9, "{parts:?}");
    }
}
