//! Requests as identity providers send them, over HTTP.

use std::path::Path;
use std::sync::mpsc;
use std::thread;

use serde_json::{Value, json};
use ureq::http;
use vestibule::scim::Dialect;
use vestibule_host::{BASE_PATH, Database, serve};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A host on a free port, and two tenants.
struct Host {
    base: String,
    token: String,
    other_token: String,
    agent: ureq::Agent,
}

impl Host {
    fn start(dialect: Dialect) -> Self {
        let database = Database::open(Path::new(":memory:")).unwrap();
        let token = database.add_tenant("acme", dialect).unwrap();
        let other_token = database.add_tenant("other", dialect).unwrap();
        let (send, receive) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                let base = format!("http://{}{BASE_PATH}", listener.local_addr().unwrap());
                send.send(base.clone()).unwrap();
                serve(listener, database, &base).await.unwrap();
            });
        });
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .build();
        Self {
            base: receive.recv().unwrap(),
            token,
            other_token,
            agent: config.into(),
        }
    }

    fn send_as(&self, token: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("Authorization", format!("Bearer {token}"));
        let response = match body {
            Value::Null => self.agent.run(request.body(()).unwrap()),
            body => {
                let request =
                    request.header("Content-Type", "application/scim+json; charset=utf-8");
                self.agent.run(request.body(body.to_string()).unwrap())
            }
        };
        let mut response = response.unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap(),
        };
        (response.status().as_u16(), body)
    }

    fn send(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.send_as(&self.token, method, path, &body)
    }

    fn get(&self, path: &str) -> (u16, Value) {
        self.send("GET", path, Value::Null)
    }

    fn created(&self, path: &str, body: Value) -> String {
        let (status, created) = self.send("POST", path, body);
        assert_eq!(status, 201, "{created}");
        created["id"].as_str().unwrap().to_owned()
    }

    fn patch(&self, path: &str, operations: Value) -> Value {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": operations,
        });
        let (status, patched) = self.send("PATCH", path, body);
        assert_eq!(status, 200, "{patched}");
        patched
    }

    fn members(&self, group: &str) -> Vec<String> {
        let (_, group) = self.get(&format!("/Groups/{group}"));
        let members = group["members"].as_array().cloned().unwrap_or_default();
        let mut ids: Vec<String> = members
            .iter()
            .map(|member| member["value"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    }
}

fn total(list: &(u16, Value)) -> u64 {
    assert_eq!(list.0, 200, "{}", list.1);
    list.1["totalResults"].as_u64().unwrap()
}

#[test]
fn tokens_part_the_tenants() {
    let host = Host::start(Dialect::Tolerant);
    let id = host.created("/Users", json!({"userName": "anna"}));
    let path = format!("/Users/{id}");
    let other = |method: &str, path: &str, body: Value| {
        host.send_as(&host.other_token, method, path, &body)
    };
    assert_eq!(host.get(&path).0, 200);
    assert_eq!(other("GET", &path, Value::Null).0, 404);
    assert_eq!(other("DELETE", &path, Value::Null).0, 404);
    let escape = "/Users?filter=userName%20eq%20%22x%22%20or%20id%20pr";
    assert_eq!(total(&host.get(escape)), 1);
    assert_eq!(total(&other("GET", escape, Value::Null)), 0);
    let (status, _) = other("POST", "/Users", json!({"userName": "anna"}));
    assert_eq!(status, 201, "names are unique in a tenant only");
    let group = json!({"displayName": "G", "members": [{"value": id}]});
    assert_eq!(other("POST", "/Groups", group).0, 201);
    assert_eq!(host.get(&path).1.get("groups"), None);
    for token in ["wrong", ""] {
        let (status, error) = host.send_as(token, "GET", &path, &Value::Null);
        assert_eq!((status, &error["status"]), (401, &json!("401")));
    }
}

#[test]
fn okta_assigns_updates_and_deactivates_a_user() {
    let host = Host::start(Dialect::Okta);
    assert_eq!(total(&host.get("/Users?startIndex=1&count=2")), 0);
    assert_eq!(total(&host.get("/Groups?startIndex=1&count=100")), 0);
    let by_name = "/Users?filter=userName%20eq%20%22anna%40example.com%22&startIndex=1&count=100";
    assert_eq!(total(&host.get(by_name)), 0);
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "Anna@example.com",
        "name": {"givenName": "Anna", "middleName": "", "familyName": "Berg"},
        "emails": [{"primary": true, "value": "anna@example.com", "type": "work"}],
        "displayName": "Anna Berg", "locale": "en-US", "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [], "password": "1mz050nq", "active": true,
    });
    let id = host.created("/Users", user.clone());
    assert_eq!(total(&host.get(by_name)), 1);
    let (status, error) = host.send("POST", "/Users", user);
    assert_eq!((status, &error["scimType"]), (409, &json!("uniqueness")));

    // PUT is the object that was read, changed.
    let path = format!("/Users/{id}");
    let (_, mut read) = host.get(&path);
    assert_eq!(read.get("password"), None);
    read["name"]["familyName"] = "Bergman".into();
    let (status, put) = host.send("PUT", &path, read);
    assert_eq!(
        (status, &put["name"]["familyName"]),
        (200, &json!("Bergman"))
    );
    assert_eq!(put["id"], id.as_str());
    let off = host.patch(
        &path,
        json!([{"op": "replace", "value": {"active": false}}]),
    );
    assert_eq!(off["active"], false);
    assert_eq!(host.get(&path).1["active"], false);
}

#[test]
fn okta_pushes_a_group() {
    let host = Host::start(Dialect::Okta);
    let [anna, ben] = ["anna", "ben"].map(|name| host.created("/Users", json!({"userName": name})));
    let group = host.created(
        "/Groups",
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Designers",
            "members": [{"value": anna, "display": "anna@example.com"}],
        }),
    );
    let path = format!("/Groups/{group}");
    host.patch(
        &path,
        json!([{"op": "replace", "value": {"id": group, "displayName": "Design"}}]),
    );
    host.patch(
        &path,
        json!([
            {"op": "remove", "path": format!("members[value eq \"{anna}\"]")},
            {"op": "add", "path": "members", "value": [{"value": ben, "display": "ben@example.com"}]},
        ]),
    );
    assert_eq!(host.members(&group), [ben.as_str()]);
    assert_eq!(
        host.get(&format!("/Users/{ben}")).1["groups"][0]["display"],
        "Design"
    );
    host.patch(
        &path,
        json!([{"op": "replace", "path": "members", "value": []}]),
    );
    assert!(host.members(&group).is_empty());
    assert_eq!(host.send("DELETE", &path, Value::Null).0, 204);
}

#[test]
fn entra_provisions_a_user_without_and_with_the_flag() {
    let host = Host::start(Dialect::Entra);
    let probe = "/Users?filter=userName+eq+%223b6d%22&aadOptscim062020";
    assert_eq!(total(&host.get(probe)), 0);
    let id = host.created(
        "/Users?aadOptscim062020",
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
            "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
            "userName": "anna@example.com", "active": true,
            "emails": [{"primary": true, "type": "work", "value": "anna@example.com"}],
            "meta": {"resourceType": "User"},
            "name": {"formatted": "Anna Berg", "familyName": "Berg", "givenName": "Anna"},
            "roles": [], ENTERPRISE: {"department": "Design", "manager": "123456"},
        }),
    );
    let by_email =
        "/Users?filter=emails%5Btype%20eq%20%22work%22%5D.value%20eq%20%22ANNA%40example.com%22";
    assert_eq!(total(&host.get(by_email)), 1);
    let path = format!("/Users/{id}");
    let patched = host.patch(
        &path,
        json!([
            {"op": "Replace", "path": "active", "value": "False"},
            {"op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "271"},
            {"op": "Add", "path": "phoneNumbers[type eq \"work\"].value", "value": "+46 8 1"},
            {"op": "Add", "path": "addresses[type eq \"work\"].locality", "value": "Lund"},
            {"op": "Replace", "path": "addresses[type eq \"work\"].region", "value": "Skåne"},
        ]),
    );
    assert_eq!(patched["active"], false);
    assert_eq!(patched[ENTERPRISE]["manager"]["value"], "271");
    assert_eq!(
        patched["phoneNumbers"],
        json!([{"type": "work", "value": "+46 8 1"}])
    );
    assert_eq!(
        patched["addresses"],
        json!([{"type": "work", "locality": "Lund", "region": "Skåne"}])
    );
    let patched = host.patch(
        &format!("{path}?aadOptscim062020"),
        json!([{"op": "replace", "value": {
            "active": true, "name.givenName": "Ann",
            format!("{ENTERPRISE}:employeeNumber"): "7",
        }}]),
    );
    assert_eq!(
        (&patched["active"], &patched["name"]["givenName"]),
        (&json!(true), &json!("Ann"))
    );
    assert_eq!(patched[ENTERPRISE]["employeeNumber"], "7");
    assert_eq!(patched["name"]["familyName"], "Berg");
    // A user who is turned off is found; only a DELETE ends that.
    host.patch(
        &path,
        json!([{"op": "Replace", "path": "active", "value": "False"}]),
    );
    assert_eq!(
        total(&host.get("/Users?filter=userName%20eq%20%22anna%40example.com%22")),
        1
    );
    assert_eq!(host.send("DELETE", &path, Value::Null).0, 204);
    assert_eq!(host.get(&path).0, 404);
}

#[test]
fn entra_removes_one_member_and_not_all() {
    let host = Host::start(Dialect::Entra);
    let users = ["a", "b", "c"].map(|name| host.created("/Users", json!({"userName": name})));
    let group = host.created(
        "/Groups",
        json!({
            "schemas": [
                "urn:ietf:params:scim:schemas:core:2.0:Group",
                "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
            ],
            "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159", "displayName": "displayName",
            "meta": {"resourceType": "Group"},
        }),
    );
    let path = format!("/Groups/{group}");
    for user in &users {
        let value = json!([{"$ref": null, "value": user}]);
        host.patch(
            &path,
            json!([{"op": "Add", "path": "members", "value": value}]),
        );
    }
    assert_eq!(host.members(&group).len(), 3);
    let value = json!([{"$ref": null, "value": users[0]}]);
    host.patch(
        &path,
        json!([{"op": "Remove", "path": "members", "value": value}]),
    );
    let one = format!("members[value eq \"{}\"]", users[1]);
    host.patch(&path, json!([{"op": "Remove", "path": one}]));
    assert_eq!(host.members(&group), [users[2].as_str()]);
    let (_, slim) = host.get(&format!("{path}?excludedAttributes=members"));
    assert_eq!((slim.get("members"), &slim["id"]), (None, &json!(group)));
    let list = "/Groups?excludedAttributes=members&filter=displayName+eq+%22DisplayName%22";
    let list = host.get(list);
    assert_eq!(total(&list), 1);
    assert_eq!(list.1["Resources"][0].get("members"), None);
    let has = format!("/Groups?filter=members.value%20eq%20%22{}%22", users[2]);
    assert_eq!(total(&host.get(&has)), 1);
}

#[test]
fn jumpcloud_puts_nulls_and_tries_a_group() {
    let host = Host::start(Dialect::JumpCloud);
    let id = host.created(
        "/Users",
        json!({
            "schemas": [ENTERPRISE, "urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": "anna@example.com", "active": true, "addresses": [], "title": "Designer",
            "emails": [{"type": "work", "primary": true, "value": "anna@example.com"}],
            "name": {"givenName": "Anna", "familyName": "Berg"},
            ENTERPRISE: {"department": "Design"},
        }),
    );
    let path = format!("/Users/{id}");
    let (status, put) = host.send(
        "PUT",
        &path,
        json!({
            "schemas": [ENTERPRISE, "urn:ietf:params:scim:schemas:core:2.0:User"],
            "id": id, "userName": "anna@example.com", "active": false, "emails": null,
            "addresses": [],
        }),
    );
    assert_eq!(status, 200, "{put}");
    assert_eq!((put.get("emails"), &put["active"]), (None, &json!(false)));
    assert_eq!(put["title"], "Designer", "what is not said stays");
    let group = host.created(
        "/Groups",
        json!({"displayName": "JumpCloud test", "members": []}),
    );
    let group = format!("/Groups/{group}");
    assert_eq!(host.send("DELETE", &group, Value::Null).0, 204);
    assert_eq!(host.send("DELETE", &path, Value::Null).0, 204);
}

#[test]
fn jumpcloud_provisions_a_user_and_a_group_to_their_end() {
    let host = Host::start(Dialect::JumpCloud);
    let schemas = json!([ENTERPRISE, "urn:ietf:params:scim:schemas:core:2.0:User"]);
    let user = |title: &str, active: bool| {
        json!({"schemas": schemas, "userName": "anna@example.com", "active": active,
            "title": title, "addresses": [], "phoneNumbers": null,
            "emails": [{"type": "work", "primary": true, "value": "anna@example.com"}],
            "name": {"givenName": "Anna", "familyName": "Berg"}})
    };
    let anna = host.created("/Users", user("Designer", true));
    let path = format!("/Users/{anna}");
    let (status, put) = host.send("PUT", &path, user("Lead", true));
    assert_eq!((status, &put["title"]), (200, &json!("Lead")));
    let fields = json!([{"op": "replace", "path": "name.familyName", "value": "Bergman"}]);
    assert_eq!(host.patch(&path, fields)["name"]["familyName"], "Bergman");

    let id = host.created("/Groups", json!({"displayName": "Design", "members": []}));
    let group = format!("/Groups/{id}");
    let add = json!([{"op": "add", "path": "members", "value": [{"value": anna}]}]);
    host.patch(&group, add);
    assert_eq!(host.members(&id), [anna.as_str()]);
    assert_eq!(host.get(&path).1["groups"][0]["display"], "Design");
    let remove = json!([{"op": "remove", "path": "members", "value": [{"value": anna}]}]);
    host.patch(&group, remove);
    assert!(host.members(&id).is_empty());
    let members = json!({"displayName": "Designers", "members": [{"value": anna}]});
    assert_eq!(
        host.send("PUT", &group, members).1["displayName"],
        "Designers"
    );

    assert_eq!(
        host.send("PUT", &path, user("Lead", false)).1["active"],
        false
    );
    assert_eq!(host.send("DELETE", &path, Value::Null).0, 204);
    assert!(host.members(&id).is_empty(), "who is deleted is no member");
    assert_eq!(host.send("DELETE", &group, Value::Null).0, 204);
    assert_eq!(total(&host.get("/")), 0);
}

#[test]
fn all_types_are_listed_sorted_and_walked_together() {
    let host = Host::start(Dialect::Tolerant);
    for name in ["c", "a"] {
        host.created("/Users", json!({"userName": name, "displayName": name}));
    }
    host.created("/Groups", json!({"displayName": "b"}));
    let names = |page: &Value| -> Vec<String> {
        let listed = page["Resources"].as_array().unwrap().iter();
        let names = listed.map(|one| one["displayName"].as_str().unwrap().to_owned());
        names.collect()
    };
    assert_eq!(names(&host.get("/?sortBy=displayName").1), ["a", "b", "c"]);
    // What a type does not have has no value there.
    let some = "/?filter=userName%20eq%20%22a%22%20or%20displayName%20eq%20%22b%22";
    assert_eq!(total(&host.get(some)), 2);
    assert_eq!(total(&host.get("/?filter=not%20(userName%20pr)")), 1);
    for query in ["count=1", "count=1&sortBy=displayName"] {
        let (mut cursor, mut seen) = (String::new(), Vec::new());
        loop {
            let (status, page) = host.get(&format!("/?{query}&cursor={cursor}"));
            assert_eq!(status, 200, "{page}");
            seen.extend(names(&page));
            match page["nextCursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        seen.sort();
        assert_eq!(seen, ["a", "b", "c"], "{query}");
    }
}

#[test]
fn pages_by_cursor_show_everyone_once() {
    let host = Host::start(Dialect::Tolerant);
    for at in 0..7 {
        host.created("/Users", json!({"userName": format!("u{at}")}));
    }
    let (mut cursor, mut seen) = (String::new(), Vec::new());
    loop {
        let (status, page) = host.get(&format!("/Users?cursor={cursor}&count=3"));
        assert_eq!(status, 200, "{page}");
        for user in page["Resources"].as_array().unwrap() {
            seen.push(user["userName"].as_str().unwrap().to_owned());
        }
        match page["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    seen.sort();
    assert_eq!(seen, ["u0", "u1", "u2", "u3", "u4", "u5", "u6"]);
    let (status, error) = host.get("/Users?cursor=made.up.here.now");
    assert_eq!((status, &error["scimType"]), (400, &json!("invalidCursor")));
}

#[test]
fn a_refused_request_leaves_nothing_behind() {
    let host = Host::start(Dialect::Tolerant);
    let id = host.created("/Users", json!({"userName": "anna"}));
    let body = json!({"Operations": [
        {"op": "replace", "path": "title", "value": "Lost"},
        {"op": "replace", "path": "id", "value": "mine"},
    ]});
    let (status, error) = host.send("PATCH", &format!("/Users/{id}"), body);
    assert_eq!((status, &error["scimType"]), (400, &json!("mutability")));
    assert!(
        error["detail"].as_str().unwrap().contains("operation 1"),
        "{error}"
    );
    assert_eq!(host.get(&format!("/Users/{id}")).1.get("title"), None);
    let huge = json!({"userName": "x".repeat(100_000)});
    let (status, error) = host.send("POST", "/Users", huge);
    assert!((400..500).contains(&status), "{error}");
    assert_eq!(total(&host.get("/Users")), 1);
}
