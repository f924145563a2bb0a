//! Requests, answers and Bulk over the public API.

#![cfg(feature = "scim")]

mod scim_host;

use scim_host::Host;
use serde_json::{Value, json};
use vestibule::error::{Explain, Place};
use vestibule::limits::{SCIM_MAX_HEADER_BYTES, SCIM_MAX_PATH_BYTES};
use vestibule::scim::answer::Outcome;
use vestibule::scim::bulk::Bulk;
use vestibule::scim::request::{Document, Headers, MediaType, Message, Scope, Whom};
use vestibule::scim::store::PatchAnswer;
use vestibule::scim::{BaseUrl, BulkCircles, Error, ErrorKind, Profile, Registry, Request};

fn headers(pairs: &[(&str, &str)]) -> Headers {
    Headers::read(pairs.iter().copied()).unwrap()
}

fn read_as(
    profile: &Profile,
    method: &str,
    url: &str,
    headers: &Headers,
    body: &str,
) -> Result<Request, Error> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let message = Message {
        method,
        path,
        query,
        headers,
        body: body.as_bytes(),
    };
    Request::read(&Registry::standard(), profile, &message)
}

fn read(method: &str, url: &str, body: &str) -> Result<Request, Error> {
    read_as(&Profile::tolerant(), method, url, &Headers::default(), body)
}

fn refused(method: &str, url: &str, body: &str) -> (&'static str, u16) {
    let error = read(method, url, body).unwrap_err();
    (error.code(), error.status())
}

#[test]
fn every_endpoint_takes_its_methods_and_no_others() {
    let user = r#"{"userName": "b"}"#;
    let patch = r#"{"Operations": [{"op": "remove", "path": "title"}]}"#;
    let bulk = r#"{"Operations": []}"#;
    let table = [
        ("/", "GET", user),
        ("/.search", "POST", user),
        ("/Users", "GET POST", user),
        ("/Users/", "GET POST", user),
        ("/users", "GET POST", user),
        ("/Users/.search", "POST", user),
        ("/Users/u1", "GET PUT DELETE", user),
        ("/Users/u1", "PATCH", patch),
        ("/Groups/g1", "GET PUT DELETE", user),
        ("/Me", "GET PUT DELETE", user),
        ("/Bulk", "POST", bulk),
        ("/ServiceProviderConfig", "GET", user),
        ("/ResourceTypes", "GET", user),
        ("/ResourceTypes/User", "GET", user),
        ("/Schemas", "GET", user),
        (
            "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
            "GET",
            user,
        ),
    ];
    for (path, allowed, body) in table {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get"] {
            let is_allowed = allowed.split(' ').any(|known| known == method);
            // The other rows of the same path.
            let elsewhere = [
                ("/Users/u1", "PATCH"),
                ("/Groups/g1", "PATCH"),
                ("/Me", "PATCH"),
            ];
            let elsewhere = [elsewhere[0], elsewhere[1], elsewhere[2], ("/Me", "POST")];
            if elsewhere.contains(&(path, method)) || (allowed == "PATCH") != (method == "PATCH") {
                continue;
            }
            let found = read(method, path, body);
            match is_allowed {
                true => assert!(found.is_ok(), "{method} {path}: {found:?}"),
                false => {
                    let error = found.unwrap_err();
                    assert_eq!(error.code(), "scim-method-not-allowed", "{method} {path}");
                    assert_eq!(error.status(), 405);
                }
            }
        }
    }
    assert_eq!(refused("POST", "/Me", user), ("scim-not-implemented", 501));
    assert_eq!(read("HEAD", "/Users", ""), read("GET", "/Users", ""));
}

#[test]
fn what_is_no_endpoint_is_not_found() {
    for path in [
        "/Devices",
        "/Users/u1/emails",
        "/Users//u1",
        "/Me/x",
        "/Bulk/x",
        "/ServiceProviderConfigs",
        "/v2/Users",
        "//Users",
        "/Usersx",
        "/Schemas/",
    ] {
        if path == "/Schemas/" {
            assert!(read("GET", path, "").is_ok());
            continue;
        }
        assert_eq!(
            refused("GET", path, ""),
            ("scim-no-endpoint", 404),
            "{path}"
        );
    }
}

#[test]
fn an_identifier_is_one_decoded_segment() {
    let whom = |path: &str| match read("GET", path, "").unwrap() {
        Request::Read { target, .. } => target.whom,
        other => panic!("{other:?}"),
    };
    assert_eq!(whom("/Users/a%2Fb+c%C3%A9"), Whom::Id("a/b+cé".to_owned()));
    assert_eq!(whom("/Me"), Whom::Me);
    for bad in ["/Users/%", "/Users/%ff", "/Users/a%00b"] {
        assert_eq!(refused("GET", bad, ""), ("scim-url-encoding", 400), "{bad}");
    }
    let long = |length: usize| format!("/Users/{}", "x".repeat(length - "/Users/".len()));
    assert!(read("GET", &long(SCIM_MAX_PATH_BYTES), "").is_ok());
    let error = refused("GET", &long(SCIM_MAX_PATH_BYTES + 1), "");
    assert_eq!(error, ("scim-url-too-long", 414));
}

#[test]
fn parameters_are_read_by_name_in_any_case_and_once() {
    let query = |url: &str| match read("GET", url, "").unwrap() {
        Request::List { query, .. } => query,
        other => panic!("{other:?}"),
    };
    let asked = query(
        "/Users?FILTER=userName+eq+%22b%22&startindex=0&count=-1&sortBy=title&sortOrder=Descending&attributes=userName,title",
    );
    assert_eq!(asked.filter.unwrap().to_string(), "userName eq \"b\"");
    assert_eq!((asked.start_index, asked.count), (Some(0), Some(-1)));
    assert_eq!(query("/Users?cursor").cursor.as_deref(), Some(""));
    assert!(asked.sort.is_some() && asked.projection.names_attributes());
    assert_eq!(query("/Users?aadOptscim062020&x=1&x=2"), query("/Users"));
    assert_eq!(
        query("/Users?count=99999999999999999999").count,
        Some(i64::MAX)
    );
    for (url, code) in [
        ("/Users?count=1&Count=2", "scim-parameter-repeated"),
        ("/Users?filter=a+pr&filter=a+pr", "scim-parameter-repeated"),
        ("/Users?count=ten", "scim-parameter-not-integer"),
        ("/Users?count=1.0", "scim-parameter-not-integer"),
        ("/Users?startIndex=", "scim-parameter-not-integer"),
        ("/Users?sortBy=title&sortOrder=up", "scim-sort-order"),
        (
            "/Users?attributes=a&excludedAttributes=b",
            "scim-parameters-exclude",
        ),
        ("/Users?cursor&startIndex=1", "scim-parameters-exclude"),
        ("/Users?filter=", "scim-filter-syntax"),
        ("/Users?filter=userName+eg+%22b%22", "scim-filter-syntax"),
        ("/Users?filter=%zz", "scim-url-encoding"),
        (
            "/Users/u1?attributes=a&attributes=b",
            "scim-parameter-repeated",
        ),
    ] {
        assert_eq!(refused("GET", url, ""), (code, 400), "{url}");
    }
    let error = read("GET", "/Users?count=ten", "").unwrap_err();
    assert_eq!(error.at(), Some(Place::Parameter("count")));
}

#[test]
fn a_search_request_asks_what_a_url_asks() {
    let body = r#"{"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "Filter": "userName eq \"b\"", "startIndex": 2, "count": 3, "sortBy": "title",
        "sortOrder": "descending", "attributes": ["userName"], "cursor": null}"#;
    let url = "filter=userName%20eq%20%22b%22&startIndex=2&count=3&sortBy=title&sortOrder=descending&attributes=userName";
    for (search, list) in [("/Users/.search", "/Users"), ("/.search", "/")] {
        assert_eq!(
            read("POST", search, body).unwrap(),
            read("GET", &format!("{list}?{url}"), "").unwrap()
        );
    }
    assert!(matches!(
        read("POST", "/.search", "{}").unwrap(),
        Request::List {
            scope: Scope::All,
            ..
        }
    ));
    for (body, code) in [
        ("", "scim-json-syntax"),
        ("[]", "scim-not-an-object"),
        (r#"{"count": "3"}"#, "scim-parameter-value"),
        (r#"{"count": 3.5}"#, "scim-parameter-not-integer"),
        (r#"{"filter": 3}"#, "scim-parameter-value"),
        (r#"{"attributes": [3]}"#, "scim-parameter-value"),
        (r#"{"count": 3, "Count": 3}"#, "scim-duplicate-name"),
    ] {
        assert_eq!(refused("POST", "/.search", body), (code, 400), "{body}");
    }
}

#[test]
fn discovery_refuses_a_filter_and_ignores_the_rest() {
    for path in ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas/x"] {
        assert!(read("GET", &format!("{path}?count=x&attributes=a"), "").is_ok());
        let error = refused("GET", &format!("{path}?filter=id+pr"), "");
        assert_eq!(error, ("scim-discovery-filter", 403), "{path}");
    }
    assert_eq!(
        read("GET", "/ResourceTypes/User", "").unwrap(),
        Request::Discover(Document::ResourceType("User".to_owned()))
    );
}

#[test]
fn a_body_is_json_by_its_type_and_an_object() {
    let user = r#"{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "b"}"#;
    let with = |profile: &Profile, value: Option<&str>| {
        let headers = value.map_or_else(Headers::default, |value| {
            headers(&[("content-type", value)])
        });
        read_as(profile, "POST", "/Users", &headers, user)
    };
    let (tolerant, strict) = (Profile::tolerant(), Profile::strict());
    for good in ["application/scim+json", "application/json; charset=utf-8"] {
        assert!(with(&strict, Some(good)).is_ok(), "{good}");
    }
    for bad in ["text/plain", "application/json; charset=latin1"] {
        let error = with(&tolerant, Some(bad)).unwrap_err();
        assert_eq!((error.code(), error.status()), ("scim-media-type", 415));
    }
    assert!(with(&tolerant, None).is_ok());
    assert_eq!(with(&strict, None).unwrap_err().status(), 415);
    assert_eq!(refused("POST", "/Users", "[]").0, "scim-not-an-object");
    assert_eq!(refused("POST", "/Users", "").0, "scim-json-syntax");
    assert_eq!(
        refused("POST", "/Users", r#"{"active": true, "Active": false}"#).0,
        "scim-duplicate-name"
    );
    assert_eq!(refused("PATCH", "/Users/u1", "{}").0, "scim-no-operations");
    // A DELETE has no body to look at.
    let odd = headers(&[("content-type", "text/plain")]);
    assert!(read_as(&strict, "DELETE", "/Users/u1", &odd, "<x>").is_ok());
}

#[test]
fn headers_are_bounded_and_stand_once() {
    let long = "x".repeat(SCIM_MAX_HEADER_BYTES + 1);
    let error = Headers::read([("If-Match", &long)]).unwrap_err();
    assert_eq!(
        (error.code(), error.status()),
        ("scim-header-too-long", 431)
    );
    assert!(Headers::read([("X-Other", &long)]).is_ok());
    let twice = [
        ("Content-Type", "application/json"),
        ("content-type", "application/json"),
    ];
    assert_eq!(
        Headers::read(twice).unwrap_err().code(),
        "scim-header-repeated"
    );
    let error = headers(&[("Authorization", "Bearer a"), ("authorization", "Bearer a")]);
    assert_eq!(error.bearer().unwrap_err().code(), "scim-token-malformed");
    let malformed = headers(&[("If-Match", "7")]);
    let error = read_as(&Profile::tolerant(), "DELETE", "/Users/u1", &malformed, "");
    assert_eq!(error.unwrap_err().code(), "scim-entity-tag-syntax");
}

#[test]
fn no_secret_and_no_personal_data_is_shown() {
    let headers = headers(&[
        ("Authorization", "Bearer s3cr3t"),
        ("If-Match", "W/\"s3cr3t\""),
    ]);
    assert!(!format!("{headers:?} {:?}", headers.bearer()).contains("s3cr3t"));
    let request = read("POST", "/Users", r#"{"userName": "s3cr3t"}"#).unwrap();
    assert!(!format!("{request:?}").contains("s3cr3t"));
    let request = read("GET", "/Users?filter=userName+eq+%22s3cr3t%22", "").unwrap();
    assert!(!format!("{request:?}").contains("s3cr3t"));
    let error = Headers::read([("authorization", "Basic s3cr3t")]).unwrap();
    let error = error.bearer().unwrap_err();
    assert!(!format!("{error} {error:?} {}", error.to_json()).contains("s3cr3t"));
}

#[test]
fn a_body_says_what_it_is_where_the_profile_wants_it() {
    let user = "urn:ietf:params:scim:schemas:core:2.0:User";
    let message = |name: &str| format!("urn:ietf:params:scim:api:messages:2.0:{name}");
    let sent = headers(&[("Content-Type", "application/scim+json")]);
    let code = |profile: &Profile, method: &str, url: &str, schemas: Value, rest: &Value| {
        let mut body = rest.clone();
        body["schemas"] = schemas;
        let read = read_as(profile, method, url, &sent, &body.to_string());
        read.err().map(|error| (error.code(), error.status()))
    };
    let unsaid = Some(("scim-schemas-unsaid", 400));
    for (method, url, urn, rest) in [
        ("POST", "/Users", user.to_owned(), json!({"userName": "b"})),
        ("PUT", "/Users/1", user.to_owned(), json!({"userName": "b"})),
        (
            "PATCH",
            "/Users/1",
            message("PatchOp"),
            json!({"Operations": [{"op": "remove", "path": "title"}]}),
        ),
        (
            "POST",
            "/.search",
            message("SearchRequest"),
            json!({"count": 1}),
        ),
        (
            "POST",
            "/Bulk",
            message("BulkRequest"),
            json!({"Operations": []}),
        ),
    ] {
        let strict = |schemas: Value| code(&Profile::strict(), method, url, schemas, &rest);
        for good in [json!([urn]), json!(["urn:x", urn.to_uppercase()])] {
            assert_eq!(strict(good), None, "{method} {url}");
        }
        for bad in [json!(null), json!([]), json!(["urn:x"]), json!(urn)] {
            assert_eq!(strict(bad.clone()), unsaid, "{method} {url} {bad}");
            assert_eq!(code(&Profile::tolerant(), method, url, bad, &rest), None);
        }
    }
    let error = Error::new(ErrorKind::SchemasUnsaid {
        urn: vestibule::error::Shown::new(user),
    });
    assert_eq!(error.to_json()["scimType"], "invalidSyntax");
}

#[test]
fn refusals_carry_the_headers_that_http_wants() {
    let answer = |kind: Error| Outcome::Refused(kind).answer(MediaType::ScimJson);
    let allowed = answer(read("PUT", "/Users", "{}").unwrap_err());
    assert_eq!(allowed.header("Allow"), Some("GET, POST"));
    let body: Value = serde_json::from_slice(allowed.body()).unwrap();
    assert_eq!(body["status"], "405");
    let missing = answer(Headers::default().bearer().unwrap_err());
    assert_eq!(missing.status(), 401);
    assert_eq!(
        missing.header("www-authenticate"),
        Some("Bearer realm=\"scim\"")
    );
    let malformed = headers(&[("authorization", "Bearer a b")]);
    let malformed = answer(malformed.bearer().unwrap_err());
    let challenge = malformed.header("www-authenticate").unwrap();
    assert!(challenge.contains("invalid_request"));
    assert_eq!(
        answer(Error::new(ErrorKind::NotFound)).header("www-authenticate"),
        None
    );
}

#[test]
fn a_resource_lives_from_post_to_delete() {
    let mut host = Host::new(Profile::tolerant());
    let body = json!({"userName": "BJensen", "id": "mine", "password": "s3cr3t",
        "meta": {"version": "x"}, "groups": [{"value": "g"}], "x-badge": 7});
    let created = host.send("POST", "/Users", &[], &body);
    assert_eq!(created.status(), 201);
    let user: Value = serde_json::from_slice(created.body()).unwrap();
    let location = "https://example.com/scim/v2/Users/1";
    assert_eq!(created.header("Location"), Some(location));
    assert_eq!(created.header("ETag"), user["meta"]["version"].as_str());
    assert_eq!(user["meta"]["location"], location);
    assert_eq!(user["meta"]["resourceType"], "User");
    assert_eq!(user["meta"]["created"], user["meta"]["lastModified"]);
    assert_eq!((&user["id"], &user["x-badge"]), (&json!("1"), &json!(7)));
    assert!(user.get("password").is_none() && user.get("groups").is_none());

    let (status, error) = host.json("POST", "/Users", &json!({"userName": "bjensen"}));
    assert_eq!((status, &error["scimType"]), (409, &json!("uniqueness")));
    assert_eq!(host.user("other"), "2");
    let (status, _) = host.json("PUT", "/Users/2", &json!({"userName": "BJENSEN"}));
    assert_eq!(status, 409);
    let (status, _) = host.json("PUT", "/Users/1", &json!({"userName": "BJENSEN"}));
    assert_eq!(status, 200);

    let me = host.json("GET", "/Me?attributes=userName", &Value::Null);
    assert_eq!(me.1["userName"], "BJENSEN");
    assert_eq!(me.1.get("meta"), None);
    assert_eq!(host.json("DELETE", "/Users/1", &Value::Null).0, 204);
    assert_eq!(host.json("GET", "/Users/1", &Value::Null).0, 404);
    assert_eq!(
        host.json("PUT", "/Users/1", &json!({"userName": "a"})).0,
        404
    );
    assert_eq!(host.json("DELETE", "/Users/1", &Value::Null).0, 404);
    assert_eq!(host.user("bjensen"), "3", "the name is free again");
}

#[test]
fn entity_tags_guard_reads_and_writes() {
    let mut host = Host::new(Profile::tolerant());
    let id = host.user("b");
    let url = format!("/Users/{id}");
    let tag = host.send("GET", &url, &[], &Value::Null);
    let tag = tag.header("ETag").unwrap().to_owned();
    let title =
        |title: &str| json!({"Operations": [{"op": "add", "path": "title", "value": title}]});
    let known = host.send("GET", &url, &[("If-None-Match", &tag)], &Value::Null);
    assert_eq!((known.status(), known.body().len()), (304, 0));
    let first = host.send("PATCH", &url, &[("If-Match", &tag)], &title("a"));
    assert_eq!(first.status(), 200);
    let second = host.send("PATCH", &url, &[("If-Match", &tag)], &title("b"));
    assert_eq!(second.status(), 412);
    assert_eq!(
        host.send("DELETE", &url, &[("If-Match", &tag)], &Value::Null)
            .status(),
        412
    );
    assert_eq!(
        host.send("GET", &url, &[("If-None-Match", &tag)], &Value::Null)
            .status(),
        200
    );
    // The same value is no change, and no new version.
    let same = host.send("PATCH", &url, &[], &title("a"));
    assert_eq!(same.header("ETag"), first.header("ETag"));
    assert_eq!(
        host.send("DELETE", &url, &[("If-Match", "*")], &Value::Null)
            .status(),
        204
    );
}

#[test]
fn a_patch_is_answered_as_the_host_chooses_unless_attributes_are_named() {
    let mut host = Host::new(Profile::tolerant());
    host.patch = PatchAnswer::NoContent;
    let id = host.user("b");
    let body = json!({"Operations": [{"op": "add", "path": "title", "value": "a"}]});
    assert_eq!(
        host.json("PATCH", &format!("/Users/{id}"), &body),
        (204, Value::Null)
    );
    let named = host.json("PATCH", &format!("/Users/{id}?attributes=title"), &body);
    assert_eq!((named.0, &named.1["title"]), (200, &json!("a")));
    let put = host.json("PUT", &format!("/Users/{id}"), &json!({"userName": "b"}));
    assert_eq!(put.0, 200);
    host.patch = PatchAnswer::Resource;
    assert_eq!(host.json("PATCH", &format!("/Users/{id}"), &body).0, 200);
}

#[test]
fn the_media_type_of_an_answer_is_one_that_the_client_accepts() {
    let mut host = Host::new(Profile::tolerant());
    let mut get = |accept: &str| {
        let answer = host.send("GET", "/Users", &[("Accept", accept)], &Value::Null);
        (
            answer.status(),
            answer.header("Content-Type").map(str::to_owned),
        )
    };
    let scim = || Some("application/scim+json".to_owned());
    assert_eq!(
        get("application/json"),
        (200, Some("application/json".to_owned()))
    );
    assert_eq!(get("*/*"), (200, scim()));
    assert_eq!(get("text/html"), (406, scim()));
    let id = host.user("b");
    let html = [("Accept", "text/html")];
    let deleted = host.send("DELETE", &format!("/Users/{id}"), &html, &Value::Null);
    assert_eq!(deleted.status(), 204, "there is no body to accept");
}

#[test]
fn an_extension_may_carry_its_own_urn() {
    let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let mut host = Host::new(Profile::tolerant());
    let extension = json!({"schemas": [urn], "department": "Tours", "x-floor": 3});
    let body = json!({"userName": "b", urn: extension});
    let (status, user) = host.json("POST", "/Users", &body);
    assert_eq!(status, 201);
    assert_eq!(user[urn], json!({"department": "Tours", "x-floor": 3}));
    let add = |value: Value| json!({"Operations": [{"op": "add", "path": urn, "value": value}]});
    let url = format!("/Users/{}", user["id"].as_str().unwrap());
    let (status, user) = host.json(
        "PATCH",
        &url,
        &add(json!({"schemas": [urn], "division": "D"})),
    );
    assert_eq!((status, &user[urn]["division"]), (200, &json!("D")));
    let (status, error) = host.json("PATCH", &url, &add(json!({"schema": [urn]})));
    assert_eq!((status, &error["scimType"]), (400, &json!("invalidPath")));
}

#[test]
fn groups_of_a_user_follow_the_members_of_groups() {
    let mut host = Host::new(Profile::tolerant());
    let (one, two) = (host.user("one"), host.user("two"));
    let body = json!({"displayName": "Team", "members": [{"value": one}, {"value": "unknown"}]});
    let (status, group) = host.json("POST", "/Groups", &body);
    assert_eq!(status, 201);
    let group = group["id"].as_str().unwrap().to_owned();
    let groups = |host: &mut Host, id: &str| {
        let (_, user) = host.json("GET", &format!("/Users/{id}"), &Value::Null);
        user["groups"][0]["value"].as_str().map(str::to_owned)
    };
    assert_eq!(groups(&mut host, &one), Some(group.clone()));
    assert_eq!(groups(&mut host, &two), None);
    let filter = format!("/Users?filter=groups.value+eq+%22{group}%22");
    assert_eq!(host.json("GET", &filter, &Value::Null).1["totalResults"], 1);
    let swap = json!({"Operations": [
        {"op": "remove", "path": format!("members[value eq \"{one}\"]")},
        {"op": "add", "path": "members", "value": [{"value": two}]},
    ]});
    assert_eq!(
        host.json("PATCH", &format!("/Groups/{group}"), &swap).0,
        200
    );
    assert_eq!(groups(&mut host, &one), None);
    assert_eq!(groups(&mut host, &two), Some(group.clone()));
    // A user's own PUT with the groups it read changes neither.
    let (_, read) = host.json("GET", &format!("/Users/{two}"), &Value::Null);
    assert_eq!(host.json("PUT", &format!("/Users/{two}"), &read).0, 200);
    let before = host
        .json("GET", &format!("/Groups/{group}"), &Value::Null)
        .1;
    assert_eq!(
        host.json("DELETE", &format!("/Users/{two}"), &Value::Null)
            .0,
        204
    );
    let after = host
        .json("GET", &format!("/Groups/{group}"), &Value::Null)
        .1;
    assert_eq!(after["members"], json!([{"value": "unknown"}]));
    assert_ne!(after["meta"]["version"], before["meta"]["version"]);
}

#[test]
fn lists_page_sort_and_project() {
    let mut host = Host::new(Profile::tolerant());
    for name in ["c", "a", "b"] {
        host.user(name);
    }
    let names = |list: &Value| -> Vec<String> {
        let resources = list["Resources"].as_array().unwrap().iter();
        resources
            .map(|one| one["userName"].as_str().unwrap_or("-").to_owned())
            .collect()
    };
    let (_, list) = host.json(
        "GET",
        "/Users?sortBy=userName&startIndex=2&count=1",
        &Value::Null,
    );
    assert_eq!(names(&list), ["b"]);
    assert_eq!(list["totalResults"], 3);
    let (_, list) = host.json("GET", "/Users?count=0", &Value::Null);
    assert_eq!((&list["totalResults"], names(&list).len()), (&json!(3), 0));
    let body = json!({"filter": "userName ge \"b\"", "attributes": ["id"]});
    let (_, list) = host.json("POST", "/Users/.search", &body);
    assert_eq!(
        (&list["totalResults"], names(&list)),
        (&json!(2), vec!["-".into(), "-".into()])
    );
    let secret = "/Users?filter=password+sw+%22s%22";
    assert_eq!(host.json("GET", secret, &Value::Null).0, 400);
    assert_eq!(
        host.json("GET", "/Users?sortBy=password", &Value::Null).0,
        400
    );
    assert_eq!(host.json("GET", "/Users?cursor", &Value::Null).0, 501);
}

#[test]
fn the_root_lists_all_types() {
    let mut host = Host::new(Profile::tolerant());
    host.user("a");
    host.user("b");
    host.json("POST", "/Groups", &json!({"displayName": "Team"}));
    let ids = |(status, list): (u16, Value)| {
        assert_eq!(status, 200, "{list}");
        let resources = list["Resources"].as_array().unwrap().iter();
        let types = resources.map(|one| one["meta"]["resourceType"].as_str().unwrap().to_owned());
        (
            list["totalResults"].as_u64().unwrap(),
            types.collect::<Vec<_>>().join(" "),
        )
    };
    assert_eq!(
        ids(host.json("GET", "/", &Value::Null)),
        (3, "User User Group".into())
    );
    assert_eq!(
        ids(host.json("GET", "/?startIndex=2&count=1", &Value::Null)),
        (3, "User".into())
    );
    assert_eq!(
        ids(host.json("GET", "/?startIndex=3", &Value::Null)),
        (3, "Group".into())
    );
    let named = "/?filter=displayName+eq+%22team%22+or+userName+eq+%22a%22";
    // `userName` means nothing to a group, `displayName` does.
    assert_eq!(
        ids(host.json("GET", named, &Value::Null)),
        (2, "User Group".into())
    );
    // What a type does not have has no value there (RFC 7644 §3.4.2.1).
    for (filter, expected) in [
        ("not+(userName+pr)", (1, "Group")),
        ("userName+ne+%22a%22", (2, "User Group")),
        ("nothing+pr", (0, "")),
        ("nothing+eq+null", (3, "User User Group")),
        ("members%5Bvalue+pr%5D", (0, "")),
    ] {
        let found = ids(host.json("GET", &format!("/?filter={filter}"), &Value::Null));
        assert_eq!(found, (expected.0, expected.1.to_owned()), "{filter}");
    }
    // What a type has is judged as ever.
    for bad in ["password+eq+%22x%22", "userName+gt+1", "userName+eq"] {
        let (status, error) = host.json("GET", &format!("/?filter={bad}"), &Value::Null);
        assert_eq!(
            (status, &error["scimType"]),
            (400, &json!("invalidFilter")),
            "{bad}"
        );
    }
}

#[test]
fn the_root_sorts_all_types_in_one_order() {
    let mut host = Host::new(Profile::tolerant());
    for (path, name) in [
        ("/Users", "Ann"),
        ("/Groups", "Bees"),
        ("/Users", "Cid"),
        ("/Groups", "ants"),
    ] {
        let body = json!({"userName": format!("{path}{name}"), "displayName": name});
        assert_eq!(host.json("POST", path, &body).0, 201);
    }
    host.user("none");
    let mut names = |query: &str| {
        let (status, list) = host.json("GET", &format!("/?{query}"), &Value::Null);
        assert_eq!(status, 200, "{list}");
        let names = list["Resources"].as_array().unwrap().iter();
        let names: Vec<&str> = names
            .map(|it| it["displayName"].as_str().unwrap_or("-"))
            .collect();
        (list["totalResults"].as_u64().unwrap(), names.join(" "))
    };
    assert_eq!(
        names("sortBy=displayName"),
        (5, "Ann ants Bees Cid -".into())
    );
    assert_eq!(
        names("sortBy=displayName&sortOrder=descending"),
        (5, "- Cid Bees ants Ann".into())
    );
    assert_eq!(
        names("sortBy=displayName&startIndex=2&count=2"),
        (5, "ants Bees".into())
    );
    assert_eq!(
        names("sortBy=displayName&startIndex=9&count=2"),
        (5, String::new())
    );
    assert_eq!(
        names("sortBy=displayName&count=0&startIndex=999999"),
        (5, String::new())
    );
    assert_eq!(
        names("sortBy=displayName&filter=displayName+co+%22s%22"),
        (2, "ants Bees".into())
    );
    // Only users have a user name: groups have no value, and are last.
    let (total, sorted) = names("sortBy=userName");
    assert_eq!((total, sorted.as_str()), (5, "Ann Cid - Bees ants"));
    let search = json!({"sortBy": "displayName", "count": 1});
    let (_, found) = host.json("POST", "/.search", &search);
    assert_eq!(found["Resources"][0]["displayName"], "Ann");
    for (query, scim_type) in [
        ("sortBy=noSuch", "invalidValue"),
        ("sortBy=password", "invalidValue"),
        ("sortBy=displayName&startIndex=10000&count=2", "tooMany"),
    ] {
        let (status, error) = host.json("GET", &format!("/?{query}"), &Value::Null);
        assert_eq!(
            (status, &error["scimType"]),
            (400, &json!(scim_type)),
            "{query}"
        );
    }
    assert_eq!(
        host.json(
            "GET",
            "/?sortBy=displayName&startIndex=9999&count=2",
            &Value::Null
        )
        .0,
        200
    );
}

#[test]
fn what_is_not_announced_is_not_done() {
    use vestibule::scim::discovery::Support;
    let mut host = Host::new(Profile::tolerant());
    host.config.patch = Support::No;
    host.config.bulk.support = Support::No;
    host.config.filter = Support::No;
    let id = host.user("b");
    let patch = json!({"Operations": [{"op": "remove", "path": "title"}]});
    assert_eq!(host.json("PATCH", &format!("/Users/{id}"), &patch).0, 501);
    assert_eq!(
        host.json("POST", "/Bulk", &json!({"Operations": []})).0,
        501
    );
    assert_eq!(host.json("GET", "/Users?filter=id+pr", &Value::Null).0, 501);
    assert_eq!(host.json("GET", "/Users", &Value::Null).0, 200);
}

fn bulk_host() -> Host {
    let mut host = Host::new(Profile::tolerant());
    host.config.bulk.support = vestibule::scim::discovery::Support::Yes;
    host.config.bulk.max_operations = 100;
    host.config.bulk.max_payload_bytes = 100_000;
    host
}

fn statuses(answer: &Value) -> Vec<&str> {
    let operations = answer["Operations"].as_array().unwrap().iter();
    operations
        .map(|one| one["status"].as_str().unwrap())
        .collect()
}

#[test]
fn bulk_puts_identifiers_in_place_of_references_whatever_the_order() {
    let mut host = bulk_host();
    let (status, answer) = host.json(
        "POST",
        "/Bulk",
        &json!({"Operations": [
            {"method": "POST", "path": "/Groups", "bulkId": "team", "data":
                {"displayName": "Team", "members": [{"type": "User", "value": "bulkId:alice"}]}},
            {"method": "post", "path": "/Users", "bulkId": "alice", "data": {"userName": "alice"}},
            {"method": "PATCH", "path": "/Users/bulkId:alice", "data":
                {"Operations": [{"op": "add", "path": "title", "value": "Engineer"}]}},
        ]}),
    );
    assert_eq!(
        (status, statuses(&answer)),
        (200, vec!["201", "201", "200"]),
        "{answer}"
    );
    assert_eq!(answer["Operations"][0]["bulkId"], "team");
    let location = answer["Operations"][1]["location"].as_str().unwrap();
    assert_eq!(answer["Operations"][2]["location"], location);
    let id = location.rsplit('/').next().unwrap();
    let (_, user) = host.json("GET", &format!("/Users/{id}"), &Value::Null);
    assert_eq!(user["title"], "Engineer");
    assert_eq!(user["groups"][0]["display"], "Team");
}

#[test]
fn bulk_puts_identifiers_into_the_filters_of_a_patch() {
    let mut host = bulk_host();
    let old = host.user("old");
    let group = json!({"displayName": "Team", "members": [{"value": old}]});
    let (_, group) = host.json("POST", "/Groups", &group);
    let path = format!("/Groups/{}", group["id"].as_str().unwrap());
    let patch = |operations: Value| json!({"method": "PATCH", "path": path, "data": {"Operations": operations}});
    let create = |id: &str| json!({"method": "POST", "path": "/Users", "bulkId": id, "data": {"userName": id}});
    // The operation that refers comes first, and waits.
    let (_, answer) = host.json("POST", "/Bulk", &json!({"Operations": [
        patch(json!([
            {"op": "add", "path": "members", "value": [{"value": "bulkId:a"}, {"value": "bulkId:b"}]},
            {"op": "remove", "path": "members[value eq \"bulkId:a\"]"},
            {"op": "replace", "path": "members[value eq \"bulkId:b\"].display", "value": "Bea"},
        ])),
        create("a"),
        create("b"),
    ]}));
    assert_eq!(statuses(&answer), ["200", "201", "201"], "{answer}");
    let (_, group) = host.json("GET", &path, &Value::Null);
    let members: Vec<&str> = group["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["value"].as_str().unwrap())
        .collect();
    assert_eq!(members, [old.as_str(), "4"]);
    // A reference to nobody is said, not compared as text.
    let unknown = patch(json!([{"op": "remove", "path": "members[value eq \"bulkId:zz\"]"}]));
    let slash = patch(json!([{"op": "remove", "path": "members[$ref eq \"/Users/bulkId:zz\"]"}]));
    let (_, answer) = host.json("POST", "/Bulk", &json!({"Operations": [unknown, slash]}));
    assert_eq!(statuses(&answer), ["400", "400"], "{answer}");
    // One that waits for an operation that fails, fails.
    let (_, answer) = host.json(
        "POST",
        "/Bulk",
        &json!({"Operations": [
            patch(json!([{"op": "remove", "path": "members[value eq \"bulkId:c\"]"}])),
            {"method": "POST", "path": "/Users", "bulkId": "c", "data": {"userName": "old"}},
        ]}),
    );
    assert_eq!(statuses(&answer), ["409", "409"], "{answer}");
}

#[test]
fn bulk_resolves_circles_in_two_phases_or_refuses_them() {
    let circle = json!({"Operations": [
        {"method": "POST", "path": "/Groups", "bulkId": "a", "data":
            {"displayName": "A", "members": [{"type": "Group", "value": "bulkId:b"}]}},
        {"method": "POST", "path": "/Groups", "bulkId": "b", "data":
            {"displayName": "B", "members": [{"type": "Group", "value": "bulkId:a"}]}},
    ]});
    let mut host = bulk_host();
    let (_, answer) = host.json("POST", "/Bulk", &circle);
    assert_eq!(statuses(&answer), ["201", "201"], "{answer}");
    let group = |host: &mut Host, at: usize| {
        let location = answer["Operations"][at]["location"].as_str().unwrap();
        let path = location
            .strip_prefix("https://example.com/scim/v2")
            .unwrap();
        host.json("GET", path, &Value::Null).1
    };
    let (a, b) = (group(&mut host, 0), group(&mut host, 1));
    assert_eq!(a["members"][0]["value"], b["id"]);
    assert_eq!(b["members"][0]["value"], a["id"]);
    assert_eq!(answer["Operations"][1]["version"], b["meta"]["version"]);

    let mut host = bulk_host();
    host.profile.bulk_circles = BulkCircles::Refuse;
    let (_, answer) = host.json("POST", "/Bulk", &circle);
    assert_eq!(statuses(&answer), ["409", "409"], "{answer}");
    assert_eq!(
        host.json("GET", "/Groups", &Value::Null).1["totalResults"],
        0
    );
}

#[test]
fn a_user_and_a_group_may_name_each_other() {
    let mut host = bulk_host();
    let operations = [
        json!({"method": "POST", "path": "/Groups", "bulkId": "g", "data":
            {"displayName": "G", "members": [{"value": "bulkId:u"}]}}),
        json!({"method": "POST", "path": "/Users", "bulkId": "u", "data":
            {"userName": "u", "groups": [{"value": "bulkId:g"}]}}),
    ];
    let [group, user] = operations.clone();
    for (at, order) in [[group.clone(), user.clone()], [user, group]]
        .into_iter()
        .enumerate()
    {
        let mut order = Value::from(order.to_vec()).to_string();
        if at == 1 {
            order = order
                .replace("\"u\"", "\"v\"")
                .replace("bulkId:u", "bulkId:v");
        }
        let order: Value = serde_json::from_str(&order).unwrap();
        let (_, answer) = host.json("POST", "/Bulk", &json!({"Operations": order}));
        assert_eq!(statuses(&answer), ["201", "201"], "{answer}");
    }
    let (_, users) = host.json("GET", "/Users", &Value::Null);
    for user in users["Resources"].as_array().unwrap() {
        assert_eq!(user["groups"][0]["display"], "G", "{user}");
    }
}

#[test]
fn a_user_may_be_its_own_manager() {
    let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let mut host = bulk_host();
    let (_, answer) = host.json(
        "POST",
        "/Bulk",
        &json!({"Operations": [
            {"method": "POST", "path": "/Users", "bulkId": "me", "data":
                {"userName": "me", urn: {"manager": {"value": "bulkId:me"}}}},
        ]}),
    );
    assert_eq!(statuses(&answer), ["201"], "{answer}");
    let (_, user) = host.json("GET", "/Users/1", &Value::Null);
    assert_eq!(user[urn]["manager"]["value"], "1");
}

#[test]
fn bulk_stops_after_as_many_errors_as_it_is_told() {
    let delete = |id: &str| json!({"method": "DELETE", "path": format!("/Users/{id}")});
    let mut request = json!({"Operations": [delete("x"), delete("y"), delete("z")]});
    let mut host = bulk_host();
    let (_, all) = host.json("POST", "/Bulk", &request);
    assert_eq!(statuses(&all), ["404", "404", "404"]);
    assert_eq!(all["Operations"][0]["response"]["status"], "404");
    assert_eq!(
        all["Operations"][0]["location"],
        "https://example.com/scim/v2/Users/x"
    );
    for stop in [1, 2] {
        request["failOnErrors"] = stop.into();
        let (_, some) = host.json("POST", "/Bulk", &request);
        assert_eq!(statuses(&some).len(), stop);
    }
    request["failOnErrors"] = 0.into();
    assert_eq!(host.json("POST", "/Bulk", &request).0, 400);
}

#[test]
fn what_was_to_be_completed_when_bulk_stops_is_reported_as_failed() {
    let mut host = bulk_host();
    let (_, answer) = host.json(
        "POST",
        "/Bulk",
        &json!({"failOnErrors": 1, "Operations": [
            {"method": "POST", "path": "/Users", "bulkId": "a", "data": {"manager": "bulkId:b"}},
            {"method": "POST", "path": "/Groups", "bulkId": "b", "data":
                {"displayName": "B", "members": [{"value": "bulkId:a"}]}},
        ]}),
    );
    assert_eq!(statuses(&answer), ["400", "409"], "{answer}");
    assert!(answer["Operations"][1]["location"].is_string());
}

#[test]
fn bulk_operations_fail_alone_and_with_what_they_need() {
    let mut host = bulk_host();
    let user = json!({"userName": "b"});
    let (_, answer) = host.json(
        "POST",
        "/Bulk",
        &json!({"Operations": [
            {"method": "POST", "path": "/Users", "bulkId": "bad", "data": {"title": "no name"}},
            {"method": "POST", "path": "/Groups", "bulkId": "needs", "data":
                {"displayName": "G", "members": [{"value": "bulkId:bad"}]}},
            {"method": "POST", "path": "/Groups", "bulkId": "lost", "data":
                {"displayName": "G", "members": [{"value": "bulkId:nobody"}]}},
            {"method": "PATCH", "path": "/Users/bulkId:nobody", "data": user},
            {"method": "POST", "path": "/Users", "data": user},
            {"method": "FETCH", "path": "/Users", "data": user},
            {"method": "PUT", "data": user},
            {"method": "PUT", "path": "/Users/1"},
            {"method": "PUT", "path": "/Users", "data": user},
            {"method": "DELETE", "path": "/Schemas/x"},
            "no operation",
            {"method": "POST", "path": "/Users", "bulkId": "good", "data": user},
        ]}),
    );
    let expected = [
        "400", "409", "400", "400", "400", "400", "400", "400", "405", "404", "400", "201",
    ];
    assert_eq!(statuses(&answer), expected, "{answer}");
}

#[test]
fn bulk_operations_have_versions() {
    let mut host = bulk_host();
    let id = host.user("b");
    let put = |version: &str| {
        json!({"Operations": [{"method": "PUT", "path": format!("/Users/{id}"),
            "version": version, "data": {"userName": "c"}}]})
    };
    let (_, answer) = host.json("POST", "/Bulk", &put("W/\"7\""));
    assert_eq!(statuses(&answer), ["412"]);
    let (_, answer) = host.json("POST", "/Bulk", &put("W/\"1\""));
    assert_eq!(statuses(&answer), ["200"]);
    assert_eq!(answer["Operations"][0]["version"], "W/\"2\"");
}

#[test]
fn bulk_is_bounded_and_well_formed() {
    let mut host = bulk_host();
    host.config.bulk.max_operations = 2;
    let delete = json!({"method": "DELETE", "path": "/Users/x"});
    assert_eq!(
        host.json("POST", "/Bulk", &json!({"Operations": [delete, delete]}))
            .0,
        200
    );
    let many = json!({"Operations": [delete, delete, delete]});
    assert_eq!(host.json("POST", "/Bulk", &many).0, 413);
    host.config.bulk.max_payload_bytes = 10;
    assert_eq!(
        host.json("POST", "/Bulk", &json!({"Operations": [delete]}))
            .0,
        413
    );
    let code = |body: &str| Bulk::parse(body.as_bytes()).unwrap_err().code();
    assert_eq!(code("[]"), "scim-bulk-member");
    assert_eq!(code(r#"{"Operations": {}}"#), "scim-bulk-member");
    assert_eq!(
        code(r#"{"Operations": [], "failOnErrors": "1"}"#),
        "scim-bulk-member"
    );
    let twice =
        r#"{"Operations": [{"method": "POST", "bulkId": "a"}, {"method": "PUT", "bulkId": "a"}]}"#;
    assert_eq!(code(twice), "scim-bulk-id-repeated");
}

#[test]
fn a_bulk_chain_of_ten_thousand_is_done_in_linear_time() {
    let operations: Vec<Value> = (0..10_000)
        .map(|at| {
            let next = (at + 1) % 10_000;
            json!({"method": "POST", "path": "/Groups", "bulkId": format!("g{at}"), "data":
                {"displayName": "G", "members": [{"value": format!("bulkId:g{next}")}]}})
        })
        .collect();
    let body = json!({"Operations": operations}).to_string();
    let bulk = Bulk::parse(body.as_bytes()).unwrap();
    let base = BaseUrl::parse("https://example.com").unwrap();
    let mut run = bulk.run(&Registry::standard(), &base, BulkCircles::Resolve);
    let (mut created, mut patched) = (0, 0);
    while let Some(request) = run.next_request() {
        match request {
            Request::Create { .. } => {
                created += 1;
                run.report(&Outcome::Created {
                    id: created.to_string(),
                    body: Value::Null,
                    location: String::new(),
                    version: None,
                });
            }
            _ => {
                patched += 1;
                run.report(&Outcome::Deleted);
            }
        }
    }
    assert_eq!((created, patched), (10_000, 1));
}
