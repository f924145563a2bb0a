//! What a host writes into a resource: its identifier and its `meta`.
//!
//! This module makes no identifier and reads no clock.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};

use super::etag::EntityTag;
use super::resource::Resource;

/// What a host knows about a resource: RFC 7643 §3.1. `meta.location` is filled in by a
/// [`Projection`](super::query::Projection).
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Meta {
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it last changed.
    pub last_modified: DateTime<Utc>,
    /// Its entity tag, where the host has one.
    pub version: Option<EntityTag>,
}

impl Resource {
    /// Gives the resource its identifier. See [`Resource::for_creation`] for an example.
    pub fn set_id(&mut self, id: &str) {
        self.change(|object| object.insert("id".to_owned(), id.into()));
    }

    /// Says when the resource was made and changed, to the millisecond, and its version; what else
    /// stands in `meta` stays. See [`Resource::for_creation`] for an example.
    pub fn set_meta(&mut self, meta: &Meta) {
        self.write_born(meta.created);
        self.write_changed(meta.last_modified, meta.version.as_ref());
    }

    /// Writes `meta.resourceType` and `meta.created`.
    pub(super) fn write_born(&mut self, at: DateTime<Utc>) {
        let resource_type = self.resource_type().name().to_owned();
        self.write_meta([
            ("resourceType", Some(resource_type)),
            ("created", Some(instant(at))),
        ]);
    }

    /// Writes `meta.lastModified` and `meta.version`.
    pub(super) fn write_changed(&mut self, at: DateTime<Utc>, version: Option<&EntityTag>) {
        self.write_meta([
            ("lastModified", Some(instant(at))),
            ("version", version.map(ToString::to_string)),
        ]);
    }

    fn write_meta(&mut self, members: [(&str, Option<String>); 2]) {
        self.change(|object| {
            let nothing = || Value::Object(Map::new());
            let meta = object.entry("meta").or_insert_with(nothing);
            if !meta.is_object() {
                *meta = nothing();
            }
            let Some(meta) = meta.as_object_mut() else {
                return;
            };
            for (name, value) in members {
                match value {
                    Some(value) => meta.insert(name.to_owned(), value.into()),
                    None => meta.remove(name),
                };
            }
        });
    }
}

/// To the millisecond, always: clients on .NET fail to read more than seven digits, and one length
/// has the order of time as text also.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
