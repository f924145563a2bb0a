//! The claims around an event: RFC 8417 §2.2 and RFC 9967 §2.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::event::SecurityEvent;

/// What a host says about a token beside the event.
///
/// ```
/// use vestibule::scim::events::Envelope;
/// let now = "2026-05-14T15:23:38Z".parse().unwrap();
/// let envelope = Envelope::new("https://scim.example.com", "3d0c3cf7", now)
///     .with_audience("https://receiver.example.com")
///     .with_transaction("b7b953f1");
/// # let _ = envelope;
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Envelope {
    issuer: String,
    id: String,
    issued_at: DateTime<Utc>,
    audience: Vec<String>,
    transaction: Option<String>,
}

impl Envelope {
    /// A token of the issuer (`iss`) with an id that was never used (`jti`), made at `issued_at`
    /// (`iat`). See [`Envelope`] for an example.
    pub fn new(issuer: impl Into<String>, id: impl Into<String>, issued_at: DateTime<Utc>) -> Self {
        Self {
            issuer: issuer.into(),
            id: id.into(),
            issued_at,
            audience: Vec::new(),
            transaction: None,
        }
    }

    /// Names one receiver more (`aud`). See [`Envelope`] for an example.
    #[must_use]
    pub fn with_audience(mut self, receiver: impl Into<String>) -> Self {
        self.audience.push(receiver.into());
        self
    }

    /// Names the request that caused the event (`txn`): needed for asynchronous requests and
    /// replication (RFC 9967 §2.2). See [`Envelope`] for an example.
    #[must_use]
    pub fn with_transaction(mut self, transaction: impl Into<String>) -> Self {
        self.transaction = Some(transaction.into());
        self
    }
}

impl SecurityEvent {
    /// The claims of the token, to be signed with the type `secevent+jwt`.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::events::{Envelope, SecurityEvent, Subject};
    /// use vestibule::scim::Registry;
    ///
    /// let registry = Registry::standard();
    /// let event = SecurityEvent::deleted(Subject::new(registry.user(), "u1"));
    /// let now = "2026-05-14T15:23:38Z".parse().unwrap();
    /// let claims = event.claims(&Envelope::new("https://scim.example.com", "3d0c", now));
    /// assert_eq!(claims, json!({
    ///     "iss": "https://scim.example.com",
    ///     "jti": "3d0c",
    ///     "iat": 1778772218,
    ///     "sub_id": {"format": "scim", "uri": "/Users/u1"},
    ///     "events": {"urn:ietf:params:scim:event:prov:delete": {}},
    /// }));
    /// ```
    #[must_use]
    pub fn claims(&self, envelope: &Envelope) -> Value {
        let event = (
            self.event_type().as_str().to_owned(),
            Value::Object(self.payload().clone()),
        );
        let mut claims = Map::from_iter([
            ("iss".to_owned(), json!(envelope.issuer)),
            ("jti".to_owned(), json!(envelope.id)),
            ("iat".to_owned(), json!(envelope.issued_at.timestamp())),
            ("sub_id".to_owned(), self.subject().to_json()),
            ("events".to_owned(), Value::Object(Map::from_iter([event]))),
        ]);
        if !envelope.audience.is_empty() {
            claims.insert("aud".to_owned(), json!(envelope.audience));
        }
        if let Some(transaction) = &envelope.transaction {
            claims.insert("txn".to_owned(), json!(transaction));
        }
        Value::Object(claims)
    }
}
