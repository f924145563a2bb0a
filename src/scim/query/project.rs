//! The form of a resource that an answer carries: RFC 7643 §7 `returned`, RFC 7644 §3.4.2.5 and
//! §3.9.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::portion::{Named, Portion, portion};
use crate::limits::SCIM_MAX_PROJECTED_NAMES;
use crate::scim::base_url::BaseUrl;
use crate::scim::error::{Error, ErrorKind};
use crate::scim::filter::elements;
use crate::scim::patch::Changes;
use crate::scim::resource::Resource;
use crate::scim::schema::{Attribute, DataType, ResourceType, Returned, Scope};

/// Which attributes an answer carries, as a client asks for them.
///
/// By default those with `returned` of `always` and `default`. `id` and `schemas` are always
/// there. What is `returned: never` or `writeOnly` never is, whatever is asked, nor is a member
/// of that name in data that no schema knows. Names may carry a URN, name a sub-attribute, or be
/// the URN of a schema; names that mean nothing are ignored.
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::{BaseUrl, Registry, Resource};
/// use vestibule::scim::query::Projection;
///
/// let registry = Registry::standard();
/// let user = Resource::from_value(registry.user(), json!({
///     "id": "u1", "userName": "b", "password": "secret", "title": "Engineer",
///     "name": {"givenName": "B", "familyName": "J"},
/// }))?;
/// let base = BaseUrl::parse("https://example.com/scim/v2")?;
/// let projection = Projection::from_query(Some("userName, NAME.givenName, password"), None)?;
/// let answer = projection.answer(&user, &base);
/// assert_eq!(answer, json!({
///     "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
///     "id": "u1", "userName": "b", "name": {"givenName": "B"},
/// }));
/// assert_eq!(
///     Projection::default().answer(&user, &base)["meta"]["location"],
///     "https://example.com/scim/v2/Users/u1",
/// );
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Projection {
    choice: Choice,
    written: Vec<String>,
}

/// What a client says about attributes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) enum Choice {
    #[default]
    Default,
    Only(Vec<String>),
    Without(Vec<String>),
}

impl Choice {
    fn names(&self) -> &[String] {
        match self {
            Self::Default => &[],
            Self::Only(names) | Self::Without(names) => names,
        }
    }
}

impl Projection {
    /// Takes the parameters `attributes` and `excludedAttributes` of a query: names with commas
    /// between them. A parameter without a name is as if not given. See [`Projection`] for an
    /// example.
    ///
    /// # Errors
    ///
    /// `scim-parameters-exclude` when both are given; `scim-parameter-too-large`.
    pub fn from_query(
        attributes: Option<&str>,
        excluded_attributes: Option<&str>,
    ) -> Result<Self, Error> {
        let split = |list: Option<&str>| -> Vec<String> {
            let names = list.unwrap_or_default().split(',').map(str::trim);
            names
                .filter(|name| !name.is_empty())
                .take(SCIM_MAX_PROJECTED_NAMES.saturating_add(1))
                .map(str::to_owned)
                .collect()
        };
        Self::from_names(split(attributes), split(excluded_attributes))
    }

    /// Takes the lists `attributes` and `excludedAttributes` of a search request (RFC 7644
    /// §3.4.3).
    ///
    /// ```
    /// use vestibule::error::Explain;
    /// use vestibule::scim::query::Projection;
    /// let both = Projection::from_names(vec!["title".into()], vec!["emails".into()]);
    /// assert_eq!(both.unwrap_err().code(), "scim-parameters-exclude");
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Projection::from_query`].
    pub fn from_names(
        attributes: Vec<String>,
        excluded_attributes: Vec<String>,
    ) -> Result<Self, Error> {
        let choice = match (attributes.is_empty(), excluded_attributes.is_empty()) {
            (true, true) => Choice::Default,
            (false, true) => Choice::Only(attributes),
            (true, false) => Choice::Without(excluded_attributes),
            (false, false) => {
                let kind = ErrorKind::ParametersExclude {
                    first: "attributes",
                    second: "excludedAttributes",
                };
                return Err(Error::in_parameter(kind, "excludedAttributes"));
            }
        };
        if choice.names().len() > SCIM_MAX_PROJECTED_NAMES {
            let parameter = match choice {
                Choice::Without(_) => "excludedAttributes",
                _ => "attributes",
            };
            let limit = SCIM_MAX_PROJECTED_NAMES;
            let kind = ErrorKind::ParameterTooLarge { parameter, limit };
            return Err(Error::in_parameter(kind, parameter));
        }
        Ok(Self {
            choice,
            written: Vec::new(),
        })
    }

    /// Whether the client named attributes: a PATCH then is answered with 200 and the resource
    /// (RFC 7644 §3.5.2).
    ///
    /// ```
    /// use vestibule::scim::query::Projection;
    /// assert!(Projection::from_query(Some("title"), None)?.names_attributes());
    /// assert!(!Projection::from_query(None, Some(" ,"))?.names_attributes());
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub const fn names_attributes(&self) -> bool {
        !matches!(self.choice, Choice::Default)
    }

    /// The same for the answer to a POST or PUT, which also carries attributes with `returned` of
    /// `request` when the body had them (RFC 7643 §7). `body` is the body as a resource.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::{BaseUrl, Registry, Resource};
    /// use vestibule::scim::query::Projection;
    ///
    /// let mut registry = Registry::standard();
    /// let urn = registry.add_schema(&json!({
    ///     "id": "urn:example:acme:User",
    ///     "attributes": [{"name": "notes", "returned": "request"}],
    /// }))?;
    /// registry.extend("User", &urn)?;
    /// let body = json!({"userName": "b", "urn:example:acme:User": {"notes": "n"}});
    /// let user = Resource::from_value(registry.user(), body)?;
    /// let base = BaseUrl::parse("https://example.com")?;
    /// let read = Projection::default().answer(&user, &base);
    /// let created = Projection::default().for_creation(&user).answer(&user, &base);
    /// assert_eq!(read.get("urn:example:acme:User"), None);
    /// assert_eq!(created["urn:example:acme:User"]["notes"], "n");
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub fn for_creation(mut self, body: &Resource) -> Self {
        for (scope, attribute) in body.resource_type().scopes() {
            let Some(value) = stored(body.object(), scope, attribute) else {
                continue;
            };
            let name = match scope.urn() {
                None => attribute.name().to_owned(),
                Some(urn) => format!("{urn}:{}", attribute.name()),
            };
            for part in attribute.sub_attributes() {
                let has_it = |element: &Value| element.get(part.name()).is_some();
                if part.returned() == Returned::Request && elements(value).iter().any(has_it) {
                    self.written.push(format!("{name}.{}", part.name()));
                }
            }
            if attribute.returned() == Returned::Request {
                self.written.push(name);
            }
        }
        self
    }

    /// The same for the answer to a PATCH, or to a PUT by its changes: it also carries attributes
    /// with `returned` of `request` that have changed. See [`Projection::for_creation`].
    #[must_use]
    pub fn for_change(mut self, changes: &Changes) -> Self {
        self.written.extend_from_slice(changes.attributes());
        self
    }

    /// Binds the names to a resource type, for many resources.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::{BaseUrl, Registry, Resource};
    /// use vestibule::scim::query::Projection;
    ///
    /// let registry = Registry::standard();
    /// let group = json!({"id": "g1", "displayName": "Team", "members": [{"value": "u1"}]});
    /// let group = Resource::from_value(registry.group(), group)?;
    /// let slim = Projection::from_query(None, Some("members"))?.resolve(registry.group());
    /// let base = BaseUrl::parse("https://example.com")?;
    /// assert_eq!(slim.answer(&group, &base).get("members"), None);
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub fn resolve(&self, resource_type: &Arc<ResourceType>) -> ResolvedProjection {
        let named = Named::all(self.choice.names(), resource_type);
        let written = Named::all(&self.written, resource_type);
        let portions = resource_type
            .scopes()
            .map(|(scope, attribute)| portion(&self.choice, &named, &written, scope, attribute));
        ResolvedProjection {
            portions: portions.collect(),
            resource_type: Arc::clone(resource_type),
            projection: self.clone(),
        }
    }

    /// The resource as an answer carries it. See [`ResolvedProjection::answer`].
    #[must_use]
    pub fn answer(&self, resource: &Resource, base: &BaseUrl) -> Value {
        self.resolve(resource.resource_type())
            .answer(resource, base)
    }
}

/// A projection that is bound to a resource type. See [`Projection::resolve`].
#[derive(Clone, Debug)]
pub struct ResolvedProjection {
    resource_type: Arc<ResourceType>,
    projection: Projection,
    /// In the order of the resource type's scopes.
    portions: Vec<Portion>,
}

impl ResolvedProjection {
    /// The resource as an answer carries it, members in alphabetical order.
    ///
    /// `meta.location` and `meta.resourceType` are filled in: they follow from `base`, the
    /// resource's type and its `id`. A resource of another type gets the form of that type.
    /// See [`Projection`] for an example.
    #[must_use]
    pub fn answer(&self, resource: &Resource, base: &BaseUrl) -> Value {
        if resource.resource_type() != &self.resource_type {
            return self.projection.answer(resource, base);
        }
        let object = resource.object();
        let mut answer = Map::new();
        for ((scope, attribute), portion) in self.resource_type.scopes().zip(&self.portions) {
            let carried = match (scope, attribute.name()) {
                (Scope::Top, "meta") => {
                    let meta = located_meta(resource, base);
                    self.carried(attribute, portion, &meta)
                }
                _ => stored(object, scope, attribute)
                    .and_then(|value| self.carried(attribute, portion, value)),
            };
            if let Some(value) = carried {
                insert(&mut answer, scope.urn(), attribute.name(), value);
            }
        }
        self.carry_unknown(object, &mut answer);
        let mut answer = Value::Object(answer);
        // A host may have turned on `preserve_order` of serde_json.
        answer.sort_all_objects();
        answer
    }

    /// What the answer carries of a value of that attribute.
    fn carried(&self, attribute: &Attribute, portion: &Portion, value: &Value) -> Option<Value> {
        if *portion == Portion::Nothing {
            return None;
        }
        if attribute.data_type() != DataType::Complex {
            return Some(value.clone());
        }
        let Value::Array(listed) = value else {
            return self.carried_parts(attribute, portion, value);
        };
        let parts = |element| self.carried_parts(attribute, portion, element);
        let carried: Vec<Value> = listed.iter().filter_map(parts).collect();
        (!carried.is_empty()).then_some(Value::Array(carried))
    }

    fn carried_parts(
        &self,
        attribute: &Attribute,
        portion: &Portion,
        element: &Value,
    ) -> Option<Value> {
        let parts = element.as_object()?;
        let lists = |names: &[String], part: &str| {
            let mut names = names.iter();
            names.any(|name| name.eq_ignore_ascii_case(part))
        };
        let is_carried = |part: &str| match portion {
            Portion::Except(names) => !lists(names, part),
            Portion::Nothing => false,
            Portion::Only(names) => lists(names, part),
        };
        let is_known = |part: &String| attribute.sub_attribute(part).is_some();
        if *portion == Portion::Except(Vec::new()) && parts.keys().all(is_known) {
            return Some(element.clone());
        }
        let mut carried = Map::new();
        for (part, value) in parts.iter().filter(|(part, _)| is_carried(part)) {
            let value = match attribute.sub_attribute(part) {
                Some(_) => Some(value.clone()),
                None => self.resource_type.without_hidden(part, value),
            };
            if let Some(value) = value {
                carried.insert(part.clone(), value);
            }
        }
        (!carried.is_empty()).then_some(Value::Object(carried))
    }

    /// Carries what no schema knows.
    fn carry_unknown(&self, object: &Map<String, Value>, answer: &mut Map<String, Value>) {
        for (name, value) in object {
            match (self.resource_type.extension(name), value) {
                (Some(schema), Value::Object(members)) => {
                    let members = members.iter();
                    for (part, value) in members.filter(|it| schema.attribute(it.0).is_none()) {
                        let full = format!("{name}:{part}");
                        if let Some(value) = self.unknown(&full, Some(name), value) {
                            insert(answer, Some(name), part, value);
                        }
                    }
                }
                (None, value) if self.resource_type.top_attribute(name).is_none() => {
                    if let Some(value) = self.unknown(name, None, value) {
                        insert(answer, None, name, value);
                    }
                }
                _ => {}
            }
        }
    }

    /// What the answer carries of an unknown attribute; `within` is the URN of its extension.
    fn unknown(&self, name: &str, within: Option<&str>, value: &Value) -> Option<Value> {
        let is_it = |asked: &String| {
            asked.eq_ignore_ascii_case(name)
                || within.is_some_and(|urn| asked.eq_ignore_ascii_case(urn))
        };
        let is_carried = match &self.projection.choice {
            Choice::Default => true,
            Choice::Only(names) => names.iter().any(is_it),
            Choice::Without(names) => !names.iter().any(is_it),
        };
        is_carried
            .then(|| self.resource_type.without_hidden(name, value))
            .flatten()
    }
}

/// The stored value of an attribute.
fn stored<'v>(
    object: &'v Map<String, Value>,
    scope: Scope<'_>,
    attribute: &Attribute,
) -> Option<&'v Value> {
    let holder = match scope.urn() {
        None => object,
        Some(urn) => object.get(urn)?.as_object()?,
    };
    holder.get(attribute.name())
}

/// Puts a value at the top of the answer, or into the object of an extension.
fn insert(answer: &mut Map<String, Value>, urn: Option<&str>, name: &str, value: Value) {
    let holder = match urn {
        None => Some(answer),
        Some(urn) => answer
            .entry(urn)
            .or_insert_with(|| Value::Object(Map::new()))
            .as_object_mut(),
    };
    if let Some(holder) = holder {
        holder.insert(name.to_owned(), value);
    }
}

/// `meta` with what follows from where the resource is served.
fn located_meta(resource: &Resource, base: &BaseUrl) -> Value {
    let stored = resource.object().get("meta").and_then(Value::as_object);
    let mut meta = stored.cloned().unwrap_or_default();
    let resource_type = resource.resource_type();
    meta.insert("resourceType".to_owned(), resource_type.name().into());
    if let Some(id) = resource.text("id") {
        let location = base.resource(resource_type, id);
        meta.insert("location".to_owned(), location.into());
    }
    Value::Object(meta)
}
