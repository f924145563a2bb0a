//! One comparison of one column.
//!
//! Every term is true or false and never NULL, so that `NOT` turns it around.

use std::fmt;

use chrono::{DateTime, Utc};

use super::super::ast::Operator;
use super::super::compare::{Numeric, Operand};
use super::super::resolve::Check;
use super::condition::{Database, Piece};
use super::mapping::Holds;

/// A value to bind. `Debug` does not print texts and numbers.
#[expect(
    clippy::exhaustive_enums,
    reason = "a host binds each, or its build must break"
)]
#[derive(Clone, PartialEq)]
pub enum SqlValue {
    /// A boolean.
    Boolean(bool),
    /// A number with a fraction.
    Float(f64),
    /// An instant, for a column of [`Column::instant`](super::Column::instant).
    Instant(DateTime<Utc>),
    /// A whole number.
    Integer(i64),
    /// A text, or a pattern in which what the client wrote has no wildcards.
    Text(String),
}

impl fmt::Debug for SqlValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => write!(formatter, "{value}"),
            Self::Float(_) => formatter.write_str("float"),
            Self::Instant(_) => formatter.write_str("instant"),
            Self::Integer(_) => formatter.write_str("integer"),
            Self::Text(text) => write!(formatter, "text({} bytes)", text.len()),
        }
    }
}

/// A column as the query names it, and what it holds.
pub(super) struct Place {
    pub(super) column: String,
    pub(super) holds: Holds,
}

/// The rows of a table, up to the condition on each.
pub(super) type Rows = Option<String>;

/// Whether the check holds of the column, or of some row of the table; none when SQL cannot say.
pub(super) fn term(
    place: &Place,
    rows: &Rows,
    check: &Check,
    database: Database,
) -> Option<Vec<Piece>> {
    let Place { column, holds } = place;
    let present = match holds {
        Holds::Exact | Holds::Folded => format!("{column} IS NOT NULL AND {column} <> ''"),
        Holds::Boolean | Holds::Instant | Holds::Number => format!("{column} IS NOT NULL"),
    };
    let text = match (check, rows) {
        (Check::Present, None) => format!("({present})"),
        (Check::Present, Some(rows)) => format!("({rows} AND {present}))"),
        (Check::Absent, None) => format!("(NOT ({present}))"),
        (Check::Absent, Some(rows)) => format!("(NOT {rows} AND {present}))"),
        (Check::Compare { operator, operand }, rows) => {
            let (sign, value) = compared(*operator, operand, *holds, database)?;
            let [before, after] = match (operator, rows) {
                (Operator::Ne, None) => [format!("({column} IS NULL OR {column} "), ")".into()],
                (Operator::Ne, Some(rows)) => {
                    let none = format!("NOT {rows} AND {column} IS NOT NULL)");
                    let some = format!("{rows} AND {column} IS NOT NULL AND {column} ");
                    [format!("({none} OR {some}"), "))".into()]
                }
                (_, None) => [format!("({column} IS NOT NULL AND {column} "), ")".into()],
                (_, Some(rows)) => [
                    format!("({rows} AND {column} IS NOT NULL AND {column} "),
                    "))".into(),
                ],
            };
            let (sign, escape) = sign;
            return Some(vec![
                Piece::Text(format!("{before}{sign} ")),
                Piece::Value(value),
                Piece::Text(format!("{escape}{after}")),
            ]);
        }
    };
    Some(vec![Piece::Text(text)])
}

/// The operator of SQL with what follows the value, and the value.
fn compared(
    operator: Operator,
    operand: &Operand,
    holds: Holds,
    database: Database,
) -> Option<((&'static str, &'static str), SqlValue)> {
    let value = match (operand, holds) {
        (Operand::Boolean(value), Holds::Boolean) => SqlValue::Boolean(*value),
        (Operand::Exact(text), Holds::Exact)
        | (Operand::Folded(text) | Operand::UserName(text), Holds::Folded) => {
            return texts(operator, text, database);
        }
        (Operand::Instant(instant), Holds::Instant) => SqlValue::Instant(instant.to_utc()),
        (Operand::Number(number), Holds::Number) => number_value(*number)?,
        // A substring of a dateTime is one of its text, which the column does not hold.
        _ => return None,
    };
    Some(((ordering(operator)?, ""), value))
}

const fn ordering(operator: Operator) -> Option<&'static str> {
    match operator {
        Operator::Eq => Some("="),
        Operator::Ge => Some(">="),
        Operator::Gt => Some(">"),
        Operator::Le => Some("<="),
        Operator::Lt => Some("<"),
        Operator::Ne => Some("<>"),
        Operator::Co | Operator::Ew | Operator::Sw => None,
    }
}

fn texts(
    operator: Operator,
    text: &str,
    database: Database,
) -> Option<((&'static str, &'static str), SqlValue)> {
    // Databases end a text at U+0000, or refuse it.
    if text.contains('\0') {
        return None;
    }
    if let Some(sign) = ordering(operator) {
        return Some(((sign, ""), SqlValue::Text(text.to_owned())));
    }
    let (sign, escape, many) = match database {
        // `LIKE` of SQLite does not see the case of ASCII letters.
        Database::Sqlite => ("GLOB", "", '*'),
        Database::MySql | Database::Postgres => ("LIKE", " ESCAPE '!'", '%'),
    };
    let mut pattern = String::with_capacity(text.len().saturating_add(2));
    if operator != Operator::Sw {
        pattern.push(many);
    }
    for character in text.chars() {
        match (database, character) {
            (Database::Sqlite, '*' | '?' | '[') => pattern.extend(['[', character, ']']),
            (Database::MySql | Database::Postgres, '%' | '_' | '!') => {
                pattern.extend(['!', character]);
            }
            _ => pattern.push(character),
        }
    }
    if operator != Operator::Ew {
        pattern.push(many);
    }
    Some(((sign, escape), SqlValue::Text(pattern)))
}

/// A number that every database compares as this crate does: exact as a float.
fn number_value(number: Numeric) -> Option<SqlValue> {
    match number {
        Numeric::Integer(integer) => {
            let is_exact = integer.unsigned_abs() <= 1 << 53;
            let integer = i64::try_from(integer).ok().filter(|_| is_exact)?;
            Some(SqlValue::Integer(integer))
        }
        Numeric::Fraction(float) => (float.abs() < LAST_FRACTION).then_some(SqlValue::Float(float)),
    }
}

/// Above this, a float has no fraction.
const LAST_FRACTION: f64 = 9_007_199_254_740_992.0;
