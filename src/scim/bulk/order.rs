//! In which order the operations run, and which must be taken apart.

use std::collections::HashMap;

use super::parse::{Bulk, BulkMethod};
use super::patch_path::referred_in_paths;
use super::reference::{referred, texts};

/// One thing to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Task {
    /// Give the resource of this operation what was held back.
    Complete(usize),
    /// Run this operation.
    Perform(usize),
}

/// The order of a Bulk request.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Order {
    pub(super) tasks: Vec<Task>,
    /// For each operation, those on which it depends and which run after it.
    pub(super) held: Vec<Vec<usize>>,
}

/// The operations that create something, by their bulkId.
pub(super) fn creators(bulk: &Bulk) -> HashMap<String, usize> {
    let listed = bulk.listed.iter().enumerate();
    let creators = listed.filter(|(_, one)| one.method == Some(BulkMethod::Post));
    creators
        .filter_map(|(index, one)| Some((one.bulk_id.clone()?, index)))
        .collect()
}

/// For each operation, those that must run before it: once each, in the order of the request.
pub(super) fn dependencies(bulk: &Bulk, creators: &HashMap<String, usize>) -> Vec<Vec<usize>> {
    let of = |operation: &super::parse::Operation| {
        let path = operation.path.as_deref();
        let data = operation.data.iter().flat_map(texts);
        let referred = data.chain(path).filter_map(referred).map(str::to_owned);
        let in_paths = operation.patch().map(referred_in_paths).unwrap_or_default();
        let mut needed: Vec<usize> = referred
            .chain(in_paths)
            .filter_map(|id| creators.get(&id).copied())
            .collect();
        needed.sort_unstable();
        needed.dedup();
        needed
    };
    bulk.listed.iter().map(of).collect()
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Mark {
    New,
    /// Waiting for what it depends on, at this depth of the walk.
    Open(usize),
    Done,
}

/// An operation whose dependencies are being walked.
struct Frame {
    operation: usize,
    next: usize,
}

impl Order {
    /// Each operation after those on which it depends; where that goes round in a circle, the one
    /// that closes the circle runs first and is completed when the others are done.
    pub(super) fn of(dependencies: &[Vec<usize>]) -> Self {
        let mut walk = Walk {
            marks: vec![Mark::New; dependencies.len()],
            after: vec![Vec::new(); dependencies.len()],
            order: Self {
                tasks: Vec::new(),
                held: vec![Vec::new(); dependencies.len()],
            },
        };
        for operation in 0..dependencies.len() {
            walk.from(operation, dependencies);
        }
        walk.order
    }
}

struct Walk {
    marks: Vec<Mark>,
    /// What is to be completed when an operation is done.
    after: Vec<Vec<usize>>,
    order: Order,
}

impl Walk {
    fn from(&mut self, start: usize, dependencies: &[Vec<usize>]) {
        let mut frames: Vec<Frame> = Vec::new();
        self.open(start, &mut frames);
        while let Some(frame) = frames.last_mut() {
            let operation = frame.operation;
            let needed = dependencies
                .get(operation)
                .and_then(|all| all.get(frame.next));
            frame.next = frame.next.saturating_add(1);
            match needed {
                Some(needed) => self.open(*needed, &mut frames),
                None => {
                    frames.pop();
                    self.close(operation, dependencies, &frames);
                }
            }
        }
    }

    fn mark(&self, operation: usize) -> Mark {
        self.marks.get(operation).copied().unwrap_or(Mark::Done)
    }

    fn set(&mut self, operation: usize, mark: Mark) {
        if let Some(known) = self.marks.get_mut(operation) {
            *known = mark;
        }
    }

    fn open(&mut self, operation: usize, frames: &mut Vec<Frame>) {
        if self.mark(operation) == Mark::New {
            self.set(operation, Mark::Open(frames.len()));
            frames.push(Frame { operation, next: 0 });
        }
    }

    fn close(&mut self, operation: usize, dependencies: &[Vec<usize>], frames: &[Frame]) {
        let needed = dependencies.get(operation).map_or(&[][..], Vec::as_slice);
        // What is open still is this operation itself, or waits for it.
        let open = needed.iter().filter_map(|needed| match self.mark(*needed) {
            Mark::Open(depth) => Some((depth, *needed)),
            Mark::New | Mark::Done => None,
        });
        let open: Vec<(usize, usize)> = open.collect();
        self.order.tasks.push(Task::Perform(operation));
        self.set(operation, Mark::Done);
        // The one that is done last is the one nearest to the start of the walk.
        if let Some((depth, _)) = open.iter().min() {
            let last = frames
                .get(*depth)
                .map_or(operation, |frame| frame.operation);
            if let Some(after) = self.after.get_mut(last) {
                after.push(operation);
            }
        }
        if let Some(held) = self.order.held.get_mut(operation) {
            held.extend(open.iter().map(|(_, needed)| needed));
        }
        let after = self.after.get_mut(operation).map(std::mem::take);
        let after = after.unwrap_or_default().into_iter().map(Task::Complete);
        self.order.tasks.extend(after);
    }
}

#[cfg(test)]
mod tests {
    use super::Task::{Complete, Perform};
    use super::*;

    fn tasks(dependencies: &[&[usize]]) -> Vec<Task> {
        let dependencies: Vec<Vec<usize>> = dependencies.iter().map(|one| one.to_vec()).collect();
        Order::of(&dependencies).tasks
    }

    #[test]
    fn the_order_of_the_request_is_kept_where_it_can_be() {
        assert_eq!(
            tasks(&[&[], &[0], &[]]),
            [Perform(0), Perform(1), Perform(2)]
        );
        assert_eq!(
            tasks(&[&[2], &[], &[]]),
            [Perform(2), Perform(0), Perform(1)]
        );
    }

    #[test]
    fn circles_are_cut_and_completed_when_they_are_whole() {
        assert_eq!(tasks(&[&[0]]), [Perform(0), Complete(0)]);
        assert_eq!(tasks(&[&[1], &[0]]), [Perform(1), Perform(0), Complete(1)]);
        assert_eq!(
            tasks(&[&[1], &[2], &[0, 1]]),
            [Perform(2), Perform(1), Perform(0), Complete(2)]
        );
        let order = Order::of(&[vec![1], vec![2], vec![0, 1]]);
        assert_eq!(order.held, [vec![], vec![], vec![0, 1]]);
    }

    #[test]
    fn a_long_chain_does_not_recurse() {
        let length = 100_000;
        let chain: Vec<Vec<usize>> = (0..length)
            .map(|one| {
                if one + 1 < length {
                    vec![one + 1]
                } else {
                    vec![]
                }
            })
            .collect();
        let order = Order::of(&chain);
        assert_eq!(order.tasks.first(), Some(&Perform(length - 1)));
        assert_eq!(order.tasks.len(), length);
    }
}
