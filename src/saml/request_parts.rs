//! The wishes of an [`AuthnRequest`](super::AuthnRequest): saml-core §2.5, §3.3.2.2.1, §3.4.1.1
//! and §3.4.1.2.
//!
//! They bind the identity provider only. What its answer says is judged on its own.

use chrono::{DateTime, Utc};

use crate::xml::NewElement;

use super::namespace::{
    ARTIFACT_BINDING, EMAIL_FORMAT, POST_BINDING, SIMPLE_SIGN_BINDING, TRANSIENT_FORMAT,
    UNSPECIFIED_FORMAT,
};
use super::outgoing::written;
use super::party::EntityId;
use super::send_error::SendError;

/// By which binding the answer comes to the assertion consumer service: `ProtocolBinding`.
///
/// ```
/// use vestibule::saml::AnswerBinding;
/// let uri = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact";
/// assert_eq!(AnswerBinding::Artifact.uri(), uri);
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum AnswerBinding {
    /// HTTP-Artifact: see [`Artifact`](super::Artifact).
    Artifact,
    /// HTTP-POST: see [`ParsedResponse::from_post`](super::ParsedResponse::from_post).
    #[default]
    Post,
    /// HTTP-POST-SimpleSign: see [`SimpleSignForm`](super::SimpleSignForm).
    SimpleSign,
}

impl AnswerBinding {
    /// The identifier in messages and metadata. See [`AnswerBinding`] for an example.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Artifact => ARTIFACT_BINDING,
            Self::Post => POST_BINDING,
            Self::SimpleSign => SIMPLE_SIGN_BINDING,
        }
    }
}

/// A format of name identifiers: saml-core §8.3.
///
/// ```
/// use vestibule::saml::NameIdFormat;
/// let uri = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
/// assert_eq!(NameIdFormat::Persistent.uri(), uri);
/// let own = NameIdFormat::Other("urn:example:employee-number".to_owned());
/// assert_eq!(own.uri(), "urn:example:employee-number");
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum NameIdFormat {
    /// An e-mail address.
    EmailAddress,
    /// One of the identity provider's own.
    Other(String),
    /// An opaque name that stays the same for this service.
    Persistent,
    /// An opaque name for one session.
    Transient,
    /// Whatever the identity provider chooses.
    Unspecified,
}

impl NameIdFormat {
    /// The identifier in messages. See [`NameIdFormat`] for an example.
    #[must_use]
    pub fn uri(&self) -> &str {
        match self {
            Self::EmailAddress => EMAIL_FORMAT,
            Self::Other(uri) => uri,
            Self::Persistent => "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
            Self::Transient => TRANSIENT_FORMAT,
            Self::Unspecified => UNSPECIFIED_FORMAT,
        }
    }
}

/// Which name identifier the answer should have: saml-core §3.4.1.1.
///
/// ```
/// use vestibule::saml::{EntityId, NameIdFormat, NameIdPolicy};
/// let policy = NameIdPolicy::default()
///     .with_format(NameIdFormat::Persistent)
///     .with_sp_name_qualifier(EntityId::parse("https://example.com/affiliation")?)
///     .with_allow_create();
/// # let _ = policy;
/// # Ok::<(), vestibule::saml::PartyError>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct NameIdPolicy {
    format: Option<NameIdFormat>,
    sp_name_qualifier: Option<EntityId>,
    allow_create: bool,
}

impl NameIdPolicy {
    /// The same with a format. Many identity providers refuse one that they were not configured
    /// for. See [`NameIdPolicy`] for an example.
    #[must_use]
    pub fn with_format(mut self, format: NameIdFormat) -> Self {
        self.format = Some(format);
        self
    }

    /// The same with `SPNameQualifier`: a name that is shared by all services of an affiliation.
    /// See [`NameIdPolicy`] for an example.
    #[must_use]
    pub fn with_sp_name_qualifier(mut self, affiliation: EntityId) -> Self {
        self.sp_name_qualifier = Some(affiliation);
        self
    }

    /// The same with `AllowCreate`: the identity provider may make a new name for the person.
    /// See [`NameIdPolicy`] for an example.
    #[must_use]
    pub const fn with_allow_create(mut self) -> Self {
        self.allow_create = true;
        self
    }

    pub(super) fn element(&self) -> NewElement {
        NewElement::new("samlp:NameIDPolicy")
            .with_any("Format", self.format.as_ref().map(NameIdFormat::uri))
            .with_any(
                "SPNameQualifier",
                self.sp_name_qualifier.as_ref().map(EntityId::as_str),
            )
            .with_any("AllowCreate", self.allow_create.then_some("true"))
    }
}

/// Which validity the assertion of the answer should have: saml-core §2.5 and §3.4.1.
///
/// ```
/// use vestibule::saml::{EntityId, RequestedConditions};
/// let conditions = RequestedConditions {
///     not_on_or_after: Some("2026-06-06T08:00:00Z".parse()?),
///     audiences: vec![EntityId::parse("https://sp.example.com/saml/metadata")?],
///     ..RequestedConditions::default()
/// };
/// # let _ = conditions;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RequestedConditions {
    /// From when on, in whole seconds.
    pub not_before: Option<DateTime<Utc>>,
    /// Until when, exclusive, in whole seconds.
    pub not_on_or_after: Option<DateTime<Utc>>,
    /// For which services, one of them being enough; empty for no wish.
    pub audiences: Vec<EntityId>,
}

impl RequestedConditions {
    pub(super) fn element(&self) -> Result<NewElement, SendError> {
        let not_before = self.not_before.map(written).transpose()?;
        let not_on_or_after = self.not_on_or_after.map(written).transpose()?;
        let audiences = self.audiences.iter();
        let audiences =
            audiences.map(|audience| NewElement::new("saml:Audience").saying(audience.as_str()));
        let restriction = NewElement::new("saml:AudienceRestriction").holding_all(audiences);
        Ok(NewElement::new("saml:Conditions")
            .with_any("NotBefore", not_before.as_deref())
            .with_any("NotOnOrAfter", not_on_or_after.as_deref())
            .holding_all((!self.audiences.is_empty()).then_some(restriction)))
    }
}

/// How the person should authenticate: saml-core §3.3.2.2.1.
///
/// Entra refuses a sign-in when its session was made by another class than an exact one: ask only
/// for what is needed. See [`AuthnRequest::with_force_authn`] for an example.
///
/// [`AuthnRequest::with_force_authn`]: super::AuthnRequest::with_force_authn
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequestedAuthnContext {
    comparison: AuthnContextComparison,
    // At least one.
    class_refs: Vec<String>,
}

/// How the class of the authentication relates to those that were asked for: saml-core §3.3.2.2.1.
#[expect(clippy::exhaustive_enums, reason = "the standard has these four")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AuthnContextComparison {
    /// Stronger than each of them.
    Better,
    /// One of them.
    Exact,
    /// As strong as possible without exceeding one of them.
    Maximum,
    /// At least as strong as one of them.
    Minimum,
}

impl AuthnContextComparison {
    const fn name(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Exact => "exact",
            Self::Maximum => "maximum",
            Self::Minimum => "minimum",
        }
    }
}

impl RequestedAuthnContext {
    /// A wish for one class. See [`AuthnRequest::with_force_authn`] for an example.
    ///
    /// [`AuthnRequest::with_force_authn`]: super::AuthnRequest::with_force_authn
    #[must_use]
    pub fn new(comparison: AuthnContextComparison, class_ref: impl Into<String>) -> Self {
        Self {
            comparison,
            class_refs: vec![class_ref.into()],
        }
    }

    /// The same with one more class, less preferred than those before it.
    ///
    /// ```
    /// use vestibule::saml::{AuthnContextComparison, RequestedAuthnContext};
    /// let context = RequestedAuthnContext::new(
    ///     AuthnContextComparison::Exact,
    ///     "urn:oasis:names:tc:SAML:2.0:ac:classes:X509",
    /// )
    /// .or("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport");
    /// # let _ = context;
    /// ```
    #[must_use]
    pub fn or(mut self, class_ref: impl Into<String>) -> Self {
        self.class_refs.push(class_ref.into());
        self
    }

    pub(super) fn element(&self) -> NewElement {
        let class_refs = self
            .class_refs
            .iter()
            .map(|uri| NewElement::new("saml:AuthnContextClassRef").saying(uri));
        NewElement::new("samlp:RequestedAuthnContext")
            .with("Comparison", self.comparison.name())
            .holding_all(class_refs)
    }
}

/// Who may authenticate the person, behind an identity provider that passes requests on:
/// saml-core §3.4.1.2.
///
/// ```
/// use vestibule::saml::{EntityId, Scoping};
/// let scoping = Scoping {
///     proxy_count: Some(1),
///     idps: vec![EntityId::parse("https://idp.university.example/metadata")?],
///     requesters: Vec::new(),
/// };
/// # let _ = scoping;
/// # Ok::<(), vestibule::saml::PartyError>(())
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Scoping {
    /// How often the request may be passed on; 0 forbids it.
    pub proxy_count: Option<u32>,
    /// The identity providers to choose from, most preferred first; empty for no wish.
    pub idps: Vec<EntityId>,
    /// On whose behalf this service asks.
    pub requesters: Vec<EntityId>,
}

impl Scoping {
    pub(super) fn element(&self) -> NewElement {
        let count = self.proxy_count.map(|count| count.to_string());
        let entries = self
            .idps
            .iter()
            .map(|idp| NewElement::new("samlp:IDPEntry").with("ProviderID", idp.as_str()));
        let list = NewElement::new("samlp:IDPList").holding_all(entries);
        let requesters = self
            .requesters
            .iter()
            .map(|requester| NewElement::new("samlp:RequesterID").saying(requester.as_str()));
        NewElement::new("samlp:Scoping")
            .with_any("ProxyCount", count.as_deref())
            .holding_all((!self.idps.is_empty()).then_some(list))
            .holding_all(requesters)
    }
}
