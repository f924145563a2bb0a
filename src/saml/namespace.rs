//! Names that the SAML 2.0 standard fixes.

/// Assertions: saml-core §1.2.
pub(super) const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

/// Protocol messages: saml-core §1.2.
pub(super) const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

/// Metadata: saml-metadata §1.1.
pub(super) const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

/// A reference to a message by way of the browser: saml-bindings §3.6.
pub(super) const ARTIFACT_BINDING: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact";

/// Messages by HTTP-POST: saml-bindings §3.5.
pub(super) const POST_BINDING: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/// Messages by HTTP-POST with the signature beside them.
pub(super) const SIMPLE_SIGN_BINDING: &str =
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST-SimpleSign";

/// Messages by HTTP-Redirect: saml-bindings §3.4.
pub(super) const REDIRECT_BINDING: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/// Messages by SOAP, without the browser: saml-bindings §3.2.
pub(super) const SOAP_BINDING: &str = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP";

/// SOAP 1.1 envelopes: saml-bindings §3.2.
pub(super) const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// XML Schema instances, for `xsi:nil`.
pub(super) const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The one top-level status that comes with an assertion: saml-core §3.2.2.2.
pub(super) const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// The top-level status of a failure at the identity provider: saml-core §3.2.2.2.
pub(super) const RESPONDER: &str = "urn:oasis:names:tc:SAML:2.0:status:Responder";

/// The second-level status of a logout that did not reach everybody: saml-core §3.2.2.2.
pub(super) const PARTIAL_LOGOUT: &str = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";

/// Bearer confirmation: saml-profiles §3.3.
pub(super) const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// The format of issuers, when they name one: saml-core §8.3.6.
pub(super) const ENTITY_FORMAT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";

/// A name identifier that is an e-mail address: saml-core §8.3.2.
pub(super) const EMAIL_FORMAT: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";

/// A name identifier of no particular format, and of none: saml-core §8.3.1 and §2.2.2.
pub(super) const UNSPECIFIED_FORMAT: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";

/// A name identifier for one session: saml-core §8.3.8.
pub(super) const TRANSIENT_FORMAT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
