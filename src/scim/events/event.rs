//! One event: what happened to which resource.

use std::fmt;

use serde_json::{Map, Value, json};

use super::payload::{content, names_of_changes, names_of_resource, operations};
use crate::identity::Asserted;
use crate::scim::patch::Changes;
use crate::scim::resource::Resource;
use crate::scim::schema::ResourceType;

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
        let names = names_of_changes(after, changes);
        let (event_type, member) = match detail {
            Detail::Full => (
                EventType::PatchFull,
                ("data", operations(after, changes, &names)),
            ),
            Detail::Notice => (EventType::PatchNotice, ("attributes", json!(names))),
        };
        let event = Self::about(event_type, subject, after, member);
        Self::with_state(subject, changes, (!names.is_empty()).then_some(event))
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
        let names = names_of_changes(after, changes);
        let is_known = !names.is_empty();
        let (event_type, member) = match detail {
            Detail::Full => (EventType::PutFull, ("data", content(after))),
            Detail::Notice => (EventType::PutNotice, ("attributes", json!(names))),
        };
        let event = Self::about(event_type, subject, after, member);
        Self::with_state(subject, changes, is_known.then_some(event))
    }

    /// A resource was deleted. See [`SecurityEvent::claims`] for an example.
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
            payload: answer.payload,
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

    /// The event, and the one on `active` when that changed.
    fn with_state(subject: &Subject, changes: &Changes, event: Option<Self>) -> Vec<Self> {
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

/// Which resource an event is about: a subject identifier of the format `scim`.
///
/// ```
/// use vestibule::scim::Registry;
/// use vestibule::scim::events::Subject;
/// let subject = Subject::new(Registry::standard().group(), "g1");
/// assert_eq!(subject.uri(), "/Groups/g1");
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Subject {
    uri: String,
    external_id: Option<String>,
}

impl Subject {
    /// The resource of that id, as the host knows it. See [`Subject`] for an example.
    #[must_use]
    pub fn new(resource_type: &ResourceType, id: &str) -> Self {
        Self {
            uri: format!("{}/{id}", resource_type.endpoint()),
            external_id: None,
        }
    }

    /// The same with the resource's `externalId`. See [`SecurityEvent`] for an example.
    #[must_use]
    pub fn of(id: &str, resource: &Resource) -> Self {
        Self {
            external_id: resource.text("externalId").map(str::to_owned),
            ..Self::new(resource.resource_type(), id)
        }
    }

    /// The path of the resource under the service's base URL. See [`Subject`] for an example.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    pub(super) fn to_json(&self) -> Value {
        let mut subject = json!({"format": "scim", "uri": self.uri});
        if let (Some(id), Some(subject)) = (&self.external_id, subject.as_object_mut()) {
            subject.insert("externalId".to_owned(), json!(id));
        }
        subject
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Subject({})", self.uri)
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

/// How an asynchronous request ended: RFC 9967 §2.5. `Debug` prints no values.
#[derive(Clone, PartialEq)]
pub struct AsyncResponse {
    payload: Map<String, Value>,
}

impl AsyncResponse {
    /// It was done, with that HTTP status.
    ///
    /// ```
    /// use vestibule::scim::Registry;
    /// use vestibule::scim::events::{AsyncResponse, SecurityEvent, Subject};
    /// let answer = AsyncResponse::done("POST", 201).with_version("W/\"1\"").with_bulk_id("q1");
    /// let subject = Subject::new(Registry::standard().user(), "u1");
    /// let event = SecurityEvent::completed(subject, answer);
    /// assert_eq!((&event.payload()["status"], &event.payload()["bulkId"]), (&"201".into(), &"q1".into()));
    /// ```
    #[must_use]
    pub fn done(method: &str, status: u16) -> Self {
        Self {
            payload: Map::from_iter([
                ("method".to_owned(), json!(method)),
                ("status".to_owned(), json!(status.to_string())),
            ]),
        }
    }

    /// It was refused. See [`SecurityEvent::completed`] for an example.
    #[must_use]
    pub fn refused(method: &str, error: &crate::scim::error::Error) -> Self {
        Self::done(method, error.status()).with("response", error.to_json())
    }

    /// The version of the resource as the request left it. See [`AsyncResponse::done`].
    #[must_use]
    pub fn with_version(self, version: &str) -> Self {
        self.with("version", json!(version))
    }

    /// The client's name for the operation in a Bulk request. See [`AsyncResponse::done`].
    #[must_use]
    pub fn with_bulk_id(self, bulk_id: &str) -> Self {
        self.with("bulkId", json!(bulk_id))
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.payload.insert(name.to_owned(), value);
        self
    }
}

impl fmt::Debug for AsyncResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.payload.get("status");
        write!(
            formatter,
            "AsyncResponse({})",
            status.and_then(Value::as_str).unwrap_or_default()
        )
    }
}

/// What happened: the events of RFC 9967 §2.3 to §2.5.
#[expect(clippy::exhaustive_enums, reason = "the standard's twelve")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum EventType {
    /// `prov:activate`
    Activate,
    /// `misc:asyncresp`
    AsyncResponse,
    /// `prov:create:full`
    CreateFull,
    /// `prov:create:notice`
    CreateNotice,
    /// `prov:deactivate`
    Deactivate,
    /// `prov:delete`
    Delete,
    /// `feed:add`
    FeedAdd,
    /// `feed:remove`
    FeedRemove,
    /// `prov:patch:full`
    PatchFull,
    /// `prov:patch:notice`
    PatchNotice,
    /// `prov:put:full`
    PutFull,
    /// `prov:put:notice`
    PutNotice,
}

impl EventType {
    /// The URI of the event.
    ///
    /// ```
    /// use vestibule::scim::events::EventType;
    /// assert_eq!(EventType::FeedAdd.as_str(), "urn:ietf:params:scim:event:feed:add");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Activate => "urn:ietf:params:scim:event:prov:activate",
            Self::AsyncResponse => "urn:ietf:params:scim:event:misc:asyncresp",
            Self::CreateFull => "urn:ietf:params:scim:event:prov:create:full",
            Self::CreateNotice => "urn:ietf:params:scim:event:prov:create:notice",
            Self::Deactivate => "urn:ietf:params:scim:event:prov:deactivate",
            Self::Delete => "urn:ietf:params:scim:event:prov:delete",
            Self::FeedAdd => "urn:ietf:params:scim:event:feed:add",
            Self::FeedRemove => "urn:ietf:params:scim:event:feed:remove",
            Self::PatchFull => "urn:ietf:params:scim:event:prov:patch:full",
            Self::PatchNotice => "urn:ietf:params:scim:event:prov:patch:notice",
            Self::PutFull => "urn:ietf:params:scim:event:prov:put:full",
            Self::PutNotice => "urn:ietf:params:scim:event:prov:put:notice",
        }
    }
}
