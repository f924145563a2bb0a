//! Whom an event is about: RFC 9967 §2.1.

use std::fmt;

use serde_json::{Value, json};

use crate::scim::base_url::segment;
use crate::scim::resource::Resource;
use crate::scim::schema::ResourceType;

/// Which resource an event is about: a subject identifier of the format `scim`.
///
/// ```
/// use vestibule::scim::Registry;
/// use vestibule::scim::events::Subject;
/// let subject = Subject::new(Registry::standard().group(), "g1");
/// assert_eq!(subject.uri(), "/Groups/g1");
/// let subject = Subject::new(Registry::standard().group(), "a/b");
/// assert_eq!(subject.uri(), "/Groups/a%2Fb");
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
            uri: format!("{}/{}", resource_type.endpoint(), segment(id)),
            external_id: None,
        }
    }

    /// The same with the resource's `externalId`. See [`SecurityEvent`](super::SecurityEvent) for an
    /// example.
    #[must_use]
    pub fn of(id: &str, resource: &Resource) -> Self {
        Self {
            external_id: resource.text("externalId").map(str::to_owned),
            ..Self::new(resource.resource_type(), id)
        }
    }

    /// The path of the resource under the service's base URL, its `id` percent-encoded. See
    /// [`Subject`] for an example.
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
