//! Running a resolved filter over a type of the host's own.

use chrono::{DateTime, Utc};

use super::compare::{Instant, Numeric, Scalar};
use super::evaluate::{Source, run};
use super::resolve::{Check, ResolvedFilter, Step, Target};
use crate::scim::fingerprint::Fingerprint;

/// A type of the host's own that filters can look at without becoming JSON first.
///
/// ```
/// use vestibule::scim::filter::{Found, Searchable};
/// use vestibule::scim::{Filter, Registry};
///
/// struct User { login: String, emails: Vec<Email> }
/// struct Email { kind: &'static str, address: String }
///
/// impl Searchable for User {
///     fn attribute(&self, extension: Option<&str>, name: &str) -> Found<'_> {
///         match (extension, name) {
///             (None, "userName") => Found::Text(&self.login),
///             (None, "emails") => Found::list(self.emails.iter().map(|it| Found::Complex(it))),
///             _ => Found::Nothing,
///         }
///     }
/// }
/// impl Searchable for Email {
///     fn attribute(&self, _: Option<&str>, name: &str) -> Found<'_> {
///         match name {
///             "type" => Found::Text(self.kind),
///             "value" => Found::Text(&self.address),
///             _ => Found::Nothing,
///         }
///     }
/// }
///
/// let user = User {
///     login: "BJensen".to_owned(),
///     emails: vec![Email { kind: "work", address: "b@example.com".to_owned() }],
/// };
/// let filter = r#"userName eq "bjensen" and emails[type eq "work" and value sw "b@"]"#;
/// let filter = Filter::parse(filter)?.resolve(Registry::standard().user())?;
/// assert!(filter.selects(&user));
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
pub trait Searchable {
    /// What an attribute holds.
    ///
    /// `name` is in the schema's own case; `extension` is the URN of its schema, for an attribute
    /// of an extension. Of a complex value it is asked for sub-attributes.
    fn attribute(&self, extension: Option<&str>, name: &str) -> Found<'_>;
}

/// What a host's type has in an attribute. See [`Searchable`] for an example.
#[expect(clippy::exhaustive_enums, reason = "hosts make them")]
pub enum Found<'a> {
    /// A boolean.
    Boolean(bool),
    /// An object of sub-attributes.
    Complex(&'a dyn Searchable),
    /// A number with a fraction.
    Float(f64),
    /// A dateTime.
    Instant(DateTime<Utc>),
    /// A whole number.
    Integer(i64),
    /// Several values: [`Found::list`] makes it.
    List(Box<dyn Iterator<Item = Found<'a>> + 'a>),
    /// No value.
    Nothing,
    /// A string, a reference or a binary.
    Text(&'a str),
}

impl<'a> Found<'a> {
    /// Several values. See [`Searchable`] for an example.
    pub fn list(values: impl Iterator<Item = Found<'a>> + 'a) -> Self {
        Self::List(Box::new(values))
    }

    fn scalar(&self) -> Scalar<'_> {
        match self {
            Self::Boolean(value) => Scalar::Boolean(*value),
            Self::Float(value) => Scalar::Number(Numeric::of_float(*value)),
            Self::Instant(instant) => Scalar::Instant(Instant::from(*instant)),
            Self::Integer(value) => Scalar::Number(Numeric::Integer((*value).into())),
            Self::Text(text) => Scalar::Text(text),
            Self::Complex(_) | Self::List(_) | Self::Nothing => Scalar::Other,
        }
    }

    /// Whether it counts as a value that is not empty.
    const fn is_present(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Text(text) => !text.is_empty(),
            _ => true,
        }
    }

    /// Whether `holds` holds of it, or of some element.
    fn any(self, holds: &mut dyn FnMut(&Found<'_>) -> bool) -> bool {
        match self {
            Self::Nothing => false,
            Self::List(mut values) => {
                values.any(|value| !matches!(value, Self::Nothing) && holds(&value))
            }
            value => holds(&value),
        }
    }
}

impl std::fmt::Debug for Found<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Boolean(_) => "Found(boolean)",
            Self::Complex(_) => "Found(complex)",
            Self::Float(_) | Self::Integer(_) => "Found(number)",
            Self::Instant(_) => "Found(instant)",
            Self::List(_) => "Found(list)",
            Self::Nothing => "Found(nothing)",
            Self::Text(_) => "Found(text)",
        })
    }
}

impl ResolvedFilter {
    /// Whether a value of the host's own type matches: the same as [`ResolvedFilter::matches`] of
    /// the resource that it stands for. See [`Searchable`] for an example.
    #[must_use]
    pub fn selects(&self, value: &dyn Searchable) -> bool {
        run(&self.steps, 0, self.steps.len(), Place::Resource(value))
    }
}

/// What the steps look at.
#[derive(Clone, Copy)]
enum Place<'b, 'a> {
    Element(&'b Found<'a>),
    Resource(&'b dyn Searchable),
}

impl Place<'_, '_> {
    /// Whether `holds` holds of some value of the target.
    fn any_value(self, target: &Target, holds: &mut dyn FnMut(&Found<'_>) -> bool) -> bool {
        let mut of_part = |found: &Found<'_>, sub: Option<&str>| match (sub, found) {
            (None, found) => holds(found),
            (Some(sub), Found::Complex(inner)) => inner.attribute(None, sub).any(holds),
            (Some(_), _) => false,
        };
        match (self, target) {
            (Self::Element(found), Target::Element { sub }) => of_part(found, sub.as_deref()),
            (
                Self::Resource(host),
                Target::Resource {
                    extension,
                    attribute,
                    sub,
                },
            ) => host
                .attribute(extension.as_deref(), attribute)
                .any(&mut |found| of_part(found, sub.as_deref())),
            _ => false,
        }
    }
}

impl Source for Place<'_, '_> {
    fn any_matches(self, target: &Target, steps: &[Step], at: usize, end: usize) -> bool {
        self.any_value(target, &mut |found| {
            run(steps, at, end, Place::Element(found))
        })
    }

    fn check(self, target: &Target, check: &Check) -> bool {
        match check {
            Check::Absent => !self.any_value(target, &mut |found| found.is_present()),
            Check::Present => self.any_value(target, &mut |found| found.is_present()),
            Check::Compare { operator, operand } => {
                let mut has_value = false;
                let holds = self.any_value(target, &mut |found| {
                    has_value = true;
                    operand.holds(*operator, found.scalar())
                });
                holds || check.holds_of_nothing(has_value)
            }
        }
    }

    fn excludes(self, _: Fingerprint) -> bool {
        false
    }
}
