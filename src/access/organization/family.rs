//! Being governed by another organization of a family.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::super::family::FamilyPlace;
use super::super::membership::Role;
use super::super::settings::Settings;
use super::Organization;
use crate::domain::{Claim, DomainName};
use crate::identity::{OrganizationId, UserId};

/// An organization's place in a family.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum FamilyLink {
    Admin {
        linked: BTreeSet<OrganizationId>,
    },
    Linked {
        admin: OrganizationId,
    },
    #[default]
    Standalone,
}

/// What holds for a linked organization in place of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Governance {
    pub(super) settings: Settings,
    pub(super) claims: BTreeMap<DomainName, Claim>,
    /// The Owners and Admins of the Admin organization.
    pub(super) administrators: BTreeMap<UserId, Role>,
}

impl Organization {
    /// Takes the settings and claims of `admin` for its own, as they stand now (rules SHARED-01 and
    /// X-01); to be repeated when they change. Does nothing unless it is linked to `admin`.
    ///
    /// What the organization had itself is kept and counts for nothing meanwhile.
    ///
    /// ```
    /// use vestibule::access::*;
    /// use vestibule::domain::RecordPrefix;
    /// use vestibule::identity::OrganizationId;
    ///
    /// let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// let mut acme = Organization::new(OrganizationId::new("acme"), settings.clone());
    /// let mut labs = Organization::new(OrganizationId::new("acme-labs"), settings);
    /// acme.settings_mut().sso = SsoState::Enabled;
    /// let link = Effect::LinkOrganization { admin: acme.id().clone(), linked: labs.id().clone() };
    /// acme.apply(&link);
    /// labs.apply(&link);
    /// labs.follow(&acme);
    /// assert_eq!(labs.settings().sso, SsoState::Enabled);
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    pub fn follow(&mut self, admin: &Self) {
        let is_ours = matches!(&self.family, FamilyLink::Linked { admin: id } if *id == admin.id);
        if !is_ours {
            return;
        }
        let administrators = admin.members().filter_map(|(user, member)| {
            let administers = matches!(member.role, Role::Owner | Role::Admin);
            (administers && member.is_active()).then(|| (user.clone(), member.role))
        });
        self.governance = Some(Box::new(Governance {
            settings: admin.settings.clone(),
            claims: admin.claims.clone(),
            administrators: administrators.collect(),
        }));
    }

    /// Ends the link: the organization's own settings and claims hold again. See
    /// [`follow`](Organization::follow).
    pub fn leave_family(&mut self) {
        self.family = FamilyLink::Standalone;
        self.governance = None;
    }

    /// The organizations of its family, without itself, as far as it knows them.
    /// [`follow`](Organization::follow) has an example of a family.
    #[must_use]
    pub fn family(&self) -> Vec<OrganizationId> {
        match &self.family {
            FamilyLink::Admin { linked } => linked.iter().cloned().collect(),
            FamilyLink::Linked { admin } => vec![admin.clone()],
            FamilyLink::Standalone => Vec::new(),
        }
    }

    /// Its place in the family, as `actor` sees it.
    pub(super) fn place(&self, actor: Option<&UserId>) -> FamilyPlace {
        match &self.family {
            FamilyLink::Admin { .. } => FamilyPlace::Admin,
            FamilyLink::Linked { admin } => FamilyPlace::Linked {
                admin: admin.clone(),
                role_in_admin: self.governance.as_ref().and_then(|governance| {
                    let role = actor.and_then(|actor| governance.administrators.get(actor));
                    role.copied()
                }),
            },
            FamilyLink::Standalone => FamilyPlace::Standalone,
        }
    }

    pub(super) const fn governor(&self) -> Option<&OrganizationId> {
        match (&self.family, &self.governance) {
            (FamilyLink::Linked { admin }, Some(_)) => Some(admin),
            _ => None,
        }
    }

    /// The claims that hold for it.
    pub(super) fn effective_claims(&self) -> &BTreeMap<DomainName, Claim> {
        match &self.governance {
            Some(governance) => &governance.claims,
            None => &self.claims,
        }
    }

    pub(super) fn link_organizations(&mut self, admin: &OrganizationId, linked: &OrganizationId) {
        if self.id == *linked {
            self.family = FamilyLink::Linked {
                admin: admin.clone(),
            };
        } else if self.id == *admin {
            match &mut self.family {
                FamilyLink::Admin { linked: all } => {
                    all.insert(linked.clone());
                }
                FamilyLink::Linked { .. } | FamilyLink::Standalone => {
                    let linked = BTreeSet::from([linked.clone()]);
                    self.family = FamilyLink::Admin { linked };
                }
            }
        }
    }
}
