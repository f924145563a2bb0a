//! What the checks stand on: stores of test tenants, and test resources.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::scim::etag::EntityTag;
use crate::scim::filter::Filter;
use crate::scim::patch::Changes;
use crate::scim::query::Sort;
use crate::scim::resource::Resource;
use crate::scim::schema::{ENTERPRISE_USER_URN, Registry, ResourceType};
use crate::scim::store::contract::{Deletion, Members, Replacement, Store, StoreError};
use crate::scim::store::listing::{Listing, Window};
use crate::scim::store::stamp::{born, touched, version};

/// What a check found, if not what it should.
pub(super) type Found<T = ()> = Result<T, String>;

pub(super) struct Ground<'a, S> {
    pub(super) registry: &'a Registry,
    pub(super) store: S,
    name: &'static str,
    open: &'a mut dyn FnMut(&str) -> S,
}

impl<'a, S: Store> Ground<'a, S> {
    pub(super) fn new(
        registry: &'a Registry,
        name: &'static str,
        open: &'a mut dyn FnMut(&str) -> S,
    ) -> Self {
        Self {
            registry,
            store: open(&format!("conformance-{name}")),
            name,
            open,
        }
    }

    /// The store of another tenant.
    pub(super) fn other_tenant(&mut self) -> S {
        (self.open)(&format!("conformance-{}-other", self.name))
    }

    pub(super) fn insert(&mut self, resource: &Resource) -> Found {
        let inserted = self.store.insert(resource);
        inserted.map_err(|error| format!("a resource cannot be inserted: {error}"))
    }

    pub(super) fn user(&self, id: &str, user_name: &str) -> Found<Resource> {
        resource(self.registry.user(), id, json!({"userName": user_name}))
    }

    pub(super) fn group(&self, id: &str, members: &[&str]) -> Found<Resource> {
        let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
        let body = json!({"displayName": format!("Group {id}"), "members": members});
        resource(self.registry.group(), id, body)
    }

    pub(super) fn found(&self, resource_type: &Arc<ResourceType>, id: &str) -> Found<Resource> {
        self.find(resource_type, id)?
            .ok_or_else(|| "a resource that was written is not found".to_owned())
    }

    pub(super) fn find(
        &self,
        resource_type: &Arc<ResourceType>,
        id: &str,
    ) -> Found<Option<Resource>> {
        let found = self.store.find(resource_type, id, Members::Load);
        found.map_err(|error| format!("`find` fails: {error}"))
    }

    pub(super) fn holder(&self, user_name: &str) -> Found<Option<String>> {
        let resource_type = self.registry.user();
        let user = parsed(resource_type, json!({"userName": user_name}))?;
        let mut holder = Ok(None);
        for key in user.unique_keys() {
            holder = self.store.holder(resource_type, &key);
        }
        holder.map_err(|error| format!("`holder` fails: {error}"))
    }

    /// Replaces the stored resource by `body`.
    pub(super) fn replace(
        &mut self,
        before: &Resource,
        body: Value,
        expected: Option<&EntityTag>,
    ) -> Found<Result<(), StoreError>> {
        let id = before.text("id").unwrap_or_default();
        let after = touched(resource(before.resource_type(), id, body)?, later());
        let before_without = {
            let mut value = before.clone().into_value();
            if let Some(object) = value.as_object_mut() {
                object.remove("groups");
            }
            parsed(before.resource_type(), value)?
        };
        let changes = Changes::between(&before_without, &after);
        Ok(self.store.replace(&Replacement {
            after: &after,
            changes: &changes,
            expected,
        }))
    }

    pub(super) fn delete(
        &mut self,
        resource: &Resource,
        expected: Option<&EntityTag>,
    ) -> Result<(), StoreError> {
        self.store.delete(&Deletion {
            resource_type: resource.resource_type(),
            id: resource.text("id").unwrap_or_default(),
            expected,
            now: later(),
        })
    }

    /// The total and the identifiers of a page of users.
    pub(super) fn list(
        &self,
        filter: &str,
        sort: Option<&Sort>,
        window: Window<'_>,
    ) -> Found<(usize, Vec<String>)> {
        let resource_type = self.registry.user();
        let read = |error: crate::scim::Error| format!("a filter of the suite is refused: {error}");
        let filter = match filter {
            "" => None,
            text => Some(Filter::parse(text).map_err(read)?),
        };
        let resolved = filter.as_ref().map(|filter| filter.resolve(resource_type));
        let resolved = resolved.transpose().map_err(read)?;
        let resolved_sort = sort.map(|sort| sort.resolve(resource_type));
        let listed = self.store.list(&Listing {
            resource_type,
            filter: filter.as_ref(),
            resolved_filter: resolved.as_ref(),
            sort,
            resolved_sort: resolved_sort.transpose().map_err(read)?.as_ref(),
            window,
            members: Members::Load,
        });
        let page = listed.map_err(|error| format!("`list` fails: {error}"))?;
        let ids = page.resources.iter().filter_map(|one| one.text("id"));
        Ok((page.total, ids.map(str::to_owned).collect()))
    }

    /// Inserts users who differ in all that filters look at, and gives them back.
    pub(super) fn people(&mut self) -> Found<Vec<Resource>> {
        let people = [
            (
                "p1",
                json!({
                    "userName": "Alice", "title": "Engineer", "active": true,
                    "name": {"familyName": "Ångström", "givenName": "Alice"},
                    "emails": [
                        {"type": "work", "value": "alice@example.com", "primary": true},
                        {"type": "home", "value": "a@home.example"},
                    ],
                    ENTERPRISE_USER_URN: {"department": "Tours", "employeeNumber": "7"},
                }),
            ),
            (
                "p2",
                json!({
                    "userName": "bob", "title": "engineer", "active": false, "externalId": "X1",
                    "emails": [{"type": "home", "value": "bob@example.com"}],
                }),
            ),
            (
                "p3",
                json!({"userName": "carol", "externalId": "x1", "title": "100%_\\'\""}),
            ),
            (
                "p4",
                json!({"userName": "dave", "name": {"familyName": "ångström"}}),
            ),
        ];
        let mut inserted = Vec::new();
        for (id, body) in people {
            let person = resource(self.registry.user(), id, body)?;
            self.insert(&person)?;
            inserted.push(person);
        }
        Ok(inserted)
    }
}

pub(super) const ALL: Window<'static> = Window::Index {
    offset: 0,
    count: 100,
};

pub(super) fn holds(condition: bool, otherwise: &str) -> Found {
    match condition {
        true => Ok(()),
        false => Err(otherwise.to_owned()),
    }
}

pub(super) fn tag(resource: &Resource) -> Option<EntityTag> {
    version(resource)
}

/// The identifiers in an attribute with `value`s.
pub(super) fn values(resource: &Resource, attribute: &str) -> Vec<String> {
    let listed = resource.object().get(attribute).and_then(Value::as_array);
    let values = listed.into_iter().flatten();
    let values = values.filter_map(|one| one.get("value")?.as_str());
    let mut values: Vec<String> = values.map(str::to_owned).collect();
    values.sort();
    values
}

/// A resource as [`Service`](super::super::Service) writes it first.
fn resource(resource_type: &Arc<ResourceType>, id: &str, body: Value) -> Found<Resource> {
    Ok(born(parsed(resource_type, body)?, id, start()))
}

fn parsed(resource_type: &Arc<ResourceType>, body: Value) -> Found<Resource> {
    let read = Resource::from_value(resource_type, body);
    read.map_err(|error| format!("the registry refuses a resource of the suite: {error}"))
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default()
}

fn later() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_060, 0).unwrap_or_default()
}
