//! The filters that a profile takes.

use super::profile::{FilterGrammar, Profile};
use crate::error::Span;
use crate::scim::error::{Error, ErrorKind};
use crate::scim::filter::{Filter, Node, Operator};

/// Refuses what the profile's grammar has not.
pub(in crate::scim) fn check_filter(filter: &Filter, profile: &Profile) -> Result<(), Error> {
    if profile.filter_grammar == FilterGrammar::Full {
        return Ok(());
    }
    let mut rest = vec![filter.root()];
    // Where the last comparison was seen: connectives have no place of their own.
    let mut span = Span::default();
    while let Some(node) = rest.pop().and_then(|id| filter.node(id)) {
        match node {
            Node::And { left, right } => rest.extend([*right, *left]),
            Node::Compare {
                operator: Operator::Eq,
                path,
                ..
            } => span = path.span(),
            Node::Elements { path, filter } => {
                span = path.span();
                rest.push(*filter);
            }
            Node::Compare { operator_span, .. } => {
                return Err(Error::in_text(ErrorKind::FilterForm, *operator_span));
            }
            Node::Present { path } => {
                return Err(Error::in_text(ErrorKind::FilterForm, path.span()));
            }
            Node::Not { .. } | Node::Or { .. } => {
                return Err(Error::in_text(ErrorKind::FilterForm, span));
            }
        }
    }
    Ok(())
}
