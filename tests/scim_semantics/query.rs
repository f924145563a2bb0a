//! Lists: RFC 7644 §3.4.2 and §3.9.

use serde_json::{Value, json};
use vestibule::scim::discovery::Support;
use vestibule::scim::{Error, ErrorKind, Profile};

use crate::scim_host::Host;
use crate::world::word;

fn three() -> Host {
    let mut host = Host::new(Profile::tolerant());
    for (name, title) in [("c", Some("b")), ("a", None), ("b", Some("A"))] {
        let body = json!({"userName": name, "title": title});
        assert_eq!(host.json("POST", "/Users", &body).0, 201);
    }
    host
}

fn names(host: &mut Host, query: &str) -> String {
    let (status, list) = host.json("GET", &format!("/Users?{query}"), &Value::Null);
    assert_eq!(status, 200, "{list}");
    let names = list["Resources"].as_array().unwrap().iter();
    let names: Vec<&str> = names.map(|it| it["userName"].as_str().unwrap()).collect();
    names.join("")
}

#[track_caller]
fn refused(host: &mut Host, query: &str) -> (u16, String) {
    let (status, error) = host.json("GET", &format!("/Users?{query}"), &Value::Null);
    (
        status,
        error["scimType"].as_str().unwrap_or_default().to_owned(),
    )
}

#[test]
fn indexes_and_counts_out_of_range_are_brought_into_it() {
    let mut host = three();
    for (query, expected) in [
        ("startIndex=0", "cab"),
        ("startIndex=-5&count=1", "c"),
        ("startIndex=2&count=1", "a"),
        ("startIndex=9", ""),
        ("count=0", ""),
        ("count=-1", ""),
        ("count=99999999999999999999", "cab"),
    ] {
        assert_eq!(names(&mut host, query), expected, "{query}");
    }
    let (_, none) = host.json("GET", "/Users?count=0", &Value::Null);
    assert_eq!(
        (&none["totalResults"], &none["Resources"]),
        (&json!(3), &json!([]))
    );
    for query in ["startIndex=one", "count=1.5", "count=0x1", "count="] {
        assert_eq!(
            refused(&mut host, query),
            (400, "invalidValue".to_owned()),
            "{query}"
        );
    }
}

#[test]
fn a_list_always_has_its_four_members() {
    let mut host = three();
    for (query, members) in [
        ("", [3, 1, 3, 3]),
        ("startIndex=2&count=1", [3, 2, 1, 1]),
        ("filter=title+eq+%22x%22", [0, 1, 0, 0]),
        ("count=0", [3, 1, 0, 0]),
    ] {
        let (_, list) = host.json("GET", &format!("/Users?{query}"), &Value::Null);
        let found = ["totalResults", "startIndex", "itemsPerPage"].map(|name| list[name].as_u64());
        let listed = list["Resources"].as_array().map(|it| it.len() as u64);
        assert_eq!(
            [found[0], found[1], found[2], listed],
            members.map(Some),
            "{query}"
        );
        assert_eq!(
            list["schemas"],
            json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"])
        );
    }
}

#[test]
fn attributes_and_excluded_attributes_exclude_each_other() {
    let mut host = three();
    let both = refused(&mut host, "attributes=title&excludedAttributes=emails");
    assert_eq!(both, (400, "invalidValue".to_owned()));
    assert_eq!(names(&mut host, "attributes=userName"), "cab");
    assert_eq!(names(&mut host, "excludedAttributes=title"), "cab");
}

#[test]
fn what_is_always_returned_is_not_excluded() {
    let mut host = three();
    let (_, user) = host.json(
        "GET",
        "/Users/1?excludedAttributes=id,schemas,userName,title",
        &Value::Null,
    );
    assert!(user["id"].is_string() && user["schemas"].is_array());
    assert_eq!((user.get("title"), user.get("userName")), (None, None));
    let (_, user) = host.json("GET", "/Users/1?attributes=title", &Value::Null);
    assert!(user["id"].is_string() && user["schemas"].is_array());
    assert_eq!((&user["title"], user.get("userName")), (&json!("b"), None));
}

#[test]
fn an_unknown_name_among_attributes_is_ignored() {
    let mut host = three();
    let (status, user) = host.json(
        "GET",
        "/Users/1?attributes=title,noSuch,a.b.c",
        &Value::Null,
    );
    assert_eq!((status, &user["title"]), (200, &json!("b")));
    let (status, user) = host.json("GET", "/Users/1?excludedAttributes=noSuch", &Value::Null);
    assert_eq!((status, &user["title"]), (200, &json!("b")));
}

#[test]
fn a_sort_puts_missing_values_last_or_first_and_minds_case_by_the_schema() {
    let mut host = three();
    assert_eq!(names(&mut host, "sortBy=title"), "bca");
    assert_eq!(names(&mut host, "sortBy=title&sortOrder=descending"), "acb");
    assert_eq!(names(&mut host, "sortBy=userName"), "abc");
    for query in [
        "sortBy=noSuch",
        "sortBy=password",
        "sortBy=title&sortOrder=upwards",
    ] {
        assert_eq!(
            refused(&mut host, query),
            (400, "invalidValue".to_owned()),
            "{query}"
        );
    }
    // Of a list the primary element counts, else the first.
    let emails = |first: Value, second: Value| json!({"emails": [first, second]});
    for (id, body) in [
        (
            "1",
            emails(
                json!({"value": "z"}),
                json!({"value": "a", "primary": true}),
            ),
        ),
        ("2", emails(json!({"value": "b"}), json!({"value": "a"}))),
        ("3", emails(json!({"value": "c"}), json!({"value": "y"}))),
    ] {
        let mut body = body;
        body["userName"] = json!(["c", "a", "b"][id.parse::<usize>().unwrap() - 1]);
        assert_eq!(host.json("PUT", &format!("/Users/{id}"), &body).0, 200);
    }
    assert_eq!(names(&mut host, "sortBy=emails.value"), "cab");
    host.config.sort = Support::No;
    assert_eq!(refused(&mut host, "sortBy=title").0, 501);
}

#[test]
fn a_host_can_say_too_many_and_sensitive() {
    let many = Error::new(ErrorKind::TooManyResults { limit: 10 });
    assert_eq!((many.status(), word(&many)), (400, "tooMany"));
    let sensitive = Error::new(ErrorKind::Sensitive);
    assert_eq!((sensitive.status(), word(&sensitive)), (403, "sensitive"));
}

#[test]
fn a_filter_on_discovery_is_forbidden() {
    let mut host = three();
    for path in ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"] {
        assert_eq!(
            host.json("GET", &format!("{path}?filter=id+pr"), &Value::Null)
                .0,
            403,
            "{path}"
        );
        assert_eq!(
            host.json("GET", &format!("{path}?count=1"), &Value::Null).0,
            200,
            "{path}"
        );
    }
}
