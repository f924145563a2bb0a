//! A tenant's store in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::contract::{Deletion, Members, Replacement, Store, StoreError};
use super::listing::{Listing, Page};
use super::stamp::{touched, version, with, without_secrets};
use crate::error::Shown;
use crate::scim::etag::EntityTag;
use crate::scim::patch::members;
use crate::scim::resource::Resource;
use crate::scim::schema::{ResourceKind, ResourceType};
use crate::scim::unique::UniqueKey;

/// A tenant's resources in memory: for tests, examples and small hosts. `Debug` prints no values.
///
/// Identifiers count up from 1. `password` and other values that are write-only are not kept.
///
/// ```
/// use std::sync::Arc;
/// use serde_json::json;
/// use vestibule::scim::{Registry, Resource};
/// use vestibule::scim::store::{InMemory, Members, Store};
///
/// let registry = Registry::standard();
/// let mut store = InMemory::default();
/// let user = Resource::from_value(registry.user(), json!({"id": "u1", "userName": "b"}))?;
/// store.insert(&user).unwrap();
/// let found = store.find(registry.user(), "u1", Members::Load).unwrap().unwrap();
/// assert_eq!(found.text("userName"), Some("b"));
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct InMemory {
    last_id: u64,
    /// By the name of the type and the identifier.
    resources: BTreeMap<(String, String), Resource>,
    /// By the name of the type, the attribute and the value's key.
    keys: BTreeMap<Key, String>,
    /// The groups of each member.
    groups: BTreeMap<String, BTreeSet<String>>,
}

type Key = (String, String, String);

impl Store for InMemory {
    fn find(
        &self,
        resource_type: &Arc<ResourceType>,
        id: &str,
        _members: Members,
    ) -> Result<Option<Resource>, StoreError> {
        let found = self.stored(resource_type, id);
        Ok(found.map(|resource| self.with_groups(resource)))
    }

    fn holder(
        &self,
        resource_type: &Arc<ResourceType>,
        key: &UniqueKey,
    ) -> Result<Option<String>, StoreError> {
        Ok(self.keys.get(&index_key(resource_type, key)).cloned())
    }

    fn list(&self, listing: &Listing<'_>) -> Result<Page, StoreError> {
        let name = listing.resource_type.name();
        let from = (name.to_owned(), String::new());
        let of_type = self.resources.range(from..);
        let of_type = of_type.take_while(|((known, _), _)| known == name);
        Ok(listing.page_of(of_type.map(|(_, resource)| self.with_groups(resource))))
    }

    fn new_id(&mut self) -> String {
        self.last_id = self.last_id.saturating_add(1);
        self.last_id.to_string()
    }

    fn insert(&mut self, resource: &Resource) -> Result<(), StoreError> {
        self.check_keys(resource)?;
        self.put(resource);
        Ok(())
    }

    fn replace(&mut self, replacement: &Replacement<'_>) -> Result<(), StoreError> {
        let after = replacement.after;
        let id = after.text("id").unwrap_or_default();
        self.check_version(after.resource_type(), id, replacement.expected)?;
        self.check_keys(after)?;
        self.take(after.resource_type(), id);
        self.put(after);
        Ok(())
    }

    fn delete(&mut self, deletion: &Deletion<'_>) -> Result<(), StoreError> {
        let Deletion {
            resource_type, id, ..
        } = *deletion;
        self.check_version(resource_type, id, deletion.expected)?;
        self.take(resource_type, id);
        for group in self.groups.remove(id).unwrap_or_default() {
            let group = ("Group".to_owned(), group);
            if let Some(resource) = self.resources.remove(&group) {
                let without = with(resource, |object| {
                    remove_member(object, id);
                });
                let resource = touched(without, deletion.now);
                self.resources.insert(group, resource);
            }
        }
        Ok(())
    }
}

impl InMemory {
    fn stored(&self, resource_type: &ResourceType, id: &str) -> Option<&Resource> {
        let key = (resource_type.name().to_owned(), id.to_owned());
        self.resources.get(&key)
    }

    fn check_version(
        &self,
        resource_type: &ResourceType,
        id: &str,
        expected: Option<&EntityTag>,
    ) -> Result<(), StoreError> {
        let stored = self.stored(resource_type, id).ok_or(StoreError::Stale)?;
        match version(stored).as_ref() == expected {
            true => Ok(()),
            false => Err(StoreError::Stale),
        }
    }

    fn check_keys(&self, resource: &Resource) -> Result<(), StoreError> {
        for key in resource.unique_keys() {
            let holder = self.keys.get(&index_key(resource.resource_type(), &key));
            if holder.is_some() && holder.map(String::as_str) != resource.text("id") {
                let attribute = Shown::new(key.path());
                return Err(StoreError::Conflict { attribute });
            }
        }
        Ok(())
    }

    fn put(&mut self, resource: &Resource) {
        let id = resource.text("id").unwrap_or_default().to_owned();
        for key in resource.unique_keys() {
            let key = index_key(resource.resource_type(), &key);
            self.keys.insert(key, id.clone());
        }
        if resource.resource_type().kind() == ResourceKind::Group {
            for member in members(resource) {
                self.groups.entry(member).or_default().insert(id.clone());
            }
        }
        let key = (resource.resource_type().name().to_owned(), id);
        let resource = without_secrets(resource.clone());
        self.resources.insert(key, resource);
    }

    fn take(&mut self, resource_type: &ResourceType, id: &str) {
        let key = (resource_type.name().to_owned(), id.to_owned());
        let Some(resource) = self.resources.remove(&key) else {
            return;
        };
        for key in resource.unique_keys() {
            self.keys.remove(&index_key(resource_type, &key));
        }
        if resource_type.kind() == ResourceKind::Group {
            for member in members(&resource) {
                if let Some(groups) = self.groups.get_mut(&member) {
                    groups.remove(id);
                }
            }
        }
    }

    /// The resource with the groups that follow from their members.
    fn with_groups(&self, resource: &Resource) -> Resource {
        let groups = resource.text("id").and_then(|id| self.groups.get(id));
        let (ResourceKind::User, Some(groups)) = (resource.resource_type().kind(), groups) else {
            return resource.clone();
        };
        let groups = groups.iter().map(|group| {
            let stored = self.resources.get(&("Group".to_owned(), group.clone()));
            let display = stored.and_then(|group| group.text("displayName"));
            json!({"value": group, "display": display, "type": "direct"})
        });
        let groups: Vec<Value> = groups.collect();
        match groups.is_empty() {
            true => resource.clone(),
            false => with(resource.clone(), |object| {
                object.insert("groups".to_owned(), Value::Array(groups));
            }),
        }
    }
}

fn remove_member(group: &mut Map<String, Value>, id: &str) {
    if let Some(Value::Array(members)) = group.get_mut("members") {
        members.retain(|member| member.get("value").and_then(Value::as_str) != Some(id));
    }
}

fn index_key(resource_type: &ResourceType, key: &UniqueKey) -> Key {
    (
        resource_type.name().to_owned(),
        key.path().to_owned(),
        key.key().to_owned(),
    )
}

impl fmt::Debug for InMemory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "InMemory({} resources)", self.resources.len())
    }
}
