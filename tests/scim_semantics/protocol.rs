//! Errors, versions and Bulk: RFC 7644 §3.12, §3.14 and §3.7.

use serde_json::{Value, json};
use vestibule::scim::{BulkCircles, Error, ErrorKind, Profile, ScimType};

use crate::scim_host::Host;

#[test]
fn the_words_of_errors_are_the_standards_and_a_status_is_a_string() {
    let words = [
        (ScimType::InvalidFilter, "invalidFilter"),
        (ScimType::TooMany, "tooMany"),
        (ScimType::Uniqueness, "uniqueness"),
        (ScimType::Mutability, "mutability"),
        (ScimType::InvalidSyntax, "invalidSyntax"),
        (ScimType::InvalidPath, "invalidPath"),
        (ScimType::NoTarget, "noTarget"),
        (ScimType::InvalidValue, "invalidValue"),
        (ScimType::InvalidVers, "invalidVers"),
        (ScimType::Sensitive, "sensitive"),
        (ScimType::InvalidCursor, "invalidCursor"),
        (ScimType::ExpiredCursor, "expiredCursor"),
        (ScimType::InvalidCount, "invalidCount"),
    ];
    for (word, text) in words {
        assert_eq!(word.as_str(), text);
    }
    let mut host = Host::new(Profile::tolerant());
    host.user("b");
    for (method, url, body, status, word) in [
        (
            "POST",
            "/Users",
            json!({"userName": "B"}),
            409,
            Some("uniqueness"),
        ),
        ("POST", "/Users", json!({}), 400, Some("invalidValue")),
        (
            "PATCH",
            "/Users/1",
            json!({"Operations": []}),
            400,
            Some("invalidSyntax"),
        ),
        ("GET", "/Users/2", Value::Null, 404, None),
    ] {
        let (found, error) = host.json(method, url, &body);
        assert_eq!(
            (found, &error["status"]),
            (status, &json!(status.to_string())),
            "{method} {url}"
        );
        assert_eq!(
            error.get("scimType").and_then(Value::as_str),
            word,
            "{method} {url}"
        );
        assert_eq!(
            error["schemas"],
            json!(["urn:ietf:params:scim:api:messages:2.0:Error"])
        );
    }
    assert_eq!(
        Error::new(ErrorKind::NotFound).to_json().get("scimType"),
        None
    );
}

#[test]
fn entity_tags_are_compared_weakly() {
    let mut host = Host::new(Profile::tolerant());
    let url = format!("/Users/{}", host.user("b"));
    let first = host.send("GET", &url, &[], &Value::Null);
    let tag = first.header("ETag").unwrap().to_owned();
    assert!(tag.starts_with("W/\""));
    let strong = tag.trim_start_matches("W/").to_owned();
    let body = json!({"userName": "b", "title": "T"});
    let mut status = |method: &str, name: &str, value: &str| {
        host.send(method, &url, &[(name, value)], &body).status()
    };
    // A read: the version that the client has, or any, is 304.
    for same in [&tag, &strong, "*", &format!("\"x\", {tag}")] {
        assert_eq!(status("GET", "If-None-Match", same), 304, "{same}");
    }
    assert_eq!(status("GET", "If-None-Match", "W/\"x\""), 200);
    // A write: another version than the client means is 412.
    assert_eq!(status("PUT", "If-Match", "W/\"x\""), 412);
    assert_eq!(status("PUT", "If-Match", &strong), 200);
    assert_eq!(
        status("PUT", "If-Match", &tag),
        412,
        "it is another version now"
    );
    assert_eq!(status("DELETE", "If-Match", "*"), 204);
}

#[test]
fn the_version_of_a_bulk_operation_is_a_condition() {
    let mut host = Host::new(Profile::tolerant());
    host.user("b");
    let put = |version: &str, title: &str| {
        json!({"method": "PUT", "path": "/Users/1", "version": version,
            "data": {"userName": "b", "title": title}})
    };
    let (_, answer) = host.json(
        "POST",
        "/Bulk",
        &json!({"Operations": [put("W/\"1\"", "a"), put("W/\"1\"", "b")]}),
    );
    assert_eq!(statuses(&answer), ["200", "412"]);
}

fn statuses(answer: &Value) -> Vec<&str> {
    let operations = answer["Operations"].as_array().unwrap().iter();
    operations
        .map(|it| it["status"].as_str().unwrap())
        .collect()
}

fn post(id: &str, name: &str) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": id, "data": {"userName": name}})
}

#[test]
fn bulk_puts_references_in_place_and_stops_after_as_many_errors_as_said() {
    let mut host = Host::new(Profile::tolerant());
    let group = json!({"method": "POST", "path": "/Groups", "bulkId": "g",
        "data": {"displayName": "g", "members": [{"value": "bulkId:u"}]}});
    let title = json!({"method": "PATCH", "path": "/Users/bulkId:u",
        "data": {"Operations": [{"op": "add", "path": "title", "value": "T"}]}});
    let (status, answer) = host.json(
        "POST",
        "/Bulk",
        &json!({"Operations": [group, title, post("u", "b")]}),
    );
    assert_eq!(
        (status, statuses(&answer)),
        (200, vec!["201", "200", "201"])
    );
    let (_, list) = host.json(
        "GET",
        "/Users?filter=groups.display+eq+%22g%22",
        &Value::Null,
    );
    assert_eq!(
        (&list["totalResults"], &list["Resources"][0]["title"]),
        (&json!(1), &json!("T"))
    );
    let operations = json!([
        post("1", "b"),
        post("2", "c"),
        post("3", "b"),
        post("4", "d")
    ]);
    let mut run = |fail: usize| {
        let body = json!({"failOnErrors": fail, "Operations": operations});
        let (_, answer) = host.json("POST", "/Bulk", &body);
        statuses(&answer).join(" ")
    };
    assert_eq!(run(1), "409");
    assert_eq!(run(2), "409 201 409");
    host.config.bulk.max_operations = 3;
    let body = json!({"Operations": operations});
    assert_eq!(host.json("POST", "/Bulk", &body).0, 413);
    (
        host.config.bulk.max_operations,
        host.config.bulk.max_payload_bytes,
    ) = (4, 100);
    assert_eq!(host.json("POST", "/Bulk", &body).0, 413);
    host.config.bulk.max_payload_bytes = 10_000;
    assert_eq!(host.json("POST", "/Bulk", &body).0, 200);
}

#[test]
fn operations_that_need_each_other_are_done_in_two_phases_or_refused() {
    let group = |id: &str, other: &str| {
        json!({"method": "POST", "path": "/Groups", "bulkId": id,
            "data": {"displayName": id, "members": [{"value": format!("bulkId:{other}")}]}})
    };
    for (circles, expected) in [
        (BulkCircles::Resolve, ["201", "201"]),
        (BulkCircles::Refuse, ["409", "409"]),
    ] {
        let mut host = Host::new(Profile::tolerant());
        host.profile.bulk_circles = circles;
        let body = json!({"Operations": [group("a", "b"), group("b", "a")]});
        let (status, answer) = host.json("POST", "/Bulk", &body);
        assert_eq!(
            (status, statuses(&answer)),
            (200, expected.to_vec()),
            "{circles:?}"
        );
        let (_, list) = host.json("GET", "/Groups?filter=members+pr", &Value::Null);
        assert_eq!(
            list["totalResults"],
            if circles == BulkCircles::Resolve {
                2
            } else {
                0
            }
        );
    }
}
