//! authentik, which judges a service provider by its discovery document.

use serde_json::{Value, json};
use vestibule::scim::Dialect;
use vestibule::scim::discovery::Support;

use crate::world::connected;

#[test]
fn authentik_09_a_configuration_is_whole_whatever_is_announced() {
    let mut host = connected(Dialect::Tolerant);
    for support in [Support::Yes, Support::No] {
        let config = &mut host.config;
        (config.patch, config.filter, config.sort) = (support, support, support);
        (config.etag, config.bulk.support, config.change_password) = (support, support, support);
        let (status, document) = host.json("GET", "/ServiceProviderConfig", &Value::Null);
        assert_eq!(status, 200);
        let is_yes = json!(support == Support::Yes);
        for feature in ["patch", "bulk", "filter", "sort", "etag", "changePassword"] {
            assert_eq!(document[feature]["supported"], is_yes, "{feature}");
        }
        // Without these numbers it takes PATCH and filters for unsupported.
        for number in [
            "/bulk/maxOperations",
            "/bulk/maxPayloadSize",
            "/filter/maxResults",
        ] {
            assert!(
                document.pointer(number).is_some_and(Value::is_u64),
                "{number}"
            );
        }
        let scheme = &document["authenticationSchemes"][0];
        for member in ["type", "name", "description"] {
            assert!(scheme[member].is_string(), "{member}");
        }
    }
}
