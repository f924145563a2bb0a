//! One event: what happened to which resource.

use std::fmt;

use serde_json::{Map, Value, json};

use super::completion::AsyncResponse;
use super::event_type::EventType;
use super::payload::{content, names_of_changes, names_of_resource, operations};
use super::subject::Subject;
use crate::identity::Asserted;
use crate::scim::patch::Changes;
use crate::scim::resource::Resource;

/// Something that happened to one resource, without the token's own claims.
///
/// `Debug` prints no values.
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::events::{Detail, EventType, SecurityEvent, Subject};
/// use vestibule::scim::{Patch, Profile, Registry, Resource};
///
/// let registry = Registry::standard();
/// let user = json!({"id": "u1", "userName": "b", "active": true});
/// let user = Resource::from_value(registry.user(), user)?;
/// let patch = Patch::from_value(json!([
///     {"op": "replace", "value": {"active": false, "password": "new"}},
/// ]))?;
/// let (after, changes) = patch.plan(&user, &Profile::tolerant())?.apply();
/// let subject = Subject::of("u1", &after);
///
/// let events = SecurityEvent::patched(&subject, &after, &changes, Detail::Notice);
/// assert_eq!(events[0].event_type(), EventType::PatchNotice);
/// assert_eq!(events[0].payload()["attributes"], json!(["active"]));
/// assert_eq!(events[1].event_type(), EventType::Deactivate);
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct SecurityEvent {
    event_type: EventType,
    subject: Subject,
    payload: Map<String, Value>,
}

impl SecurityEvent {
    /// A resource was made. See [`SecurityEvent`] for an example of events.
    #[must_use]
    pub fn created(subject: &Subject, resource: &Resource, detail: Detail) -> Self {
        let (event_type, member) = match detail {
            Detail::Full => (EventType::CreateFull, ("data", content(resource))),
            Detail::Notice => {
                let names = json!(names_of_resource(resource));
                (EventType::CreateNotice, ("attributes", names))
            }
        };
        Self::about(event_type, subject, resource, member)
    }

    /// A PATCH changed a resource, and perhaps activated or deactivated it; nothing when nothing
    /// that a receiver may know differs.
    ///
    /// In full, `data` is a PATCH request that brings another copy to the same state.
    /// See [`SecurityEvent`] for an example.
    #[must_use]
    pub fn patched(
        subject: &Subject,
        after: &Resource,
        changes: &Changes,
        detail: Detail,
    ) -> Vec<Self> {
        let types = (EventType::PatchFull, EventType::PatchNotice);
        Self::changed(subject, after, changes, detail, types, |names| {
            operations(after, changes, names)
        })
    }

    /// A PUT changed a resource, and perhaps activated or deactivated it; nothing when nothing
    /// that a receiver may know differs. In full, `data` is the resource.
    /// See [`SecurityEvent`] for an example of events.
    #[must_use]
    pub fn put(
        subject: &Subject,
        after: &Resource,
        changes: &Changes,
        detail: Detail,
    ) -> Vec<Self> {
        let types = (EventType::PutFull, EventType::PutNotice);
        Self::changed(subject, after, changes, detail, types, |_| content(after))
    }

    /// A resource was deleted, and so left the feed: no [`SecurityEvent::removed_from_feed`] goes
    /// with it (RFC 9967 §2.4.4). See [`SecurityEvent::claims`] for an example.
    #[must_use]
    pub fn deleted(subject: Subject) -> Self {
        Self::bare(EventType::Delete, subject)
    }

    /// A resource came to be in use.
    ///
    /// ```
    /// use vestibule::scim::Registry;
    /// use vestibule::scim::events::{EventType, SecurityEvent, Subject};
    /// let subject = || Subject::new(Registry::standard().user(), "u1");
    /// assert_eq!(SecurityEvent::activated(subject()).event_type(), EventType::Activate);
    /// assert_eq!(SecurityEvent::deactivated(subject()).event_type(), EventType::Deactivate);
    /// assert_eq!(SecurityEvent::added_to_feed(subject()).event_type(), EventType::FeedAdd);
    /// assert_eq!(SecurityEvent::removed_from_feed(subject()).event_type(), EventType::FeedRemove);
    /// ```
    #[must_use]
    pub fn activated(subject: Subject) -> Self {
        Self::bare(EventType::Activate, subject)
    }

    /// A resource is in use no more. See [`SecurityEvent::activated`] for an example.
    #[must_use]
    pub fn deactivated(subject: Subject) -> Self {
        Self::bare(EventType::Deactivate, subject)
    }

    /// The receiver will hear of this resource. See [`SecurityEvent::activated`] for an example.
    #[must_use]
    pub fn added_to_feed(subject: Subject) -> Self {
        Self::bare(EventType::FeedAdd, subject)
    }

    /// The receiver will not hear of this resource any more, which says nothing about the resource.
    /// See [`SecurityEvent::activated`] for an example.
    #[must_use]
    pub fn removed_from_feed(subject: Subject) -> Self {
        Self::bare(EventType::FeedRemove, subject)
    }

    /// An asynchronous request came to its end. The token's `txn` says which.
    ///
    /// ```
    /// use vestibule::scim::events::{AsyncResponse, SecurityEvent, Subject};
    /// use vestibule::scim::{Error, ErrorKind, Registry};
    ///
    /// let subject = Subject::new(Registry::standard().user(), "u1");
    /// let error = Error::new(ErrorKind::NotFound);
    /// let answer = AsyncResponse::refused("PATCH", &error);
    /// let event = SecurityEvent::completed(subject, answer);
    /// assert_eq!(event.payload()["status"], "404");
    /// assert_eq!(event.payload()["response"]["status"], "404");
    /// ```
    #[must_use]
    pub fn completed(subject: Subject, answer: AsyncResponse) -> Self {
        Self {
            event_type: EventType::AsyncResponse,
            subject,
            payload: answer.into_payload(),
        }
    }

    /// What happened. See [`SecurityEvent`] for an example.
    #[must_use]
    pub const fn event_type(&self) -> EventType {
        self.event_type
    }

    /// To which resource. See [`SecurityEvent::claims`].
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The event's own claims. See [`SecurityEvent`] for an example.
    #[must_use]
    pub const fn payload(&self) -> &Map<String, Value> {
        &self.payload
    }

    fn bare(event_type: EventType, subject: Subject) -> Self {
        Self {
            event_type,
            subject,
            payload: Map::new(),
        }
    }

    fn about(
        event_type: EventType,
        subject: &Subject,
        resource: &Resource,
        (name, value): (&str, Value),
    ) -> Self {
        let meta = resource.object().get("meta");
        let version = meta.and_then(|meta| meta.get("version")).cloned();
        let version = version.map(|version| ("version".to_owned(), version));
        Self {
            event_type,
            subject: subject.clone(),
            payload: [(name.to_owned(), value)]
                .into_iter()
                .chain(version)
                .collect(),
        }
    }

    /// The event on what a receiver may know of the changes, and the one on `active` when that
    /// changed.
    fn changed(
        subject: &Subject,
        after: &Resource,
        changes: &Changes,
        detail: Detail,
        (full, notice): (EventType, EventType),
        data: impl FnOnce(&[String]) -> Value,
    ) -> Vec<Self> {
        let names = names_of_changes(after, changes);
        let event = (!names.is_empty()).then(|| {
            let (event_type, member) = match detail {
                Detail::Full => (full, ("data", data(&names))),
                Detail::Notice => (notice, ("attributes", json!(names))),
            };
            Self::about(event_type, subject, after, member)
        });
        let state = match changes.active() {
            Asserted::Value(true) => Some(Self::activated(subject.clone())),
            Asserted::Value(false) => Some(Self::deactivated(subject.clone())),
            Asserted::Absent | Asserted::Cleared => None,
        };
        event.into_iter().chain(state).collect()
    }
}

impl fmt::Debug for SecurityEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SecurityEvent({})", self.event_type.as_str())
    }
}

/// How much an event tells.
#[expect(clippy::exhaustive_enums, reason = "the standard's two")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Detail {
    /// Names and values.
    Full,
    /// Names of attributes.
    Notice,
}
