//! The tree of a filter, with the place of each part in the text.
//!
//! Nodes stand in one list and name each other by index, so that dropping, cloning and walking a
//! deep filter need no deep stack. A child always stands before its parent.

use std::fmt;

use serde_json::Number;

use crate::error::Span;

/// A filter as written: a tree, the places of its parts, no schema.
///
/// `Display` prints it in the standard's form with as few parentheses as the meaning needs;
/// attribute values are printed too. `Debug` does not print them.
///
/// ```
/// use vestibule::scim::Filter;
/// let filter = Filter::parse(r#"not(emails[type EQ "work"].value eq "b@example.com")"#)?;
/// assert_eq!(
///     filter.to_string(),
///     r#"not (emails[type eq "work" and value eq "b@example.com"])"#,
/// );
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Filter {
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
}

impl Filter {
    /// The node at the top.
    ///
    /// ```
    /// use vestibule::scim::Filter;
    /// use vestibule::scim::filter::Node;
    /// let filter = Filter::parse("title pr and active eq true")?;
    /// assert!(matches!(filter.node(filter.root()), Some(Node::And { .. })));
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub const fn root(&self) -> NodeId {
        self.root
    }

    /// One node; none when the id is of another filter. See [`Filter::root`] for an example.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }

    /// The comparison values with their places, in the order of the text.
    pub(crate) fn compared(&self) -> impl Iterator<Item = (&Literal, Span)> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Compare {
                value, value_span, ..
            } => Some((value, *value_span)),
            _ => None,
        })
    }

    /// How many nodes the tree has.
    pub(crate) const fn len(&self) -> usize {
        self.nodes.len()
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(&self.nodes).finish()
    }
}

/// The place of a node in its filter.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct NodeId(pub(super) usize);

/// One part of a filter.
#[expect(
    clippy::exhaustive_enums,
    reason = "the grammar's forms; a walk that ignores one is wrong"
)]
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Both.
    And {
        /// The first operand.
        left: NodeId,
        /// The second operand.
        right: NodeId,
    },
    /// An attribute compared with a value.
    Compare {
        /// The attribute.
        path: AttributePath,
        /// The operator.
        operator: Operator,
        /// The value.
        value: Literal,
        /// The bytes of the value.
        value_span: Span,
        /// The bytes of the operator.
        operator_span: Span,
    },
    /// `attribute[…]`: one element for which all of the inner filter holds.
    Elements {
        /// The attribute.
        path: AttributePath,
        /// The inner filter, whose paths are sub-attributes.
        filter: NodeId,
    },
    /// The opposite.
    Not {
        /// The operand.
        inner: NodeId,
    },
    /// One of them, or both.
    Or {
        /// The first operand.
        left: NodeId,
        /// The second operand.
        right: NodeId,
    },
    /// `attribute pr`: it has a value that is not empty.
    Present {
        /// The attribute.
        path: AttributePath,
    },
}

/// An attribute path as written, without brackets: `userName`, `name.familyName`, `$ref`, or one
/// of these after the URN of a schema and a colon.
///
/// ```
/// use vestibule::scim::Filter;
/// use vestibule::scim::filter::Node;
/// let filter = Filter::parse("name.familyName pr")?;
/// let Some(Node::Present { path }) = filter.node(filter.root()) else { panic!() };
/// assert_eq!((path.as_str(), path.span().end), ("name.familyName", 15));
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AttributePath {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl AttributePath {
    /// The path as written. See [`AttributePath`] for an example.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its bytes. See [`AttributePath`] for an example.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }
}

/// A comparison operator.
#[expect(clippy::exhaustive_enums, reason = "the standard's nine")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum Operator {
    /// Contains.
    #[error("co")]
    Co,
    /// Equal.
    #[error("eq")]
    Eq,
    /// Ends with.
    #[error("ew")]
    Ew,
    /// Greater than or equal.
    #[error("ge")]
    Ge,
    /// Greater than.
    #[error("gt")]
    Gt,
    /// Less than or equal.
    #[error("le")]
    Le,
    /// Less than.
    #[error("lt")]
    Lt,
    /// Not equal.
    #[error("ne")]
    Ne,
    /// Starts with.
    #[error("sw")]
    Sw,
}

impl Operator {
    /// The operator of that name, without regard to case.
    pub(super) fn named(word: &str) -> Option<Self> {
        const NAMES: [(&str, Operator); 9] = [
            ("co", Operator::Co),
            ("eq", Operator::Eq),
            ("ew", Operator::Ew),
            ("ge", Operator::Ge),
            ("gt", Operator::Gt),
            ("le", Operator::Le),
            ("lt", Operator::Lt),
            ("ne", Operator::Ne),
            ("sw", Operator::Sw),
        ];
        let found = NAMES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(word));
        found.map(|(_, operator)| *operator)
    }
}

/// A comparison value. `Debug` does not print strings and numbers.
#[expect(clippy::exhaustive_enums, reason = "the standard's four")]
#[derive(Clone, PartialEq)]
pub enum Literal {
    /// `true` or `false`.
    Boolean(bool),
    /// `null`: no value.
    Null,
    /// A JSON number.
    Number(Number),
    /// A JSON string, unescaped.
    String(String),
}

impl fmt::Debug for Literal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => write!(formatter, "{value}"),
            Self::Null => formatter.write_str("null"),
            Self::Number(_) => formatter.write_str("number"),
            Self::String(text) => write!(formatter, "string({} bytes)", text.len()),
        }
    }
}
