//! From a filter to the text of a condition.

use super::super::ast::Operator;
use super::super::resolve::{Check, ResolvedFilter, Target};
use super::super::walk::{Visitor, walk};
use super::mapping::{ChildTable, SqlMapping};
use super::term::{Place, Rows, SqlValue, term};

/// Whose SQL is written: placeholders, and how a substring is found.
#[expect(clippy::exhaustive_enums, reason = "a new one changes no host's build")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Database {
    /// `?`, `LIKE`. Columns of text need a binary collation.
    MySql,
    /// `$1`, `LIKE`. Columns of text need the collation `C`.
    Postgres,
    /// `?1`, `GLOB`. Columns of text need the collation `BINARY`, which is the default.
    Sqlite,
}

/// A condition for a `WHERE` clause: one parenthesized term, and the values of its placeholders.
///
/// ```
/// use vestibule::scim::filter::sql::{Column, Database, SqlMapping, SqlValue};
/// use vestibule::scim::{Filter, Registry};
///
/// let registry = Registry::standard();
/// let mapping = SqlMapping::new(registry.user())
///     .column("userName", Column::folded("user_name_key"))?
///     .column("title", Column::folded("title_key"))?;
/// let filter = Filter::parse(r#"userName eq "B" or title sw "100%""#)?.resolve(registry.user())?;
///
/// // The tenant is bound to `$1`.
/// let condition = filter.to_sql(&mapping, Database::Postgres, 2);
/// let query = format!("SELECT id FROM users WHERE tenant = $1 AND {}", condition.text());
/// assert_eq!(
///     condition.text(),
///     "((user_name_key IS NOT NULL AND user_name_key = $2) \
///      OR (title_key IS NOT NULL AND title_key LIKE $3 ESCAPE '!'))",
/// );
/// assert_eq!(condition.values()[1], SqlValue::Text("100!%%".to_owned()));
/// assert!(condition.is_exact());
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[must_use]
#[derive(Clone, Debug, PartialEq)]
pub struct SqlCondition {
    text: String,
    values: Vec<SqlValue>,
    unmapped: Vec<String>,
    coverage: Coverage,
}

/// Whether a condition selects what the filter selects, or more.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Coverage {
    Exact,
    TooMuch,
}

impl SqlCondition {
    /// The condition. It begins and ends with the parentheses of one pair. See [`SqlCondition`]
    /// for an example.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The values to bind, in the order of the placeholders. See [`SqlCondition`] for an example.
    #[must_use]
    pub fn values(&self) -> &[SqlValue] {
        &self.values
    }

    /// Whether it selects just what the filter selects.
    ///
    /// If not, it selects more: the host runs [`ResolvedFilter::matches`] over what comes back,
    /// before it counts, sorts or pages.
    ///
    /// ```
    /// use vestibule::scim::filter::sql::{Column, Database, SqlMapping};
    /// use vestibule::scim::{Filter, Registry};
    /// let registry = Registry::standard();
    /// let mapping =
    ///     SqlMapping::new(registry.user()).column("active", Column::boolean("active"))?;
    /// let filter = Filter::parse("active eq true and title pr")?.resolve(registry.user())?;
    /// let condition = filter.to_sql(&mapping, Database::Sqlite, 1);
    /// assert_eq!(condition.text(), "(active IS NOT NULL AND active = ?1)");
    /// assert!(!condition.is_exact());
    /// assert_eq!(condition.unmapped(), ["title"]);
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.coverage == Coverage::Exact
    }

    /// The attributes that no column answers, or not as they were compared: each once, in the
    /// order of the filter. See [`SqlCondition::is_exact`] for an example.
    #[must_use]
    pub fn unmapped(&self) -> &[String] {
        &self.unmapped
    }
}

impl ResolvedFilter {
    /// The filter as SQL. The first placeholder has the number `first`, for databases whose
    /// placeholders have one.
    ///
    /// The mapping is of the resource type that the filter was resolved against. See
    /// [`SqlCondition`] for an example.
    pub fn to_sql(&self, mapping: &SqlMapping, database: Database, first: usize) -> SqlCondition {
        let mut writer = Writer {
            mapping,
            database,
            within: Within::Resource,
            unmapped: Vec::new(),
        };
        let whole = walk(&self.steps, &mut writer).flatten();
        let whole = whole.unwrap_or_else(|| Fragment {
            pieces: vec![Piece::Text("(1 = 1)".to_owned())],
            joint: None,
            coverage: Coverage::TooMuch,
            implies: Implies::Nothing,
        });
        let coverage = whole.coverage;
        let (text, values) = written(whole.closed().pieces, database, first);
        SqlCondition {
            text,
            values,
            unmapped: writer.unmapped,
            coverage,
        }
    }
}

/// Numbers the placeholders.
fn written(pieces: Vec<Piece>, database: Database, first: usize) -> (String, Vec<SqlValue>) {
    let mut text = String::new();
    let mut values = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(piece) => text.push_str(&piece),
            Piece::Value(value) => {
                let number = first.saturating_add(values.len());
                match database {
                    Database::MySql => text.push('?'),
                    Database::Postgres => text.push_str(&format!("${number}")),
                    Database::Sqlite => text.push_str(&format!("?{number}")),
                }
                values.push(value);
            }
        }
    }
    (text, values)
}

/// A part of a condition.
pub(super) enum Piece {
    Text(String),
    Value(SqlValue),
}

/// A condition on its way.
struct Fragment {
    pieces: Vec<Piece>,
    /// The connective of its parts, when it is not in parentheses yet.
    joint: Option<&'static str>,
    coverage: Coverage,
    implies: Implies,
}

/// What follows when a condition is true.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Implies {
    Nothing,
    /// One of the attributes it looks at has a value.
    SomeValue,
}

impl Fragment {
    /// In parentheses.
    fn closed(mut self) -> Self {
        if self.joint.take().is_some() {
            self.pieces.insert(0, Piece::Text("(".to_owned()));
            self.pieces.push(Piece::Text(")".to_owned()));
        }
        self
    }

    fn joined(self, joint: &'static str, right: Self, implies: Implies) -> Self {
        let coverage = match (self.coverage, right.coverage) {
            (Coverage::Exact, Coverage::Exact) => Coverage::Exact,
            _ => Coverage::TooMuch,
        };
        let is_open = |it: &Self| it.joint == Some(joint);
        let left = if is_open(&self) { self } else { self.closed() };
        let right = if is_open(&right) {
            right
        } else {
            right.closed()
        };
        let mut pieces = left.pieces;
        pieces.push(Piece::Text(format!(" {joint} ")));
        pieces.extend(right.pieces);
        Self {
            pieces,
            joint: Some(joint),
            coverage,
            implies,
        }
    }
}

/// What the paths at hand are relative to.
#[derive(Clone, Copy)]
enum Within<'f> {
    /// The only value of a complex attribute.
    Complex(&'f Target),
    Resource,
    /// A row of a table.
    Row(&'f Target, ChildTable),
    /// An element of a list that has no table.
    Unmapped(&'f Target),
}

struct Writer<'m, 'f> {
    mapping: &'m SqlMapping,
    database: Database,
    within: Within<'f>,
    unmapped: Vec<String>,
}

impl<'f> Writer<'_, 'f> {
    fn elements(&self) -> Option<&'f Target> {
        match self.within {
            Within::Resource => None,
            Within::Complex(target) | Within::Row(target, _) | Within::Unmapped(target) => {
                Some(target)
            }
        }
    }

    /// The column of a target, and the rows to look for it in.
    fn place(&self, target: &Target) -> Option<(Place, Rows)> {
        let whole = target.within(self.elements());
        let column = self.mapping.column_of(&whole)?;
        let table = self.mapping.table_of(&whole);
        let (name, rows) = match (self.within, table) {
            (Within::Resource, Some(table)) => (element(column.name), Some(rows(table))),
            (Within::Row(..), _) => (element(column.name), None),
            (Within::Complex(_) | Within::Resource, None) => (column.name.to_owned(), None),
            (Within::Complex(_), Some(_)) | (Within::Unmapped(_), _) => return None,
        };
        let place = Place {
            column: name,
            holds: column.holds,
        };
        Some((place, rows))
    }

    /// A condition that a list has any element: what `pr` of a list needs at least.
    fn any_row(&self, target: &Target, check: &Check) -> Option<Fragment> {
        let table = self.mapping.table_of(target)?;
        let is_whole =
            matches!(self.within, Within::Resource) && *target == target.attribute_alone();
        (is_whole && *check == Check::Present).then(|| Fragment {
            pieces: vec![Piece::Text(format!("({}))", rows(table)))],
            joint: None,
            coverage: Coverage::TooMuch,
            implies: Implies::SomeValue,
        })
    }
}

/// The name of the row at hand.
const ROW: &str = "scim_element";

fn element(column: &str) -> String {
    format!("{ROW}.{column}")
}

/// The rows of one resource, up to the condition on each.
fn rows(table: ChildTable) -> String {
    let ChildTable { name, key, parent } = table;
    format!("EXISTS (SELECT 1 FROM {name} AS {ROW} WHERE {ROW}.{key} = {parent}")
}

impl<'f> Visitor<'f> for Writer<'_, 'f> {
    /// None when SQL can say nothing.
    type Part = Option<Fragment>;

    fn test(&mut self, target: &'f Target, check: &'f Check) -> Self::Part {
        let pieces = self
            .place(target)
            .and_then(|(place, rows)| term(&place, &rows, check, self.database));
        let Some(pieces) = pieces else {
            let path = target.path(self.elements());
            if !self.unmapped.contains(&path) {
                self.unmapped.push(path);
            }
            return self.any_row(target, check);
        };
        let implies = match check {
            Check::Absent
            | Check::Compare {
                operator: Operator::Ne,
                ..
            } => Implies::Nothing,
            Check::Compare { .. } | Check::Present => Implies::SomeValue,
        };
        Some(Fragment {
            pieces,
            joint: None,
            coverage: Coverage::Exact,
            implies,
        })
    }

    fn enter(&mut self, target: &'f Target) {
        self.within = match self.mapping.table_of(target) {
            Some(table) => Within::Row(target, table),
            None if self.mapping.is_list(target) => Within::Unmapped(target),
            None => Within::Complex(target),
        };
    }

    fn leave(&mut self, inner: Self::Part) -> Self::Part {
        let within = std::mem::replace(&mut self.within, Within::Resource);
        match (within, inner) {
            (Within::Row(_, table), inner) => {
                let coverage = inner.as_ref().map_or(Coverage::TooMuch, |it| it.coverage);
                let mut pieces = vec![Piece::Text(format!("({}", rows(table)))];
                if let Some(inner) = inner {
                    pieces.push(Piece::Text(" AND ".to_owned()));
                    pieces.extend(inner.closed().pieces);
                }
                pieces.push(Piece::Text("))".to_owned()));
                Some(Fragment {
                    pieces,
                    joint: None,
                    coverage,
                    implies: Implies::SomeValue,
                })
            }
            // Columns cannot tell a value without parts from no value.
            (_, Some(inner)) if inner.implies == Implies::Nothing => Some(Fragment {
                coverage: Coverage::TooMuch,
                ..inner
            }),
            (_, inner) => inner,
        }
    }

    fn not(&mut self, inner: Self::Part) -> Self::Part {
        let inner = inner.filter(|inner| inner.coverage == Coverage::Exact)?;
        let mut pieces = vec![Piece::Text("(NOT ".to_owned())];
        pieces.extend(inner.closed().pieces);
        pieces.push(Piece::Text(")".to_owned()));
        Some(Fragment {
            pieces,
            joint: None,
            coverage: Coverage::Exact,
            implies: Implies::Nothing,
        })
    }

    fn both(&mut self, left: Self::Part, right: Self::Part) -> Self::Part {
        match (left, right) {
            (Some(left), Some(right)) => {
                let implies = match (left.implies, right.implies) {
                    (Implies::Nothing, Implies::Nothing) => Implies::Nothing,
                    _ => Implies::SomeValue,
                };
                Some(left.joined("AND", right, implies))
            }
            // One of two conditions is necessary still.
            (Some(known), None) | (None, Some(known)) => Some(Fragment {
                coverage: Coverage::TooMuch,
                ..known
            }),
            (None, None) => None,
        }
    }

    fn either(&mut self, left: Self::Part, right: Self::Part) -> Self::Part {
        let (left, right) = (left?, right?);
        let implies = match (left.implies, right.implies) {
            (Implies::SomeValue, Implies::SomeValue) => Implies::SomeValue,
            _ => Implies::Nothing,
        };
        Some(left.joined("OR", right, implies))
    }
}
