//! Giving back what a batch of changes took away.
//!
//! A batch remembers how those whom it took something from stood before and after. Undoing compares:
//! what somebody changed since stays as they left it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::brake::HeldTarget;
use super::decision::Warning;
use super::effect::Effect;
use super::membership::{MemberState, Team};
use crate::identity::{GroupId, UserId};

/// What one window of changes took away, in order: a plain value that the host stores.
///
/// [`Organization::apply_in_batch`](super::Organization::apply_in_batch) fills it.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    entries: Vec<Taken>,
}

/// One thing that was taken away.
#[expect(clippy::exhaustive_enums, reason = "a host gives each back")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Taken {
    /// A member was switched off or deleted.
    Member {
        /// Whom.
        user: UserId,
        /// How the member stood.
        before: MemberState,
        /// How the member stood then.
        after: MemberState,
    },
    /// A Team was deleted.
    Team {
        /// Which.
        group: GroupId,
        /// As it was.
        team: Box<Team>,
    },
    /// A member was taken out of a Team.
    TeamPlace {
        /// Which Team.
        group: GroupId,
        /// Whom.
        user: UserId,
    },
}

/// How whom or what an entry is about stands now.
#[expect(clippy::exhaustive_enums, reason = "a host says which")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum StandsNow {
    /// The entry can be given back: the Team is there and the person is a member outside it, or the
    /// deleted Team's identifier and name are free.
    Free,
    /// Of a member: this state.
    Member(MemberState),
    /// Somebody changed it since, or it is there again.
    Taken,
}

impl Batch {
    /// What was taken away, in order. [`Organization::decide_undo`](super::Organization::decide_undo) has an
    /// example.
    #[must_use]
    pub fn entries(&self) -> &[Taken] {
        &self.entries
    }

    /// Remembers one more. [`Organization::apply_in_batch`](super::Organization::apply_in_batch)
    /// does this.
    pub fn push(&mut self, taken: Taken) {
        self.entries.push(taken);
    }

    /// The effects that give back, the last entry first, and a warning for each entry that was
    /// changed since. [`Organization::decide_undo`](super::Organization::decide_undo) has an example.
    #[must_use]
    pub fn undone(&self, now: impl Fn(&Taken) -> StandsNow) -> (Vec<Effect>, Vec<Warning>) {
        let mut effects = Vec::new();
        let mut warnings = Vec::new();
        // How the entries that were given back already leave things for the ones before them.
        let mut members = BTreeMap::new();
        let mut teams = BTreeSet::new();
        for taken in self.entries.iter().rev() {
            let stands = match taken {
                Taken::Member { user, .. } => members.get(user).cloned(),
                Taken::TeamPlace { group, .. } => teams.get(group).map(|_| StandsNow::Free),
                Taken::Team { .. } => None,
            };
            let Some(effect) = taken.given_back(&stands.unwrap_or_else(|| now(taken))) else {
                warnings.push(Warning::UndoSkipped(taken.target()));
                continue;
            };
            match taken {
                Taken::Member { user, before, .. } => {
                    members.insert(user, StandsNow::Member(before.clone()));
                }
                Taken::Team { group, .. } => {
                    teams.insert(group);
                }
                Taken::TeamPlace { .. } => {}
            }
            effects.push(effect);
        }
        (effects, warnings)
    }
}

impl Taken {
    fn given_back(&self, now: &StandsNow) -> Option<Effect> {
        match (self, now) {
            (
                Self::Member {
                    user,
                    before,
                    after,
                },
                StandsNow::Member(state),
            ) if state == after => Some(Effect::RestoreMember {
                user: user.clone(),
                state: before.clone(),
            }),
            (Self::Team { group, team }, StandsNow::Free) => Some(Effect::RestoreTeam {
                group: group.clone(),
                team: team.clone(),
            }),
            (Self::TeamPlace { group, user }, StandsNow::Free) => Some(Effect::AddToTeam {
                group: group.clone(),
                user: user.clone(),
            }),
            (Self::Member { .. } | Self::Team { .. } | Self::TeamPlace { .. }, _) => None,
        }
    }

    fn target(&self) -> HeldTarget {
        match self {
            Self::Member { user, .. } | Self::TeamPlace { user, .. } => {
                HeldTarget::User(user.clone())
            }
            Self::Team { group, .. } => HeldTarget::Group(group.clone()),
        }
    }
}
