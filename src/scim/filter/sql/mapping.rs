//! Which attribute stands in which column.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::resolve::Target;
use crate::error::Shown;
use crate::scim::error::{Error, ErrorKind};
use crate::scim::schema::{Attribute, DataType, Located, ResourceType};

/// The columns of one resource type. Names are the host's own and trusted.
///
/// ```
/// use vestibule::scim::Registry;
/// use vestibule::scim::filter::sql::{ChildTable, Column, SqlMapping};
///
/// let registry = Registry::standard();
/// let mapping = SqlMapping::new(registry.user())
///     .column("userName", Column::folded("users.user_name_key"))?
///     .column("active", Column::boolean("users.active"))?
///     .table("emails", ChildTable::new("user_emails", "user_id", "users.id"))?
///     .column("emails.value", Column::folded("value_key"))?;
/// // `userName` is compared without case, so its column must hold folded text.
/// assert!(mapping.clone().column("userName", Column::exact("users.user_name")).is_err());
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SqlMapping {
    resource_type: Arc<ResourceType>,
    columns: BTreeMap<Target, Column>,
    tables: BTreeMap<Target, ChildTable>,
}

/// A column and what it holds. NULL is no value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Column {
    pub(super) name: &'static str,
    pub(super) holds: Holds,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Holds {
    Boolean,
    Exact,
    Folded,
    Instant,
    Number,
}

impl Column {
    /// Booleans. See [`SqlMapping`] for an example.
    #[must_use]
    pub const fn boolean(name: &'static str) -> Self {
        Self::new(name, Holds::Boolean)
    }

    /// Texts as they are, ordered by their bytes: of attributes whose case matters. See
    /// [`SqlMapping`] for an example.
    #[must_use]
    pub const fn exact(name: &'static str) -> Self {
        Self::new(name, Holds::Exact)
    }

    /// Texts as [`comparison_key`](crate::scim::schema::Attribute::comparison_key) gives them,
    /// ordered by their bytes: of attributes whose case does not matter. See [`SqlMapping`] for an
    /// example.
    #[must_use]
    pub const fn folded(name: &'static str) -> Self {
        Self::new(name, Holds::Folded)
    }

    /// Instants, in whatever form the host binds [`SqlValue::Instant`](super::SqlValue) in, as
    /// long as that form has the order of time and keeps every digit. A dateTime without an offset
    /// is UTC.
    ///
    /// ```
    /// use vestibule::scim::Registry;
    /// use vestibule::scim::filter::sql::{Column, SqlMapping};
    /// let registry = Registry::standard();
    /// let mapping = SqlMapping::new(registry.user());
    /// assert!(mapping.column("meta.lastModified", Column::instant("users.changed_ns")).is_ok());
    /// ```
    #[must_use]
    pub const fn instant(name: &'static str) -> Self {
        Self::new(name, Holds::Instant)
    }

    /// Numbers: of integer and decimal attributes. See [`Column::instant`] for an example.
    #[must_use]
    pub const fn number(name: &'static str) -> Self {
        Self::new(name, Holds::Number)
    }

    const fn new(name: &'static str, holds: Holds) -> Self {
        Self { name, holds }
    }
}

/// A table with one row for each element of a list, found by the key of the resource.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ChildTable {
    pub(super) name: &'static str,
    pub(super) key: &'static str,
    pub(super) parent: &'static str,
}

impl ChildTable {
    /// The table `name`, whose column `key` equals `parent`, an expression of the outer query.
    ///
    /// One row stands for one element, also for one whose mapped attributes are all NULL. See
    /// [`SqlMapping`] for an example.
    #[must_use]
    pub const fn new(name: &'static str, key: &'static str, parent: &'static str) -> Self {
        Self { name, key, parent }
    }
}

impl SqlMapping {
    /// A mapping without columns. See [`SqlMapping`] for an example.
    #[must_use]
    pub fn new(resource_type: &Arc<ResourceType>) -> Self {
        Self {
            resource_type: Arc::clone(resource_type),
            columns: BTreeMap::new(),
            tables: BTreeMap::new(),
        }
    }

    /// Says where an attribute stands. Sub-attributes are named with their attribute, as in
    /// `name.familyName`; attributes of an extension after its URN and a colon.
    ///
    /// `column` is an expression of the outer query, or, for an attribute with a
    /// [table](SqlMapping::table), the bare name of a column of that table; `value` names the
    /// elements of a simple list. See [`SqlMapping`] for an example.
    ///
    /// # Errors
    ///
    /// `scim-sql-mapping` when there is no such attribute, when it may not be searched, or when
    /// the column does not hold what the attribute is compared by.
    pub fn column(mut self, path: &str, column: Column) -> Result<Self, Error> {
        let (target, attribute, leaf) = self.located(path)?;
        if !attribute.is_readable() || !leaf.is_readable() {
            return Err(refused(path, "it may not be searched"));
        }
        if attribute.is_multi_valued() && !self.tables.contains_key(&target.attribute_alone()) {
            return Err(refused(path, "a list needs a table first"));
        }
        if Some(column.holds) != held(leaf) {
            return Err(refused(path, "the column does not hold its type"));
        }
        self.columns.insert(target, column);
        Ok(self)
    }

    /// Says which table has the elements of a list. See [`SqlMapping`] for an example.
    ///
    /// # Errors
    ///
    /// `scim-sql-mapping` when there is no such attribute or it is no list.
    pub fn table(mut self, path: &str, table: ChildTable) -> Result<Self, Error> {
        let (target, attribute, _) = self.located(path)?;
        if !attribute.is_multi_valued() || target != target.attribute_alone() {
            return Err(refused(path, "only a list has a table"));
        }
        self.tables.insert(target, table);
        Ok(self)
    }

    pub(super) fn column_of(&self, target: &Target) -> Option<Column> {
        self.columns.get(target).copied()
    }

    pub(super) fn table_of(&self, target: &Target) -> Option<ChildTable> {
        self.tables.get(&target.attribute_alone()).copied()
    }

    /// Whether the attribute is a list.
    pub(super) fn is_list(&self, target: &Target) -> bool {
        let found = self.located(&target.attribute_alone().path(None));
        found.is_ok_and(|(_, attribute, _)| attribute.is_multi_valued())
    }

    fn located(&self, path: &str) -> Result<(Target, &Attribute, &Attribute), Error> {
        let Some(Located::Attribute {
            scope,
            attribute,
            sub,
        }) = self.resource_type.locate(path)
        else {
            return Err(refused(path, "there is no such attribute"));
        };
        let is_own_value = |name: &str| {
            attribute.sub_attributes().is_empty() && name.eq_ignore_ascii_case("value")
        };
        let leaf = match sub {
            Some(name) if attribute.is_multi_valued() && is_own_value(name) => None,
            Some(name) => Some(
                attribute
                    .sub_attribute(name)
                    .ok_or_else(|| refused(path, "there is no such sub-attribute"))?,
            ),
            None => None,
        };
        let target = Target::Resource {
            extension: scope.urn().map(str::to_owned),
            attribute: attribute.name().to_owned(),
            sub: leaf.map(|leaf| leaf.name().to_owned()),
        };
        Ok((target, attribute, leaf.unwrap_or(attribute)))
    }
}

/// What a column of the attribute must hold.
fn held(leaf: &Attribute) -> Option<Holds> {
    match leaf.data_type() {
        DataType::Boolean => Some(Holds::Boolean),
        DataType::Complex => None,
        DataType::DateTime => Some(Holds::Instant),
        DataType::Decimal | DataType::Integer => Some(Holds::Number),
        DataType::String if !leaf.is_case_exact() => Some(Holds::Folded),
        DataType::Binary | DataType::Reference | DataType::String => Some(Holds::Exact),
    }
}

fn refused(path: &str, problem: &'static str) -> Error {
    let attribute = Shown::new(path);
    Error::new(ErrorKind::SqlMapping { attribute, problem })
}
