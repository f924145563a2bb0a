//! One resource: create, read, replace, patch, delete.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::contract::{Deletion, Members, Replacement, Store, StoreError};
use super::serve::{PatchAnswer, Service};
use super::stamp::{born, touched, version, with};
use crate::scim::answer::Outcome;
use crate::scim::base_url::BaseUrl;
use crate::scim::error::{Error, ErrorKind};
use crate::scim::etag::{EntityTag, Preconditions, Verdict};
use crate::scim::patch::{Patch, Plan};
use crate::scim::query::Projection;
use crate::scim::request::Target;
use crate::scim::resource::Resource;
use crate::scim::schema::{ResourceKind, ResourceType};

/// What a PATCH or PUT brings.
pub(super) trait Change {
    /// Whether RFC 7644 leaves it open to answer without a body.
    const MAY_BE_SILENT: bool;
    /// Takes the resource, which was loaded for this change alone.
    fn plan(self, resource: Resource, service: &Service<'_>) -> Result<Plan, Error>;
}

impl Change for &Patch {
    const MAY_BE_SILENT: bool = true;
    fn plan(self, resource: Resource, service: &Service<'_>) -> Result<Plan, Error> {
        self.plan_taking(resource, service.profile)
    }
}

impl Change for Value {
    const MAY_BE_SILENT: bool = false;
    fn plan(self, resource: Resource, service: &Service<'_>) -> Result<Plan, Error> {
        resource.replaced_by(self, service.profile)
    }
}

impl Service<'_> {
    pub(super) fn create<S: Store>(
        &self,
        resource_type: &Arc<ResourceType>,
        body: Value,
        projection: Projection,
        store: &mut S,
        now: DateTime<Utc>,
    ) -> Result<Outcome, Error> {
        let created = Resource::created_from(resource_type, body, self.profile)?;
        check_unique(&created, store)?;
        let projection = projection.for_creation(&created);
        let id = store.new_id();
        let created = born(created, &id, now);
        store.insert(&created)?;
        Ok(Outcome::Created {
            body: projection.answer(&created, self.base),
            location: self.base.resource(resource_type, &id),
            version: self.tag(&created),
            id,
        })
    }

    pub(super) fn read<S: Store>(
        &self,
        target: &Target,
        conditions: &Preconditions,
        projection: &Projection,
        store: &S,
    ) -> Result<Outcome, Error> {
        let id = self.id(target)?;
        let members = wanted_members(&target.resource_type, projection, self.base);
        let found = self.found(target, members, store)?;
        let tag = self.tag(&found);
        match self.judged(conditions, |conditions| conditions.judge_read(tag.as_ref())) {
            Verdict::Proceed => Ok(Outcome::Found {
                body: projection.answer(&found, self.base),
                location: self.base.resource(&target.resource_type, id),
                version: tag,
            }),
            Verdict::NotModified => Ok(Outcome::NotModified { version: tag }),
            Verdict::Failed => Err(Error::new(ErrorKind::PreconditionFailed)),
        }
    }

    pub(super) fn change<S: Store, C: Change>(
        &self,
        target: &Target,
        change: C,
        conditions: &Preconditions,
        projection: Projection,
        store: &mut S,
        now: DateTime<Utc>,
    ) -> Result<Outcome, Error> {
        let before = self.found(target, Members::Load, store)?;
        self.check_write(conditions, &before)?;
        let expected = version(&before);
        let (after, changes) = change.plan(before, self)?.apply();
        let is_silent = C::MAY_BE_SILENT
            && self.patch_answer == PatchAnswer::NoContent
            && !projection.names_attributes();
        let projection = projection.for_change(&changes);
        let after = match changes.is_empty() {
            true => after,
            false => {
                check_unique(&after, store)?;
                let after = touched(after, now);
                let written = store.replace(&Replacement {
                    after: &underived(&after),
                    changes: &changes,
                    expected: expected.as_ref(),
                });
                written.map_err(|error| lost(error, conditions))?;
                after
            }
        };
        Ok(Outcome::Changed {
            body: (!is_silent).then(|| projection.answer(&after, self.base)),
            location: self.base.resource(&target.resource_type, self.id(target)?),
            version: self.tag(&after),
        })
    }

    pub(super) fn delete<S: Store>(
        &self,
        target: &Target,
        conditions: &Preconditions,
        store: &mut S,
        now: DateTime<Utc>,
    ) -> Result<Outcome, Error> {
        let before = self.found(target, Members::Omit, store)?;
        self.check_write(conditions, &before)?;
        let deleted = store.delete(&Deletion {
            resource_type: &target.resource_type,
            id: self.id(target)?,
            expected: version(&before).as_ref(),
            now,
        });
        deleted.map_err(|error| lost(error, conditions))?;
        Ok(Outcome::Deleted)
    }

    fn found<S: Store>(
        &self,
        target: &Target,
        members: Members,
        store: &S,
    ) -> Result<Resource, Error> {
        let found = store.find(&target.resource_type, self.id(target)?, members)?;
        found.ok_or_else(|| Error::new(ErrorKind::NotFound))
    }

    fn check_write(&self, conditions: &Preconditions, before: &Resource) -> Result<(), Error> {
        let tag = self.tag(before);
        let judge = |conditions: &Preconditions| conditions.judge_write(tag.as_ref());
        match self.judged(conditions, judge) {
            Verdict::Proceed => Ok(()),
            Verdict::Failed | Verdict::NotModified => {
                Err(Error::new(ErrorKind::PreconditionFailed))
            }
        }
    }

    fn judged(
        &self,
        conditions: &Preconditions,
        judge: impl FnOnce(&Preconditions) -> Verdict,
    ) -> Verdict {
        match self.config.etag.is_yes() {
            true => judge(conditions),
            false => Verdict::Proceed,
        }
    }

    fn tag(&self, resource: &Resource) -> Option<EntityTag> {
        version(resource).filter(|_| self.config.etag.is_yes())
    }
}

/// Whether an answer has the members of a group.
pub(super) fn wanted_members(
    resource_type: &Arc<ResourceType>,
    projection: &Projection,
    base: &BaseUrl,
) -> Members {
    let member = Map::from_iter([("value".to_owned(), Value::from("x"))]);
    let members = Value::Array(vec![Value::Object(member)]);
    let object = Map::from_iter([("members".to_owned(), members)]);
    let group = Resource::of_shaped(Arc::clone(resource_type), object);
    match projection.answer(&group, base).get("members").is_some() {
        true => Members::Load,
        false => Members::Omit,
    }
}

/// Without what follows from other resources.
fn underived(resource: &Resource) -> Cow<'_, Resource> {
    match resource.object().contains_key("groups") {
        true if resource.resource_type().kind() == ResourceKind::User => {
            Cow::Owned(with(resource.clone(), |object| {
                object.remove("groups");
            }))
        }
        _ => Cow::Borrowed(resource),
    }
}

fn check_unique<S: Store>(resource: &Resource, store: &S) -> Result<(), Error> {
    for key in resource.unique_keys() {
        let holder = store.holder(resource.resource_type(), &key)?;
        if holder.is_some() && holder.as_deref() != resource.text("id") {
            return Err(key.conflict());
        }
    }
    Ok(())
}

/// A write that was refused: another version is what the client's own condition speaks of, if it
/// has one.
fn lost(error: StoreError, conditions: &Preconditions) -> Error {
    match error {
        StoreError::Stale if !conditions.is_empty() => Error::new(ErrorKind::PreconditionFailed),
        error => error.into(),
    }
}
