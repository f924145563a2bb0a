//! Comparing a stored value with the value of a filter, by the attribute's type.
//!
//! Text without case is compared by the lower-case form of each character (not ASCII only), and is
//! not normalised: RFC 7643 asks for neither NFC nor PRECIS outside `userName`. Numbers are
//! compared as numbers, dateTimes as instants.

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Number, Value};
use unicode_normalization::UnicodeNormalization;

use super::ast::Operator;

/// A comparison value, ready for comparing.
#[derive(Clone, PartialEq)]
pub(super) enum Operand {
    Boolean(bool),
    /// Text where case matters.
    Exact(String),
    /// Text where case does not matter, folded.
    Folded(String),
    Instant(Instant),
    Number(Numeric),
    /// A user name, as [`user_name_key`] has it.
    UserName(String),
}

/// A stored value, as far as it can be compared.
#[derive(Clone, Copy)]
pub(super) enum Scalar<'a> {
    Boolean(bool),
    Instant(Instant),
    Number(Numeric),
    Other,
    Text(&'a str),
}

impl<'a> Scalar<'a> {
    pub(super) fn of(value: &'a Value) -> Self {
        match value {
            Value::Bool(value) => Self::Boolean(*value),
            Value::Number(number) => Numeric::of(number).map_or(Self::Other, Self::Number),
            Value::String(text) => Self::Text(text),
            Value::Null | Value::Array(_) | Value::Object(_) => Self::Other,
        }
    }
}

impl Operand {
    /// Whether `value operator operand` holds; `ne` does when the value is of another kind.
    pub(super) fn holds(&self, operator: Operator, value: Scalar<'_>) -> bool {
        use Scalar as S;
        match (self, value) {
            (Self::Boolean(operand), S::Boolean(value)) => ordered(operator, value.cmp(operand)),
            (Self::Exact(operand), S::Text(value)) => texts(operator, value, operand),
            // A substring of a dateTime is one of its text.
            (Self::Exact(operand), S::Instant(value)) => texts(operator, &value.text(), operand),
            (Self::Folded(operand), S::Text(value)) => folded_texts(operator, value, operand),
            (Self::UserName(operand), S::Text(value)) if value.is_ascii() => {
                folded_texts(operator, value, operand)
            }
            (Self::UserName(operand), S::Text(value)) => {
                texts(operator, &user_name_key(value), operand)
            }
            (Self::Instant(operand), S::Instant(value)) => ordered(operator, value.cmp(operand)),
            (Self::Instant(operand), S::Text(value)) => match Instant::parse(value) {
                Some(value) => ordered(operator, value.cmp(operand)),
                None => operator == Operator::Ne,
            },
            (Self::Number(operand), S::Number(value)) => ordered(operator, value.order(*operand)),
            _ => operator == Operator::Ne,
        }
    }
}

/// Compares with text that is folded already; equality of ASCII copies nothing.
fn folded_texts(operator: Operator, value: &str, operand: &str) -> bool {
    match operator {
        Operator::Eq if value.is_ascii() => value.eq_ignore_ascii_case(operand),
        Operator::Ne if value.is_ascii() => !value.eq_ignore_ascii_case(operand),
        _ => texts(operator, &fold(value), operand),
    }
}

fn texts(operator: Operator, value: &str, operand: &str) -> bool {
    match operator {
        Operator::Co => value.contains(operand),
        Operator::Sw => value.starts_with(operand),
        Operator::Ew => value.ends_with(operand),
        _ => ordered(operator, value.cmp(operand)),
    }
}

const fn ordered(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Eq => order.is_eq(),
        Operator::Ne => order.is_ne(),
        Operator::Gt => order.is_gt(),
        Operator::Ge => order.is_ge(),
        Operator::Lt => order.is_lt(),
        Operator::Le => order.is_le(),
        // Substrings of what is not text: resolving has refused it.
        Operator::Co | Operator::Ew | Operator::Sw => false,
    }
}

/// The text that all spellings of `text` in other case share: what a host's index or column holds
/// of an attribute whose case does not matter.
///
/// ```
/// use vestibule::scim::filter::fold;
/// assert_eq!(fold("Zoë.ÅNGSTRÖM@Example.com"), "zoë.ångström@example.com");
/// assert_eq!(fold("ΣΊΣΥΦΟΣ"), fold("Σίσυφος"));
/// ```
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    let is_folded = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if text.bytes().all(is_folded) {
        return Cow::Borrowed(text);
    }
    if text.is_ascii() {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    Cow::Owned(text.chars().flat_map(lower).collect())
}

/// The text that all spellings of one user name share, as RFC 8265 §3.3 prepares it and RFC 7644
/// §5 asks for: wide and narrow forms of letters are the letters, in lower case, composed by NFC.
///
/// Different letters that look alike stay different. A text of ASCII is as [`fold`] has it.
pub(crate) fn user_name_key(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return fold(text);
    }
    let mut key = String::with_capacity(text.len());
    for character in text.nfc() {
        match character {
            '\u{3000}' | '\u{ff01}'..='\u{ffee}' => {
                key.extend(std::iter::once(character).nfkc().flat_map(lower));
            }
            character => key.extend(lower(character)),
        }
    }
    // Lower case can decompose.
    Cow::Owned(key.nfc().collect())
}

fn lower(character: char) -> impl Iterator<Item = char> {
    // The final sigma is the same letter.
    let lower = character.to_lowercase();
    lower.map(|character| if character == 'ς' { 'σ' } else { character })
}

/// A point in time, as an `xsd:dateTime` says it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Instant(DateTime<Utc>);

impl Instant {
    /// Reads a dateTime; one without an offset is taken as UTC.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // `xsd:dateTime` has one letter between date and time, and it is a capital.
        let has_separator = text.get(10..11) == Some("T");
        let read = DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_rfc3339(&format!("{text}Z")))
            .ok()?;
        has_separator.then(|| Self(read.with_timezone(&Utc)))
    }

    pub(crate) const fn to_utc(self) -> DateTime<Utc> {
        self.0
    }

    fn text(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant)
    }
}

/// A number that compares exactly: an integer where it is one, in whatever spelling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Numeric {
    Integer(i128),
    Fraction(f64),
}

impl Numeric {
    /// Half of what an `i128` holds. A whole float below it becomes an integer exactly, and no
    /// number of JSON that `serde_json` reads as an integer is above it.
    const EXACT: f64 = 85_070_591_730_234_615_865_843_651_857_942_052_864.0;

    pub(crate) fn of(number: &Number) -> Option<Self> {
        if let Some(integer) = number.as_i64() {
            return Some(Self::Integer(integer.into()));
        }
        if let Some(integer) = number.as_u64() {
            return Some(Self::Integer(integer.into()));
        }
        number.as_f64().map(Self::of_float)
    }

    pub(super) fn of_float(float: f64) -> Self {
        if float.fract() == 0.0 && float.abs() <= Self::EXACT {
            // In range, so the conversion is exact.
            return Self::Integer(float as i128);
        }
        Self::Fraction(float)
    }

    /// A total order, which sorting needs: no rounding makes three numbers disagree.
    pub(crate) fn order(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => left.cmp(&right),
            (Self::Fraction(left), Self::Fraction(right)) => left.total_cmp(&right),
            (Self::Integer(left), Self::Fraction(right)) => whole_and_fraction(left, right),
            (Self::Fraction(left), Self::Integer(right)) => {
                whole_and_fraction(right, left).reverse()
            }
        }
    }
}

/// Compares an integer with a float that has a fraction, or is greater than all integers.
fn whole_and_fraction(integer: i128, float: f64) -> Ordering {
    if float.abs() > Numeric::EXACT {
        return 0.0_f64.total_cmp(&float);
    }
    // In range; a fraction cut towards zero lies between its integer and the next one.
    match integer.cmp(&(float as i128)) {
        Ordering::Equal => 0.0_f64.total_cmp(&float),
        order => order,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_knows_letters_outside_ascii() {
        assert_eq!(fold("Zoë.ÅNGSTRÖM"), "zoë.ångström");
        assert_eq!(fold("ΣΊΣΥΦΟΣ"), fold("Σίσυφος"));
        assert_eq!(fold("\u{212a}"), "k");
        assert_ne!(fold("é"), fold("e\u{301}"));
        assert!(matches!(fold("plain"), Cow::Borrowed(_)));
    }

    #[test]
    fn one_user_name_has_one_key() {
        for (one, other) in [
            ("\u{c9}", "e\u{301}"),
            ("\u{1e9b}\u{323}", "\u{17f}\u{323}\u{307}"),
            ("\u{ff21}lice\u{ff20}x", "alice@x"),
            ("\u{ff76}\u{ff9e}", "\u{30ac}"),
            ("\u{212b}", "\u{e5}"),
        ] {
            assert_eq!(user_name_key(one), user_name_key(other), "{one}");
        }
        // Letters of other scripts that look alike are not one.
        assert_ne!(user_name_key("\u{430}lice"), user_name_key("alice"));
    }

    proptest::proptest! {
        #[test]
        fn the_key_of_a_user_name_is_its_own_key(text in "[\\PC\u{300}-\u{370}\u{ff01}-\u{ffee}]{0,8}") {
            let once = user_name_key(&text).into_owned();
            proptest::prop_assert_eq!(&user_name_key(&once), &once);
            let decomposed: String = text.nfd().collect();
            proptest::prop_assert_eq!(user_name_key(&decomposed), once);
        }
    }

    #[test]
    fn the_short_way_for_ascii_agrees_with_folding() {
        for (value, operand) in [("KeLvin", "kelvin"), ("kelvin", "other"), ("\u{212a}", "k")] {
            for operator in [Operator::Eq, Operator::Ne] {
                let value_text = Value::from(value);
                assert_eq!(
                    Operand::Folded(operand.to_owned()).holds(operator, Scalar::of(&value_text)),
                    texts(operator, &fold(value), operand),
                );
            }
        }
    }

    #[test]
    fn instants_are_compared_across_offsets() {
        let utc = Instant::parse("2011-05-13T04:42:34Z").unwrap();
        assert_eq!(Instant::parse("2011-05-13T06:42:34+02:00"), Some(utc));
        assert_eq!(Instant::parse("2011-05-13T04:42:34"), Some(utc));
        assert!(Instant::parse("2011-05-13T04:42:34.001Z").unwrap() > utc);
        for bad in [
            "2011-05-13",
            "2011-05-13 04:42:34Z",
            "yesterday",
            "2011-02-30T00:00:00Z",
        ] {
            assert_eq!(Instant::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn numbers_are_compared_exactly() {
        let read = |text: &str| Numeric::of(&serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!(read("42").order(read("42.0")), Ordering::Equal);
        assert_eq!(read("4.5").order(read("4.50")), Ordering::Equal);
        assert_eq!(
            read("9007199254740993").order(read("9007199254740992")),
            Ordering::Greater
        );
        assert_eq!(
            read("18446744073709551615").order(read("-1")),
            Ordering::Greater
        );
        for ordered in [
            &["-1e40", "-2.5", "-2", "-1.5", "-0.25", "0", "0.25", "1"][..],
            &["9007199254740992", "9007199254740993", "9007199254740994.0"],
            &[
                "18446744073709551615",
                "36893488147419103232",
                "1e40",
                "1e41",
            ],
        ] {
            let numbers: Vec<Numeric> = ordered.iter().map(|text| read(text)).collect();
            for (at, number) in numbers.iter().enumerate() {
                for (other_at, other) in numbers.iter().enumerate() {
                    assert_eq!(number.order(*other), at.cmp(&other_at), "{at} {other_at}");
                }
            }
        }
    }
}
