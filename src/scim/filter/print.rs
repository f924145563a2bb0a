//! From tree to text, with a stack of its own in place of recursion.

use std::fmt;

use serde_json::Value;

use super::ast::{Filter, Literal, Node, NodeId};

/// What remains to be printed.
enum Rest {
    Node(NodeId),
    Text(&'static str),
}

impl fmt::Display for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = vec![Rest::Node(self.root)];
        while let Some(next) = rest.pop() {
            let node = match next {
                Rest::Text(text) => {
                    formatter.write_str(text)?;
                    continue;
                }
                Rest::Node(id) => self.node(id),
            };
            match node {
                Some(Node::And { left, right }) => {
                    let is_or = |id| matches!(self.node(id), Some(Node::Or { .. }));
                    // A right operand of the same kind was grouped by hand: `a and (b and c)`.
                    let is_and = matches!(self.node(*right), Some(Node::And { .. }));
                    push(&mut rest, *right, is_or(*right) || is_and);
                    rest.push(Rest::Text(" and "));
                    push(&mut rest, *left, is_or(*left));
                }
                Some(Node::Or { left, right }) => {
                    let is_or = matches!(self.node(*right), Some(Node::Or { .. }));
                    push(&mut rest, *right, is_or);
                    rest.push(Rest::Text(" or "));
                    rest.push(Rest::Node(*left));
                }
                Some(Node::Not { inner }) => {
                    formatter.write_str("not ")?;
                    push(&mut rest, *inner, true);
                }
                Some(Node::Elements { path, filter }) => {
                    write!(formatter, "{}[", path.as_str())?;
                    rest.push(Rest::Text("]"));
                    rest.push(Rest::Node(*filter));
                }
                Some(Node::Present { path }) => write!(formatter, "{} pr", path.as_str())?,
                Some(Node::Compare {
                    path,
                    operator,
                    value,
                    ..
                }) => write!(formatter, "{} {operator} {value}", path.as_str())?,
                None => {}
            }
        }
        Ok(())
    }
}

fn push(rest: &mut Vec<Rest>, id: NodeId, grouped: bool) {
    if grouped {
        rest.push(Rest::Text(")"));
    }
    rest.push(Rest::Node(id));
    if grouped {
        rest.push(Rest::Text("("));
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => write!(formatter, "{value}"),
            Self::Null => formatter.write_str("null"),
            Self::Number(number) => write!(formatter, "{number}"),
            // A JSON string, with JSON's escapes.
            Self::String(text) => write!(formatter, "{}", Value::from(text.as_str())),
        }
    }
}
