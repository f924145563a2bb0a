//! What differs between a resource before and after.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::store::{Before, Stood};
use crate::identity::Asserted;
use crate::scim::filter::elements;
use crate::scim::resource::Resource;
use crate::scim::schema::ResourceKind;

/// What differs between two states of one resource: names and member ids, no values.
///
/// ```
/// use serde_json::json;
/// use vestibule::identity::Asserted;
/// use vestibule::scim::{Changes, Registry, Resource};
///
/// let registry = Registry::standard();
/// let user = |body| Resource::from_value(registry.user(), body);
/// let before = user(json!({"id": "u1", "userName": "b", "active": true}))?;
/// let after = user(json!({"id": "u1", "userName": "b", "active": false}))?;
/// let changes = Changes::between(&before, &after);
/// assert_eq!(changes.attributes(), ["active"]);
/// assert_eq!(changes.active(), Asserted::Value(false));
/// assert!(Changes::between(&before, &before).is_empty());
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Changes {
    attributes: Vec<String>,
    active: Asserted<bool>,
    name: Option<&'static str>,
    members_added: Vec<String>,
    members_removed: Vec<String>,
}

impl Changes {
    /// Compares two whole states: what `after` lacks counts as removed.
    ///
    /// A request's body is no such state: [`Plan::apply`](super::Plan::apply) gives the changes of
    /// a PATCH, and of a PUT by [`Resource::replaced_by`]. See [`Changes`] for an example.
    #[must_use]
    pub fn between(before: &Resource, after: &Resource) -> Self {
        let mut attributes = Vec::new();
        for name in all_names(before.object(), after.object()) {
            let old = before.object().get(name);
            name_differing(after, name, old, &mut attributes);
        }
        let (added, removed) = match attributes.iter().any(|name| name == "members") {
            true => {
                let (before, after) = (members(before), members(after));
                (without(&after, &before), without(&before, &after))
            }
            false => (Vec::new(), Vec::new()),
        };
        Self::of(after, attributes, added, removed)
    }

    /// Compares what was touched with what it was.
    pub(super) fn since(before: &Before<'_>, after: &Resource) -> Self {
        let mut attributes = Vec::new();
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        let mut new_attributes = Vec::new();
        for (name, stood) in before.iter() {
            // Those that were there come first, as when two whole states are compared.
            let names = match stood {
                Stood::Value(None) => &mut new_attributes,
                Stood::Edited(_) | Stood::Value(Some(_)) => &mut attributes,
            };
            match stood {
                Stood::Edited(edits) if edits.differs => {
                    names.push(name.to_owned());
                    if name == "members" {
                        let listed = after.object().get(name).map_or(&[][..], elements);
                        let new = edits.new.iter().filter_map(|at| listed.get(*at));
                        let (new, old) = (values(new), values(edits.old.iter()));
                        (added, removed) = (without(&new, &old), without(&old, &new));
                    }
                }
                Stood::Edited(_) => {}
                Stood::Value(old) => {
                    name_differing(after, name, old, names);
                    if name == "members" {
                        let old = values(old.map_or(&[][..], elements).iter());
                        let new = members(after);
                        (added, removed) = (without(&new, &old), without(&old, &new));
                    }
                }
            }
        }
        attributes.append(&mut new_attributes);
        Self::of(after, attributes, added, removed)
    }

    fn of(
        after: &Resource,
        attributes: Vec<String>,
        members_added: Vec<String>,
        members_removed: Vec<String>,
    ) -> Self {
        let changed = |name: &str| attributes.iter().any(|attribute| attribute == name);
        let active = match after.object().get("active").and_then(Value::as_bool) {
            _ if !changed("active") => Asserted::Absent,
            Some(active) => Asserted::Value(active),
            None => Asserted::Cleared,
        };
        let name = match after.resource_type().kind() {
            ResourceKind::User => Some("userName"),
            ResourceKind::Group => Some("displayName"),
            ResourceKind::Custom => None,
        };
        Self {
            active,
            name: name.filter(|name| changed(name)),
            members_added,
            members_removed,
            attributes,
        }
    }

    /// Whether nothing differs: `meta.lastModified` should stay (RFC 7644 §3.5.2.1).
    /// See [`Changes`] for an example.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    /// The names of the attributes that differ, in a fixed order: parts of a complex attribute as
    /// `name.givenName`, attributes of an extension with its URN. See [`Changes`] for an example.
    #[must_use]
    pub fn attributes(&self) -> &[String] {
        &self.attributes
    }

    /// Whether that attribute, or a part of it, differs.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::{Patch, Profile, Registry, Resource};
    /// let registry = Registry::standard();
    /// let group = Resource::from_value(registry.group(), json!({"displayName": "Team"}))?;
    /// let patch = Patch::from_value(json!([
    ///     {"op": "replace", "path": "displayName", "value": "Crew"},
    ///     {"op": "add", "path": "members", "value": [{"value": "u1"}]},
    /// ]))?;
    /// let (_, changes) = patch.plan(&group, &Profile::tolerant())?.apply();
    /// assert!(changes.contains("members") && changes.is_renamed());
    /// assert_eq!((changes.members_added().len(), changes.members_removed().len()), (1, 0));
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub fn contains(&self, attribute: &str) -> bool {
        let mut rests = self
            .attributes
            .iter()
            .filter_map(|name| name.strip_prefix(attribute));
        rests.any(|rest| rest.is_empty() || rest.starts_with(['.', ':']))
    }

    /// What `active` has become; absent when it is as before. See [`Changes`] for an example.
    #[must_use]
    pub const fn active(&self) -> Asserted<bool> {
        self.active
    }

    /// Whether the name by which people know it differs: `userName` of a user, `displayName` of a
    /// group. See [`Changes::contains`] for an example.
    #[must_use]
    pub const fn is_renamed(&self) -> bool {
        self.name.is_some()
    }

    /// The ids of new members of a group, in the order of the list. See [`Changes::contains`].
    #[must_use]
    pub fn members_added(&self) -> &[String] {
        &self.members_added
    }

    /// The ids of members who are gone, in the order of the old list. See [`Changes::contains`].
    #[must_use]
    pub fn members_removed(&self) -> &[String] {
        &self.members_removed
    }
}

/// The `value`s of `members`.
pub(in crate::scim) fn members(resource: &Resource) -> Vec<String> {
    let listed = resource.object().get("members").map_or(&[][..], elements);
    values(listed.iter())
}

fn values<'a>(members: impl Iterator<Item = &'a Value>) -> Vec<String> {
    let values = members.filter_map(|member| member.get("value")?.as_str());
    values.map(str::to_owned).collect()
}

/// What `all` has and `others` has not, without repetition, in the order of `all`.
fn without(all: &[String], others: &[String]) -> Vec<String> {
    let mut seen: HashSet<&str> = others.iter().map(String::as_str).collect();
    let new = all.iter().filter(|id| seen.insert(id));
    new.cloned().collect()
}

/// Adds what differs under one name of the resource.
fn name_differing(after: &Resource, name: &str, old: Option<&Value>, names: &mut Vec<String>) {
    let new = after.object().get(name);
    if is_object(old) || is_object(new) {
        let separator = match after.resource_type().extension(name) {
            Some(_) => ':',
            None => '.',
        };
        parts_differing(name, separator, (old, new), names);
    } else if old != new {
        names.push(name.to_owned());
    }
}

fn is_object(value: Option<&Value>) -> bool {
    value.is_some_and(Value::is_object)
}

/// Adds the members that differ between two objects, one of which may not be there.
fn parts_differing(
    name: &str,
    separator: char,
    (old, new): (Option<&Value>, Option<&Value>),
    names: &mut Vec<String>,
) {
    let nothing = Map::new();
    let old = old.and_then(Value::as_object).unwrap_or(&nothing);
    let new = new.and_then(Value::as_object).unwrap_or(&nothing);
    let mut differs = |part: &str| {
        let length = name.len().saturating_add(part.len()).saturating_add(1);
        let mut path = String::with_capacity(length);
        path.push_str(name);
        path.push(separator);
        path.push_str(part);
        names.push(path);
    };
    // Mostly the same parts in the same places; where they are not, each is looked for.
    let mut beside = new.iter();
    let mut all_same = old.len() == new.len();
    for (part, value) in old {
        let found = match beside.next() {
            Some((same, found)) if same == part => Some(found),
            _ => {
                all_same = false;
                new.get(part)
            }
        };
        if found != Some(value) {
            differs(part);
        }
    }
    if !all_same {
        let added = new.keys().filter(|part| !old.contains_key(*part));
        added.for_each(|part| differs(part));
    }
}

/// The names of both, without repetition, those of `before` first, each in alphabetical order.
fn all_names<'a>(before: &'a Map<String, Value>, after: &'a Map<String, Value>) -> Vec<&'a str> {
    // A host may have turned on `preserve_order` of serde_json.
    let mut old: Vec<&str> = before.keys().map(String::as_str).collect();
    old.sort_unstable();
    let new = after.keys().filter(|name| !before.contains_key(*name));
    let mut new: Vec<&str> = new.map(String::as_str).collect();
    new.sort_unstable();
    old.append(&mut new);
    old
}
