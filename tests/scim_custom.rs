//! Schemas at run time: the Device of [RFC 9944](https://www.rfc-editor.org/rfc/rfc9944) and an
//! extension of it, which no code of this crate knows.

#![cfg(feature = "scim")]

use serde_json::{Value, json};
use vestibule::error::Explain;
use vestibule::scim::discovery::{Discovery, ServiceConfig};
use vestibule::scim::query::{Projection, Sort, SortOrder};
use vestibule::scim::schema::Schema;
use vestibule::scim::{BaseUrl, Filter, Patch, Profile, Registry, Resource, directory};

const DEVICE: &str = "urn:ietf:params:scim:schemas:core:2.0:Device";
const BLE: &str = "urn:ietf:params:scim:schemas:extension:ble:2.0:Device";
const PASS_KEY: &str = "urn:ietf:params:scim:schemas:extension:pairingPassKey:2.0:Device";

fn registry() -> Registry {
    let mut registry = Registry::standard();
    for document in [
        json!({"id": DEVICE, "name": "Device", "description": "A device", "attributes": [
            {"name": "displayName", "type": "string", "required": false},
            {"name": "active", "type": "boolean", "required": true},
            {"name": "mudUrl", "type": "reference", "caseExact": true, "referenceTypes": ["external"]},
            {"name": "groups", "type": "complex", "multiValued": true, "mutability": "readOnly",
             "subAttributes": [{"name": "value"}, {"name": "$ref", "type": "reference"},
                               {"name": "display"}]},
        ]}),
        json!({"id": BLE, "name": "BLE", "attributes": [
            // `pattern` is a characteristic that RFC 7643 does not know.
            {"name": "deviceMacAddress", "type": "string", "required": true, "uniqueness": "server",
             "pattern": "^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$"},
            {"name": "isRandom", "type": "boolean"},
            {"name": "irk", "type": "string", "mutability": "writeOnly", "returned": "never"},
            {"name": "versionSupport", "type": "string", "multiValued": true, "required": true},
            {"name": "pairingMethods", "type": "string", "multiValued": true},
        ]}),
    ] {
        registry.add_schema(&document).unwrap();
    }
    registry
        .add_resource_type("Device", "/Devices", DEVICE)
        .unwrap();
    registry.extend("Device", BLE).unwrap();
    registry
}

fn body() -> Value {
    json!({
        "schemas": [DEVICE, BLE], "displayName": "BLE Heart Monitor", "active": true,
        BLE: {"deviceMacAddress": "2C:54:91:88:C9:E2", "isRandom": false, "irk": "secret",
              "versionSupport": ["5.3"], "pairingMethods": [PASS_KEY],
              PASS_KEY: {"key": 123_456}},
    })
}

fn device(body: Value) -> Resource {
    Resource::from_value(registry().resource_type("Device").unwrap(), body).unwrap()
}

#[test]
fn a_device_is_created_answered_and_found() {
    let mut device = device(body()).for_creation().unwrap();
    device.set_id("d1");
    let base = BaseUrl::parse("https://example.com/scim/v2").unwrap();
    let answer = Projection::default().answer(&device, &base);
    assert_eq!(
        answer["meta"]["location"],
        "https://example.com/scim/v2/Devices/d1"
    );
    assert_eq!(answer[BLE][PASS_KEY]["key"], 123_456);
    assert!(!answer.to_string().contains("secret"));
    let filter = format!("active eq \"True\" and {BLE}:deviceMacAddress eq \"2c:54:91:88:c9:e2\"");
    let filter = Filter::parse(&filter)
        .unwrap()
        .resolve(device.resource_type())
        .unwrap();
    assert!(filter.matches(&device));
    let keys = device.unique_keys();
    assert_eq!(keys[0].path(), format!("{BLE}:deviceMacAddress"));
    let sort = Sort::new(format!("{BLE}:versionSupport"), SortOrder::Ascending);
    assert!(sort.resolve(device.resource_type()).is_ok());
}

#[test]
fn a_device_is_patched_by_the_same_rules() {
    let before = device(body());
    let patch = |operations: Value| {
        let patch = Patch::from_value(operations).unwrap();
        patch
            .plan(&before, &Profile::tolerant())
            .map(|plan| plan.apply().0)
    };
    let after = patch(json!([
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "add", "path": format!("{BLE}:versionSupport"), "value": ["5.4"]},
    ]));
    let after = after.unwrap();
    assert_eq!(after.object()["active"], false);
    assert_eq!(after.object()[BLE]["versionSupport"], json!(["5.3", "5.4"]));
    // What no schema knows survives.
    assert_eq!(after.object()[BLE][PASS_KEY], json!({"key": 123_456}));
    let error = patch(json!([{"op": "remove", "path": format!("{BLE}:deviceMacAddress")}]));
    assert_eq!(error.unwrap_err().code(), "scim-required-removed");
    let error = patch(json!([{"op": "add", "path": "groups", "value": [{"value": "g"}]}]));
    assert_eq!(error.unwrap_err().code(), "scim-read-only");
}

#[test]
fn a_device_without_what_it_needs_is_refused() {
    let mut incomplete = body();
    incomplete[BLE]
        .as_object_mut()
        .unwrap()
        .remove("versionSupport");
    let error = device(incomplete).for_creation().unwrap_err();
    assert_eq!(error.code(), "scim-required-missing");
    assert!(device(json!({"active": false})).for_creation().is_ok());
    assert_eq!(
        device(json!({})).for_creation().unwrap_err().code(),
        "scim-required-missing"
    );
    assert!(directory::creation(&device(body())).is_err());
}

#[test]
fn a_device_is_advertised() {
    let (registry, config) = (registry(), ServiceConfig::default());
    let base = BaseUrl::parse("https://example.com").unwrap();
    let discovery = Discovery::new(&registry, &config, &base);
    let listed = discovery.resource_type("Device").unwrap();
    assert_eq!(
        listed["schemaExtensions"],
        json!([{"schema": BLE, "required": false}])
    );
    let document = discovery.schema(BLE).unwrap();
    assert_eq!(
        Schema::from_json(&document).as_ref().ok(),
        registry.schema(BLE)
    );
}
