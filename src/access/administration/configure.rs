//! Issuer, sign-on address and certificates of a connection.

use chrono::{DateTime, Utc};

use super::super::audit::ValueChange;
use super::super::connection::CertificateFacts;
use super::{
    CertificateUpload, ConnectionId, Decision, DenyCode, Effect, Fact, IssuerHolder,
    OtherCertificates, Personal, Reason, Refusals, RemedyAction, RemedyActor, RuleId,
    SettingsFacts, SsoConfiguration, SsoState, allowed, store,
};
use crate::limits::MAX_ISSUER_BYTES;

/// Rules SSO-01, SSO-05, SSO-09, SSO-10 and X-16.
///
/// Another issuer or sign-on address is another identity provider: the old connection goes, with
/// its certificates and its bindings of subjects, and a new one takes its place.
pub(super) fn configure(
    facts: &SettingsFacts<'_>,
    new: &SsoConfiguration,
    mut refusals: Refusals,
) -> Decision {
    check_complete(new, &mut refusals);
    check_issuer(facts, new, &mut refusals);
    let old = facts.connections.get(&new.connection);
    let replaced = old.filter(|old| is_another(old, new));
    let mut stored = SsoConfiguration {
        last_success: None,
        ..new.clone()
    };
    let (rule, mut effects) = match (old, replaced) {
        (_, Some(old)) => {
            stored.connection = facts.new_connection.clone();
            let connection = old.connection.clone();
            (
                RuleId::SSO_10,
                vec![Effect::RemoveConnection { connection }],
            )
        }
        (Some(old), None) => {
            stored.last_success = old.last_success;
            (RuleId::SSO_05, Vec::new())
        }
        (None, None) => (RuleId::SSO_01, Vec::new()),
    };
    if old != Some(&stored) {
        effects.push(Effect::StoreConnection(Box::new(stored)));
    }
    if facts.settings.sso == SsoState::NotConfigured {
        effects.extend(store(facts, |settings| settings.sso = SsoState::Disabled));
    }
    allowed(refusals, vec![Reason::new(rule, [])], effects)
}

fn is_another(old: &SsoConfiguration, new: &SsoConfiguration) -> bool {
    old.issuer != new.issuer || old.sign_on_url != new.sign_on_url
}

fn check_complete(new: &SsoConfiguration, refusals: &mut Refusals) {
    let missing = new.missing();
    if !missing.is_empty() {
        let read = [Fact::found("missing", "nothing", missing.join(", "))];
        let reason = Reason::new(RuleId::SSO_01, read).with_remedy(
            RemedyAction::CompleteConfiguration,
            RemedyActor::OwnerOrAdmin,
        );
        refusals.push(DenyCode::IncompleteConfiguration, reason);
    }
    // People are redirected there: `javascript:` and the like are no place to send them.
    let web =
        |url: &String| is_uri(url) && (url.starts_with("https://") || url.starts_with("http://"));
    if new.sign_on_url.as_ref().is_some_and(|url| !web(url)) {
        let reason = Reason::new(RuleId::SSO_01, []).with_remedy(
            RemedyAction::CompleteConfiguration,
            RemedyActor::OwnerOrAdmin,
        );
        refusals.push(DenyCode::SignOnUrlUnusable, reason);
    }
}

fn check_issuer(facts: &SettingsFacts<'_>, new: &SsoConfiguration, refusals: &mut Refusals) {
    let Some(issuer) = &new.issuer else {
        return;
    };
    let remedied = |rule| {
        Reason::new(rule, []).with_remedy(
            RemedyAction::CorrectMapping,
            RemedyActor::DirectoryAdministrator,
        )
    };
    if !is_uri(issuer) {
        refusals.push(DenyCode::IssuerNotUrl, remedied(RuleId::SSO_09));
    }
    let rule = match facts.issuer_holder {
        IssuerHolder::Nobody => return,
        IssuerHolder::AnotherOfTheFamily => RuleId::X_16,
        IssuerHolder::AnotherOrganization | IssuerHolder::SameOrganization => RuleId::SSO_09,
    };
    refusals.push(DenyCode::IssuerNotUnique, remedied(rule));
}

/// An absolute URI as far as an entity identifier needs to be one: a scheme, a colon, something
/// after it, and no space or control (RFC 3986, section 3).
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(in_scheme)
        && rest.bytes().any(|byte| byte.is_ascii_alphanumeric())
        && text.len() <= MAX_ISSUER_BYTES
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Rules SSO-02, SSO-03, SSO-05, SSO-06 and C-13.
pub(super) fn upload(
    facts: &SettingsFacts<'_>,
    connection: &ConnectionId,
    upload: &CertificateUpload,
    others: OtherCertificates,
    mut refusals: Refusals,
    now: DateTime<Utc>,
) -> Decision {
    let old = facts.connections.get(connection);
    if old.is_none() {
        refusals.push(DenyCode::UnknownConnection, Reason::new(RuleId::SSO_05, []));
    }
    let certificate = readable(upload, now, &mut refusals);
    let effects = match (old, certificate) {
        (Some(old), Some(certificate)) => replaced(old, certificate, others, now),
        _ => Vec::new(),
    };
    let rule = match others {
        OtherCertificates::KeepOne => RuleId::C_13,
        OtherCertificates::Replace => RuleId::SSO_06,
    };
    allowed(refusals, vec![Reason::new(rule, [])], effects)
}

fn readable<'a>(
    upload: &'a CertificateUpload,
    now: DateTime<Utc>,
    refusals: &mut Refusals,
) -> Option<&'a CertificateFacts> {
    let (code, rule) = match upload {
        CertificateUpload::Certificate(certificate) if certificate.not_after > now => {
            return Some(certificate);
        }
        CertificateUpload::Certificate(_) => (DenyCode::CertificateExpired, RuleId::SSO_04),
        CertificateUpload::MetadataDocument => (DenyCode::InvalidCertificate, RuleId::SSO_03),
        CertificateUpload::Unreadable => (DenyCode::InvalidCertificate, RuleId::SSO_02),
    };
    let reason = Reason::new(rule, [])
        .with_remedy(RemedyAction::ReplaceCertificate, RemedyActor::OwnerOrAdmin);
    refusals.push(code, reason);
    None
}

fn replaced(
    old: &SsoConfiguration,
    certificate: &CertificateFacts,
    others: OtherCertificates,
    now: DateTime<Utc>,
) -> Vec<Effect> {
    let mut new = old.clone();
    let kept = old
        .certificates
        .iter()
        .filter(|other| *other != certificate && other.not_after > now)
        .max()
        .filter(|_| others == OtherCertificates::KeepOne);
    new.certificates = kept.into_iter().chain([certificate]).cloned().collect();
    (new != *old)
        .then(|| Effect::StoreConnection(Box::new(new)))
        .into_iter()
        .collect()
}

/// What of a connection's configuration changed.
pub(super) fn value_changes(facts: &SettingsFacts<'_>, new: &SsoConfiguration) -> Vec<ValueChange> {
    let old = facts.connections.get(&new.connection);
    let certificates = |configuration: &SsoConfiguration| {
        let fingerprints = configuration.certificates.iter();
        let fingerprints: Vec<_> = fingerprints
            .map(|certificate| certificate.fingerprint.as_str())
            .collect();
        Some(fingerprints.join(", ")).filter(|text| !text.is_empty())
    };
    let values = [
        (
            "issuer",
            old.and_then(|old| old.issuer.clone()),
            new.issuer.clone(),
        ),
        (
            "sign_on_url",
            old.and_then(|old| old.sign_on_url.clone()),
            new.sign_on_url.clone(),
        ),
        (
            "certificates",
            old.and_then(certificates),
            certificates(new),
        ),
    ];
    values
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(attribute, old, new)| ValueChange {
            attribute: attribute.to_owned(),
            old: old.map(Personal::new),
            new: new.map(Personal::new),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::is_uri;

    #[test]
    fn an_issuer_is_an_absolute_uri() {
        for (accepted, refused) in [
            ("https://idp.example.com/a", "https//idp.example.com/a"),
            ("http://www.okta.com/exk1", "www.okta.com/exk1"),
            ("urn:example:idp", "urn:"),
            ("https://idp.example.com/a", "https://idp.example.com/a b"),
            ("https://idp.example.com/a", "1https://idp.example.com/a"),
        ] {
            assert!(is_uri(accepted), "{accepted}");
            assert!(!is_uri(refused), "{refused}");
        }
        let long = |bytes: usize| format!("urn:{}", "a".repeat(bytes));
        assert!(is_uri(&long(1020)) && !is_uri(&long(1021)));
    }
}
