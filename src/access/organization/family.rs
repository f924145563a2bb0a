//! Being governed by another organization of a family.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::super::facts::GroupImage;
use super::super::family::FamilyPlace;
use super::super::membership::{Member, MemberSource, Role};
use super::super::provisioning::same_name;
use super::super::settings::Settings;
use super::Organization;
use crate::domain::{Claim, DomainName};
use crate::identity::{DirectoryChange, OrganizationId, UserId};

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

    /// Notes what a linked organization is called in the directory of this one: the group of that name
    /// stands for it (rule X-09).
    ///
    /// ```
    /// # use vestibule::access::Organization;
    /// # use vestibule::identity::OrganizationId;
    /// # fn example(acme: &mut Organization) {
    /// acme.name_linked(OrganizationId::new("acme-labs"), "Acme Labs");
    /// # }
    /// ```
    pub fn name_linked(&mut self, organization: OrganizationId, name: impl Into<String>) {
        self.linked_names.insert(organization, name.into());
    }

    /// What the group that a change is about stands for.
    pub(super) fn image(&self, change: &DirectoryChange) -> GroupImage {
        let FamilyLink::Admin { linked } = &self.family else {
            return GroupImage::Team;
        };
        let group = match change {
            DirectoryChange::CreateGroup(attributes) => {
                return GroupImage::LinkedOrganization(self.named_linked(&attributes.display_name));
            }
            DirectoryChange::UpdateGroup { group, .. }
            | DirectoryChange::DeleteGroup { group }
            | DirectoryChange::DisassociateGroup { group } => group,
            DirectoryChange::CreateUser(_)
            | DirectoryChange::UpdateUser { .. }
            | DirectoryChange::DeleteUser { .. } => return GroupImage::Team,
        };
        let organization = OrganizationId::new(group.as_str());
        GroupImage::LinkedOrganization(linked.contains(&organization).then_some(organization))
    }

    /// The only linked organization of that name.
    fn named_linked(&self, name: &str) -> Option<OrganizationId> {
        let FamilyLink::Admin { linked } = &self.family else {
            return None;
        };
        let mut named = linked.iter().filter(|organization| {
            let known = self.linked_names.get(organization);
            known.is_some_and(|known| same_name(known, name))
        });
        let first = named.next().cloned();
        first.filter(|_| named.next().is_none())
    }

    pub(super) fn is_in_linked(&self, organization: &OrganizationId, user: &UserId) -> bool {
        let members = self.linked_members.get(organization);
        members.is_some_and(|members| members.contains(user))
    }

    /// In the linked organization a membership begins; the Admin organization remembers it.
    pub(super) fn join_linked(&mut self, organization: &OrganizationId, user: &UserId) {
        if *organization == self.id {
            let member = Member {
                source: MemberSource::Directory,
                ..Member::manual(Role::Member)
            };
            self.add_member(user, member);
        } else if matches!(&self.family, FamilyLink::Admin { linked } if linked.contains(organization))
        {
            let members = self.linked_members.entry(organization.clone());
            members.or_default().insert(user.clone());
        }
    }

    /// In the linked organization the membership ends; the Admin organization forgets it.
    pub(super) fn leave_linked(&mut self, organization: &OrganizationId, user: &UserId) {
        if *organization == self.id {
            self.end_membership(user);
        } else if let Some(members) = self.linked_members.get_mut(organization) {
            members.remove(user);
            if members.is_empty() {
                self.linked_members.remove(organization);
            }
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
