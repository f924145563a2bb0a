//! Filters: one test for each thing that implementations of RFC 7644 §3.4.2.2 get wrong.

#![cfg(feature = "scim")]

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vestibule::error::{Blame, Explain};
use vestibule::limits::{SCIM_MAX_FILTER_BYTES, SCIM_MAX_FILTER_DEPTH, SCIM_MAX_FILTER_TERMS};
use vestibule::scim::{Error, Filter, Registry, Resource};

const ACME: &str = "urn:example:params:scim:schemas:extension:acme:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn registry() -> Registry {
    let mut registry = Registry::standard();
    let document = json!({"id": ACME, "attributes": [
        {"name": "badge", "type": "integer"},
        {"name": "code", "caseExact": true},
        {"name": "skills", "multiValued": true},
        {"name": "secret", "returned": "never"},
        {"name": "vault", "type": "complex", "returned": "never",
         "subAttributes": [{"name": "hint"}]},
    ]});
    let urn = registry.add_schema(&document).unwrap();
    registry.extend("User", &urn).unwrap();
    registry
}

fn judge(filter: &str, user: &Value) -> Result<bool, Error> {
    let registry = registry();
    let user = Resource::from_value(registry.user(), user.clone()).unwrap();
    let filter = Filter::parse(filter)?.resolve(registry.user())?;
    Ok(filter.matches(&user))
}

#[track_caller]
fn holds(filter: &str, user: &Value) {
    assert_eq!(judge(filter, user), Ok(true), "{filter}");
}

#[track_caller]
fn fails(filter: &str, user: &Value) {
    assert_eq!(judge(filter, user), Ok(false), "{filter}");
}

#[track_caller]
fn refused(filter: &str, code: &str, under: &str) {
    let error = judge(filter, &json!({})).unwrap_err();
    assert_eq!(error.code(), code, "{filter}");
    assert_eq!(&filter[error.span().unwrap().range()], under, "{filter}");
    assert_eq!(error.to_json()["scimType"], "invalidFilter");
}

#[test]
fn names_urns_and_operators_have_no_case() {
    let user =
        json!({"userName": "b", "name": {"familyName": "J"}, ENTERPRISE: {"department": "D"}});
    holds("USERNAME EQ \"b\" AND Name.FAMILYNAME Pr", &user);
    holds(
        &format!("{}:Department eq \"d\"", ENTERPRISE.to_uppercase()),
        &user,
    );
    fails("USERNAME EQ \"c\" AND Name.FAMILYNAME Pr", &user);
}

#[test]
fn case_matters_where_the_schema_says_so() {
    let user = json!({"userName": "Bj", "id": "Ab", "externalId": "Xy", "profileUrl": "https://x/A",
        "meta": {"resourceType": "User"}, ACME: {"code": "AbC"}});
    holds("userName eq \"bJ\"", &user);
    for (exact, other) in [
        ("id eq \"Ab\"", "id eq \"ab\""),
        ("externalId sw \"X\"", "externalId sw \"x\""),
        ("profileUrl ew \"A\"", "profileUrl ew \"a\""),
        (
            "meta.resourceType co \"Use\"",
            "meta.resourceType co \"use\"",
        ),
    ] {
        holds(exact, &user);
        fails(other, &user);
    }
    holds(&format!("{ACME}:code eq \"AbC\""), &user);
    fails(&format!("{ACME}:code eq \"abc\""), &user);
}

#[test]
fn case_folding_knows_letters_outside_ascii() {
    let user = json!({"userName": "Zoë.ÅNGSTRÖM", "displayName": "Σίσυφος"});
    holds("userName co \"ångström\"", &user);
    holds("displayName eq \"ΣΊΣΥΦΟΣ\"", &user);
    fails("userName co \"angstrom\"", &user);
}

#[test]
fn not_takes_any_spaces_but_needs_parentheses() {
    let user = json!({"title": "x"});
    for filter in ["not(title pr)", "not (title pr)", "NOT   ( title pr )"] {
        fails(filter, &user);
        holds(filter, &json!({}));
    }
    refused("not title pr", "scim-filter-syntax", "title");
    refused("not pr", "scim-filter-syntax", "pr");
    fails("not (not (not (title pr)))", &user);
}

#[test]
fn and_binds_tighter_than_or() {
    let user = json!({"userName": "b", "title": "t"});
    // Read from the right, or without precedence, this would be false.
    holds("userName pr or title pr and nickName pr", &user);
    fails("(userName pr or title pr) and nickName pr", &user);
    // A tenant's own condition cannot be escaped by an `or`.
    fails("nickName pr and (userName pr or title pr)", &user);
    holds("nickName pr and userName pr or title pr", &user);
}

#[test]
fn a_negated_group_is_negated_as_a_whole() {
    let user = json!({"title": "x", "nickName": "y"});
    fails("not (displayName pr or title pr)", &user);
    holds("not (displayName pr and title pr)", &user);
}

#[test]
fn a_value_path_looks_at_one_element() {
    let user = json!({"emails": [{"type": "work", "value": "a"}, {"type": "home", "value": "b"}]});
    holds("emails[type eq \"work\" and value eq \"a\"]", &user);
    fails("emails[type eq \"work\" and value eq \"b\"]", &user);
    holds("emails.type eq \"work\" and emails.value eq \"b\"", &user);
    holds("emails[not (type eq \"work\")]", &user);
    fails("not (emails[type eq \"work\"])", &user);
}

#[test]
fn entra_compares_a_sub_attribute_after_the_bracket() {
    let user = json!({"emails": [{"type": "work", "value": "a"}, {"type": "home", "value": "b"}]});
    holds("emails[type eq \"work\"].value eq \"A\"", &user);
    fails("emails[type eq \"work\"].value eq \"b\"", &user);
    holds(
        "emails[type eq \"work\" or type eq \"other\"].value eq \"a\" and emails pr",
        &user,
    );
    fails("emails[type eq \"work\"].display pr", &user);
}

#[test]
fn entra_writes_booleans_as_strings() {
    let user = json!({"active": true, "roles": [{"value": "r", "primary": true}]});
    holds("active eq \"True\"", &user);
    fails("active eq \"False\"", &user);
    holds("roles[primary eq \"true\"].value eq \"r\"", &user);
    refused("active eq \"yes\"", "scim-operand-type", "\"yes\"");
    refused("active eq TRUE", "scim-filter-syntax", "TRUE");
}

#[test]
fn references_are_named_with_a_dollar() {
    let user = json!({ENTERPRISE: {"manager": {"value": "1", "$ref": "../Users/1"}}});
    holds(&format!("{ENTERPRISE}:manager.$ref pr"), &user);
    holds(&format!("{ENTERPRISE}:manager[$ref ew \"/1\"]"), &user);
    fails(&format!("{ENTERPRISE}:manager[$ref ew \"/2\"]"), &user);
}

#[test]
fn what_is_empty_is_not_present() {
    let user = json!({"title": "", "nickName": null, "emails": [], "name": {}, "roles": [{}],
        "active": false, ACME: {"badge": 0}});
    for attribute in [
        "title",
        "nickName",
        "emails",
        "name",
        "roles",
        "displayName",
    ] {
        fails(&format!("{attribute} pr"), &user);
        holds(
            &format!("{attribute} eq null or {attribute} pr"),
            &json!({"title": "t", "nickName": "n",
            "emails": [{"value": "e"}], "name": {"givenName": "g"}, "roles": [{"value": "r"}],
            "displayName": "d"}),
        );
    }
    holds("title eq null and nickName eq null", &user);
    holds(&format!("active pr and {ACME}:badge pr"), &user);
}

#[test]
fn what_is_missing_is_not_equal() {
    holds("title ne \"x\"", &json!({}));
    holds("not (title eq \"x\")", &json!({}));
    fails("title ne \"x\"", &json!({"title": "X"}));
    holds(
        "emails.value ne \"a\"",
        &json!({"emails": [{"value": "a"}, {"value": "b"}]}),
    );
    fails(
        "emails.value ne \"a\"",
        &json!({"emails": [{"value": "a"}]}),
    );
}

#[test]
fn operators_must_go_with_the_type() {
    refused("active gt true", "scim-operator-type", "gt");
    refused("emails[primary le false]", "scim-operator-type", "le");
    refused("active co \"tru\"", "scim-operator-type", "co");
    refused(
        "x509Certificates.value gt \"a\"",
        "scim-operator-type",
        "gt",
    );
    refused(
        "x509Certificates.value sw \"a\"",
        "scim-operator-type",
        "sw",
    );
    refused(
        &format!("{ACME}:badge co \"4\""),
        "scim-operator-type",
        "co",
    );
    refused("name eq \"x\"", "scim-operator-type", "eq");
    refused(
        &format!("{ACME}:badge eq \"4\""),
        "scim-operand-type",
        "\"4\"",
    );
    refused("userName eq 42", "scim-operand-type", "42");
    refused("userName gt null", "scim-operand-type", "null");
    holds(
        &format!("{ACME}:badge ge 42.0"),
        &json!({ACME: {"badge": 42}}),
    );
}

#[test]
fn date_times_are_instants() {
    let user = json!({"meta": {"created": "2011-05-13T04:42:34+02:00"}});
    holds("meta.created eq \"2011-05-13T02:42:34Z\"", &user);
    holds("meta.created lt \"2011-05-13T04:42:34Z\"", &user);
    // Without an offset it is UTC.
    holds("meta.created eq \"2011-05-13T02:42:34\"", &user);
    // The text is kept, and is what substrings look at.
    holds("meta.created sw \"2011-05-13T04\"", &user);
    refused(
        "meta.created gt \"yesterday\"",
        "scim-operand-type",
        "\"yesterday\"",
    );
}

#[test]
fn a_complex_attribute_stands_for_its_value() {
    let user = json!({"emails": [{"value": "a@x"}], ENTERPRISE: {"manager": {"value": "7"}}});
    holds("emails co \"@x\"", &user);
    holds(&format!("{ENTERPRISE}:manager eq \"7\""), &user);
    fails("emails co \"@y\"", &user);
}

#[test]
fn a_simple_list_is_its_own_value() {
    let user = json!({ACME: {"skills": ["rust", "sql"]}});
    for filter in [
        "skills eq \"SQL\"",
        "skills[value eq \"SQL\"]",
        "skills.value eq \"SQL\"",
    ] {
        holds(&format!("{ACME}:{filter}"), &user);
        fails(&format!("not ({ACME}:{filter})"), &user);
    }
    refused("title[value eq \"x\"]", "scim-not-selectable", "title");
    refused(
        "title.value eq \"x\"",
        "scim-unknown-attribute",
        "title.value",
    );
}

#[test]
fn unknown_attributes_are_refused() {
    refused("noSuch pr", "scim-unknown-attribute", "noSuch");
    refused("name.noSuch pr", "scim-unknown-attribute", "name.noSuch");
    refused("emails[noSuch pr]", "scim-unknown-attribute", "noSuch");
    refused("department pr", "scim-unknown-attribute", "department");
    refused(ENTERPRISE_ALONE, "scim-unknown-attribute", ENTERPRISE);
}
const ENTERPRISE_ALONE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr";

#[test]
fn what_is_never_returned_cannot_be_probed() {
    refused("password sw \"a\"", "scim-not-filterable", "password");
    refused("password pr", "scim-not-filterable", "password");
    let secret = format!("{ACME}:secret");
    refused(
        &format!("{secret} eq \"a\""),
        "scim-not-filterable",
        &secret,
    );
    let hint = format!("{ACME}:vault.hint");
    refused(&format!("{hint} eq \"a\""), "scim-not-filterable", &hint);
    let vault = format!("{ACME}:vault");
    refused(
        &format!("{vault}[hint eq \"a\"]"),
        "scim-not-filterable",
        &vault,
    );
}

#[test]
fn errors_are_drawn_under_the_text() {
    let text = "displayName eq \"ÅÅ\" && title pr";
    let error = Filter::parse(text).unwrap_err();
    assert_eq!(
        error.rendered(text),
        format!(
            "{text}\n{}^ expected `and`, `or` or the end, found a character that does not belong there",
            " ".repeat(20)
        )
    );
    // The message itself holds nothing of the text.
    assert!(!format!("{error} {error:?}").contains('Å'));
}

#[test]
fn debug_prints_no_values() {
    let filter = Filter::parse("userName eq \"grace\" and emails[value eq \"hopper\"]").unwrap();
    let resolved = filter.resolve(registry().user()).unwrap();
    let shown = format!("{filter:?} {resolved:?}");
    assert!(
        !shown.contains("grace") && !shown.contains("hopper"),
        "{shown}"
    );
}

fn limit_code(filter: &str) -> &'static str {
    let error = Filter::parse(filter).unwrap_err();
    assert_eq!(error.blame(), Blame::Limit);
    error.code()
}

#[test]
fn every_bound_has_an_accepting_and_a_refusing_side() {
    let nested = |depth: usize| format!("{}title pr{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Filter::parse(&nested(SCIM_MAX_FILTER_DEPTH)).is_ok());
    assert_eq!(
        limit_code(&nested(SCIM_MAX_FILTER_DEPTH + 1)),
        "scim-filter-too-deep"
    );

    let terms = |count: usize| vec!["a pr"; count].join(" or ");
    assert!(Filter::parse(&terms(SCIM_MAX_FILTER_TERMS)).is_ok());
    assert_eq!(
        limit_code(&terms(SCIM_MAX_FILTER_TERMS + 1)),
        "scim-filter-too-many-terms"
    );

    let long = |bytes: usize| format!("a eq \"{}\"", "x".repeat(bytes - 7));
    assert!(Filter::parse(&long(SCIM_MAX_FILTER_BYTES)).is_ok());
    assert_eq!(
        limit_code(&long(SCIM_MAX_FILTER_BYTES + 1)),
        "scim-filter-too-long"
    );
}

#[test]
fn hostile_filters_are_answered_quickly_and_on_a_small_stack() {
    let judge_all = || {
        let started = Instant::now();
        for hostile in [
            "(".repeat(64 * 1024),
            "(".repeat(SCIM_MAX_FILTER_BYTES),
            "not(".repeat(SCIM_MAX_FILTER_BYTES / 4),
            "emails[".repeat(SCIM_MAX_FILTER_BYTES / 7),
            "a pr and ".repeat(SCIM_MAX_FILTER_BYTES / 9),
            format!("a eq \"{}", "\\".repeat(SCIM_MAX_FILTER_BYTES - 6)),
            " ".repeat(SCIM_MAX_FILTER_BYTES),
            "a".repeat(SCIM_MAX_FILTER_BYTES),
        ] {
            assert!(Filter::parse(&hostile).is_err());
        }
        let registry = registry();
        let user = Resource::from_value(registry.user(), json!({"title": "x"})).unwrap();
        let deep = format!("{}title pr{}", "not(".repeat(64), ")".repeat(64));
        let deep = Filter::parse(&vec![deep; 40].join(" and ")).unwrap();
        assert!(deep.resolve(registry.user()).unwrap().matches(&user));
        assert_eq!(
            Filter::parse(&deep.to_string()).unwrap().to_string(),
            deep.to_string()
        );
        drop(deep);
        let wide = vec!["not(title pr)"; 200].join(" or ");
        let filter = Filter::parse(&wide).unwrap();
        assert!(filter.to_string().len() > 200);
        assert!(!filter.resolve(registry.user()).unwrap().matches(&user));
        assert!(started.elapsed() < Duration::from_secs(2));
    };
    let small = std::thread::Builder::new().stack_size(128 * 1024);
    small.spawn(judge_all).unwrap().join().unwrap();
}
