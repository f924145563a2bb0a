//! The order of a list: RFC 7644 §3.4.2.3.

use std::cmp::Ordering;
use std::fmt;

use serde_json::Value;

use crate::error::Shown;
use crate::scim::error::{Error, ErrorKind};
use crate::scim::filter::{Instant, Numeric, elements};
use crate::scim::resource::Resource;
use crate::scim::schema::{Attribute, DataType, Located, ResourceType};

/// In which direction values go.
#[expect(clippy::exhaustive_enums, reason = "the standard's two")]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum SortOrder {
    /// From the smallest; a resource without a value comes last.
    #[default]
    Ascending,
    /// From the greatest; a resource without a value comes first.
    Descending,
}

/// The order that a client asks for.
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::{Registry, Resource};
/// use vestibule::scim::query::Sort;
///
/// let registry = Registry::standard();
/// let user = |body| Resource::from_value(registry.user(), body);
/// let mut users = vec![
///     user(json!({"userName": "b", "title": "Zookeeper"}))?,
///     user(json!({"userName": "c"}))?,
///     user(json!({"userName": "a", "title": "architect"}))?,
/// ];
/// let sort = Sort::from_query(Some("title"), None)?.unwrap().resolve(registry.user())?;
/// users.sort_by_cached_key(|user| sort.key(user));
/// let names: Vec<_> = users.iter().filter_map(|user| user.text("userName")).collect();
/// assert_eq!(names, ["a", "b", "c"]);
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sort {
    by: String,
    order: SortOrder,
}

impl Sort {
    /// The order by one attribute, named as in a filter: `userName`, `name.familyName`, or one of
    /// these after a URN and a colon. See [`Sort`] for an example.
    #[must_use]
    pub fn new(by: impl Into<String>, order: SortOrder) -> Self {
        Self {
            by: by.into(),
            order,
        }
    }

    /// Takes `sortBy` and `sortOrder`; none when there is no `sortBy`, whatever `sortOrder` says.
    /// See [`Sort`] for an example.
    ///
    /// # Errors
    ///
    /// `scim-sort-order`.
    pub fn from_query(
        sort_by: Option<&str>,
        sort_order: Option<&str>,
    ) -> Result<Option<Self>, Error> {
        let Some(by) = sort_by.map(str::trim).filter(|by| !by.is_empty()) else {
            return Ok(None);
        };
        let order = match sort_order.map(str::trim).unwrap_or_default() {
            "" => SortOrder::Ascending,
            word if word.eq_ignore_ascii_case("ascending") => SortOrder::Ascending,
            word if word.eq_ignore_ascii_case("descending") => SortOrder::Descending,
            _ => return Err(Error::in_parameter(ErrorKind::SortOrder, "sortOrder")),
        };
        Ok(Some(Self::new(by, order)))
    }

    /// The attribute, as asked for.
    ///
    /// ```
    /// use vestibule::scim::query::{Sort, SortOrder};
    /// let sort = Sort::new("userName", SortOrder::Descending);
    /// assert_eq!((sort.by(), sort.order()), ("userName", SortOrder::Descending));
    /// ```
    #[must_use]
    pub fn by(&self) -> &str {
        &self.by
    }

    /// The direction. See [`Sort::by`] for an example.
    #[must_use]
    pub const fn order(&self) -> SortOrder {
        self.order
    }

    /// Binds the order to a resource type. See [`Sort`] for an example.
    ///
    /// # Errors
    ///
    /// `scim-not-sortable` when the schema has no such attribute, when it may not be read (an
    /// order would tell its value), or when it is complex and has no `value`.
    pub fn resolve(&self, resource_type: &ResourceType) -> Result<ResolvedSort, Error> {
        let refused = || {
            let attribute = Shown::new(&self.by);
            Error::in_parameter(ErrorKind::NotSortable { attribute }, "sortBy")
        };
        let located = resource_type.locate(&self.by);
        let Some(Located::Attribute {
            scope,
            attribute,
            sub,
        }) = located
        else {
            return Err(refused());
        };
        let part = match (attribute.data_type(), sub) {
            (DataType::Complex, name) => {
                let part = attribute.sub_attribute(name.unwrap_or("value"));
                Some(part.ok_or_else(refused)?)
            }
            (_, None) => None,
            // The elements of a simple list are their own `value`.
            (_, Some(name))
                if attribute.is_multi_valued() && name.eq_ignore_ascii_case("value") =>
            {
                None
            }
            (_, Some(_)) => return Err(refused()),
        };
        let leaf = part.unwrap_or(attribute);
        if !attribute.is_readable() || !leaf.is_readable() {
            return Err(refused());
        }
        Ok(ResolvedSort {
            extension: scope.urn().map(str::to_owned),
            attribute: attribute.name().to_owned(),
            part: part.map(|part| part.name().to_owned()),
            chooses: match attribute.sub_attribute("primary") {
                Some(primary) if !primary.is_readable() => Chooses::First,
                _ => Chooses::Primary,
            },
            leaf: leaf.clone(),
            order: self.order,
        })
    }
}

/// An order that fits a resource type.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResolvedSort {
    extension: Option<String>,
    attribute: String,
    part: Option<String>,
    chooses: Chooses,
    leaf: Attribute,
    order: SortOrder,
}

/// Which element of a list counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Chooses {
    /// Because `primary` may not be read: an order would tell it.
    First,
    Primary,
}

impl ResolvedSort {
    /// The place of a resource in the order; a stable sort by it keeps the order of equals.
    ///
    /// Of a list the element marked `primary` counts, where that may be read, else the first. Text is compared by the
    /// attribute's own rule on case and by code points, a dateTime as an instant. See [`Sort`] for
    /// an example.
    #[must_use]
    pub fn key(&self, resource: &Resource) -> SortKey {
        SortKey {
            value: self
                .value(resource)
                .map_or(Sortable::Missing, |value| Sortable::of(&self.leaf, value)),
            order: self.order,
        }
    }

    fn value<'v>(&self, resource: &'v Resource) -> Option<&'v Value> {
        let holder = match &self.extension {
            None => resource.object(),
            Some(urn) => resource.object().get(urn)?.as_object()?,
        };
        let listed = elements(holder.get(&self.attribute)?);
        let is_primary = |element: &&Value| {
            let primary = Some(&Value::Bool(true));
            self.chooses == Chooses::Primary && element.get("primary") == primary
        };
        let element = listed.iter().find(is_primary).or_else(|| listed.first())?;
        match &self.part {
            None => Some(element),
            Some(part) => elements(element.get(part)?).first(),
        }
    }
}

/// The place of one resource in an order. `Debug` prints no values.
#[derive(Clone, Eq, PartialEq)]
pub struct SortKey {
    value: Sortable,
    order: SortOrder,
}

impl SortKey {
    /// The place of a resource without a value.
    pub(crate) const fn missing(order: SortOrder) -> Self {
        Self {
            value: Sortable::Missing,
            order,
        }
    }
}

impl fmt::Debug for SortKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SortKey").finish_non_exhaustive()
    }
}

impl Ord for SortKey {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = self.value.cmp(&other.value);
        match self.order {
            SortOrder::Ascending => order,
            SortOrder::Descending => order.reverse(),
        }
    }
}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A value as it is sorted. No value is greater than all.
#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
enum Sortable {
    Boolean(bool),
    Instant(Instant),
    Number(Number),
    Text(String),
    Missing,
}

impl Sortable {
    fn of(attribute: &Attribute, value: &Value) -> Self {
        match (attribute.data_type(), value) {
            (_, Value::Bool(value)) => Self::Boolean(*value),
            (_, Value::Number(number)) => {
                Numeric::of(number).map_or(Self::Missing, |number| Self::Number(Number(number)))
            }
            (_, Value::String(text)) if text.is_empty() => Self::Missing,
            (DataType::DateTime, Value::String(text)) => {
                Instant::parse(text).map_or(Self::Missing, Self::Instant)
            }
            (_, Value::String(text)) => Self::Text(attribute.comparison_key(text).into_owned()),
            (_, Value::Null | Value::Array(_) | Value::Object(_)) => Self::Missing,
        }
    }
}

/// A number with the total order of [`Numeric::order`].
#[derive(Clone)]
struct Number(Numeric);

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.order(other.0)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}
