//! Metadata in and out: each rule by metadata that is read and metadata that differs in one thing.
#![cfg(feature = "saml")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use proptest::prelude::*;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use vestibule::dsig::{
    AlgorithmLevel, Certificate, TrustedKeys, parse_certificates, verify_enveloped,
};
use vestibule::error::{Blame, Explain, Place};
use vestibule::identity::ConnectionId;
use vestibule::limits::XmlLimits;
use vestibule::saml::metadata::{
    AssertionSigning, Binding, ContactKind, ContactPerson, IdpMetadata, KeyWarning, MetadataDiff,
    MetadataEntity, MetadataError, MetadataTrust, Organization, RequestSigning, SpMetadata,
};
use vestibule::saml::{
    Artifact, EndpointUrl, EntityId, MessageId, ParsedResponse, ServiceProvider,
};
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document};

#[path = "signer/mod.rs"]
mod signer;

const IDP: &str = "https://idp.example.org/saml/metadata";
const OTHER: &str = "https://other.example.org/metadata";
const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

macro_rules! certificate {
    ($name:literal) => {
        include_bytes!(concat!("data/certificates/", $name, ".pem"))
    };
}

fn now() -> DateTime<Utc> {
    "2026-06-06T07:40:25Z".parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn certificates(pem: &[u8]) -> Vec<Certificate> {
    parse_certificates(pem).unwrap()
}

fn base64_of(pem: &[u8]) -> String {
    STANDARD.encode(certificates(pem)[0].as_der())
}

fn rsa() -> String {
    base64_of(certificate!("rsa-2048"))
}

fn key(usage: &str, certificates: &[&str]) -> String {
    let certificates: String = certificates
        .iter()
        .map(|one| format!("<ds:X509Certificate>{one}</ds:X509Certificate>"))
        .collect();
    format!(
        "<md:KeyDescriptor{usage}><ds:KeyInfo><ds:X509Data>{certificates}</ds:X509Data>\
         </ds:KeyInfo></md:KeyDescriptor>"
    )
}

const SIGNING: &str = r#" use="signing""#;

fn endpoint(service: &str, binding: &str, location: &str) -> String {
    format!(
        r#"<md:{service} Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}" Location="{location}"/>"#
    )
}

fn sso() -> String {
    endpoint(
        "SingleSignOnService",
        "HTTP-Redirect",
        "https://idp.example.org/sso",
    )
}

/// An entity with these attributes on itself, these on its role, and this in its role.
fn entity_with(id: &str, attributes: &str, role_attributes: &str, role: &str) -> String {
    format!(
        r#"<md:EntityDescriptor xmlns:md="{MD}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" ID="_e" entityID="{id}"{attributes}><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"{role_attributes}>{role}</md:IDPSSODescriptor></md:EntityDescriptor>"#
    )
}

fn entity(id: &str, role: &str) -> String {
    entity_with(id, "", "", role)
}

fn sound() -> String {
    entity(IDP, &(key(SIGNING, &[&rsa()]) + &sso()))
}

fn group(attributes: &str, content: &str) -> String {
    format!(
        r#"<md:EntitiesDescriptor xmlns:md="{MD}"{attributes}>{content}</md:EntitiesDescriptor>"#
    )
}

fn read(xml: &str) -> Result<IdpMetadata, MetadataError> {
    let trust = MetadataTrust::ByTransport;
    IdpMetadata::read(xml.as_bytes(), MetadataEntity::Only, now(), trust)
}

fn read_named(xml: &str, id: &str) -> Result<IdpMetadata, MetadataError> {
    let id = EntityId::parse(id).unwrap();
    let trust = MetadataTrust::ByTransport;
    IdpMetadata::read(xml.as_bytes(), MetadataEntity::Named(&id), now(), trust)
}

fn pinned() -> TrustedKeys {
    TrustedKeys::from_certificates(&certificates(certificate!("rsa-2048"))).unwrap()
}

fn read_pinned(xml: &str, entity: MetadataEntity<'_>) -> Result<IdpMetadata, MetadataError> {
    let keys = pinned();
    IdpMetadata::read(xml.as_bytes(), entity, now(), MetadataTrust::Pinned(&keys))
}

fn code(read: Result<IdpMetadata, MetadataError>) -> &'static str {
    let error = read.unwrap_err();
    assert!(error.help().ends_with('.'), "{}", error.help());
    assert!(!error.to_string().contains('\n'));
    error.code()
}

fn path(error: &MetadataError) -> String {
    match error.at() {
        Some(Place::Element { path, .. }) => path,
        other => panic!("{other:?}"),
    }
}

/// Signs the root, which has the ID `_e` or `_g`, by the key of `rsa-2048`.
fn signed(xml: &str) -> String {
    let canonical = |text: &str| {
        let document =
            Document::parse(text, Dialect::Saml, &XmlLimits::METADATA_AGGREGATE).unwrap();
        let form = Canonical::new(CanonicalMethod::Exclusive);
        form.octets(document.root(), None).unwrap()
    };
    let document = Document::parse(xml, Dialect::Saml, &XmlLimits::METADATA_AGGREGATE).unwrap();
    let id = document.root().attribute("ID").unwrap();
    let digest = STANDARD.encode(digest(&SHA256, canonical(xml).as_bytes()));
    let signed_info = format!(
        r##"<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"##
    );
    let pkcs8 = include_bytes!("data/certificates/private-key-pkcs8.test-only.der");
    let pair = RsaKeyPair::from_pkcs8(pkcs8).unwrap();
    let mut value = vec![0; pair.public().modulus_len()];
    let octets = canonical(&signed_info);
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        octets.as_bytes(),
        &mut value,
    )
    .unwrap();
    let signature = format!(
        r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{signed_info}<ds:SignatureValue>{}</ds:SignatureValue></ds:Signature>"#,
        STANDARD.encode(value)
    );
    let place = document.root().span().end;
    format!("{}{signature}{}", &xml[..place], &xml[place..])
}

#[test]
fn an_entity_is_read_with_all_that_it_says() {
    let xml = entity_with(
        IDP,
        r#" validUntil="2026-06-20T00:00:00Z" cacheDuration="PT12H""#,
        r#" WantAuthnRequestsSigned="1""#,
        &[
            key(SIGNING, &[&rsa()]),
            key("", &[&base64_of(certificate!("ec-p256"))]),
            key(
                r#" use="encryption""#,
                &[&base64_of(certificate!("ec-p384"))],
            ),
            endpoint(
                "SingleLogoutService",
                "HTTP-Redirect",
                "https://idp.example.org/slo",
            ),
            "<md:NameIDFormat>\n urn:a </md:NameIDFormat><md:NameIDFormat>urn:b</md:NameIDFormat>"
                .to_owned(),
            endpoint("SingleSignOnService", "SOAP", "urn:not-looked-at"),
            sso(),
            endpoint(
                "SingleSignOnService",
                "HTTP-POST",
                "https://idp.example.org/post",
            ),
        ]
        .concat(),
    );
    let metadata = read(&xml).unwrap();
    assert_eq!(metadata.entity_id().as_str(), IDP);
    let subjects: Vec<&str> = metadata
        .certificates()
        .iter()
        .map(Certificate::subject)
        .collect();
    assert_eq!(
        subjects,
        ["CN=vestibule test rsa-2048", "CN=vestibule test ec-p256"]
    );
    let places: Vec<_> = metadata
        .single_sign_on()
        .iter()
        .map(|one| (one.binding, one.location.as_str()))
        .collect();
    assert_eq!(
        places,
        [
            (Binding::HttpRedirect, "https://idp.example.org/sso"),
            (Binding::HttpPost, "https://idp.example.org/post"),
        ]
    );
    assert_eq!(metadata.single_logout().len(), 1);
    assert_eq!(metadata.name_id_formats(), ["urn:a", "urn:b"]);
    assert_eq!(metadata.request_signing(), RequestSigning::Required);
    assert_eq!(metadata.valid_until(), Some(at("2026-06-20T00:00:00Z")));
    assert_eq!(metadata.refresh_at(), Some(at("2026-06-06T19:40:25Z")));
}

/// One that cannot be asked is passed by: nobody may ever ask it.
#[test]
fn artifacts_are_resolved_where_their_index_says() {
    let resolution = |index: &str, binding: &str, location: &str| {
        format!(
            r#"<md:ArtifactResolutionService{index} Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}" Location="{location}"/>"#
        )
    };
    let services = [
        resolution(r#" index="0""#, "HTTP-POST", "https://idp.example.org/post"),
        resolution("", "SOAP", "https://idp.example.org/none"),
        resolution(r#" index="65536""#, "SOAP", "https://idp.example.org/far"),
        resolution(r#" index="1""#, "SOAP", "http://idp.example.org/plain"),
        resolution(r#" index="1""#, "SOAP", "https://idp.example.org/one"),
        resolution(r#" index="2""#, "SOAP", "https://idp.example.org/two"),
    ]
    .concat();
    let xml = entity(IDP, &(key(SIGNING, &[&rsa()]) + &services + &sso()));
    let metadata = read(&xml).unwrap();
    let indexes = metadata.artifact_resolution().iter().map(|one| one.index);
    assert_eq!(indexes.collect::<Vec<_>>(), [1, 2]);
    let asked = |entity_id: &str, index: u8| {
        let source = digest(&SHA1_FOR_LEGACY_USE_ONLY, entity_id.as_bytes());
        let octets = [&[0, 4, 0, index], source.as_ref(), &[7; 20]].concat();
        let artifact = Artifact::parse(&STANDARD.encode(octets)).unwrap();
        let url = metadata.artifact_resolution_url(&artifact);
        url.map(ToString::to_string)
    };
    assert_eq!(
        asked(IDP, 1).as_deref(),
        Some("https://idp.example.org/one")
    );
    assert_eq!(
        asked(IDP, 2).as_deref(),
        Some("https://idp.example.org/two")
    );
    assert_eq!(asked(IDP, 3), None);
    assert_eq!(asked("https://other.example.org", 1), None);
    let without = read(&xml.replace(&services, "")).unwrap();
    assert!(without.artifact_resolution().is_empty());
    assert!(without.diff(&metadata).artifact_resolution.is_some());
}

#[test]
fn an_identity_provider_without_a_signing_key_is_refused() {
    let keys = |keys: &str| read(&entity(IDP, &format!("{keys}{}", sso())));
    assert!(keys(&key(SIGNING, &[&rsa()])).is_ok());
    assert!(keys(&key("", &[&rsa()])).is_ok());
    for without in [
        String::new(),
        key(r#" use="encryption""#, &[&rsa()]),
        key(r#" use="Signing""#, &[&rsa()]),
        key(r#" use="""#, &[&rsa()]),
        key(SIGNING, &[]),
        "<md:KeyDescriptor><ds:KeyInfo><ds:KeyName>k</ds:KeyName></ds:KeyInfo></md:KeyDescriptor>"
            .to_owned(),
    ] {
        assert_eq!(code(keys(&without)), "metadata-key-missing", "{without}");
    }
}

#[test]
fn a_certificate_elsewhere_is_no_key() {
    let elsewhere = key(SIGNING, &[&rsa()]).replace("ds:X509Data", "ds:Other");
    let xml = entity(IDP, &(elsewhere + &sso()));
    assert_eq!(code(read(&xml)), "metadata-key-missing");
    // A service's key in the same entity is not the identity provider's.
    let of_service = format!(
        "</md:IDPSSODescriptor><md:SPSSODescriptor>{}</md:SPSSODescriptor>",
        key(SIGNING, &[&rsa()])
    );
    let xml = entity(IDP, &sso()).replace("</md:IDPSSODescriptor>", &of_service);
    assert_eq!(code(read(&xml)), "metadata-key-missing");
}

#[test]
fn certificates_are_read_as_people_write_them() {
    let folded = rsa()
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect::<Vec<_>>()
        .join("&#13;\n\t");
    let pem = String::from_utf8(certificate!("rsa-2048").to_vec()).unwrap();
    for text in [folded, pem, format!("\n{}\n", rsa())] {
        let metadata = read(&entity(IDP, &(key(SIGNING, &[&text]) + &sso()))).unwrap();
        assert_eq!(
            metadata.certificates(),
            certificates(certificate!("rsa-2048"))
        );
    }
}

#[test]
fn a_certificate_with_something_inside_is_refused() {
    let whole = rsa();
    let (head, tail) = whole.split_at(100);
    for inside in ["<!---->", "<ds:X/>"] {
        let text = format!("{head}{inside}{tail}");
        let xml = entity(IDP, &(key(SIGNING, &[&text]) + &sso()));
        assert_eq!(code(read(&xml)), "metadata-certificate-not-text");
    }
    let xml = entity(IDP, &(key(SIGNING, &["AAAA"]) + &sso()));
    let error = read(&xml).unwrap_err();
    assert_eq!(
        (error.code(), error.blame()),
        ("certificate-malformed", Blame::Peer)
    );
}

#[test]
fn the_issuer_in_a_chain_is_no_key() {
    let chain = certificates(certificate!("chain"));
    let texts: Vec<String> = chain
        .iter()
        .map(|one| STANDARD.encode(one.as_der()))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let metadata = read(&entity(IDP, &(key(SIGNING, &texts) + &sso()))).unwrap();
    let issued: Vec<_> = chain
        .iter()
        .filter(|one| one.oddities().is_empty())
        .collect();
    assert_eq!(metadata.certificates().iter().collect::<Vec<_>>(), issued);
    assert!(issued.len() < chain.len());
}

#[test]
fn a_key_of_an_unsupported_kind_is_passed_by_beside_another() {
    let unsupported = key(
        SIGNING,
        &[&base64_of_block(certificate!("ec-p521-unsupported"))],
    );
    let xml = entity(
        IDP,
        &format!("{unsupported}{}{}", key(SIGNING, &[&rsa()]), sso()),
    );
    assert_eq!(read(&xml).unwrap().certificates().len(), 1);
    let xml = entity(IDP, &format!("{unsupported}{}", sso()));
    assert_eq!(code(read(&xml)), "certificate-key-unsupported");
}

/// The base64 lines of one PEM block, also of one that cannot be used.
fn base64_of_block(pem: &[u8]) -> String {
    let text = std::str::from_utf8(pem).unwrap();
    text.lines().filter(|line| !line.starts_with('-')).collect()
}

#[test]
fn more_keys_than_one_connection_may_have_are_refused() {
    let all = [
        base64_of(certificate!("rsa-2048")),
        base64_of(certificate!("rsa-1024")),
        base64_of(certificate!("ec-p256")),
        base64_of(certificate!("ec-p384")),
        base64_of(certificate!("ed25519")),
        base64_of(certificate!("idp-rsa-2048")),
        base64_of(certificate!("idp-ec-p256")),
        base64_of(certificate!("idp-ec-p384")),
        base64_of(certificate!("idp-expired")),
    ];
    let keys = |count: usize| {
        let keys: String = all[..count]
            .iter()
            .map(|one| key(SIGNING, &[one]))
            .collect();
        read(&entity(IDP, &(keys + &sso())))
    };
    assert_eq!(keys(8).unwrap().certificates().len(), 8);
    let error = keys(9).unwrap_err();
    assert_eq!(
        (error.code(), error.blame()),
        ("certificate-too-many-trusted", Blame::Limit)
    );
    // One that comes again does not count.
    let again = key(SIGNING, &[&all[0]]).repeat(100);
    assert_eq!(
        read(&entity(IDP, &(again + &sso())))
            .unwrap()
            .certificates()
            .len(),
        1
    );
}

#[test]
fn the_entity_of_an_aggregate_is_chosen_by_its_id() {
    let inner = group("", &sound());
    let other = entity(OTHER, "").replace("_e", "_o");
    let xml = group("", &format!("{other}{inner}"));
    assert_eq!(read_named(&xml, IDP).unwrap().entity_id().as_str(), IDP);
    assert_eq!(code(read(&xml)), "metadata-entity-not-chosen");
    assert_eq!(code(read_named(&xml, OTHER)), "metadata-key-missing");
    assert_eq!(
        code(read_named(&xml, "https://idp.example.org/saml")),
        "metadata-entity-missing"
    );
    // Alone, and still not the one that was named.
    assert!(read_named(&sound(), IDP).is_ok());
    assert_eq!(code(read_named(&sound(), OTHER)), "metadata-entity-missing");
}

#[test]
fn an_entity_twice_or_in_an_extension_is_not_chosen() {
    let twice = group("", &format!("{}{}", sound(), group("", &sound())));
    assert_eq!(code(read_named(&twice, IDP)), "metadata-entity-duplicate");
    let hidden = group("", &format!("<md:Extensions>{}</md:Extensions>", sound()));
    assert_eq!(code(read_named(&hidden, IDP)), "metadata-entity-missing");
    let inside = entity(
        OTHER,
        &format!("<md:Extensions>{}</md:Extensions>", sound()),
    );
    assert_eq!(
        code(read_named(&group("", &inside), IDP)),
        "metadata-entity-missing"
    );
}

#[test]
fn the_role_must_be_that_of_a_saml_2_identity_provider_once() {
    let two = sound().replace(
        "</md:IDPSSODescriptor>",
        r#"</md:IDPSSODescriptor><md:IDPSSODescriptor protocolSupportEnumeration="urn:x urn:oasis:names:tc:SAML:2.0:protocol"/>"#,
    );
    assert_eq!(code(read(&two)), "metadata-idp-several");
    let older = two.replace(
        "urn:x urn:oasis:names:tc:SAML:2.0:protocol",
        "urn:oasis:names:tc:SAML:1.1:protocol",
    );
    assert!(read(&older).is_ok());
    let service = sound().replace("IDPSSODescriptor", "SPSSODescriptor");
    assert_eq!(code(read(&service)), "metadata-idp-missing");
    let foreign = sound().replace(MD, "urn:x");
    assert_eq!(code(read(&foreign)), "metadata-root-unexpected");
}

#[test]
fn endpoints_are_https_and_one_is_there_for_sign_in() {
    let with = |endpoints: &str| read(&entity(IDP, &(key(SIGNING, &[&rsa()]) + endpoints)));
    assert!(with(&sso()).is_ok());
    assert_eq!(code(with("")), "metadata-endpoint-missing");
    let soap = endpoint(
        "SingleSignOnService",
        "SOAP",
        "https://idp.example.org/soap",
    );
    assert_eq!(code(with(&soap)), "metadata-endpoint-missing");
    for location in ["http://idp.example.org/sso", "javascript:alert(1)", ""] {
        let sso = endpoint("SingleSignOnService", "HTTP-POST", location);
        assert_eq!(code(with(&sso)), "saml-endpoint-url-invalid");
        let slo = endpoint("SingleLogoutService", "HTTP-POST", location);
        assert_eq!(
            code(with(&(slo + &crate::sso()))),
            "saml-endpoint-url-invalid"
        );
    }
    let nowhere = sso().replace("Location=", "location=");
    assert_eq!(code(with(&nowhere)), "metadata-attribute-missing");
}

#[test]
fn the_shortest_validity_around_the_role_counts() {
    let xml = |group_end: &str, entity_end: &str, role_end: &str| {
        let end = |text: &str| match text {
            "" => String::new(),
            text => format!(r#" validUntil="{text}""#),
        };
        let role = key(SIGNING, &[&rsa()]) + &sso();
        let entity = entity_with(IDP, &end(entity_end), &end(role_end), &role);
        read_named(&group(&end(group_end), &entity), IDP)
    };
    let late = "2027-01-01T00:00:00Z";
    let soon = "2026-06-06T07:40:26Z";
    let past = "2026-06-06T07:40:25Z";
    for (group, entity, role) in [
        (soon, late, late),
        (late, soon, late),
        (late, late, soon),
        ("", "", soon),
    ] {
        assert_eq!(
            xml(group, entity, role).unwrap().valid_until(),
            Some(at(soon))
        );
    }
    for (group, entity, role) in [(past, late, late), (late, past, late), (late, late, past)] {
        assert_eq!(code(xml(group, entity, role)), "metadata-expired");
    }
    assert_eq!(
        code(xml("", "tomorrow", "")),
        "metadata-attribute-malformed"
    );
}

#[test]
fn the_next_reading_is_due_at_the_shortest_cache_duration_or_the_end() {
    let refresh = |attributes: &str| {
        let role = key(SIGNING, &[&rsa()]) + &sso();
        let entity = entity_with(IDP, r#" cacheDuration="P1D""#, "", &role);
        read_named(&group(attributes, &entity), IDP).map(|metadata| metadata.refresh_at())
    };
    assert_eq!(refresh("").unwrap(), Some(at("2026-06-07T07:40:25Z")));
    let hour = refresh(r#" cacheDuration="PT1H""#).unwrap();
    assert_eq!(hour, Some(at("2026-06-06T08:40:25Z")));
    let end = refresh(r#" validUntil="2026-06-06T09:00:00Z""#).unwrap();
    assert_eq!(end, Some(at("2026-06-06T09:00:00Z")));
    let error = refresh(r#" cacheDuration="1 day""#).unwrap_err();
    assert_eq!(error.code(), "metadata-attribute-malformed");
    assert_eq!(path(&error), "/EntitiesDescriptor");
}

#[test]
fn a_flag_that_is_neither_true_nor_false_is_refused() {
    let with = |value: &str| {
        let attribute = format!(r#" WantAuthnRequestsSigned="{value}""#);
        read(&entity_with(
            IDP,
            "",
            &attribute,
            &(key(SIGNING, &[&rsa()]) + &sso()),
        ))
    };
    assert_eq!(
        with("true").unwrap().request_signing(),
        RequestSigning::Required
    );
    assert_eq!(
        with("0").unwrap().request_signing(),
        RequestSigning::Optional
    );
    assert_eq!(code(with("TRUE")), "metadata-attribute-malformed");
}

#[test]
fn a_pinned_key_verifies_the_root() {
    let metadata = read_pinned(&signed(&sound()), MetadataEntity::Only).unwrap();
    assert_eq!(metadata.signed_by(), pinned().fingerprints().next());
    assert_eq!(
        code(read_pinned(&sound(), MetadataEntity::Only)),
        "signature-missing"
    );

    let tampered = signed(&sound()).replace("example.org/sso", "example.com/sso");
    assert_eq!(
        code(read_pinned(&tampered, MetadataEntity::Only)),
        "signature-digest-mismatch"
    );
    // The same by transport alone is read: that is the host's choice, by its name.
    assert!(read(&tampered).is_ok());

    let keys = TrustedKeys::from_certificates(&certificates(certificate!("idp-rsa-2048"))).unwrap();
    let trust = MetadataTrust::Pinned(&keys);
    let other = IdpMetadata::read(
        signed(&sound()).as_bytes(),
        MetadataEntity::Only,
        now(),
        trust,
    );
    assert_eq!(code(other), "signature-invalid");
}

#[test]
fn a_signed_aggregate_covers_the_entity_that_is_chosen() {
    let id = EntityId::parse(IDP).unwrap();
    let entity = MetadataEntity::Named(&id);
    let aggregate = signed(&group(r#" ID="_g""#, &sound()));
    assert!(read_pinned(&aggregate, entity).is_ok());
    assert_eq!(
        code(read_pinned(&group("", &sound()), entity)),
        "signature-missing"
    );
}

#[test]
fn a_signed_entity_in_an_unsigned_aggregate_speaks_for_itself_alone() {
    let id = EntityId::parse(IDP).unwrap();
    let entity = MetadataEntity::Named(&id);
    let around = |attributes: &str, entity: &str| group(attributes, &group("", entity));
    let metadata = read_pinned(&around("", &signed(&sound())), entity).unwrap();
    assert_eq!(metadata.signed_by(), pinned().fingerprints().next());
    // Its neighbour is not signed.
    let other = self::entity(OTHER, &(key(SIGNING, &[&rsa()]) + &sso())).replace(r#" ID="_e""#, "");
    let both = group("", &(signed(&sound()) + &other));
    assert!(read_pinned(&both, entity).is_ok());
    let other_id = EntityId::parse(OTHER).unwrap();
    let of_other = read_pinned(&both, MetadataEntity::Named(&other_id));
    assert_eq!(code(of_other), "signature-missing");
    // The group around it is not signed either: it can end the validity and cannot prolong it.
    let ending = |end: &str| around(&format!(r#" validUntil="{end}""#), &signed(&sound()));
    let metadata = read_pinned(&ending("2026-06-07T00:00:00Z"), entity).unwrap();
    assert_eq!(metadata.valid_until(), Some(at("2026-06-07T00:00:00Z")));
    assert_eq!(
        code(read_pinned(&ending("2026-06-06T00:00:00Z"), entity)),
        "metadata-expired"
    );
    // A signature around it counts before its own.
    let tampered = signed(&group(r#" ID="_g""#, &sound())).replace("/sso", "/sso2");
    assert_eq!(
        code(read_pinned(&tampered, entity)),
        "signature-digest-mismatch"
    );
}

/// Of several signatures around an entity the outermost counts, wherever it stands.
#[test]
fn a_signed_group_in_an_unsigned_one_covers_its_entities() {
    let id = EntityId::parse(IDP).unwrap();
    let entity = MetadataEntity::Named(&id);
    let other = self::entity(OTHER, &(key(SIGNING, &[&rsa()]) + &sso())).replace(r#" ID="_e""#, "");
    let inner = signed(&group(r#" ID="_g""#, &(signed(&sound()) + &other)));
    let sound = group("", &inner);
    assert!(read_pinned(&sound, entity).is_ok());
    // A change of its neighbour, though its own signature still holds.
    let changed = sound.replace(OTHER, "https://mallory.example/metadata");
    assert_eq!(
        code(read_pinned(&changed, entity)),
        "signature-digest-mismatch"
    );
}

#[test]
fn a_federation_signed_by_xmlsec_is_read_and_a_changed_one_is_not() {
    let file = include_str!("data/saml/federation-metadata.xml");
    let id = EntityId::parse(IDP).unwrap();
    let entity = MetadataEntity::Named(&id);
    let metadata = read_pinned(file, entity).unwrap();
    assert_eq!(metadata.signed_by(), pinned().fingerprints().next());
    assert_eq!(metadata.valid_until(), Some(at("2040-01-01T00:00:00Z")));
    let longer = file.replace("2040-01-01", "2050-01-01");
    assert_eq!(
        code(read_pinned(&longer, entity)),
        "signature-digest-mismatch"
    );
    let service = EntityId::parse("https://sp.example.com/saml/metadata").unwrap();
    let service = read_pinned(file, MetadataEntity::Named(&service));
    assert_eq!(code(service), "metadata-idp-missing");
}

#[test]
fn a_signature_that_is_moved_around_a_forged_entity_is_refused() {
    let id = EntityId::parse(IDP).unwrap();
    let genuine = signed(&sound());
    let start = genuine.find("<ds:Signature").unwrap();
    let end = genuine.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    let signature = &genuine[start..end];
    let without = sound();
    let forged = sound().replace("idp.example.org/sso", "evil.example/sso");
    let open = forged.find('>').unwrap() + 1;
    let forged_with = |id: &str, inside: &str| {
        let head = forged[..open].replace("_e", id);
        format!(
            "{head}{signature}<md:Extensions>{inside}</md:Extensions>{}",
            &forged[open..]
        )
    };
    for wrapped in [
        // The original in an extension, with its signature on the forged one.
        forged_with("_f", &without),
        forged_with("_e", &without),
        // Both as siblings, the signature on the group.
        group(
            r#" ID="_g""#,
            &format!("{signature}{forged}{}", without.replace(IDP, OTHER)),
        ),
        group(r#" ID="_e""#, &format!("{signature}{forged}")),
        // The signed original beside the forged one, in both orders.
        group(r#" ID="_g""#, &format!("{forged}{genuine}")),
        group(r#" ID="_g""#, &format!("{genuine}{forged}")),
    ] {
        for entity in [MetadataEntity::Only, MetadataEntity::Named(&id)] {
            let code = code(read_pinned(&wrapped, entity));
            assert!(code.starts_with("signature-"), "{code}");
        }
    }
}

#[test]
fn expired_metadata_is_refused_though_it_is_signed() {
    let role = key(SIGNING, &[&rsa()]) + &sso();
    let xml = |end: &str| {
        signed(&entity_with(
            IDP,
            &format!(r#" validUntil="{end}""#),
            "",
            &role,
        ))
    };
    assert!(read_pinned(&xml("2026-06-06T07:40:26Z"), MetadataEntity::Only).is_ok());
    let expired = read_pinned(&xml("2026-06-06T07:40:25Z"), MetadataEntity::Only);
    assert_eq!(code(expired), "metadata-expired");
}

#[test]
fn a_large_aggregate_is_read_when_its_entity_is_named_and_only_then() {
    let filler = entity(OTHER, &key(SIGNING, &[&rsa()])).replace(r#" ID="_e""#, "");
    let mut content = filler.repeat(XmlLimits::default().bytes / filler.len() + 1);
    content.push_str(&sound());
    let xml = group("", &content);
    assert!(read_named(&xml, IDP).is_ok());
    let error = read(&xml).unwrap_err();
    assert_eq!(
        (error.code(), error.blame()),
        ("xml-too-large", Blame::Limit)
    );
}

#[test]
fn groups_in_groups_end_at_the_depth_limit() {
    let nested = |depth: usize| {
        let open = format!(r#"<md:EntitiesDescriptor xmlns:md="{MD}">"#);
        let close = "</md:EntitiesDescriptor>".repeat(depth);
        read_named(&format!("{}{}{close}", open.repeat(depth), sound()), IDP)
    };
    // An entity is six elements deep down to its certificate.
    let room = XmlLimits::METADATA_AGGREGATE.depth - 6;
    assert!(nested(room).is_ok());
    assert_eq!(code(nested(room + 1)), "xml-too-deep");
}

#[test]
fn a_doctype_and_a_page_are_refused() {
    let doctype = format!("<!DOCTYPE x>{}", sound());
    assert_eq!(code(read(&doctype)), "xml-doctype");
    let error = read("<html/>").unwrap_err();
    assert_eq!(
        (error.code(), error.blame()),
        ("metadata-root-unexpected", Blame::Caller)
    );
}

#[test]
fn metadata_makes_the_identity_provider_that_verifies_its_responses() {
    let file = include_str!("data/saml/idp-metadata.xml");
    let idp = read(file)
        .unwrap()
        .to_identity_provider(ConnectionId::new("acme"));
    let response = ParsedResponse::from_post(include_str!("data/saml/pysaml2.b64")).unwrap();
    assert!(response.verify(&idp).is_ok());
    let other = read(&sound())
        .unwrap()
        .to_identity_provider(ConnectionId::new("acme"));
    let response = ParsedResponse::from_post(include_str!("data/saml/pysaml2.b64")).unwrap();
    assert_eq!(
        response.verify(&other).unwrap_err().code(),
        "signature-invalid"
    );
}

fn with_keys(pems: &[&[u8]]) -> IdpMetadata {
    let keys: String = pems
        .iter()
        .map(|pem| key(SIGNING, &[&base64_of(pem)]))
        .collect();
    read(&entity(IDP, &(keys + &sso()))).unwrap()
}

fn counts(diff: &MetadataDiff) -> [usize; 3] {
    [
        diff.certificates.added.len(),
        diff.certificates.kept.len(),
        diff.certificates.removed.len(),
    ]
}

#[test]
fn a_change_of_keys_shows_in_three_steps() {
    let (old, new): (&[u8], &[u8]) = (certificate!("rsa-2048"), certificate!("idp-rsa-2048"));
    let before = with_keys(&[old]);
    let both = with_keys(&[old, new]);
    let after = with_keys(&[new]);
    assert_eq!(counts(&before.diff(&both)), [1, 1, 0]);
    assert_eq!(counts(&both.diff(&after)), [0, 1, 1]);
    assert_eq!(counts(&before.diff(&after)), [1, 0, 1]);
    assert!(before.diff(&before.clone()).is_empty());
    assert!(!before.diff(&both).is_empty());
}

#[test]
fn a_warning_comes_before_the_last_common_key_disappears() {
    let (old, new): (&[u8], &[u8]) = (certificate!("rsa-2048"), certificate!("ec-p256"));
    let third: &[u8] = certificate!("ec-p384");
    let warning = |before: &[&[u8]], after: &[&[u8]]| {
        with_keys(before)
            .diff(&with_keys(after))
            .certificates
            .key_warning()
    };
    let last = &certificates(old)[0];
    let expected = KeyWarning::LastCommonKey {
        fingerprint: last.fingerprint(),
        not_after: last.not_after(),
    };
    assert_eq!(warning(&[old], &[old, new]), Some(expected));
    assert_eq!(warning(&[old, third], &[old, new]), Some(expected));
    assert_eq!(warning(&[old], &[new]), Some(KeyWarning::NoCommonKey));
    assert_eq!(
        warning(&[old, new], &[third]),
        Some(KeyWarning::NoCommonKey)
    );
    // Nothing to take over: nothing changed, a key only went, or two earlier ones are left.
    assert_eq!(warning(&[old], &[old]), None);
    assert_eq!(warning(&[old, new], &[new]), None);
    assert_eq!(warning(&[old, third], &[old, third, new]), None);
}

#[test]
fn a_renewed_certificate_of_one_key_is_a_change_and_a_common_key() {
    // The odd certificates hold the key of `ec-p256`.
    let before = with_keys(&[certificate!("ec-p256")]);
    let renewed = with_keys(&[certificate!("odd-negative-serial")]);
    let diff = before.diff(&renewed);
    assert_eq!(counts(&diff), [1, 0, 1]);
    assert_eq!(diff.certificates.common_keys, renewed.certificates());
    assert_eq!(diff.certificates.key_warning(), None);
}

#[test]
fn another_name_endpoint_or_rule_is_a_difference() {
    let before = read(&sound()).unwrap();
    let diff = |from: &str, to: &str| before.diff(&read(&sound().replace(from, to)).unwrap());
    let renamed = diff(IDP, OTHER).entity_id.unwrap();
    assert_eq!(
        (renamed.before.as_str(), renamed.after.as_str()),
        (IDP, OTHER)
    );
    assert!(diff("/sso", "/sso2").single_sign_on.is_some());
    let slo = endpoint(
        "SingleLogoutService",
        "HTTP-POST",
        "https://idp.example.org/slo",
    );
    assert!(
        diff("<md:SingleSign", &format!("{slo}<md:SingleSign"))
            .single_logout
            .is_some()
    );
    let wants = r#"<md:IDPSSODescriptor WantAuthnRequestsSigned="true" "#;
    assert!(
        diff("<md:IDPSSODescriptor ", wants)
            .request_signing
            .is_some()
    );
    let validity = diff(
        "<md:IDPSSODescriptor ",
        r#"<md:IDPSSODescriptor cacheDuration="P1D" "#,
    );
    assert!(validity.is_empty());
}

fn service(entity_id: &str) -> ServiceProvider {
    ServiceProvider::new(
        EntityId::parse(entity_id).unwrap(),
        EndpointUrl::parse("https://sp.example.com/acs?a=1&b='2'").unwrap(),
    )
}

#[test]
fn the_metadata_of_this_service_is_written_in_the_order_of_the_schema() {
    let certificate = certificates(certificate!("ec-p256")).remove(0);
    let service = service("https://sp.example.com")
        .with_slo_url(EndpointUrl::parse("https://sp.example.com/slo").unwrap());
    let xml = SpMetadata::new(&service)
        .with_acs_url(EndpointUrl::parse("https://eu.example.com/acs").unwrap())
        .with_name_id_format("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")
        .with_request_signing(RequestSigning::Required)
        .with_assertion_signing(AssertionSigning::Optional)
        .with_signing_certificate(certificate.clone())
        .with_encryption_certificate(certificate.clone())
        .with_valid_until(at("2026-07-01T12:00:00.999Z"))
        .to_xml()
        .unwrap();
    let document = roxmltree::Document::parse(&xml).unwrap();
    let root = document.root_element();
    assert_eq!(root.attribute("validUntil"), Some("2026-07-01T12:00:00Z"));
    let role = root.first_element_child().unwrap();
    assert_eq!(role.tag_name().namespace(), Some(MD));
    assert_eq!(role.attribute("AuthnRequestsSigned"), Some("true"));
    assert_eq!(role.attribute("WantAssertionsSigned"), Some("false"));
    let names: Vec<&str> = role
        .children()
        .map(|child| child.tag_name().name())
        .collect();
    assert_eq!(
        names,
        [
            "KeyDescriptor",
            "KeyDescriptor",
            "SingleLogoutService",
            "SingleLogoutService",
            "NameIDFormat",
            "AssertionConsumerService",
            "AssertionConsumerService",
        ]
    );
    let services: Vec<_> = role
        .children()
        .filter(|child| child.has_tag_name((MD, "AssertionConsumerService")))
        .map(|one| {
            (
                one.attribute("index"),
                one.attribute("isDefault"),
                one.attribute("Location"),
            )
        })
        .collect();
    assert_eq!(
        services,
        [
            (
                Some("0"),
                Some("true"),
                Some("https://sp.example.com/acs?a=1&b='2'")
            ),
            (Some("1"), None, Some("https://eu.example.com/acs")),
        ]
    );
    let written = document
        .descendants()
        .find(|node| node.tag_name().name() == "X509Certificate")
        .and_then(|node| node.text())
        .unwrap();
    assert_eq!(certificates(written.as_bytes()), [certificate]);
}

/// Whoever is told no digest for RSA-OAEP may take two that differ, and no ready key reads that.
#[test]
fn the_key_transports_that_are_published_name_one_digest_each() {
    let certificate = certificates(certificate!("rsa-2048")).remove(0);
    let xml = SpMetadata::new(&service("https://sp.example.com"))
        .with_encryption_certificate(certificate)
        .to_xml()
        .unwrap();
    let document = roxmltree::Document::parse(&xml).unwrap();
    let methods = document
        .descendants()
        .filter(|node| node.has_tag_name((MD, "EncryptionMethod")));
    let named = |node: roxmltree::Node<'_, '_>| {
        let uri = node.attribute("Algorithm").unwrap_or_default();
        uri.rsplit('#').next().unwrap_or_default().to_owned()
    };
    let written: Vec<Vec<String>> = methods
        .map(|method| {
            let inside = method.children().map(named);
            std::iter::once(named(method)).chain(inside).collect()
        })
        .collect();
    assert_eq!(
        written,
        [
            vec!["aes256-gcm"],
            vec!["aes192-gcm"],
            vec!["aes128-gcm"],
            vec!["aes256-cbc"],
            vec!["aes192-cbc"],
            vec!["aes128-cbc"],
            vec!["rsa-oaep", "sha256", "mgf1sha256"],
            vec!["rsa-oaep-mgf1p", "sha1"],
        ]
    );
}

#[test]
fn what_is_not_asked_for_is_not_written() {
    let xml = SpMetadata::new(&service("https://sp.example.com"))
        .to_xml()
        .unwrap();
    for absent in [
        "validUntil",
        "SingleLogoutService",
        "KeyDescriptor",
        "NameIDFormat",
    ] {
        assert!(!xml.contains(absent), "{absent}");
    }
    assert!(xml.contains(r#"WantAssertionsSigned="true""#));
}

#[test]
fn a_character_that_xml_forbids_is_not_written() {
    let error = SpMetadata::new(&service("urn:x\u{fffe}"))
        .to_xml()
        .unwrap_err();
    assert_eq!(error.code(), "metadata-character-forbidden");
    assert!(SpMetadata::new(&service("urn:x\u{fffd}")).to_xml().is_ok());
}

proptest! {
    #[test]
    fn written_values_are_read_back_unchanged(name in "[ -~é\u{85}\u{2028}\t\r\n]{0,20}", id in "[!-~]{1,20}") {
        let xml = SpMetadata::new(&service(&id)).with_name_id_format(&name).to_xml().unwrap();
        let document = Document::parse(&xml, Dialect::Saml, &XmlLimits::default()).unwrap();
        prop_assert_eq!(document.root().attribute("entityID"), Some(id.as_str()));
        let format = document.elements().find(|one| one.local_name() == "NameIDFormat").unwrap();
        prop_assert_eq!(format.text(), name.as_str());
    }

    #[test]
    fn any_change_of_metadata_is_answered(at in 0_usize..6000, cut: bool, bytes: Vec<u8>) {
        let mut changed = group("", &sound()).into_bytes();
        let at = at % changed.len();
        let end = if cut { changed.len() } else { (at + bytes.len()).min(changed.len()) };
        changed.splice(at..end, bytes);
        let id = EntityId::parse(IDP).unwrap();
        for entity in [MetadataEntity::Only, MetadataEntity::Named(&id)] {
            match IdpMetadata::read(&changed, entity, now(), MetadataTrust::ByTransport) {
                Ok(metadata) => prop_assert!(!metadata.certificates().is_empty()),
                Err(error) => prop_assert!(!error.to_string().contains('\n')),
            }
        }
    }

    #[test]
    fn any_duration_and_end_are_answered(text in "P?[0-9YMDTHS.+-]{0,24}") {
        for attribute in ["cacheDuration", "validUntil"] {
            let attribute = format!(r#" {attribute}="{text}""#);
            let role = key(SIGNING, &[&rsa()]) + &sso();
            if let Ok(metadata) = read(&entity_with(IDP, &attribute, "", &role)) {
                prop_assert!(metadata.refresh_at().is_none_or(|at| at >= now()));
            }
        }
    }

    #[test]
    fn no_byte_of_signed_metadata_can_be_changed_to_another_reading(at in 0_usize..6000, byte: u8) {
        let genuine = signed(&sound());
        let mut changed = genuine.clone().into_bytes();
        let at = at % changed.len();
        changed[at] = byte;
        let keys = pinned();
        let trust = MetadataTrust::Pinned(&keys);
        if let Ok(read) = IdpMetadata::read(&changed, MetadataEntity::Only, now(), trust) {
            let before = read_pinned(&genuine, MetadataEntity::Only).unwrap();
            prop_assert!(before.diff(&read).is_empty());
        }
    }
}

/// Everything that the metadata of this service can say.
fn full_metadata() -> SpMetadata {
    let certificate = certificates(certificate!("rsa-2048")).remove(0);
    let service = service("https://sp.example.com/?a=1&b='\"<2>")
        .with_slo_url(EndpointUrl::parse("https://sp.example.com/slo").unwrap());
    SpMetadata::new(&service)
        .with_acs_url(EndpointUrl::parse("https://eu.example.com/acs").unwrap())
        .with_name_id_format("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")
        .with_request_signing(RequestSigning::Required)
        .with_signing_certificate(certificate.clone())
        .with_encryption_certificate(certificate)
        .with_valid_until(at("2026-07-01T12:00:00Z"))
        .with_organization(Organization {
            language: "en".to_owned(),
            name: "Example & Sons <Ltd>".to_owned(),
            display_name: "Example".to_owned(),
            url: EndpointUrl::parse("https://example.com/?a=1&b=2").unwrap(),
        })
        .with_contact(ContactPerson {
            company: Some("Example".to_owned()),
            given_name: Some("Sign-in".to_owned()),
            surname: Some("Team".to_owned()),
            email: Some("sign-in@example.com".to_owned()),
            ..ContactPerson::new(ContactKind::Technical)
        })
        .with_contact(ContactPerson::new(ContactKind::Support))
}

#[test]
fn who_stands_behind_the_service_follows_the_role() {
    let xml = full_metadata().to_xml().unwrap();
    let document = roxmltree::Document::parse(&xml).unwrap();
    let names = |parent: roxmltree::Node<'_, '_>| -> Vec<String> {
        let elements = parent.children().filter(roxmltree::Node::is_element);
        elements
            .map(|one| one.tag_name().name().to_owned())
            .collect()
    };
    let root = document.root_element();
    assert_eq!(
        names(root),
        [
            "SPSSODescriptor",
            "Organization",
            "ContactPerson",
            "ContactPerson"
        ]
    );
    let contact = root.children().nth(2).unwrap();
    assert_eq!(contact.attribute("contactType"), Some("technical"));
    assert_eq!(
        names(contact),
        ["Company", "GivenName", "SurName", "EmailAddress"]
    );
    let address = contact.last_element_child().unwrap();
    assert_eq!(address.text(), Some("mailto:sign-in@example.com"));
    let organization = root.children().nth(1).unwrap();
    assert_eq!(
        names(organization),
        [
            "OrganizationName",
            "OrganizationDisplayName",
            "OrganizationURL"
        ]
    );
    let name = organization.first_element_child().unwrap();
    assert_eq!(name.text(), Some("Example & Sons <Ltd>"));
    let language = ("http://www.w3.org/XML/1998/namespace", "lang");
    assert_eq!(name.attribute(language), Some("en"));
    // Only the key for encryption says how.
    let role = root.first_element_child().unwrap();
    let of = |usage: &str| {
        let is = |one: &roxmltree::Node<'_, '_>| one.attribute("use") == Some(usage);
        role.children().find(is).unwrap().children().count()
    };
    assert_eq!((of("signing"), of("encryption")), (1, 9));
    assert!(!xml.contains("tripledes"));
}

#[test]
fn signed_metadata_of_this_service_verifies_and_a_changed_one_does_not() {
    for algorithm in signer::ALGORITHMS {
        let key = signer::key(algorithm);
        let id = MessageId::from_random([7; 20]);
        let xml = full_metadata().to_signed_xml(&id, &key).unwrap();
        let verify = |xml: &str| {
            let document = Document::parse(xml, Dialect::Saml, &XmlLimits::default()).unwrap();
            let keys = signer::trusted(algorithm);
            verify_enveloped(document.root(), &keys, AlgorithmLevel::Modern).map(drop)
        };
        assert_eq!(verify(&xml), Ok(()), "{algorithm}");
        let changed = xml.replace("https://eu.example.com/acs", "https://eu.example.org/acs");
        let error = verify(&changed).unwrap_err();
        assert_eq!(error.code(), "signature-digest-mismatch");
        // Before the role, where the schema has it.
        let first = xml.find("<ds:Signature ").unwrap();
        assert!(first < xml.find("<md:SPSSODescriptor").unwrap());
    }
    let forbidden = SpMetadata::new(&service("urn:\u{ffff}"));
    let key = signer::key(signer::ALGORITHMS[0]);
    let error = forbidden
        .to_signed_xml(&MessageId::from_random([7; 20]), &key)
        .unwrap_err();
    assert_eq!(error.code(), "metadata-character-forbidden");
}

// For other implementations.

#[test]
fn the_metadata_can_be_written_out() {
    let mut lines = String::new();
    for algorithm in signer::ALGORITHMS {
        let id = MessageId::from_random([7; 20]);
        let signed = full_metadata().to_signed_xml(&id, &signer::key(algorithm));
        let line = serde_json::json!({
            "algorithm": algorithm.uri(),
            "certificate": std::str::from_utf8(signer::pem(algorithm)).unwrap(),
            "signed": signed.unwrap(),
            "unsigned": full_metadata().to_xml().unwrap(),
            "plain": SpMetadata::new(&service("urn:x")).to_xml().unwrap(),
        });
        lines.push_str(&format!("{line}\n"));
    }
    assert_eq!(lines.lines().count(), signer::ALGORITHMS.len());
    if let Some(path) = std::env::var_os("WRITTEN_METADATA") {
        std::fs::write(path, lines).unwrap();
    }
}
