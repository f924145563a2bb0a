//! Carrying effects out: pure, total, and the same twice as once.

use super::super::brake::{FirstSync, HeldChange, HeldTarget};
use super::super::effect::Effect;
use super::super::facts::Agreement;
use super::super::membership::{
    Account, Asked, Member, MemberState, PendingDeprovision, ProfileChange, TeamState,
};
use super::super::settings::Switch;
use super::super::tokens::ConnectionTokens;
use super::Organization;
use crate::identity::{Asserted, DirectoryChange, UserId};

impl Organization {
    /// Carries one effect out.
    ///
    /// An effect about somebody or something that is not there does nothing, and an effect that
    /// was carried out already does nothing more: a host may replay a decision's effects in order.
    /// [`Organization`] has an example.
    pub fn apply(&mut self, effect: &Effect) {
        match effect {
            Effect::AddMember {
                user,
                role,
                source,
                manager,
            } => self.add_member(
                user,
                Member {
                    role: *role,
                    source: *source,
                    manager: manager.clone(),
                    state: MemberState::Active,
                },
            ),
            Effect::AddToTeam { group, user } => self.add_to_team(group, user),
            Effect::AdoptMember {
                user,
                connection,
                from,
            } => self.change_member(user, |member| {
                if member.manager == *from {
                    member.manager = Some(connection.clone());
                }
            }),
            Effect::ApproveFirstSync { connection } => {
                let state = self.brakes.entry(connection.clone()).or_default();
                state.first_sync = FirstSync::Approved;
            }
            Effect::CountGroupLoss {
                connection,
                hour,
                lost,
            } => {
                let state = self.brakes.entry(connection.clone()).or_default();
                state.groups_lost.set(*hour, *lost);
            }
            Effect::CountRefusal {
                connection,
                hour,
                refused,
            } => {
                let state = self.brakes.entry(connection.clone()).or_default();
                state.refused.set(*hour, *refused);
            }
            Effect::ChangeRole { user, role } => {
                self.change_member(user, |member| member.role = *role);
            }
            Effect::ChangeSettings(settings) => self.settings = (**settings).clone(),
            Effect::ConsumeInvitation { address } => {
                self.invitations.remove(address);
            }
            Effect::CreateAccount {
                user,
                address,
                profile,
            } => {
                let account = Account::new(user.clone(), address.clone());
                self.create_account(Account {
                    profile: (**profile).clone(),
                    earlier_holders: self.earlier_holders(address.domain()),
                    ..account
                });
            }
            Effect::CreateTeam {
                group,
                name,
                connection,
                external_id,
                presence,
            } => {
                let state = TeamState::Managed {
                    connection: connection.clone(),
                    external_id: external_id.clone(),
                    presence: *presence,
                };
                self.create_team(group, name, state);
            }
            Effect::DeactivateMember { user, deactivation } => {
                self.held.remove(&HeldTarget::User(user.clone()));
                self.change_member(user, |member| {
                    member.state = MemberState::Deactivated(deactivation.clone());
                });
            }
            Effect::DeleteTeam { group } => {
                self.held.remove(&HeldTarget::Group(group.clone()));
                self.remove_team(group);
            }
            Effect::DropClaim { domain } | Effect::TransferClaim { domain, .. } => {
                self.claims.remove(domain);
            }
            Effect::EndMembership { user } => self.end_membership(user),
            // Accounts belong to the host.
            Effect::EraseMemberData { user } => self.people.unbind(user),
            Effect::Invite { address } => self.invite(address.clone()),
            Effect::IssueLinkCode => {}
            Effect::JoinLinkedOrganization { organization, user } => {
                self.join_linked(organization, user);
            }
            Effect::LeaveLinkedOrganization { organization, user } => {
                self.leave_linked(organization, user);
            }
            Effect::LinkOrganization { admin, linked } => self.link_organizations(admin, linked),
            Effect::LinkSubject {
                connection,
                subject,
                user,
            } => {
                self.people.bind(connection, subject, user);
            }
            Effect::MaterializeTeam { group } => self.materialize(group),
            Effect::NoteSetup { connection, made } => {
                let state = self.brakes.entry(connection.clone()).or_default();
                state.note_setup(made.clone());
            }
            Effect::Notify(_) => {}
            Effect::ReactivateMember { user } => {
                self.held.remove(&HeldTarget::User(user.clone()));
                self.change_member(user, |member| member.state = MemberState::Active);
            }
            Effect::RecordClaim(claim) => self.put_claim((**claim).clone()),
            Effect::RecordHold(held) => self.hold(held),
            Effect::RecordTokens(tokens) => self.record_tokens(tokens),
            Effect::ReleaseHold { target } => self.release_hold(target),
            Effect::ReleaseTeam { group } => {
                self.held.remove(&HeldTarget::Group(group.clone()));
                self.set_team_state(group, TeamState::Unmanaged);
            }
            Effect::RecordProof { user, at } => {
                self.proofs.insert(user.clone(), *at);
            }
            Effect::RemoveConnection { connection } => self.remove_connection(connection),
            Effect::StoreConnection(configuration) => {
                self.put_configuration((**configuration).clone());
            }
            Effect::RemoveFromTeam { group, user } => self.remove_from_team(group, user),
            Effect::RenameTeam { group, name } => self.rename_team(group, name),
            Effect::RequestConsent { user, .. } => {
                self.consents
                    .entry(user.clone())
                    .or_insert(Agreement::Asked);
            }
            Effect::RestoreMember { user, state } => {
                self.held.remove(&HeldTarget::User(user.clone()));
                self.change_member(user, |member| member.state = state.clone());
            }
            Effect::RestoreTeam { group, team } => {
                if !self.teams.contains_key(group) {
                    self.put_team(group.clone(), (**team).clone());
                }
            }
            Effect::SetConnectionHealth { connection, health } => {
                if let Some(facts) = self.connections.get_mut(connection) {
                    facts.health = *health;
                }
            }
            Effect::SetGroupManagement(to) => self.set_group_management(*to),
            Effect::SpendBudget {
                connection,
                hour,
                spent,
            } => {
                let state = self.brakes.entry(connection.clone()).or_default();
                state.taken.set(*hour, *spent);
            }
            Effect::TakeOverTeam {
                group,
                connection,
                external_id,
                from,
            } => {
                self.take_over(group, connection, external_id.as_deref(), from.as_ref());
            }
            Effect::UpdateProfile { user, change } => self.update_profile(user, change),
        }
    }

    /// A membership that a delete ended gives way, with its Teams; any other one stays.
    pub(super) fn add_member(&mut self, user: &UserId, member: Member) {
        let old = self.member(user);
        if old.is_some_and(|old| !old.is_deleted()) {
            return;
        }
        self.leave_teams(user);
        self.consents.remove(user);
        self.put_member(user, member);
    }

    /// A member whose end the change holds is pending from now on.
    fn hold(&mut self, held: &HeldChange) {
        let Some(target) = held.target() else {
            return;
        };
        let asked = match &held.change {
            DirectoryChange::DeleteUser { .. } => Some(Asked::Delete),
            DirectoryChange::UpdateUser { attributes, .. } => {
                (attributes.active == Asserted::Value(false)).then_some(Asked::Deactivate)
            }
            DirectoryChange::CreateGroup(_)
            | DirectoryChange::CreateUser(_)
            | DirectoryChange::DeleteGroup { .. }
            | DirectoryChange::DisassociateGroup { .. }
            | DirectoryChange::UpdateGroup { .. } => None,
        };
        if let (HeldTarget::User(user), Some(asked)) = (&target, asked) {
            let pending = PendingDeprovision {
                connection: held.connection.clone(),
                asked,
                hold: held.hold,
            };
            self.change_member(user, |member| {
                if !matches!(member.state, MemberState::Deactivated(_)) {
                    member.state = MemberState::PendingDeprovision(pending);
                }
            });
        }
        self.held.insert(target, held.clone());
    }

    fn release_hold(&mut self, target: &HeldTarget) {
        self.held.remove(target);
        if let HeldTarget::User(user) = target {
            self.change_member(user, |member| {
                if let MemberState::PendingDeprovision(_) = member.state {
                    member.state = MemberState::Active;
                }
            });
        }
    }

    fn record_tokens(&mut self, tokens: &ConnectionTokens) {
        let connection = tokens.connection().clone();
        let state = self.brakes.entry(connection.clone()).or_default();
        if state.begun_at.is_none() {
            state.begun_at = tokens.active().map(|token| token.issued_at);
        }
        state.token_changed_at = tokens.changed_at();
        self.tokens.insert(connection, tokens.clone());
    }

    pub(super) fn end_membership(&mut self, user: &UserId) {
        self.leave_teams(user);
        self.held.remove(&HeldTarget::User(user.clone()));
        self.change(user, |person| person.member = None);
    }

    fn set_group_management(&mut self, to: Switch) {
        self.settings.group_management = to;
        if to == Switch::Off {
            let groups: Vec<_> = self.teams.keys().cloned().collect();
            for group in groups {
                self.set_team_state(&group, TeamState::Unmanaged);
            }
            self.held
                .retain(|target, _| matches!(target, HeldTarget::User(_)));
        }
    }

    fn change_member(&mut self, user: &UserId, change: impl FnOnce(&mut Member)) {
        self.change(user, |person| {
            if let Some(member) = &mut person.member {
                change(member);
            }
        });
    }

    fn create_account(&mut self, account: Account) {
        let taken = self.people.get(&account.user).is_some()
            || self.people.at_address(&account.address).is_some();
        if !taken {
            self.people.insert(account);
            self.made = self.made.saturating_add(1);
        }
    }

    fn update_profile(&mut self, user: &UserId, change: &ProfileChange) {
        let free = change.address.clone().filter(|address| {
            let holder = self.people.at_address(address);
            holder.is_none_or(|holder| holder.user() == user)
        });
        self.change(user, |person| {
            let account = &mut person.account;
            change.apply_to(&mut account.profile);
            if let Some(address) = free {
                account.address = address;
            }
        });
    }
}
