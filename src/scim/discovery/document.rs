//! The documents of `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas`.

use serde_json::{Value, json};

use super::config::ServiceConfig;
use crate::scim::base_url::BaseUrl;
use crate::scim::error::{Error, ErrorKind};
use crate::scim::query::ListResponse;
use crate::scim::schema::{Registry, ResourceType, Schema};

/// The URN of resource type documents.
pub const RESOURCE_TYPE_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";

/// The discovery documents of one registry.
///
/// ```
/// use vestibule::scim::{BaseUrl, Registry};
/// use vestibule::scim::discovery::{Discovery, ServiceConfig};
///
/// let (registry, config) = (Registry::standard(), ServiceConfig::default());
/// let base = BaseUrl::parse("https://example.com/scim/v2")?;
/// let discovery = Discovery::new(&registry, &config, &base);
/// assert_eq!(discovery.resource_types().into_json()["totalResults"], 2);
/// let user = discovery.resource_type("User")?;
/// assert_eq!(user["endpoint"], "/Users");
/// assert_eq!(user["meta"]["location"], "https://example.com/scim/v2/ResourceTypes/User");
/// assert_eq!(discovery.schema("urn:no:such").unwrap_err().status(), 404);
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Discovery<'a> {
    registry: &'a Registry,
    config: &'a ServiceConfig,
    base: &'a BaseUrl,
}

impl<'a> Discovery<'a> {
    /// The documents of a registry, served under `base`. See [`Discovery`] for an example.
    #[must_use]
    pub const fn new(registry: &'a Registry, config: &'a ServiceConfig, base: &'a BaseUrl) -> Self {
        Self {
            registry,
            config,
            base,
        }
    }

    /// Refuses a query that has a filter: RFC 7644 §4 wants 403. Other parameters are to be ignored.
    ///
    /// ```
    /// use vestibule::scim::discovery::Discovery;
    /// assert!(Discovery::check_query(None).is_ok());
    /// assert_eq!(Discovery::check_query(Some("id pr")).unwrap_err().status(), 403);
    /// ```
    ///
    /// # Errors
    ///
    /// `scim-discovery-filter`.
    pub fn check_query(filter: Option<&str>) -> Result<(), Error> {
        match filter {
            None => Ok(()),
            Some(_) => {
                let kind = ErrorKind::DiscoveryFilter;
                Err(Error::in_parameter(kind, "filter"))
            }
        }
    }

    /// The document of `/ServiceProviderConfig`, one object and no list.
    ///
    /// ```
    /// use vestibule::scim::{BaseUrl, Registry};
    /// use vestibule::scim::discovery::{Discovery, ServiceConfig};
    ///
    /// let (registry, config) = (Registry::standard(), ServiceConfig::default());
    /// let base = BaseUrl::parse("https://example.com")?;
    /// let document = Discovery::new(&registry, &config, &base).service_provider_config();
    /// assert_eq!(document["patch"]["supported"], true);
    /// assert_eq!(document["meta"]["location"], "https://example.com/ServiceProviderConfig");
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub fn service_provider_config(&self) -> Value {
        let location = format!("{}/ServiceProviderConfig", self.base);
        with_meta(self.config.to_json(), "ServiceProviderConfig", &location)
    }

    /// The list of `/ResourceTypes`. See [`Discovery`] for an example.
    #[must_use]
    pub fn resource_types(&self) -> ListResponse {
        let types = self.registry.resource_types();
        ListResponse::of_all(types.map(|it| self.resource_type_document(it)).collect())
    }

    /// One resource type by its name. See [`Discovery`] for an example.
    ///
    /// # Errors
    ///
    /// `scim-not-found`.
    pub fn resource_type(&self, name: &str) -> Result<Value, Error> {
        match self.registry.resource_type(name) {
            Some(found) => Ok(self.resource_type_document(found)),
            None => Err(Error::new(ErrorKind::NotFound)),
        }
    }

    /// The list of `/Schemas`: those that a resource type uses.
    ///
    /// ```
    /// use vestibule::scim::{BaseUrl, Registry};
    /// use vestibule::scim::discovery::{Discovery, ServiceConfig};
    ///
    /// let (registry, config) = (Registry::standard(), ServiceConfig::default());
    /// let base = BaseUrl::parse("https://example.com")?;
    /// let schemas = Discovery::new(&registry, &config, &base).schemas().into_json();
    /// assert_eq!(schemas["Resources"].as_array().map(Vec::len), Some(3));
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub fn schemas(&self) -> ListResponse {
        let mut listed: Vec<&Schema> = Vec::new();
        for schema in self.used() {
            if !listed.iter().any(|known| known.id() == schema.id()) {
                listed.push(schema);
            }
        }
        let documents = listed.into_iter().map(|it| self.schema_document(it));
        ListResponse::of_all(documents.collect())
    }

    /// One schema by its URN. See [`Discovery`] for an example.
    ///
    /// # Errors
    ///
    /// `scim-not-found`.
    pub fn schema(&self, urn: &str) -> Result<Value, Error> {
        let is_it = |schema: &&Schema| schema.id().eq_ignore_ascii_case(urn);
        match self.used().find(is_it) {
            Some(found) => Ok(self.schema_document(found)),
            None => Err(Error::new(ErrorKind::NotFound)),
        }
    }

    fn used(&self) -> impl Iterator<Item = &'a Schema> {
        let types = self.registry.resource_types();
        types.flat_map(|it| std::iter::once(it.core()).chain(it.extensions()))
    }

    fn schema_document(&self, schema: &Schema) -> Value {
        let location = self.base.below("/Schemas", schema.id());
        with_meta(schema.to_json(), "Schema", &location)
    }

    fn resource_type_document(&self, resource_type: &ResourceType) -> Value {
        let extensions = resource_type.extensions();
        let extensions: Vec<Value> = extensions
            .map(|schema| json!({ "schema": schema.id(), "required": false }))
            .collect();
        let document = json!({
            "schemas": [RESOURCE_TYPE_URN],
            "id": resource_type.name(),
            "name": resource_type.name(),
            "description": resource_type.core().description(),
            "endpoint": resource_type.endpoint(),
            "schema": resource_type.core().id(),
            "schemaExtensions": extensions,
        });
        let location = self.base.below("/ResourceTypes", resource_type.name());
        with_meta(document, "ResourceType", &location)
    }
}

fn with_meta(mut document: Value, resource_type: &str, location: &str) -> Value {
    if let Some(members) = document.as_object_mut() {
        let meta = json!({ "resourceType": resource_type, "location": location });
        members.insert("meta".to_owned(), meta);
    }
    document
}
