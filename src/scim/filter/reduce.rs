//! A filter for one of several resource types: RFC 7644 §3.4.2.1.
//!
//! An attribute that a type does not have has no value there. The terms about it are decided at
//! once, and what is left of the filter names only what the type has.

use super::ast::{AttributePath, Filter, Literal, Node, NodeId, Operator};
use super::resolve::{in_element, in_resource};
use crate::scim::schema::{Attribute, ResourceType};

/// What is left of a filter for one resource type.
#[derive(Debug, PartialEq)]
pub(crate) enum Reduced {
    /// Every resource of the type matches.
    Always,
    /// This decides.
    Filter(Filter),
    /// None does.
    Never,
}

impl Filter {
    /// The filter as it is for that type.
    pub(crate) fn among(&self, resource_type: &ResourceType) -> Reduced {
        let mut reduction = Reduction::default();
        for (node, brackets) in self.nodes.iter().zip(self.brackets()) {
            let part = match brackets.map(|path| elements(resource_type, path)) {
                None => reduction.of(node, |path| in_resource(resource_type, path).is_some()),
                Some(Some(attribute)) => {
                    reduction.of(node, |path| in_element(attribute, path).is_some())
                }
                // What is in brackets goes with what is before them.
                Some(None) => Part::Never,
            };
            reduction.parts.push(part);
        }
        match reduction.part(self.root) {
            Part::Always => Reduced::Always,
            Part::Never => Reduced::Never,
            Part::Node(root) => Reduced::Filter(Self {
                nodes: reduction.nodes,
                root,
            }),
        }
    }

    /// For each node, the path before the brackets in which it stands.
    fn brackets(&self) -> Vec<Option<&AttributePath>> {
        let mut brackets = vec![None; self.nodes.len()];
        // A child stands before its parent.
        for (at, node) in self.nodes.iter().enumerate().rev() {
            let outer = brackets.get(at).copied().flatten();
            let (children, path) = match node {
                Node::And { left, right } | Node::Or { left, right } => {
                    ([Some(*left), Some(*right)], outer)
                }
                Node::Not { inner } => ([Some(*inner), None], outer),
                Node::Elements { path, filter } => ([Some(*filter), None], Some(path)),
                Node::Compare { .. } | Node::Present { .. } => ([None, None], None),
            };
            for NodeId(child) in children.into_iter().flatten() {
                if let Some(brackets) = brackets.get_mut(child) {
                    *brackets = path;
                }
            }
        }
        brackets
    }
}

/// The attribute whose elements are in brackets.
fn elements<'a>(resource_type: &'a ResourceType, path: &'a AttributePath) -> Option<&'a Attribute> {
    in_resource(resource_type, path.as_str()).map(|(_, meaning)| meaning.leaf)
}

/// What became of one node.
#[derive(Clone, Copy)]
enum Part {
    Always,
    Never,
    Node(NodeId),
}

#[derive(Default)]
struct Reduction {
    nodes: Vec<Node>,
    /// For each node of the filter.
    parts: Vec<Part>,
}

impl Reduction {
    fn of(&mut self, node: &Node, is_known: impl Fn(&str) -> bool) -> Part {
        match node {
            Node::And { left, right } => match (self.part(*left), self.part(*right)) {
                (Part::Never, _) | (_, Part::Never) => Part::Never,
                (Part::Always, other) | (other, Part::Always) => other,
                (Part::Node(left), Part::Node(right)) => self.push(Node::And { left, right }),
            },
            Node::Or { left, right } => match (self.part(*left), self.part(*right)) {
                (Part::Always, _) | (_, Part::Always) => Part::Always,
                (Part::Never, other) | (other, Part::Never) => other,
                (Part::Node(left), Part::Node(right)) => self.push(Node::Or { left, right }),
            },
            Node::Not { inner } => match self.part(*inner) {
                Part::Always => Part::Never,
                Part::Never => Part::Always,
                Part::Node(inner) => self.push(Node::Not { inner }),
            },
            Node::Elements { path, .. } if !is_known(path.as_str()) => Part::Never,
            Node::Elements { path, filter } => match self.part(*filter) {
                Part::Always => self.push(Node::Present { path: path.clone() }),
                Part::Never => Part::Never,
                Part::Node(filter) => self.push(Node::Elements {
                    path: path.clone(),
                    filter,
                }),
            },
            Node::Compare { path, .. } | Node::Present { path } if is_known(path.as_str()) => {
                self.push(node.clone())
            }
            Node::Compare {
                operator, value, ..
            } => match (operator, value) {
                (Operator::Eq, Literal::Null) => Part::Always,
                (Operator::Ne, Literal::Null) => Part::Never,
                (Operator::Ne, _) => Part::Always,
                _ => Part::Never,
            },
            Node::Present { .. } => Part::Never,
        }
    }

    fn part(&self, NodeId(at): NodeId) -> Part {
        self.parts.get(at).copied().unwrap_or(Part::Never)
    }

    fn push(&mut self, node: Node) -> Part {
        self.nodes.push(node);
        Part::Node(NodeId(self.nodes.len().saturating_sub(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::Registry;

    fn for_group(text: &str) -> String {
        let registry = Registry::standard();
        match Filter::parse(text).unwrap().among(registry.group()) {
            Reduced::Always => "always".to_owned(),
            Reduced::Filter(filter) => filter.to_string(),
            Reduced::Never => "never".to_owned(),
        }
    }

    #[test]
    fn what_the_type_has_is_left_as_it_is() {
        for text in [
            "displayName pr",
            "members[value eq \"a\" or not (type pr)]",
            "not (displayName eq \"a\" and (meta.resourceType eq \"Group\" or externalId pr))",
        ] {
            assert_eq!(for_group(text), text);
        }
    }

    #[test]
    fn what_the_type_has_not_has_no_value() {
        for (text, left) in [
            ("title pr", "never"),
            ("title eq \"a\"", "never"),
            ("title ne \"a\"", "always"),
            ("title eq null", "always"),
            ("title ne null", "never"),
            ("not (title pr)", "always"),
            ("title pr or displayName pr", "displayName pr"),
            ("displayName pr and title pr", "never"),
            ("displayName pr and not (title pr)", "displayName pr"),
            ("displayName pr or title ne \"a\"", "always"),
            ("not (title pr or displayName pr)", "not (displayName pr)"),
            ("emails[value eq \"a\"]", "never"),
            ("not (emails[not (value pr)])", "always"),
            (
                "members[department eq \"a\" or value eq \"b\"]",
                "members[value eq \"b\"]",
            ),
            ("members[department ne \"a\"]", "members pr"),
            ("members[department pr]", "never"),
            ("members.department pr", "never"),
            (
                "urn:ietf:params:scim:schemas:core:2.0:User:title pr",
                "never",
            ),
        ] {
            assert_eq!(for_group(text), left, "{text}");
        }
    }
}
