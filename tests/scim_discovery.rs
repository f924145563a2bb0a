//! Discovery: complete documents, written from the registry that judges requests.

#![cfg(feature = "scim")]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vestibule::error::Explain;
use vestibule::scim::discovery::{Discovery, ServiceConfig, Support};
use vestibule::scim::schema::{ENTERPRISE_USER_URN, Schema, USER_URN};
use vestibule::scim::{BaseUrl, Registry};

fn base() -> BaseUrl {
    BaseUrl::parse("https://example.com/scim/v2").unwrap()
}

fn names(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn the_configuration_has_every_member() {
    let (registry, config) = (Registry::standard(), ServiceConfig::default());
    let base = base();
    let document = Discovery::new(&registry, &config, &base).service_provider_config();
    let expected = [
        "authenticationSchemes",
        "bulk",
        "changePassword",
        "etag",
        "filter",
        "meta",
        "pagination",
        "patch",
        "schemas",
        "sort",
    ];
    assert_eq!(names(&document), BTreeSet::from(expected));
    // A well-known client takes a missing number for "not supported".
    assert_eq!(
        names(&document["bulk"]),
        BTreeSet::from(["maxOperations", "maxPayloadSize", "supported"])
    );
    assert_eq!(
        names(&document["filter"]),
        BTreeSet::from(["maxResults", "supported"])
    );
    assert_eq!(
        names(&document["pagination"]),
        BTreeSet::from([
            "cursor",
            "cursorTimeout",
            "defaultPageSize",
            "defaultPaginationMethod",
            "index",
            "maxPageSize"
        ])
    );
    assert_eq!(
        names(&document["authenticationSchemes"][0]),
        BTreeSet::from(["description", "name", "primary", "specUri", "type"])
    );
}

#[test]
fn what_is_off_keeps_its_members() {
    let mut config = ServiceConfig::default();
    config.bulk.support = Support::No;
    config.documentation_uri = Some("https://example.com/help".to_owned());
    config.security_event_uris = vec!["urn:ietf:params:scim:event:prov:create:notice".to_owned()];
    let document = config.to_json();
    assert_eq!(document["bulk"]["supported"], false);
    assert!(document["bulk"]["maxOperations"].is_u64());
    assert_eq!(document["documentationUri"], "https://example.com/help");
    assert_eq!(
        names(&document["securityEvents"]),
        BTreeSet::from(["asyncRequest", "eventUris"])
    );
    assert_eq!(
        document["securityEvents"]["eventUris"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn schemas_are_those_that_are_enforced() {
    let mut registry = Registry::standard();
    let unused = registry
        .add_schema(&json!({"id": "urn:example:unused", "attributes": []}))
        .unwrap();
    let urn = registry
        .add_schema(&json!({"id": "urn:example:used", "attributes": [
            {"name": "card", "type": "complex", "multiValued": true, "subAttributes": []}]}))
        .unwrap();
    registry.extend("Group", &urn).unwrap();
    let (config, base) = (ServiceConfig::default(), base());
    let discovery = Discovery::new(&registry, &config, &base);
    let listed = discovery.schemas().into_json();
    let ids: Vec<&str> = listed["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|schema| schema["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 4);
    assert!(ids.contains(&"urn:example:used") && !ids.contains(&unused.as_str()));
    assert_eq!(discovery.schema(&unused).unwrap_err().status(), 404);
    // Every listed document is the schema, characteristic by characteristic.
    for document in listed["Resources"].as_array().unwrap() {
        let id = document["id"].as_str().unwrap();
        assert_eq!(
            Schema::from_json(document).as_ref().ok(),
            registry.schema(id),
            "{id}"
        );
        assert_eq!(discovery.schema(&id.to_uppercase()).unwrap(), *document);
        assert_eq!(document["meta"]["resourceType"], "Schema");
        assert_eq!(
            document["meta"]["location"],
            format!("https://example.com/scim/v2/Schemas/{id}")
        );
    }
}

#[test]
fn an_attribute_document_has_the_characteristics_of_the_standard() {
    let (registry, config, base) = (Registry::standard(), ServiceConfig::default(), base());
    let schema = Discovery::new(&registry, &config, &base)
        .schema(USER_URN)
        .unwrap();
    let attribute = |name: &str| {
        let attributes = schema["attributes"].as_array().unwrap();
        attributes
            .iter()
            .find(|attribute| attribute["name"] == name)
            .unwrap()
    };
    let password = attribute("password");
    assert_eq!(
        (&password["mutability"], &password["returned"]),
        (&json!("writeOnly"), &json!("never"))
    );
    assert_eq!(attribute("userName")["uniqueness"], "server");
    assert_eq!(
        attribute("profileUrl")["referenceTypes"],
        json!(["external"])
    );
    let email_type = &attribute("emails")["subAttributes"][2];
    assert_eq!(
        email_type["canonicalValues"],
        json!(["work", "home", "other"])
    );
    for attribute in schema["attributes"].as_array().unwrap() {
        for name in [
            "type",
            "multiValued",
            "required",
            "caseExact",
            "mutability",
            "returned",
            "uniqueness",
        ] {
            assert!(attribute.get(name).is_some(), "{attribute} {name}");
        }
    }
}

#[test]
fn resource_types_name_their_schemas_and_extensions() {
    let (mut registry, config, base) = (Registry::standard(), ServiceConfig::default(), base());
    let urn = registry
        .add_schema(&json!({"id": "urn:example:Robot", "attributes": []}))
        .unwrap();
    registry
        .add_resource_type("Robot", "/Robots", &urn)
        .unwrap();
    let discovery = Discovery::new(&registry, &config, &base);
    let user = discovery.resource_type("user").unwrap();
    assert_eq!(user["schema"], USER_URN);
    assert_eq!(
        user["schemaExtensions"],
        json!([{"schema": ENTERPRISE_USER_URN, "required": false}])
    );
    let listed = discovery.resource_types().into_json();
    assert_eq!(listed["totalResults"], 3);
    assert_eq!(listed["Resources"][2]["endpoint"], "/Robots");
    assert_eq!(
        discovery.resource_type("Device").unwrap_err().code(),
        "scim-not-found"
    );
}

#[test]
fn an_endpoint_is_one_segment_and_free() {
    let mut registry = Registry::standard();
    let urn = registry
        .add_schema(&json!({"id": "urn:example:Robot", "attributes": []}))
        .unwrap();
    for bad in [
        "Robots", "/", "/a/b", "/users", "/Schemas", "/bulk", "/a b", "/a?b", "/.search",
    ] {
        assert!(
            registry.add_resource_type("Robot", bad, &urn).is_err(),
            "{bad}"
        );
    }
    assert!(registry.add_resource_type("Robot", "/Robots", &urn).is_ok());
    assert_eq!(
        registry.resource_type_at("/robots").unwrap().name(),
        "Robot"
    );
}

#[test]
fn a_filter_on_discovery_is_refused() {
    let error = Discovery::check_query(Some("")).unwrap_err();
    assert_eq!(
        (error.status(), error.code()),
        (403, "scim-discovery-filter")
    );
    assert!(Discovery::check_query(None).is_ok());
}
