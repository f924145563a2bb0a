//! What an organization was told of the domains that others hold.

use serde::{Deserialize, Serialize};

use super::super::facts::ForeignLogin;
use super::Organization;
use crate::domain::{ClaimScope, DomainHolder, DomainName, MailDomain};
use crate::identity::OrganizationId;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ForeignHolder {
    pub(super) organization: OrganizationId,
    pub(super) login: ForeignLogin,
    pub(super) scope: ClaimScope,
}

impl Organization {
    /// Notes that another organization has verified `domain`.
    ///
    /// ```
    /// use vestibule::access::{DomainClass, ForeignLogin, Organization, Settings};
    /// use vestibule::domain::{DomainName, RecordPrefix};
    /// use vestibule::identity::OrganizationId;
    ///
    /// let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// let mut acme = Organization::new(OrganizationId::new("acme"), settings);
    /// let domain = DomainName::parse("example.org")?;
    /// acme.hold_elsewhere(domain.clone(), OrganizationId::new("other"), ForeignLogin::SsoRequired);
    /// let class = acme.domain_class(domain.as_mail_domain());
    /// assert!(matches!(class, DomainClass::ForeignVerified { .. }));
    /// acme.release_elsewhere(&domain);
    /// assert_eq!(acme.domain_class(domain.as_mail_domain()), DomainClass::Unclaimed);
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    pub fn hold_elsewhere(
        &mut self,
        domain: DomainName,
        organization: OrganizationId,
        login: ForeignLogin,
    ) {
        self.note_holder(domain, organization, login, ClaimScope::ExactDomain);
    }

    /// Notes that another organization has verified `domain` with all names below it. See
    /// [`hold_elsewhere`](Organization::hold_elsewhere) for an example.
    pub fn hold_subdomains_elsewhere(
        &mut self,
        domain: DomainName,
        organization: OrganizationId,
        login: ForeignLogin,
    ) {
        self.note_holder(domain, organization, login, ClaimScope::IncludeSubdomains);
    }

    fn note_holder(
        &mut self,
        domain: DomainName,
        organization: OrganizationId,
        login: ForeignLogin,
        scope: ClaimScope,
    ) {
        let known = self.held_elsewhere.get(&domain);
        if known.is_none_or(|known| known.organization != organization) {
            let count = self.earlier_holders.entry(domain.clone()).or_default();
            *count = count.saturating_add(1);
        }
        let holder = ForeignHolder {
            organization,
            login,
            scope,
        };
        self.passed_on.insert(domain.clone());
        self.held_elsewhere.insert(domain, holder);
    }

    /// Notes that no other organization holds `domain` any more. See
    /// [`hold_elsewhere`](Organization::hold_elsewhere) for an example.
    pub fn release_elsewhere(&mut self, domain: &DomainName) {
        self.held_elsewhere.remove(domain);
    }

    /// Who else holds `domain`, as far as this organization was told.
    pub(super) fn holder(&self, domain: &DomainName) -> DomainHolder {
        let lapsed = self
            .claims
            .get(domain)
            .is_some_and(|claim| !claim.is_verified());
        if self.held_elsewhere.contains_key(domain) {
            DomainHolder::Another
        } else if lapsed && self.passed_on.contains(domain) {
            DomainHolder::NobodyAfterAnother
        } else {
            DomainHolder::Nobody
        }
    }

    /// How many other organizations have held `domain`, or a name above it, so far.
    pub(super) fn earlier_holders(&self, domain: &MailDomain) -> u32 {
        let counts = domain
            .with_parents()
            .filter_map(|name| self.earlier_holders.get(name));
        counts.copied().max().unwrap_or(0)
    }
}
