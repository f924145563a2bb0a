//! Walking the steps of a resolved filter as the tree that they came from.

use super::resolve::{Check, Step, Target};

/// What is made of each part of a filter, from the leaves up.
pub(super) trait Visitor<'f> {
    /// What is made of one part.
    type Part;

    /// One attribute is looked at.
    fn test(&mut self, target: &'f Target, check: &'f Check) -> Self::Part;

    /// What follows is about one element of the target, up to [`Visitor::leave`].
    fn enter(&mut self, target: &'f Target);

    fn leave(&mut self, inner: Self::Part) -> Self::Part;

    fn not(&mut self, inner: Self::Part) -> Self::Part;

    fn both(&mut self, left: Self::Part, right: Self::Part) -> Self::Part;

    fn either(&mut self, left: Self::Part, right: Self::Part) -> Self::Part;
}

/// What ends before a later step.
enum Open {
    Elements { end: usize },
    Join { outcome: bool, to: usize },
}

/// What the visitor makes of the whole; none when there are no steps.
pub(super) fn walk<'f, V: Visitor<'f>>(steps: &'f [Step], visitor: &mut V) -> Option<V::Part> {
    let mut open = Vec::new();
    let mut parts = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        close(at, &mut open, &mut parts, visitor);
        match step {
            Step::Elements { target, end } => {
                visitor.enter(target);
                open.push(Open::Elements { end: *end });
            }
            Step::Not => {
                if let Some(inner) = parts.pop() {
                    parts.push(visitor.not(inner));
                }
            }
            Step::Skip { outcome, to } => open.push(Open::Join {
                outcome: *outcome,
                to: *to,
            }),
            Step::Test { target, check, .. } => parts.push(visitor.test(target, check)),
        }
    }
    close(steps.len(), &mut open, &mut parts, visitor);
    parts.pop()
}

/// Finishes what ends before the step `at`; what was opened last ends first.
fn close<'f, V: Visitor<'f>>(
    at: usize,
    open: &mut Vec<Open>,
    parts: &mut Vec<V::Part>,
    visitor: &mut V,
) {
    while let Some(last) = open.pop_if(|last| match last {
        Open::Elements { end } => *end == at,
        Open::Join { to, .. } => *to == at,
    }) {
        let Some(right) = parts.pop() else { return };
        let part = match (last, parts.pop()) {
            (Open::Elements { .. }, left) => {
                parts.extend(left);
                visitor.leave(right)
            }
            (Open::Join { outcome: false, .. }, Some(left)) => visitor.both(left, right),
            (Open::Join { outcome: true, .. }, Some(left)) => visitor.either(left, right),
            (Open::Join { .. }, None) => right,
        };
        parts.push(part);
    }
}
