//! Plans, commits and undoing with this organization's facts.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::super::audit::{AuditActor, AuditName};
use super::super::brake::{Brake, HeldChange};
use super::super::claims::Actor;
use super::super::decision::{Allowance, Decision, Outcome, Reason};
use super::super::effect::Effect;
use super::super::membership::Team;
use super::super::plan::{Confirmation, Plan, Witness, decide_commit, decide_drop};
use super::super::provisioning::{TeamNameKey, decide_provisioning};
use super::super::rule::RuleId;
use super::super::undo::{Batch, StandsNow, Taken};
use super::Organization;
use crate::identity::{ConnectionId, DirectoryChange, UserId};

impl Organization {
    /// What these changes by the directory of `connection` would do, with the brake released.
    ///
    /// The changes are decided one after the other on a copy of whom and what they are about: the
    /// time and memory that a plan needs grow with the changes, not with the organization.
    ///
    /// ```
    /// use vestibule::access::*;
    /// use vestibule::identity::*;
    /// # fn example(mut acme: Organization, owner: Actor, now: chrono::DateTime<chrono::Utc>) {
    /// let okta = ConnectionId::new("okta-1");
    /// let changes = vec![
    ///     DirectoryChange::DeleteUser { user: UserId::new("u1") },
    ///     DirectoryChange::DeleteUser { user: UserId::new("u2") },
    /// ];
    /// let plan = acme.plan(&okta, changes, now);
    /// println!("takes away {}: {:?}", plan.summary().taken, plan.summary().effects);
    /// for name in &plan.summary().names {
    ///     println!("{}", name.expose());
    /// }
    /// assert_eq!(plan.effects().len(), 2);
    /// println!("to commit, type the number and send {}", plan.hash());
    /// # }
    /// ```
    pub fn plan(
        &self,
        connection: &ConnectionId,
        changes: Vec<DirectoryChange>,
        now: DateTime<Utc>,
    ) -> Plan {
        let excerpt = self.excerpt(&changes);
        excerpt.carried_through(connection, changes, now)
    }

    /// The plan of changes that are carried out on this organization, which is a copy.
    pub(super) fn carried_through(
        mut self,
        connection: &ConnectionId,
        changes: Vec<DirectoryChange>,
        now: DateTime<Utc>,
    ) -> Plan {
        let mut plan = Plan::begin(connection.clone(), now);
        for change in changes {
            let mut facts = self.provisioning_facts(connection, &change);
            facts.brake = Brake::ReleasedByPlan;
            let decision = decide_provisioning(&facts, &change, now);
            let witness = self.witness(&change);
            if let Outcome::Allow(_) = decision.outcome {
                for effect in &decision.effects {
                    self.apply(effect);
                }
            }
            plan.add(change, &decision, witness);
        }
        plan
    }

    /// What the changes that wait for `connection` would do, if they were committed.
    ///
    /// ```
    /// use vestibule::access::*;
    /// use vestibule::identity::ConnectionId;
    /// # fn example(mut acme: Organization, owner: Actor, now: chrono::DateTime<chrono::Utc>) {
    /// let plan = acme.plan_held(&ConnectionId::new("okta-1"), now);
    /// assert_eq!(plan.changes().len(), acme.held().count());
    /// // An Owner looks at it and drops what waits in place of committing it.
    /// let decision = acme.decide_drop(plan.connection(), &owner);
    /// for effect in &decision.effects {
    ///     acme.apply(effect);
    /// }
    /// assert_eq!(acme.held().count(), 0);
    /// # }
    /// ```
    pub fn plan_held(&self, connection: &ConnectionId, now: DateTime<Utc>) -> Plan {
        let waiting = self.held_by(connection).map(|held| held.change.clone());
        self.plan(connection, waiting.collect(), now)
    }

    /// Decides whether `actor` may commit `plan`; it is refused when the facts have moved since.
    ///
    /// ```
    /// use vestibule::access::*;
    /// # fn example(mut acme: Organization, plan: Plan, owner: Actor, now: chrono::DateTime<chrono::Utc>) {
    /// let typed = 2;
    /// let confirmation = Confirmation { hash: plan.hash(), taken: typed };
    /// let decision = acme.decide_commit(&plan, confirmation, &owner, now);
    /// let mut batch = Batch::default();
    /// for effect in &decision.effects {
    ///     acme.apply_in_batch(effect, &mut batch);
    /// }
    /// # }
    /// ```
    pub fn decide_commit(
        &self,
        plan: &Plan,
        confirmation: Confirmation,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Decision {
        let changes = plan.changes().to_vec();
        let current = self.plan(plan.connection(), changes, plan.planned_at());
        decide_commit(&self.settings, &current, confirmation, actor, now)
    }

    /// Decides whether `actor` may drop what waits for `connection`.
    /// [`plan_held`](Organization::plan_held) has an example.
    pub fn decide_drop(&self, connection: &ConnectionId, actor: &Actor) -> Decision {
        decide_drop(
            self.held_by(connection).filter_map(HeldChange::target),
            actor,
        )
    }

    fn held_by(&self, connection: &ConnectionId) -> impl Iterator<Item = &HeldChange> {
        let held = self.held.values();
        held.filter(move |held| held.connection == *connection)
    }

    /// Carries one effect out, as [`apply`](Organization::apply) does, and remembers in `batch` what
    /// it took away. [`decide_commit`](Organization::decide_commit) has an example.
    pub fn apply_in_batch(&mut self, effect: &Effect, batch: &mut Batch) {
        match effect {
            Effect::DeactivateMember { user, .. } => {
                let before = self.member(user).map(|member| member.state.clone());
                self.apply(effect);
                let after = self.member(user).map(|member| member.state.clone());
                if let Some((before, after)) = before.zip(after)
                    && before != after
                {
                    let user = user.clone();
                    batch.push(Taken::Member {
                        user,
                        before,
                        after,
                    });
                }
            }
            Effect::DeleteTeam { group } => {
                if let Some(team) = self.teams.get(group) {
                    batch.push(Taken::Team {
                        group: group.clone(),
                        team: Box::new(team.clone()),
                    });
                }
                self.apply(effect);
            }
            Effect::RemoveFromTeam { group, user } => {
                let team = self.teams.get(group);
                if team.is_some_and(|team| team.members.contains(user)) {
                    batch.push(Taken::TeamPlace {
                        group: group.clone(),
                        user: user.clone(),
                    });
                }
                self.apply(effect);
            }
            _ => self.apply(effect),
        }
    }

    /// Decides what of a batch `actor` may give back: what nobody has changed since.
    ///
    /// ```
    /// use vestibule::access::*;
    /// # fn example(mut acme: Organization, batch: Batch, owner: Actor) {
    /// assert_eq!(batch.entries().len(), 2);
    /// let decision = acme.decide_undo(&batch, &owner);
    /// for effect in &decision.effects {
    ///     acme.apply(effect);
    /// }
    /// # }
    /// ```
    pub fn decide_undo(&self, batch: &Batch, actor: &Actor) -> Decision {
        let mut decision = decide_drop([], actor);
        if let Outcome::Deny { .. } = decision.outcome {
            return decision;
        }
        let (effects, warnings) = batch.undone(|taken| self.stands(taken));
        let outcome = match effects.is_empty() {
            true => Outcome::NoEffect,
            false => Outcome::Allow(Allowance::Change),
        };
        decision = Decision::new(outcome, vec![Reason::new(RuleId::GUARD_06, [])]);
        let by = AuditActor::User(actor.user.clone());
        decision
            .with_effects(effects)
            .with_warnings(warnings)
            .audited(AuditName::BatchUndo, by, None)
    }

    fn stands(&self, taken: &Taken) -> StandsNow {
        match taken {
            Taken::Member { user, .. } => match self.member(user) {
                Some(member) => StandsNow::Member(member.state.clone()),
                None => StandsNow::Taken,
            },
            Taken::Team { group, team } => {
                let named = self
                    .teams_by_name
                    .contains_key(&TeamNameKey::of(&team.name));
                match self.teams.contains_key(group) || named {
                    true => StandsNow::Taken,
                    false => StandsNow::Free,
                }
            }
            Taken::TeamPlace { group, user } => {
                let outside = self
                    .teams
                    .get(group)
                    .map(|team| !team.members.contains(user));
                match outside == Some(true) && self.member(user).is_some() {
                    true => StandsNow::Free,
                    false => StandsNow::Taken,
                }
            }
        }
    }

    fn witness(&self, change: &DirectoryChange) -> Witness {
        match change {
            DirectoryChange::UpdateUser { user, .. } | DirectoryChange::DeleteUser { user } => {
                Witness {
                    account: self.account(user).cloned(),
                    member: self.member(user).cloned(),
                    teams: self.teams_of(user),
                    team: None,
                }
            }
            DirectoryChange::DeleteGroup { group }
            | DirectoryChange::DisassociateGroup { group } => Witness {
                team: self.team(group).cloned(),
                ..Witness::default()
            },
            DirectoryChange::UpdateGroup {
                group, add, remove, ..
            } => Witness {
                team: self.team(group).map(|team| Team {
                    name: team.name.clone(),
                    state: team.state.clone(),
                    members: in_team(team, add.iter().chain(remove)),
                }),
                ..Witness::default()
            },
            DirectoryChange::CreateGroup(_) | DirectoryChange::CreateUser(_) => Witness::default(),
        }
    }
}

fn in_team<'a>(team: &Team, users: impl Iterator<Item = &'a UserId>) -> BTreeSet<UserId> {
    let inside = users.filter(|user| team.members.contains(user));
    inside.cloned().collect()
}
