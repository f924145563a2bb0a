//! How an asynchronous request ended: RFC 9967 §2.5.1.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::scim::error::Error;

/// How an asynchronous request ended, as one operation of a BulkResponse says it (RFC 7644 §3.7.3).
/// `Debug` prints no values.
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

    /// It was refused. See [`SecurityEvent::completed`](super::SecurityEvent::completed) for an
    /// example.
    #[must_use]
    pub fn refused(method: &str, error: &Error) -> Self {
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

    /// The URI of the resource. See [`AsyncResponse::done`].
    #[must_use]
    pub fn with_location(self, location: &str) -> Self {
        self.with("location", json!(location))
    }

    pub(super) fn into_payload(self) -> Map<String, Value> {
        self.payload
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
