//! From a request body to a list of operations.

use std::fmt;

use serde_json::{Map, Value};

use super::read::operations;
use crate::limits::SCIM_MAX_OPERATIONS;
use crate::scim::error::{Error, ErrorKind};
use crate::scim::json;
use crate::scim::path::Path;

/// A PATCH request: operations, each with a well-formed path. Whether there may be none, the
/// profile says when the request is planned.
///
/// `op` and the names of members may be in any case, as Entra ID sends them; members that the
/// standard does not know are ignored. Values are not judged before the request is planned.
///
/// ```
/// use vestibule::scim::Patch;
/// use vestibule::scim::patch::OperationKind;
///
/// let patch = Patch::parse(
///     br#"{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
///         "Operations": [{"op": "Add", "path": "title", "value": "Boss"}]}"#,
/// )?;
/// assert_eq!(patch.operations().len(), 1);
/// assert_eq!(patch.operations()[0].kind(), OperationKind::Add);
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    operations: Vec<Operation>,
}

impl Patch {
    /// Reads a request body. See [`Patch`] for an example.
    ///
    /// # Errors
    ///
    /// Those of [`json::read`] and of [`Patch::from_value`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        match Self::of_usual_form(bytes) {
            Some(patch) => Ok(patch),
            None => Self::from_value(json::read(bytes)?),
        }
    }

    /// Reads an object in the usual form and without a fault; none tells nothing of a body.
    pub(crate) fn of_usual_form(bytes: &[u8]) -> Option<Self> {
        operations(bytes).map(|operations| Self { operations })
    }

    /// Takes a request from JSON that was read already: a body, or its list of operations alone.
    ///
    /// The limits of [`json::read`] are not applied, that on operations is.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::error::{Explain, Place};
    /// use vestibule::scim::Patch;
    ///
    /// let operations = json!([{"op": "remove", "path": "title"}, {"op": "move"}]);
    /// let error = Patch::from_value(operations).unwrap_err();
    /// assert_eq!(error.at(), Some(Place::Operation { index: 1, path: None }));
    /// ```
    ///
    /// # Errors
    ///
    /// `scim-no-operations`, `scim-too-many-operations`; `scim-unknown-operation`,
    /// `scim-path-not-text` and the errors of [`Path::parse`] with the operation.
    pub fn from_value(request: Value) -> Result<Self, Error> {
        let listed = match request {
            Value::Object(mut body) => take(&mut body, "Operations"),
            other => Some(other),
        };
        let Some(Value::Array(listed)) = listed else {
            return Err(Error::new(ErrorKind::NoOperations));
        };
        if listed.len() > SCIM_MAX_OPERATIONS {
            return Err(Error::new(ErrorKind::TooManyOperations {
                found: listed.len(),
                limit: SCIM_MAX_OPERATIONS,
            }));
        }
        let mut operations = Vec::with_capacity(listed.len());
        for (index, operation) in listed.into_iter().enumerate() {
            operations.push(Operation::read(index, operation)?);
        }
        Ok(Self { operations })
    }

    /// The operations, in the order of the request. See [`Patch`] for an example.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }
}

/// One operation of a PATCH request. `Debug` prints no values.
#[derive(Clone, PartialEq)]
pub struct Operation {
    kind: OperationKind,
    path: Option<Path>,
    value: Option<Value>,
}

impl Operation {
    pub(super) const fn new(kind: OperationKind, path: Option<Path>, value: Option<Value>) -> Self {
        Self { kind, path, value }
    }

    fn read(index: usize, operation: Value) -> Result<Self, Error> {
        let Value::Object(members) = operation else {
            return Err(Error::new(ErrorKind::UnknownOperation).in_operation(index, None));
        };
        let (mut op, mut path, mut value) = (None, None, None);
        for (name, member) in members {
            let place = match name {
                name if name.eq_ignore_ascii_case("op") => &mut op,
                name if name.eq_ignore_ascii_case("path") => &mut path,
                name if name.eq_ignore_ascii_case("value") => &mut value,
                _ => continue,
            };
            place.get_or_insert(member);
        }
        let Some(kind) = op.and_then(|op| OperationKind::named(op.as_str()?)) else {
            return Err(Error::new(ErrorKind::UnknownOperation).in_operation(index, None));
        };
        let path = match path {
            None | Some(Value::Null) => None,
            Some(Value::String(path)) => Some(parse_path(index, &path)?),
            Some(_) => return Err(Error::new(ErrorKind::PathNotText).in_operation(index, None)),
        };
        // A host may have turned on `preserve_order` of serde_json.
        if let Some(value) = &mut value {
            value.sort_all_objects();
        }
        Ok(Self::new(kind, path, value))
    }

    /// What is to be done. See [`Patch`] for an example.
    #[must_use]
    pub const fn kind(&self) -> OperationKind {
        self.kind
    }

    /// What it is to be done to; none for the resource itself.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::Patch;
    /// let patch = Patch::from_value(json!([{"op": "add", "value": {"title": "Boss"}}]))?;
    /// assert!(patch.operations()[0].path().is_none());
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub const fn path(&self) -> Option<&Path> {
        self.path.as_ref()
    }

    /// The value as sent.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::Patch;
    /// let patch = Patch::from_value(json!([{"op": "remove", "path": "title"}]))?;
    /// assert!(patch.operations()[0].value().is_none());
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub const fn value(&self) -> Option<&Value> {
        self.value.as_ref()
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Operation");
        shown.field("kind", &self.kind).field("path", &self.path);
        shown.finish_non_exhaustive()
    }
}

/// What an operation does.
#[expect(clippy::exhaustive_enums, reason = "the standard's three")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum OperationKind {
    /// `add`
    Add,
    /// `remove`
    Remove,
    /// `replace`
    Replace,
}

impl OperationKind {
    pub(super) fn named(op: &str) -> Option<Self> {
        match op {
            _ if op.eq_ignore_ascii_case("add") => Some(Self::Add),
            _ if op.eq_ignore_ascii_case("remove") => Some(Self::Remove),
            _ if op.eq_ignore_ascii_case("replace") => Some(Self::Replace),
            _ => None,
        }
    }
}

/// Parses a path; the error names it up to where a filter, and so a value, may begin.
pub(super) fn parse_path(index: usize, text: &str) -> Result<Path, Error> {
    Path::parse(text).map_err(|error| {
        let is_end = |character: char| character.is_whitespace() || "[\"'(".contains(character);
        let attribute = text.split(is_end).next().unwrap_or_default();
        let shown = match text.strip_prefix(attribute) {
            Some(rest) if rest.starts_with('[') => format!("{attribute}[…"),
            Some("") | None => attribute.to_owned(),
            Some(_) => format!("{attribute}…"),
        };
        error.in_operation(index, Some(&shown))
    })
}

/// Takes a member whose name has no case.
fn take(members: &mut Map<String, Value>, name: &str) -> Option<Value> {
    if let Some(value) = members.remove(name) {
        return Some(value);
    }
    let key = members
        .keys()
        .find(|key| key.eq_ignore_ascii_case(name))?
        .clone();
    members.remove(&key)
}
