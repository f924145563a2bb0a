//! The request for a sign-in that this service sends: saml-core §3.4.1, saml-profiles §4.1.4.1.
//!
//! It names no subject: who signs in is the answer's to say. The answer comes to the one assertion
//! consumer service URL.

use chrono::{DateTime, Utc};

use crate::xml::NewElement;

use super::extension::Extension;
use super::message_id::MessageId;
use super::outgoing::{Head, Question, Signing};
use super::party::{EndpointUrl, EntityId, ServiceProvider};
use super::post_form::PostForm;
use super::redirect_url::RedirectUrl;
use super::relay_state::RelayState;
use super::request_parts::{
    AnswerBinding, NameIdPolicy, RequestedAuthnContext, RequestedConditions, Scoping,
};
use super::send_error::SendError;
use super::sent_request::SentRequest;

/// A request for a sign-in.
///
/// ```
/// # use vestibule::saml::*;
/// # let service = ServiceProvider::new(
/// #     EntityId::parse("https://sp.example.com/saml/metadata")?,
/// #     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
/// # );
/// # let idp = EntityId::parse("https://idp.example.org/saml/metadata")?;
/// # let sso_url = EndpointUrl::parse("https://idp.example.org/sso")?;
/// # let random = [7; 20];
/// # let now = "2026-06-06T07:40:25Z".parse()?;
/// let id = MessageId::from_random(random);
/// let request = AuthnRequest::new(&service, idp, sso_url, id, now)
///     .with_name_id_policy(NameIdPolicy::default().with_format(NameIdFormat::EmailAddress));
/// let url = request.to_redirect(Signing::Unsigned, Some(&RelayState::parse("kq3ZtXb0uYw")?))?;
/// assert!(url.as_str().starts_with("https://idp.example.org/sso?SAMLRequest="));
/// assert!(url.as_str().ends_with("&RelayState=kq3ZtXb0uYw"));
///
/// // Into the browser's session: the answer is judged by it.
/// let sent = request.sent();
/// # assert_eq!(sent, SentRequest::new("_0707070707070707070707070707070707070707",
/// #     EntityId::parse("https://idp.example.org/saml/metadata")?)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct AuthnRequest {
    question: Question,
    acs_url: EndpointUrl,
    force_authn: bool,
    is_passive: bool,
    answer_binding: AnswerBinding,
    provider_name: Option<String>,
    extensions: Vec<Extension>,
    name_id_policy: Option<NameIdPolicy>,
    conditions: Option<RequestedConditions>,
    requested_context: Option<RequestedAuthnContext>,
    scoping: Option<Scoping>,
}

impl AuthnRequest {
    /// A request of `service` to the single sign-on URL of the identity provider `sent_to`.
    ///
    /// `now` becomes the `IssueInstant`, in whole seconds. See [`AuthnRequest`] for an example.
    #[must_use]
    pub fn new(
        service: &ServiceProvider,
        sent_to: EntityId,
        sso_url: EndpointUrl,
        id: MessageId,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            question: Question {
                head: Head::new(service, sso_url, id, now),
                sent_to,
            },
            acs_url: service.acs_url().clone(),
            force_authn: false,
            is_passive: false,
            answer_binding: AnswerBinding::Post,
            provider_name: None,
            extensions: Vec::new(),
            name_id_policy: None,
            conditions: None,
            requested_context: None,
            scoping: None,
        }
    }

    /// The same with `ForceAuthn`: the person must authenticate even with a session at the
    /// identity provider.
    ///
    /// Whether they did is to be seen in
    /// [`Authentication::instant`](super::Authentication::instant) of the answer.
    ///
    /// ```
    /// # use vestibule::saml::*;
    /// # let service = ServiceProvider::new(
    /// #     EntityId::parse("https://sp.example.com/saml/metadata")?,
    /// #     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
    /// # );
    /// # let idp = EntityId::parse("https://idp.example.org/saml/metadata")?;
    /// # let sso_url = EndpointUrl::parse("https://idp.example.org/sso")?;
    /// # let id = MessageId::from_random([7; 20]);
    /// # let now = "2026-06-06T07:40:25Z".parse()?;
    /// let request = AuthnRequest::new(&service, idp, sso_url, id, now)
    ///     .with_force_authn()
    ///     .with_requested_authn_context(RequestedAuthnContext::new(
    ///         AuthnContextComparison::Exact,
    ///         "https://refeds.org/profile/mfa",
    ///     ))
    ///     .with_scoping(Scoping { proxy_count: Some(0), ..Scoping::default() });
    /// assert!(request.to_post(Signing::Unsigned, None).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn with_force_authn(mut self) -> Self {
        self.force_authn = true;
        self
    }

    /// The same with `IsPassive`: the identity provider must not show itself, and answers with a
    /// failure when it would have to. See [`AuthnRequest::with_force_authn`] for its like.
    #[must_use]
    pub const fn with_is_passive(mut self) -> Self {
        self.is_passive = true;
        self
    }

    /// The same with a wish about the name identifier. See [`AuthnRequest`] for an example.
    #[must_use]
    pub fn with_name_id_policy(mut self, policy: NameIdPolicy) -> Self {
        self.name_id_policy = Some(policy);
        self
    }

    /// The same with a wish about how the person authenticates. Whether it was met is judged by
    /// [`Expectations::with_authn_contexts`](super::Expectations::with_authn_contexts).
    /// See [`AuthnRequest::with_force_authn`] for an example.
    #[must_use]
    pub fn with_requested_authn_context(mut self, context: RequestedAuthnContext) -> Self {
        self.requested_context = Some(context);
        self
    }

    /// The same with a wish about who may authenticate the person.
    /// See [`AuthnRequest::with_force_authn`] for an example.
    #[must_use]
    pub fn with_scoping(mut self, scoping: Scoping) -> Self {
        self.scoping = Some(scoping);
        self
    }

    /// The same with another binding of the answer than HTTP-POST. An identity provider answers by
    /// one that it was not configured with only if the request is signed, if at all.
    /// See [`AuthnRequest::with_extension`] for an example.
    #[must_use]
    pub const fn with_answer_binding(mut self, binding: AnswerBinding) -> Self {
        self.answer_binding = binding;
        self
    }

    /// The same with `ProviderName`: what identity providers call this service before the person.
    /// See [`AuthnRequest::with_extension`] for an example.
    #[must_use]
    pub fn with_provider_name(mut self, name: impl Into<String>) -> Self {
        self.provider_name = Some(name.into());
        self
    }

    /// The same with a wish about the validity of the assertion.
    /// See [`AuthnRequest::with_extension`] for an example.
    #[must_use]
    pub fn with_conditions(mut self, conditions: RequestedConditions) -> Self {
        self.conditions = Some(conditions);
        self
    }

    /// The same with one more element of another standard.
    ///
    /// ```
    /// # use vestibule::saml::*;
    /// # let service = ServiceProvider::new(
    /// #     EntityId::parse("https://sp.example.com/saml/metadata")?,
    /// #     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
    /// # );
    /// # let idp = EntityId::parse("https://idp.example.org/saml/metadata")?;
    /// # let sso_url = EndpointUrl::parse("https://idp.example.org/sso")?;
    /// # let id = MessageId::from_random([7; 20]);
    /// # let now = "2026-06-06T07:40:25Z".parse()?;
    /// let kind = Extension::new("http://eidas.europa.eu/saml-extensions", "SPType")?;
    /// let request = AuthnRequest::new(&service, idp, sso_url, id, now)
    ///     .with_answer_binding(AnswerBinding::Artifact)
    ///     .with_provider_name("Example")
    ///     .with_extension(kind.with_text("public"))
    ///     .with_conditions(RequestedConditions {
    ///         not_on_or_after: Some("2026-06-06T07:50:25Z".parse()?),
    ///         ..RequestedConditions::default()
    ///     });
    /// assert!(request.to_post(Signing::Unsigned, None).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_extension(mut self, extension: Extension) -> Self {
        self.extensions.push(extension);
        self
    }

    /// What the host keeps until the answer comes. See [`AuthnRequest`] for an example.
    #[must_use]
    pub fn sent(&self) -> SentRequest {
        self.question.sent()
    }

    /// The request as a form of the HTTP-POST binding. See [`PostForm`] for an example.
    ///
    /// # Errors
    ///
    /// [`SendError`].
    pub fn to_post(
        &self,
        signing: Signing<'_>,
        relay_state: Option<&RelayState>,
    ) -> Result<PostForm, SendError> {
        self.question
            .outgoing(self.element()?, relay_state)
            .post(signing)
    }

    /// The request as a URL of the HTTP-Redirect binding. See [`AuthnRequest`] for an example.
    ///
    /// # Errors
    ///
    /// [`SendError`].
    pub fn to_redirect(
        &self,
        signing: Signing<'_>,
        relay_state: Option<&RelayState>,
    ) -> Result<RedirectUrl, SendError> {
        self.question
            .outgoing(self.element()?, relay_state)
            .redirect(signing)
    }

    /// saml-core §3.4.1, in the order of the schema.
    fn element(&self) -> Result<NewElement, SendError> {
        let flag = |is_set: bool| is_set.then_some("true");
        let extensions = self.extensions.iter().map(Extension::element);
        let extensions = NewElement::new("samlp:Extensions").holding_all(extensions);
        let conditions = self.conditions.as_ref();
        let conditions = conditions.map(RequestedConditions::element).transpose()?;
        Ok(self
            .question
            .head
            .element("samlp:AuthnRequest")?
            .with_any("ForceAuthn", flag(self.force_authn))
            .with_any("IsPassive", flag(self.is_passive))
            .with("ProtocolBinding", self.answer_binding.uri())
            .with("AssertionConsumerServiceURL", self.acs_url.as_str())
            .with_any("ProviderName", self.provider_name.as_deref())
            .holding_all((!self.extensions.is_empty()).then_some(extensions))
            .holding_all(self.name_id_policy.as_ref().map(NameIdPolicy::element))
            .holding_all(conditions)
            .holding_all(
                self.requested_context
                    .as_ref()
                    .map(RequestedAuthnContext::element),
            )
            .holding_all(self.scoping.as_ref().map(Scoping::element)))
    }
}
