//! What a filter tells a host that has an index: equalities that every match fulfils.

use super::ast::Operator;
use super::compare::Operand;
use super::resolve::{Check, ResolvedFilter, Target};
use super::walk::{Visitor, walk};

/// One text that every matching resource has: a key into a host's index.
///
/// ```
/// use vestibule::scim::filter::Case;
/// use vestibule::scim::{Filter, Registry};
///
/// let registry = Registry::standard();
/// let filter = r#"userName eq "BJensen" and (active eq true or title pr)"#;
/// let filter = Filter::parse(filter)?.resolve(registry.user())?;
/// let lookups = filter.lookups();
/// let [key] = lookups.as_slice() else { panic!() };
/// assert_eq!((key.path(), key.text(), key.case()), ("userName", "bjensen", Case::Folded));
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Lookup<'f> {
    path: String,
    text: &'f str,
    case: Case,
}

impl Lookup<'_> {
    /// The attribute in the schema's own case, such as `userName`, `emails.value`, or
    /// `manager.value` after the URN of its extension and a colon.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The text; folded where case does not matter.
    #[must_use]
    pub const fn text(&self) -> &str {
        self.text
    }

    /// Whether the index must hold texts as they are, or folded. Both are what
    /// [`comparison_key`](crate::scim::schema::Attribute::comparison_key) gives.
    #[must_use]
    pub const fn case(&self) -> Case {
        self.case
    }
}

impl std::fmt::Debug for Lookup<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "Lookup({}, {} bytes)",
            self.path,
            self.text.len()
        )
    }
}

/// How texts of an attribute are compared.
#[expect(clippy::exhaustive_enums, reason = "there is no third")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Case {
    /// As they are.
    Exact,
    /// By the form that all spellings in other case share: [`fold`](super::fold), or what
    /// [`comparison_key`](crate::scim::schema::Attribute::comparison_key) gives for a `userName`.
    Folded,
}

impl ResolvedFilter {
    /// The equalities of text that every match fulfils, in the order of the filter: those that an
    /// `and` joins to the whole, also inside a value path.
    ///
    /// A host finds candidates by one of them, then asks [`ResolvedFilter::matches`] of each. Of a
    /// list, some element has the text. None says that the filter asks for no such equality, not
    /// that nothing matches. See [`Lookup`] for an example.
    #[must_use]
    pub fn lookups(&self) -> Vec<Lookup<'_>> {
        walk(&self.steps, &mut Finder { elements: None }).unwrap_or_default()
    }
}

struct Finder<'f> {
    elements: Option<&'f Target>,
}

impl<'f> Visitor<'f> for Finder<'f> {
    type Part = Vec<Lookup<'f>>;

    fn test(&mut self, target: &'f Target, check: &'f Check) -> Self::Part {
        let (text, case) = match check {
            Check::Compare {
                operator: Operator::Eq,
                operand: Operand::Exact(text),
            } => (text, Case::Exact),
            Check::Compare {
                operator: Operator::Eq,
                operand: Operand::Folded(text) | Operand::UserName(text),
            } => (text, Case::Folded),
            _ => return Vec::new(),
        };
        let path = target.path(self.elements);
        vec![Lookup { path, text, case }]
    }

    fn enter(&mut self, target: &'f Target) {
        self.elements = Some(target);
    }

    fn leave(&mut self, inner: Self::Part) -> Self::Part {
        self.elements = None;
        inner
    }

    fn not(&mut self, _: Self::Part) -> Self::Part {
        Vec::new()
    }

    fn both(&mut self, mut left: Self::Part, right: Self::Part) -> Self::Part {
        left.extend(right);
        left
    }

    fn either(&mut self, _: Self::Part, _: Self::Part) -> Self::Part {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use crate::scim::{Filter, Registry};

    fn found(filter: &str) -> Vec<(String, String)> {
        let registry = Registry::standard();
        let filter = Filter::parse(filter).unwrap();
        let filter = filter.resolve(registry.user()).unwrap();
        let lookups = filter.lookups().into_iter();
        let pair = |it: super::Lookup<'_>| (it.path.clone(), it.text.to_owned());
        lookups.map(pair).collect()
    }

    #[test]
    fn every_and_is_looked_through() {
        let pair = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        assert_eq!(
            found(
                "ID eq \"A\" and (externalId eq \"B\" and emails[type eq \"work\"].value eq \"C\")"
            ),
            [
                pair("id", "A"),
                pair("externalId", "B"),
                pair("emails.type", "work"),
                pair("emails.value", "c"),
            ]
        );
        assert_eq!(found("emails eq \"X\""), [pair("emails.value", "x")]);
        let manager =
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager[value eq \"M\"]";
        let path = manager.replace("[value eq \"M\"]", ".value");
        assert_eq!(found(manager).first().map(|it| &it.0), Some(&path));
    }

    #[test]
    fn nothing_is_promised_by_or_not_and_other_operators() {
        for filter in [
            "userName eq \"a\" or title pr",
            "not (userName eq \"a\")",
            "emails[not (value eq \"a\")]",
            "userName sw \"a\"",
            "userName ne \"a\"",
            "not (userName eq \"a\" and title eq \"b\")",
        ] {
            assert_eq!(found(filter), [], "{filter}");
        }
    }
}
