//! From a body to a list of operations.

use std::collections::HashSet;
use std::fmt;

use serde_json::{Map, Value};

use crate::error::Shown;
use crate::limits::SCIM_MAX_BULK_OPERATIONS;
use crate::scim::error::{Error, WireFault};
use crate::scim::json;
use crate::scim::resource::lists;

/// A Bulk request. `Debug` prints no values.
///
/// Names of members may be in any case. An operation that cannot be used is kept: it fails alone
/// when its turn comes.
///
/// ```
/// use vestibule::scim::bulk::Bulk;
///
/// let bulk = Bulk::parse(
///     br#"{"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
///         "failOnErrors": 1,
///         "Operations": [{"method": "DELETE", "path": "/Users/u1"}]}"#,
/// )?;
/// assert_eq!((bulk.operations(), bulk.fail_on_errors()), (1, Some(1)));
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Bulk {
    pub(super) fail_on_errors: Option<usize>,
    pub(super) listed: Vec<Operation>,
    schemas: Value,
    bytes: usize,
}

impl Bulk {
    /// Reads a body. See [`Bulk`] for an example.
    ///
    /// # Errors
    ///
    /// Those of [`json::read`]; `scim-bulk-too-many-operations` at the limit of
    /// [`crate::limits`]; `scim-bulk-member` for `Operations` and `failOnErrors`;
    /// `scim-bulk-id-repeated`, because references would have two meanings.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let Value::Object(mut body) = json::read(bytes)? else {
            return Err(member("Operations", "a list of operations"));
        };
        let Some(Value::Array(listed)) = take(&mut body, "operations") else {
            return Err(member("Operations", "a list of operations"));
        };
        check_operations(listed.len(), SCIM_MAX_BULK_OPERATIONS)?;
        let fail_on_errors = take(&mut body, "failonerrors").map(|number| {
            let number = number.as_u64().filter(|number| *number > 0);
            // More errors than operations cannot be.
            number.map(|number| usize::try_from(number).unwrap_or(usize::MAX))
        });
        if fail_on_errors == Some(None) {
            return Err(member("failOnErrors", "an integer of at least 1"));
        }
        let bulk = Self {
            fail_on_errors: fail_on_errors.flatten(),
            listed: listed.into_iter().map(Operation::read).collect(),
            schemas: take(&mut body, "schemas").unwrap_or_default(),
            bytes: bytes.len(),
        };
        bulk.check_ids()?;
        Ok(bulk)
    }

    /// Whether `schemas` names the URN.
    pub(crate) fn says(&self, urn: &str) -> bool {
        lists(&self.schemas, urn)
    }

    fn check_ids(&self) -> Result<(), Error> {
        let mut seen = HashSet::new();
        for (index, operation) in self.listed.iter().enumerate() {
            let Some(id) = &operation.bulk_id else {
                continue;
            };
            if !seen.insert(id.as_str()) {
                let bulk_id = Shown::new(id);
                let error = Error::wire(WireFault::BulkIdRepeated { bulk_id });
                return Err(error.in_operation(index, None));
            }
        }
        Ok(())
    }

    /// Holds the request to what the service provider announces as `maxOperations` and
    /// `maxPayloadSize`.
    ///
    /// ```
    /// use vestibule::error::Explain;
    /// use vestibule::scim::bulk::Bulk;
    /// let bulk = Bulk::parse(br#"{"Operations": [{"method": "DELETE", "path": "/Users/u1"}]}"#)?;
    /// assert!(bulk.check_limits(1, 1_000).is_ok());
    /// let error = bulk.check_limits(1, 10).unwrap_err();
    /// assert_eq!((error.code(), error.status()), ("scim-bulk-too-large", 413));
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `scim-bulk-too-many-operations` and `scim-bulk-too-large`, both 413.
    pub fn check_limits(&self, max_operations: usize, max_bytes: usize) -> Result<(), Error> {
        check_operations(self.listed.len(), max_operations)?;
        match self.bytes > max_bytes {
            true => Err(Error::wire(WireFault::BulkTooLarge {
                found: self.bytes,
                limit: max_bytes,
            })),
            false => Ok(()),
        }
    }

    /// How many operations there are. See [`Bulk`] for an example.
    #[must_use]
    pub const fn operations(&self) -> usize {
        self.listed.len()
    }

    /// After how many errors the rest is left. See [`Bulk`] for an example.
    #[must_use]
    pub const fn fail_on_errors(&self) -> Option<usize> {
        self.fail_on_errors
    }
}

impl fmt::Debug for Bulk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Bulk({} operations)", self.listed.len())
    }
}

fn check_operations(found: usize, limit: usize) -> Result<(), Error> {
    match found > limit {
        true => Err(Error::wire(WireFault::BulkTooManyOperations {
            found,
            limit,
        })),
        false => Ok(()),
    }
}

/// The method of an operation.
#[expect(clippy::exhaustive_enums, reason = "RFC 7644 §3.7 has these")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum BulkMethod {
    /// `DELETE`
    Delete,
    /// `PATCH`
    Patch,
    /// `POST`
    Post,
    /// `PUT`
    Put,
}

impl BulkMethod {
    /// The word on the wire.
    ///
    /// ```
    /// use vestibule::scim::bulk::BulkMethod;
    /// assert_eq!(BulkMethod::Put.as_str(), "PUT");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }

    fn named(text: &str) -> Option<Self> {
        [Self::Delete, Self::Patch, Self::Post, Self::Put]
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(text))
    }
}

/// One operation, as sent.
#[derive(Clone, PartialEq)]
pub(super) struct Operation {
    pub(super) bulk_id: Option<String>,
    /// None when it is none of the four.
    pub(super) method: Option<BulkMethod>,
    pub(super) path: Option<String>,
    pub(super) version: Option<String>,
    pub(super) data: Option<Value>,
}

impl Operation {
    fn read(value: Value) -> Self {
        let mut members = match value {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        let mut text = |name| match take(&mut members, name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        Self {
            bulk_id: text("bulkid").filter(|id| !id.is_empty()),
            method: text("method").and_then(|method| BulkMethod::named(&method)),
            path: text("path"),
            version: text("version"),
            data: take(&mut members, "data"),
        }
    }

    /// The body of a PATCH.
    pub(super) fn patch(&self) -> Option<&Value> {
        let is_patch = self.method == Some(BulkMethod::Patch);
        self.data.as_ref().filter(|_| is_patch)
    }

    /// What an operation must have, whatever it refers to.
    pub(super) fn check(&self) -> Result<BulkMethod, Error> {
        let Some(method) = self.method else {
            return Err(member("method", "POST, PUT, PATCH or DELETE"));
        };
        if self.path.is_none() {
            return Err(member("path", "the path of an endpoint or a resource"));
        }
        match (method, &self.bulk_id, &self.data) {
            (BulkMethod::Post, None, _) => Err(member("bulkId", "given with POST")),
            (BulkMethod::Delete, ..) | (_, _, Some(Value::Object(_))) => Ok(method),
            _ => Err(member("data", "an object")),
        }
    }
}

pub(super) fn member(name: &'static str, expected: &'static str) -> Error {
    Error::wire(WireFault::BulkMember { name, expected })
}

/// Takes a member whose name has no case; `null` is none.
fn take(members: &mut Map<String, Value>, lower: &str) -> Option<Value> {
    let name = members
        .keys()
        .find(|name| name.eq_ignore_ascii_case(lower))?
        .clone();
    members.remove(&name).filter(|value| !value.is_null())
}
