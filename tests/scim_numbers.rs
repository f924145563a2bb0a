//! Decimals are what they were: RFC 7643 §2.3.4.
#![cfg(feature = "scim")]

use vestibule::scim::{Filter, Registry, Resource};

#[test]
fn a_decimal_of_many_digits_survives_reading_and_writing() {
    let registry = Registry::standard();
    let body = r#"{"userName":"b","reading":7.777577777699999e43,"small":0.1}"#;
    let resource = Resource::parse(registry.user(), body.as_bytes()).unwrap();
    let written = resource.into_value().to_string();
    assert!(written.contains("7.777577777699999e+43"), "{written}");
    assert!(
        written.contains("0.1}") || written.contains("0.1,"),
        "{written}"
    );
}

#[test]
fn a_decimal_in_a_filter_is_printed_as_it_is_compared() {
    let filter = Filter::parse("x.y eq 777757777777000000000075528416080546.72951e8").unwrap();
    let printed = filter.to_string();
    let again = Filter::parse(&printed).unwrap();
    assert_eq!(printed, again.to_string());
}
