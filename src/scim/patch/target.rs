//! What the path of an operation means for a resource type.

use serde_json::Value;

use crate::error::Shown;
use crate::scim::dialect::{ElementPath, Profile};
use crate::scim::error::{Error, ErrorKind, Language};
use crate::scim::filter::{
    AttributePath, Filter, Literal, Node, NodeId, Operator, Reading, ResolvedFilter,
    located_or_unknown, resolve_elements,
};
use crate::scim::path::Path;
use crate::scim::schema::{Attribute, DataType, Located, Mutability, ResourceType, Scope};

/// What an operation writes to.
pub(super) enum Target<'r, 'p> {
    /// An attribute, some of its elements, or a sub-attribute of these.
    Attribute(Place<'r, 'p>),
    /// All attributes of one schema: a bare URN.
    Schema(Scope<'r>),
}

/// An attribute and what of it.
pub(super) struct Place<'r, 'p> {
    pub(super) scope: Scope<'r>,
    pub(super) attribute: &'r Attribute,
    pub(super) selection: Option<Selection<'p>>,
    pub(super) sub: Option<&'r Attribute>,
}

/// The elements that a filter selects.
pub(super) struct Selection<'a> {
    filter: &'a Filter,
    resolved: ResolvedFilter,
}

impl<'r, 'p> Target<'r, 'p> {
    pub(super) fn of(
        resource_type: &'r ResourceType,
        path: &'p Path,
        profile: &Profile,
    ) -> Result<Self, Error> {
        let located = located_or_unknown(resource_type, path.attribute(), Language::Path)?;
        let Located::Attribute {
            scope,
            attribute,
            sub,
        } = located
        else {
            return match (located, path.filter()) {
                (Located::Schema(scope), None) => Ok(Self::Schema(scope)),
                _ => Err(not_selectable(path.attribute())),
            };
        };
        let selection = match path.filter() {
            None => None,
            Some(_)
                if sub.is_some()
                    || !has_elements(attribute)
                    || profile.element_path == ElementPath::Refuse =>
            {
                return Err(not_selectable(path.attribute()));
            }
            Some(filter) => Some(Selection {
                filter,
                resolved: resolve_elements(filter, attribute, reading(profile))?,
            }),
        };
        let sub = match (sub, path.sub_attribute()) {
            (Some(name), _) => part(attribute, name, path.attribute())?,
            (None, Some(sub)) => part(attribute, sub.as_str(), sub)?,
            (None, None) => None,
        };
        Ok(Self::Attribute(Place {
            scope,
            attribute,
            selection,
            sub,
        }))
    }
}

const fn reading(profile: &Profile) -> Reading {
    Reading {
        language: Language::Path,
        text_boolean: profile.text_boolean,
    }
}

fn has_elements(attribute: &Attribute) -> bool {
    attribute.is_multi_valued() || attribute.data_type() == DataType::Complex
}

/// The sub-attribute of that name; `value` of a simple list is the element itself.
fn part<'a>(
    attribute: &'a Attribute,
    name: &str,
    path: &AttributePath,
) -> Result<Option<&'a Attribute>, Error> {
    match attribute.sub_attribute(name) {
        Some(sub) => Ok(Some(sub)),
        None if attribute.data_type() != DataType::Complex
            && attribute.is_multi_valued()
            && name.eq_ignore_ascii_case("value") =>
        {
            Ok(None)
        }
        None => {
            let kind = ErrorKind::UnknownAttribute {
                name: Shown::new(path.as_str()),
                language: Language::Path,
            };
            Err(Error::in_text(kind, path.span()))
        }
    }
}

fn not_selectable(path: &AttributePath) -> Error {
    let kind = ErrorKind::NotSelectable {
        attribute: Shown::new(path.as_str()),
        language: Language::Path,
    };
    Error::in_text(kind, path.span())
}

impl Place<'_, '_> {
    /// The attribute alone.
    pub(super) fn is_whole(&self) -> bool {
        self.selection.is_none() && self.sub.is_none()
    }

    /// Whether only the service provider writes it.
    pub(super) fn is_read_only(&self) -> bool {
        let is_read_only = |attribute: &Attribute| attribute.mutability() == Mutability::ReadOnly;
        is_read_only(self.attribute) || self.sub.is_some_and(is_read_only)
    }
}

impl Selection<'_> {
    /// How many parts the filter has.
    pub(super) fn nodes(&self) -> usize {
        self.filter.len()
    }

    pub(super) fn matches(&self, element: &Value) -> bool {
        self.resolved.matches_element(element)
    }

    /// The names and values that an element must have, where the filter says just that: `eq`
    /// terms joined by `and`.
    pub(super) fn equal_terms(&self) -> Option<Vec<(&str, Value)>> {
        self.terms(|node| match node {
            Node::And { left, right } => Some((*left, *right)),
            _ => None,
        })
    }

    /// The values of `value`, where the filter asks for one of several: `value eq` terms joined by
    /// `or`.
    pub(super) fn alternatives(&self) -> Option<Vec<Value>> {
        let terms = self.terms(|node| match node {
            Node::Or { left, right } => Some((*left, *right)),
            _ => None,
        })?;
        let value =
            |(name, value): (&str, Value)| name.eq_ignore_ascii_case("value").then_some(value);
        terms.into_iter().map(value).collect()
    }

    /// The `eq` terms of the filter when every other node is one that `joins` takes apart.
    fn terms(
        &self,
        joins: impl Fn(&Node) -> Option<(NodeId, NodeId)>,
    ) -> Option<Vec<(&str, Value)>> {
        let mut terms = Vec::new();
        let mut rest = vec![self.filter.root()];
        while let Some(id) = rest.pop() {
            let node = self.filter.node(id)?;
            match node {
                Node::Compare {
                    path,
                    operator: Operator::Eq,
                    value,
                    ..
                } => terms.push((path.as_str(), literal(value)?)),
                node => {
                    let (left, right) = joins(node)?;
                    rest.extend([right, left]);
                }
            }
        }
        Some(terms)
    }
}

fn literal(literal: &Literal) -> Option<Value> {
    Some(match literal {
        Literal::Boolean(value) => Value::Bool(*value),
        Literal::Null => return None,
        Literal::Number(number) => Value::Number(number.clone()),
        Literal::String(text) => Value::String(text.clone()),
    })
}
