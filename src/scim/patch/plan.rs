//! From operations and a resource to a finished plan, or to the operation that fails.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::changes::Changes;
use super::draft::{Draft, Mode, Origin};
use super::parse::{Operation, OperationKind, Patch, parse_path};
use super::store::Before;
use super::target::Target;
use crate::error::Shown;
use crate::scim::dialect::{EmptyPatch, NamedPath, Pathless, Profile};
use crate::scim::error::{Error, ErrorKind, JsonType, Language};
use crate::scim::path::Path;
use crate::scim::resource::{Resource, is_own_urn};
use crate::scim::schema::{ResourceType, Scope};

/// What a PATCH or PUT request comes to: the finished resource and what differs.
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::{Patch, Profile, Registry, Resource};
///
/// let registry = Registry::standard();
/// let user = Resource::from_value(registry.user(), json!({"id": "u1", "userName": "b"}))?;
/// let patch = Patch::from_value(json!([
///     {"op": "Add", "path": "emails[type eq \"work\"].value", "value": "b@example.com"},
/// ]))?;
/// let plan = patch.plan(&user, &Profile::tolerant())?;
/// assert_eq!(plan.changes().attributes(), ["emails"]);
/// let (after, _) = plan.apply();
/// assert_eq!(after.object()["emails"], json!([{"type": "work", "value": "b@example.com"}]));
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[must_use = "a plan that is not applied changes nothing"]
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    after: Resource,
    changes: Changes,
}

impl Plan {
    /// The plan of a finished object, of which `before` says what stood where it was touched.
    pub(super) fn finished(
        resource_type: Arc<ResourceType>,
        object: Map<String, Value>,
        before: &Before<'_>,
    ) -> Self {
        // `schemas` follows what was touched, if that was an extension or itself.
        let after = match before.is_touched("schemas") {
            true => Resource::of_shaped(resource_type, object),
            false => Resource::of_maintained(resource_type, object),
        };
        let changes = Changes::since(before, &after);
        Self { after, changes }
    }

    /// What would differ. See [`Plan`] for an example.
    #[must_use]
    pub const fn changes(&self) -> &Changes {
        &self.changes
    }

    /// The resource as the request leaves it, and what differs. See [`Plan`] for an example.
    #[must_use]
    pub fn apply(self) -> (Resource, Changes) {
        (self.after, self.changes)
    }
}

impl Patch {
    /// Plans the whole request against the resource, which is not touched.
    ///
    /// Operations see what those before them did. See [`Plan`] for an example.
    ///
    /// # Errors
    ///
    /// The first failure, with the operation's index and path: `noTarget`, `mutability`,
    /// `invalidPath`, `invalidFilter` or `invalidValue` (RFC 7644 §3.5.2).
    pub fn plan(&self, resource: &Resource, profile: &Profile) -> Result<Plan, Error> {
        let object = resource.object();
        let resource_type = resource.resource_type();
        self.plan_on(resource_type, object.clone(), Some(object), profile)
    }

    /// The same for a resource that the host does not need any more, such as one that it has just
    /// loaded: nothing of it is copied but what changes. When planning fails, it is gone.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::{Patch, Profile, Registry, Resource};
    ///
    /// let registry = Registry::standard();
    /// let loaded = json!({"displayName": "Team", "members": [{"value": "u1"}]});
    /// let loaded = Resource::from_value(registry.group(), loaded)?;
    /// let operation = json!({"op": "add", "path": "members", "value": [{"value": "u2"}]});
    /// let patch = Patch::from_value(json!([operation]))?;
    /// let (_, changes) = patch.plan_taking(loaded, &Profile::tolerant())?.apply();
    /// assert_eq!(changes.members_added(), ["u2"]);
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Patch::plan`].
    pub fn plan_taking(&self, resource: Resource, profile: &Profile) -> Result<Plan, Error> {
        let (resource_type, object) = resource.into_parts();
        self.plan_on(&resource_type, object, None, profile)
    }

    fn plan_on(
        &self,
        resource_type: &Arc<ResourceType>,
        object: Map<String, Value>,
        original: Option<&Map<String, Value>>,
        profile: &Profile,
    ) -> Result<Plan, Error> {
        if self.operations().is_empty() && profile.empty_patch == EmptyPatch::Refuse {
            return Err(Error::new(ErrorKind::NoOperations));
        }
        let mut draft = Draft::new(resource_type, *profile, object, original);
        for (index, operation) in self.operations().iter().enumerate() {
            perform(&mut draft, index, operation)?;
        }
        let (object, before) = draft.finish();
        Ok(Plan::finished(Arc::clone(resource_type), object, &before))
    }
}

fn perform(draft: &mut Draft<'_>, index: usize, operation: &Operation) -> Result<(), Error> {
    let at_operation = |error: Error| error.in_operation(index, None);
    let mode = match operation.kind() {
        OperationKind::Add => Mode::Add,
        OperationKind::Replace => Mode::Replace,
        OperationKind::Remove => {
            let Some(path) = operation.path() else {
                return Err(at_operation(Error::new(ErrorKind::PathMissing)));
            };
            let removed = remove(draft, path, operation.value());
            return removed.map_err(|error| at_path(error, index, path));
        }
    };
    match (operation.path(), operation.value()) {
        (Some(path), None) => Err(at_path(Error::new(ErrorKind::ValueMissing), index, path)),
        (None, None) => Err(at_operation(Error::new(ErrorKind::ValueMissing))),
        (Some(path), Some(value)) => {
            let written = write(draft, path, value.clone(), mode, Origin::Path);
            written.map_err(|error| at_path(error, index, path))
        }
        (None, Some(_)) if draft.profile.pathless == Pathless::Refuse => {
            Err(at_operation(Error::new(ErrorKind::PathMissing)))
        }
        (None, Some(Value::Object(members))) => {
            for (name, value) in members {
                let path = parse_path(index, name)?;
                let named = check_name(draft, &path);
                let written =
                    named.and_then(|()| write(draft, &path, value.clone(), mode, Origin::Name));
                written.map_err(|error| at_path(error, index, &path))?;
            }
            Ok(())
        }
        (None, Some(other)) => {
            let found = JsonType::of(other);
            Err(at_operation(Error::new(ErrorKind::NotAnObject { found })))
        }
    }
}

/// Refuses a path for a name, where the profile does.
fn check_name(draft: &Draft<'_>, path: &Path) -> Result<(), Error> {
    let name = path.attribute().as_str();
    let is_schema = || draft.resource_type().extension(name).is_some();
    let is_name = path.filter().is_none() && (!name.contains(['.', ':']) || is_schema());
    match draft.profile.named_path {
        NamedPath::Refuse if !is_name => Err(Error::in_text(
            ErrorKind::UnknownAttribute {
                name: Shown::new(name),
                language: Language::Path,
            },
            path.span(),
        )),
        NamedPath::Read | NamedPath::Refuse => Ok(()),
    }
}

/// Places the error, without the values in the path's brackets.
fn at_path(error: Error, index: usize, path: &Path) -> Error {
    let mut shown = path.attribute().as_str().to_owned();
    if path.filter().is_some() {
        shown.push_str("[…]");
    }
    if let Some(sub) = path.sub_attribute() {
        shown.push('.');
        shown.push_str(sub.as_str());
    }
    error.in_operation(index, Some(&shown))
}

fn write(
    draft: &mut Draft<'_>,
    path: &Path,
    value: Value,
    mode: Mode,
    origin: Origin,
) -> Result<(), Error> {
    if let Some(names) = draft.unknown_place(path) {
        return draft.write_unknown(&names, value, mode);
    }
    match Target::of(draft.resource_type(), path, &draft.profile)? {
        Target::Attribute(place) => draft.write(&place, value, mode, origin),
        Target::Schema(scope) => {
            let Value::Object(members) = value else {
                let found = JsonType::of(&value);
                return Err(Error::new(ErrorKind::NotAnObject { found }));
            };
            let urn = match scope {
                Scope::Top => draft.resource_type().core().id(),
                Scope::Extension(schema) => schema.id(),
            };
            for (name, value) in members {
                // A client's model of an extension may carry the extension's own URN.
                if matches!(scope, Scope::Extension(schema) if is_own_urn(schema, &name)) {
                    continue;
                }
                let path = Path::parse(&format!("{urn}:{name}"))?;
                if let Target::Attribute(place) =
                    Target::of(draft.resource_type(), &path, &draft.profile)?
                {
                    draft.write(&place, value, mode, Origin::Name)?;
                }
            }
            Ok(())
        }
    }
}

fn remove(draft: &mut Draft<'_>, path: &Path, value: Option<&Value>) -> Result<(), Error> {
    if let Some(names) = draft.unknown_place(path) {
        return draft.remove_unknown(&names, value);
    }
    match Target::of(draft.resource_type(), path, &draft.profile)? {
        Target::Attribute(place) => draft.remove(&place, value),
        Target::Schema(scope) => draft.remove_schema(scope),
    }
}
