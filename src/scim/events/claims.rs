//! The claims around an event: RFC 8417 §2.2 and RFC 9967 §2.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::event::SecurityEvent;
use super::event_type::EventType;

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

    /// Names one operation of an asynchronous Bulk request (`txn`): the transaction that the client
    /// was told, and the place of the operation in the request, from 0 (RFC 9967 §2.5.1.2).
    ///
    /// ```
    /// use vestibule::scim::Registry;
    /// use vestibule::scim::events::{AsyncResponse, Envelope, SecurityEvent, Subject};
    /// let now = "2026-05-14T15:23:38Z".parse().unwrap();
    /// let envelope = Envelope::new("https://scim.example.com", "3d0c", now)
    ///     .with_operation("b7b953f1", 2);
    /// let subject = Subject::new(Registry::standard().user(), "u1");
    /// let event = SecurityEvent::completed(subject, AsyncResponse::done("DELETE", 204));
    /// assert_eq!(event.claims(&envelope)["txn"], "b7b953f1:2");
    /// ```
    #[must_use]
    pub fn with_operation(self, transaction: &str, index: usize) -> Self {
        self.with_transaction(format!("{transaction}:{index}"))
    }
}

impl SecurityEvent {
    /// The claims of the token of this event alone, to be signed with the type `secevent+jwt`.
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
        envelope.claims(&self.subject().to_json(), [self])
    }

    /// The claims of one token for several events: what one request did to one resource (RFC 9967
    /// §2.1), such as a PATCH and the deactivation in it.
    ///
    /// None when there is no event, when two are about different resources, and when two are of one
    /// type.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::events::{Envelope, SecurityEvent, Subject};
    /// use vestibule::scim::Registry;
    ///
    /// let subject = |id| Subject::new(Registry::standard().user(), id);
    /// let now = "2026-05-14T15:23:38Z".parse().unwrap();
    /// let envelope = Envelope::new("https://scim.example.com", "3d0c", now);
    /// let events = [SecurityEvent::activated(subject("u1")), SecurityEvent::added_to_feed(subject("u1"))];
    /// let claims = SecurityEvent::claims_together(&events, &envelope).unwrap();
    /// assert_eq!(claims["events"], json!({
    ///     "urn:ietf:params:scim:event:prov:activate": {},
    ///     "urn:ietf:params:scim:event:feed:add": {},
    /// }));
    /// let events = [SecurityEvent::activated(subject("u1")), SecurityEvent::added_to_feed(subject("u2"))];
    /// assert!(SecurityEvent::claims_together(&events, &envelope).is_none());
    /// ```
    #[must_use]
    pub fn claims_together(events: &[Self], envelope: &Envelope) -> Option<Value> {
        let (first, rest) = events.split_first()?;
        let types: HashSet<EventType> = events.iter().map(Self::event_type).collect();
        let is_one = rest.iter().all(|event| event.subject() == first.subject());
        (is_one && types.len() == events.len())
            .then(|| envelope.claims(&first.subject().to_json(), events))
    }
}

impl Envelope {
    fn claims<'e>(
        &self,
        subject: &Value,
        events: impl IntoIterator<Item = &'e SecurityEvent>,
    ) -> Value {
        let events = events.into_iter().map(|event| {
            let uri = event.event_type().as_str().to_owned();
            (uri, Value::Object(event.payload().clone()))
        });
        let events: Map<String, Value> = events.collect();
        let mut claims = json!({
            "iss": self.issuer,
            "jti": self.id,
            "iat": self.issued_at.timestamp(),
            "sub_id": subject,
            "events": events,
        });
        let mut say = |name: &str, value: Value| {
            if let Some(claims) = claims.as_object_mut() {
                claims.insert(name.to_owned(), value);
            }
        };
        if !self.audience.is_empty() {
            say("aud", json!(self.audience));
        }
        if let Some(transaction) = &self.transaction {
            say("txn", json!(transaction));
        }
        claims
    }
}
