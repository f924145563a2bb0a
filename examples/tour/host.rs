//! The part of a host that the tour needs: it keeps resources, asks for decisions and carries
//! their effects out.

use std::collections::BTreeMap;
use std::error::Error;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vestibule::access::{Actor, Confirmation, Decision, Effect, Organization, Outcome, Role};
use vestibule::identity::{ConnectionId, DirectoryChange, UserId};
use vestibule::scim::{
    Filter, Patch, Profile, Registry, Resource, ResourceKind, ResourceType, directory,
};

use crate::show;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub(crate) struct Host {
    pub(crate) organization: Organization,
    pub(crate) entra: ConnectionId,
    registry: Registry,
    resources: BTreeMap<String, Resource>,
}

impl Host {
    pub(crate) fn new(organization: Organization, entra: ConnectionId) -> Self {
        Self {
            organization,
            entra,
            registry: Registry::standard(),
            resources: BTreeMap::new(),
        }
    }

    /// Prints a decision and carries its effects out.
    pub(crate) fn carry_out(&mut self, decision: &Decision) {
        show::decision(decision);
        for effect in &decision.effects {
            self.organization.apply(effect);
        }
    }

    /// `POST /Users` or `POST /Groups`; returns the new identifier, if one was made.
    pub(crate) fn post(
        &mut self,
        kind: ResourceKind,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<String>> {
        let resource = match kind {
            ResourceKind::Group => Resource::parse(self.registry.group(), body)?,
            _ => Resource::parse(self.registry.user(), body)?,
        };
        let change = directory::creation(&resource)?;
        let decision = self
            .organization
            .decide_provisioning(&self.entra, &change, now);
        self.carry_out(&decision);
        let made = decision.effects.iter().find_map(|effect| match effect {
            Effect::CreateAccount { user, .. } => Some(user.as_str().to_owned()),
            Effect::CreateTeam { group, .. } | Effect::TakeOverTeam { group, .. } => {
                Some(group.as_str().to_owned())
            }
            _ => None,
        });
        match made {
            None => {
                answer_refusal(&decision, &change, now);
                Ok(None)
            }
            Some(id) => {
                let resource_type = resource.resource_type().clone();
                let mut stored = resource.into_value();
                stored["id"] = json!(id);
                let stored = Resource::from_value(&resource_type, stored)?;
                println!("  answer    201 Created, id {id}");
                self.resources.insert(id.clone(), stored);
                Ok(Some(id))
            }
        }
    }

    /// `PATCH /Users/{id}` or `PATCH /Groups/{id}`.
    pub(crate) fn patch(&mut self, id: &str, body: &[u8], now: DateTime<Utc>) -> Result<()> {
        let resource = self.resources.get(id).ok_or("no such resource")?;
        let plan = Patch::parse(body)?.plan(resource, &Profile::tolerant())?;
        let (after, changes) = plan.apply();
        println!("  changes   {}", changes.attributes().join(", "));
        let Some(change) = directory::update(id, &after, &changes) else {
            println!("  answer    204 No Content, nothing changed");
            return Ok(());
        };
        let decision = self
            .organization
            .decide_provisioning(&self.entra, &change, now);
        self.carry_out(&decision);
        if may_store(&decision) {
            self.resources.insert(id.to_owned(), after);
            println!("  answer    200 OK");
        } else {
            answer_refusal(&decision, &change, now);
        }
        Ok(())
    }

    /// `DELETE /Groups/{id}`.
    pub(crate) fn delete_group(&mut self, id: &str, now: DateTime<Utc>) -> Result<()> {
        let change = directory::deletion(ResourceKind::Group, id).ok_or("not in the directory")?;
        self.delete(id, &change, now);
        Ok(())
    }

    fn delete(&mut self, id: &str, change: &DirectoryChange, now: DateTime<Utc>) {
        let decision = self
            .organization
            .decide_provisioning(&self.entra, change, now);
        self.carry_out(&decision);
        if may_store(&decision) {
            self.resources.remove(id);
            println!("  answer    204 No Content");
        } else {
            answer_refusal(&decision, change, now);
        }
    }

    /// The settings page with what waits: an Owner reads the plan and commits it.
    pub(crate) fn commit_held(&mut self, now: DateTime<Utc>) {
        let plan = self.organization.plan_held(&self.entra, now);
        let summary = plan.summary();
        println!(
            "  plan      takes away {}: {:?}",
            summary.taken, summary.effects
        );
        let owner = Actor {
            user: UserId::new("owner"),
            role: Role::Owner,
            proved_at: Some(now),
        };
        let confirmation = Confirmation {
            hash: plan.hash(),
            taken: summary.taken,
        };
        let decision = self
            .organization
            .decide_commit(&plan, confirmation, &owner, now);
        self.carry_out(&decision);
    }

    /// `GET /Users?filter=…`: the identifiers and user names of those that match.
    pub(crate) fn find(&self, filter: &str) -> Result<()> {
        println!("  filter    {filter}");
        let user: &std::sync::Arc<ResourceType> = self.registry.user();
        let filter = Filter::parse(filter)?.resolve(user)?;
        for (id, resource) in &self.resources {
            if resource.resource_type().kind() == ResourceKind::User && filter.matches(resource) {
                let name = resource.text("userName").unwrap_or_default();
                println!("  match     {id}  {name}");
            }
        }
        Ok(())
    }

    /// The PATCH body with which Entra adds these members to a group.
    pub(crate) fn adding(members: &[&str]) -> Result<Vec<u8>> {
        let template = include_str!("../../tests/data/scim/entra/add-members.json");
        let mut body: Value = serde_json::from_str(template)?;
        let members: Vec<Value> = members
            .iter()
            .map(|id| json!({"$ref": null, "value": id}))
            .collect();
        body["Operations"][0]["value"] = json!(members);
        Ok(serde_json::to_vec(&body)?)
    }
}

/// Whether what the client sent becomes what the host keeps: only when it was allowed, or when
/// there was nothing to decide.
const fn may_store(decision: &Decision) -> bool {
    matches!(decision.outcome, Outcome::Allow(_) | Outcome::NoEffect)
}

/// Answers a request whose change was not made, by the policy's own table.
fn answer_refusal(decision: &Decision, change: &DirectoryChange, now: DateTime<Utc>) {
    let answer = decision.wire_answer(change, now);
    let scim_type = answer.scim_type.unwrap_or_default();
    println!("  answer    {} {scim_type}", answer.status);
}
