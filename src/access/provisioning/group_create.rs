//! Creating a group: a new Team, or the taking over of one that nobody manages.

use super::super::facts::GroupFacts;
use super::super::membership::{TeamPresence, TeamState};
use super::super::settings::EmptyGroup;
use super::group_change::additions;
use super::team_name::usable;
use super::{
    Case, Decision, DenyCode, Effect, Fact, Reason, Refusals, RemedyAction, RemedyActor, RuleId,
    Verb, allow, no_effect,
};
use crate::identity::GroupAttributes;

pub(super) fn decide(case: Case<'_>, attributes: &GroupAttributes) -> Decision {
    let mut refusals = case.gate(Verb::Create);
    case.check_group_management(&mut refusals);
    let name = usable(&attributes.display_name);
    if name.is_none() {
        refusals.push(
            DenyCode::GroupNameUnusable,
            Reason::new(RuleId::GROUP_22, []),
        );
    }
    let taken_over = candidate(case, &mut refusals);
    if let Some(denied) = refusals.into_decision(None) {
        return denied;
    }
    let group = taken_over.map_or(&case.facts.new_group, |team| &team.group);
    let (members, warnings) = additions(case, group, &attributes.members);
    let (rule, mut effects) = match taken_over {
        Some(team) => (RuleId::GROUP_03, vec![take_over(case, team, attributes)]),
        None => new(
            case,
            name.unwrap_or_default(),
            attributes,
            members.is_empty(),
        ),
    };
    if effects.is_empty() {
        return no_effect(&[rule]).with_warnings(warnings);
    }
    effects.extend(members);
    allow(rule, effects).with_warnings(warnings)
}

/// The one unmanaged Team of that name, if there is one.
fn candidate<'a>(case: Case<'a>, refusals: &mut Refusals) -> Option<&'a GroupFacts> {
    let teams = &case.facts.named_teams;
    let managed = teams.iter().find(|team| case.team_manager(team).is_some());
    if let Some(team) = managed {
        let reason = Reason::new(RuleId::GROUP_05, [Fact::Group(team.group.clone())])
            .with_remedy(RemedyAction::Rename, RemedyActor::DirectoryAdministrator);
        refusals.push(DenyCode::GroupAlreadyManaged, reason);
    }
    match teams.as_slice() {
        [] => None,
        [team] => Some(team),
        several => {
            let read: Vec<_> = several
                .iter()
                .map(|team| Fact::Group(team.group.clone()))
                .collect();
            let reason = Reason::new(RuleId::C_29, read)
                .with_remedy(RemedyAction::Rename, RemedyActor::OwnerOrAdmin);
            refusals.push(DenyCode::AmbiguousName, reason);
            None
        }
    }
}

fn take_over(case: Case<'_>, team: &GroupFacts, attributes: &GroupAttributes) -> Effect {
    Effect::TakeOverTeam {
        group: team.group.clone(),
        connection: case.connection.clone(),
        external_id: attributes.external_id.clone(),
        from: match &team.state {
            TeamState::Managed { connection, .. } => Some(connection.clone()),
            TeamState::Unmanaged => None,
        },
    }
}

fn new(
    case: Case<'_>,
    name: &str,
    attributes: &GroupAttributes,
    is_empty: bool,
) -> (RuleId, Vec<Effect>) {
    let presence = match (is_empty, case.facts.settings.empty_group) {
        (true, EmptyGroup::Ignore) => return (RuleId::GROUP_07, Vec::new()),
        (true, EmptyGroup::DeferUntilFirstMember) => TeamPresence::Deferred,
        (true, EmptyGroup::Create) | (false, _) => TeamPresence::Present,
    };
    let rule = match presence {
        TeamPresence::Deferred => RuleId::C_31,
        TeamPresence::Present => RuleId::GROUP_02,
    };
    let team = Effect::CreateTeam {
        group: case.facts.new_group.clone(),
        name: name.to_owned(),
        connection: case.connection.clone(),
        external_id: attributes.external_id.clone(),
        presence,
    };
    (rule, vec![team])
}
