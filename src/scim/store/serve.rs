//! The whole protocol, from a message to an answer, on a store.

use std::fmt;

use chrono::{DateTime, Utc};

use super::contract::Store;
use crate::scim::answer::{Answer, Outcome};
use crate::scim::base_url::BaseUrl;
use crate::scim::dialect::{AnswerType, Profile};
use crate::scim::discovery::{Discovery, ServiceConfig, Support};
use crate::scim::error::{Error, WireFault};
use crate::scim::query::CursorKey;
use crate::scim::request::{Document, MediaType, Message, Request, Target, Whom};
use crate::scim::schema::Registry;

/// One connection's SCIM service. `Debug` prints no values.
///
/// It does what `config` announces and answers the rest with 501; entity tags are ignored where
/// they are not announced. Pages by cursor are announced with [`Service::with_cursors`] only.
///
/// ```
/// use chrono::DateTime;
/// use vestibule::scim::{BaseUrl, Profile, Registry};
/// use vestibule::scim::discovery::ServiceConfig;
/// use vestibule::scim::request::{Headers, Message};
/// use vestibule::scim::store::{InMemory, Service};
///
/// let registry = Registry::standard();
/// let (profile, config) = (Profile::tolerant(), ServiceConfig::default());
/// let base = BaseUrl::parse("https://example.com/scim/v2")?;
/// let service = Service::new(&registry, &profile, &config, &base);
/// let mut store = InMemory::default();
/// let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
///
/// let message = Message {
///     method: "POST",
///     path: "/Users",
///     query: "",
///     headers: &Headers::default(),
///     body: br#"{"userName": "bjensen"}"#,
/// };
/// let answer = service.answer(&message, &mut store, now);
/// assert_eq!(answer.status(), 201);
/// assert_eq!(answer.header("Location"), Some("https://example.com/scim/v2/Users/1"));
/// assert_eq!(service.answer(&message, &mut store, now).status(), 409);
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Service<'a> {
    pub(super) registry: &'a Registry,
    pub(super) profile: &'a Profile,
    pub(super) config: &'a ServiceConfig,
    pub(super) base: &'a BaseUrl,
    pub(super) patch_answer: PatchAnswer,
    pub(super) cursors: Option<(&'a dyn CursorKey, &'a str)>,
    me: Option<&'a str>,
}

/// How a PATCH is answered that does not name `attributes`: RFC 7644 §3.5.2 allows both.
#[expect(clippy::exhaustive_enums, reason = "there is no third")]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum PatchAnswer {
    /// 204: large groups do not travel back.
    NoContent,
    /// 200 with the resource.
    #[default]
    Resource,
}

impl<'a> Service<'a> {
    /// A service under a base URL. See [`Service`] for an example.
    #[must_use]
    pub const fn new(
        registry: &'a Registry,
        profile: &'a Profile,
        config: &'a ServiceConfig,
        base: &'a BaseUrl,
    ) -> Self {
        Self {
            registry,
            profile,
            config,
            base,
            patch_answer: PatchAnswer::Resource,
            cursors: None,
            me: None,
        }
    }

    /// The same with another answer to a PATCH. See [`PatchAnswer`].
    #[must_use]
    pub const fn with_patch_answer(mut self, patch_answer: PatchAnswer) -> Self {
        self.patch_answer = patch_answer;
        self
    }

    /// The same with pages by cursor (RFC 9865): the host's key, and a text that distinguishes this
    /// tenant from others.
    ///
    /// See [`CursorKey`].
    #[must_use]
    pub const fn with_cursors(mut self, key: &'a dyn CursorKey, tenant: &'a str) -> Self {
        self.cursors = Some((key, tenant));
        self
    }

    /// The same with `/Me` for the user of that identifier, who is the authenticated subject.
    #[must_use]
    pub const fn with_me(mut self, user: &'a str) -> Self {
        self.me = Some(user);
        self
    }

    /// Reads a message, serves it and writes the answer. See [`Service`] for an example.
    ///
    /// The host has checked the token. A status of 400 and above changes nothing, except that of
    /// operations inside a Bulk answer, which has its own.
    #[must_use]
    pub fn answer<S: Store>(
        &self,
        message: &Message<'_>,
        store: &mut S,
        now: DateTime<Utc>,
    ) -> Answer {
        let otherwise = match self.profile.answer_type {
            AnswerType::Json => MediaType::Json,
            AnswerType::ScimJson => MediaType::ScimJson,
        };
        let accepted = match (message.headers.answer_type_or(otherwise), message.method) {
            // An answer without a body is acceptable to all.
            (Err(_), "DELETE") => Ok(otherwise),
            (accepted, _) => accepted,
        };
        let read = |_| Request::read(self.registry, self.profile, message);
        let outcome = match accepted.clone().and_then(read) {
            Ok(request) => self.serve(request, store, now),
            Err(error) => Outcome::Refused(error),
        };
        outcome.answer(accepted.unwrap_or(otherwise))
    }

    /// Serves a request.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use vestibule::scim::{BaseUrl, Profile, Registry, Request};
    /// use vestibule::scim::answer::Outcome;
    /// use vestibule::scim::discovery::ServiceConfig;
    /// use vestibule::scim::request::Document;
    /// use vestibule::scim::store::{InMemory, Service};
    ///
    /// let registry = Registry::standard();
    /// let (profile, config) = (Profile::tolerant(), ServiceConfig::default());
    /// let base = BaseUrl::parse("https://example.com/scim/v2")?;
    /// let service = Service::new(&registry, &profile, &config, &base);
    /// let request = Request::Discover(Document::Schemas);
    /// let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    /// let outcome = service.serve(request, &mut InMemory::default(), now);
    /// assert!(matches!(outcome, Outcome::Document(_)));
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub fn serve<S: Store>(&self, request: Request, store: &mut S, now: DateTime<Utc>) -> Outcome {
        let served = match request {
            Request::Bulk(bulk) => self.bulk(bulk, store, now),
            request => self.serve_one(request, store, now),
        };
        served.unwrap_or_else(Outcome::Refused)
    }

    fn serve_one<S: Store>(
        &self,
        request: Request,
        store: &mut S,
        now: DateTime<Utc>,
    ) -> Result<Outcome, Error> {
        match request {
            // A Bulk request has no other one in it.
            Request::Bulk(_) => Err(not_supported("Bulk")),
            Request::Create {
                resource_type,
                body,
                projection,
            } => self.create(&resource_type, body, projection, store, now),
            Request::Delete { target, conditions } => self.delete(&target, &conditions, store, now),
            Request::Discover(document) => self.discover(&document),
            Request::List { scope, query } => self.list(&scope, &query, store, now),
            Request::Patch {
                target,
                patch,
                conditions,
                projection,
            } => {
                self.need(self.config.patch, "PATCH")?;
                self.change(&target, &patch, &conditions, projection, store, now)
            }
            Request::Read {
                target,
                conditions,
                projection,
            } => self.read(&target, &conditions, &projection, store),
            Request::Replace {
                target,
                body,
                conditions,
                projection,
            } => self.change(&target, body, &conditions, projection, store, now),
        }
    }

    fn bulk<S: Store>(
        &self,
        bulk: crate::scim::bulk::Bulk,
        store: &mut S,
        now: DateTime<Utc>,
    ) -> Result<Outcome, Error> {
        let announced = &self.config.bulk;
        self.need(announced.support, "Bulk")?;
        bulk.check_limits(announced.max_operations, announced.max_payload_bytes)?;
        let mut run = bulk.run(self.registry, self.base, self.profile.bulk_circles);
        while let Some(request) = run.next_request() {
            let outcome = self.serve_one(request, store, now);
            run.report(&outcome.unwrap_or_else(Outcome::Refused));
        }
        Ok(Outcome::Bulk(run.response()))
    }

    fn discover(&self, document: &Document) -> Result<Outcome, Error> {
        let mut config = self.config.clone();
        if self.cursors.is_none() {
            config.cursor_pagination = Support::No;
        }
        let discovery = Discovery::new(self.registry, &config, self.base);
        let found = match document {
            Document::ResourceType(name) => discovery.resource_type(name)?,
            Document::ResourceTypes => discovery.resource_types().into_json(),
            Document::Schema(urn) => discovery.schema(urn)?,
            Document::Schemas => discovery.schemas().into_json(),
            Document::ServiceProviderConfig => discovery.service_provider_config(),
        };
        Ok(Outcome::Document(found))
    }

    pub(super) fn need(&self, support: Support, feature: &'static str) -> Result<(), Error> {
        match support {
            Support::Yes => Ok(()),
            Support::No => Err(not_supported(feature)),
        }
    }

    /// The identifier of a target.
    pub(super) fn id<'t>(&'t self, target: &'t Target) -> Result<&'t str, Error> {
        match &target.whom {
            Whom::Id(id) => Ok(id),
            Whom::Me => self.me.ok_or_else(|| not_supported("`/Me`")),
        }
    }
}

pub(super) const fn not_supported(feature: &'static str) -> Error {
    Error::wire(WireFault::NotImplemented { feature })
}

impl fmt::Debug for Service<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Service({})", self.base)
    }
}
