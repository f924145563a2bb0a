//! Every refusal of a name, an address or a challenge: its code, whose fault it is, what to do.

use vestibule::domain::{
    Challenge, ChallengeToken, DomainError, DomainLists, DomainName, EmailAddress, MailDomain,
    RecordLabel, RecordPlacement, RecordPrefix,
};
use vestibule::error::{Blame, Explain};
use vestibule::limits::MAX_DOMAIN_INPUT_BYTES;

fn check(error: &impl Explain, code: &str, blame: Blame) {
    assert_eq!(error.code(), code);
    assert_eq!(error.blame(), blame, "{code}");
    let help = error.help();
    let is_sentence = help.starts_with(char::is_uppercase) && help.ends_with('.');
    assert!(is_sentence && help.contains(' '), "{code}: {help}");
}

fn domain(text: &str) -> DomainError {
    DomainName::parse(text).unwrap_err()
}

fn labels(octets: &[usize]) -> String {
    let labels = octets.iter().map(|octets| "a".repeat(*octets));
    labels
        .chain(["com".to_owned()])
        .collect::<Vec<_>>()
        .join(".")
}

#[test]
fn every_refusal_of_a_name_has_its_code() {
    for (text, code) in [
        ("a@example.com", "domain-is-address"),
        ("", "domain-empty-label"),
        (".", "domain-empty-label"),
        ("example..com", "domain-empty-label"),
        ("exam ple.com", "domain-invalid-character"),
        ("127.0.0.1", "domain-ip-literal"),
        ("ｅxample.com", "domain-not-canonical"),
        ("github.io", "domain-private-suffix"),
        ("co.uk", "domain-public-suffix"),
        ("gmail.com", "domain-shared"),
        ("localhost", "domain-single-label"),
        ("example.com.", "domain-trailing-dot"),
        ("https://example.com/", "domain-is-url"),
        ("*.example.com", "domain-wildcard"),
    ] {
        check(&domain(text), code, Blame::Caller);
    }
    let refused = MailDomain::parse("example.com").unwrap();
    let lists = DomainLists {
        refused: [refused].into(),
        ..DomainLists::default()
    };
    let error = DomainName::parse_with("example.com", &lists).unwrap_err();
    check(&error, "domain-refused", Blame::Caller);
    let error = ChallengeToken::parse("short").unwrap_err();
    check(&error, "domain-token", Blame::Caller);
}

#[test]
fn what_is_too_long_meets_a_limit() {
    assert!(DomainName::parse(&labels(&[63])).is_ok());
    check(
        &domain(&labels(&[64])),
        "domain-label-too-long",
        Blame::Limit,
    );
    assert!(DomainName::parse(&labels(&[63, 63, 63, 57])).is_ok());
    check(
        &domain(&labels(&[63, 63, 63, 58])),
        "domain-too-long",
        Blame::Limit,
    );
    // What could be no name in any script is not looked at further.
    let no_name = |bytes: usize| "*".repeat(bytes);
    check(
        &domain(&no_name(MAX_DOMAIN_INPUT_BYTES)),
        "domain-wildcard",
        Blame::Caller,
    );
    check(
        &domain(&no_name(MAX_DOMAIN_INPUT_BYTES + 1)),
        "domain-too-long",
        Blame::Limit,
    );
}

/// RFC 1035, section 2.3.4: a name of 253 characters fits, one of 254 does not.
#[test]
fn the_name_of_a_record_has_the_length_of_any_name() {
    let challenge = |octets: usize| {
        let domain = DomainName::parse(&labels(&[63, 63, 63, octets])).unwrap();
        let prefix = RecordPrefix::parse("product").unwrap();
        let token = ChallengeToken::from_entropy([0; 20]);
        Challenge::new(domain, prefix, RecordPlacement::ChallengeLabel, token)
    };
    let longest = challenge(57 - "_product-challenge.".len());
    assert_eq!(longest.unwrap().query_name().len(), 253);
    let error = challenge(58 - "_product-challenge.".len()).unwrap_err();
    check(&error, "domain-record-name-too-long", Blame::Limit);
}

#[test]
fn a_prefix_is_configured() {
    let error = RecordPrefix::parse("Product_").unwrap_err();
    check(&error, "domain-record-prefix", Blame::Configuration);
    let error = RecordPrefix::parse("acme").unwrap_err();
    check(
        &error,
        "domain-record-prefix-reserved",
        Blame::Configuration,
    );
    let error = RecordLabel::parse("product").unwrap_err();
    check(&error, "domain-record-label", Blame::Configuration);
    let error = RecordLabel::parse("_acme-challenge").unwrap_err();
    check(&error, "domain-record-label-reserved", Blame::Configuration);
}

#[test]
fn every_refusal_of_an_address_has_its_code() {
    let email = |text: &str| EmailAddress::parse(text).unwrap_err();
    for (text, code) in [
        ("a@b@example.com", "email-at-signs"),
        ("=?utf-8?q?a?=@example.com", "email-encoded-word"),
        ("a..b@example.com", "email-local-dots"),
        ("\"a\"@example.com", "email-local-character"),
        ("a%b@example.com", "email-routing"),
        ("a@localhost", "domain-single-label"),
    ] {
        check(&email(text), code, Blame::Caller);
    }
    let local = format!("{}@example.com", "a".repeat(65));
    check(&email(&local), "email-local-too-long", Blame::Limit);
    let below = format!("a@{}", labels(&[64]));
    check(&email(&below), "domain-label-too-long", Blame::Limit);
    let named = email("a@localhost");
    assert_ne!(named.help(), email("a@b@example.com").help());
}
