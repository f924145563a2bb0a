//! A breadth-first explorer of small models: every state that can be reached, once.

use std::collections::{BTreeSet, VecDeque};

/// A model with finitely many states up to its own notion of sameness.
pub(crate) trait Model {
    /// One state.
    type State: Clone;

    /// Where it begins.
    fn start(&self) -> Self::State;

    /// What can come next, with a name for each step.
    fn next(&self, state: &Self::State) -> Vec<(String, Self::State)>;

    /// States with the same key behave alike from here on.
    fn key(&self, state: &Self::State) -> String;

    /// What is wrong with a state, if anything is.
    fn fault(&self, state: &Self::State) -> Option<String>;

    /// The milestones that a state shows to be reachable.
    fn milestones(&self, state: &Self::State) -> Vec<&'static str>;
}

/// What an exploration found.
pub(crate) struct Explored {
    /// How many states there are.
    pub(crate) states: usize,
    /// The first fault, with the steps that lead to it.
    pub(crate) fault: Option<String>,
    /// The milestones that were reached.
    pub(crate) milestones: BTreeSet<&'static str>,
}

/// Explores `model` to its end, or to its first fault, by the fewest steps.
pub(crate) fn explore<M: Model>(model: &M) -> Explored {
    let start = model.start();
    let mut seen = BTreeSet::from([model.key(&start)]);
    let mut found = Explored {
        states: 1,
        fault: None,
        milestones: BTreeSet::new(),
    };
    // Each state with the index of the one before it and the step between.
    let mut states = vec![(start, 0, String::new())];
    let mut queue = VecDeque::from([0]);
    while let Some(index) = queue.pop_front() {
        let state = states[index].0.clone();
        found.milestones.extend(model.milestones(&state));
        if let Some(fault) = model.fault(&state) {
            let mut steps = Vec::new();
            let mut at = index;
            while at != 0 {
                steps.push(states[at].2.clone());
                at = states[at].1;
            }
            steps.reverse();
            found.fault = Some(format!("{fault} after {}", steps.join(", ")));
            break;
        }
        for (step, next) in model.next(&state) {
            if seen.insert(model.key(&next)) {
                queue.push_back(states.len());
                states.push((next, index, step));
            }
        }
    }
    found.states = states.len();
    found
}
