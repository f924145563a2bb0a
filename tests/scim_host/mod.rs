//! A SCIM service on a store in memory, as a client of one connection sees it.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vestibule::scim::answer::Answer;
use vestibule::scim::discovery::ServiceConfig;
use vestibule::scim::request::{Headers, Message};
use vestibule::scim::store::{InMemory, PatchAnswer, Service};
use vestibule::scim::{BaseUrl, Profile, Registry};

pub(crate) struct Host {
    pub(crate) store: InMemory,
    pub(crate) registry: Registry,
    pub(crate) profile: Profile,
    pub(crate) config: ServiceConfig,
    pub(crate) patch: PatchAnswer,
}

impl Host {
    pub(crate) fn new(profile: Profile) -> Self {
        Self {
            store: InMemory::default(),
            registry: Registry::standard(),
            profile,
            config: ServiceConfig::default(),
            patch: PatchAnswer::Resource,
        }
    }

    /// Sends a request with headers of its own; a body of `null` is none.
    pub(crate) fn send(
        &mut self,
        method: &str,
        url: &str,
        sent: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let base = BaseUrl::parse("https://example.com/scim/v2").unwrap();
        let service = Service::new(&self.registry, &self.profile, &self.config, &base)
            .with_patch_answer(self.patch)
            .with_me("1");
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let message = Message {
            method,
            path,
            query,
            headers: &Headers::read(sent.iter().copied()).unwrap(),
            body: body.as_bytes(),
        };
        service.answer(&message, &mut self.store, now())
    }

    /// The status and the body.
    pub(crate) fn json(&mut self, method: &str, url: &str, body: &Value) -> (u16, Value) {
        let sent = [("Content-Type", "application/scim+json")];
        let answer = self.send(method, url, &sent, body);
        let body = serde_json::from_slice(answer.body()).unwrap_or_default();
        (answer.status(), body)
    }

    /// The identifier of a new user.
    pub(crate) fn user(&mut self, name: &str) -> String {
        let schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
        let body = json!({"schemas": schemas, "userName": name});
        let (status, user) = self.json("POST", "/Users", &body);
        assert_eq!(status, 201, "{user}");
        user["id"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}
