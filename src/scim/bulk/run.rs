//! Running a Bulk request, one step at a time.

use std::collections::{HashMap, VecDeque};
use std::fmt;

use serde_json::{Map, Value, json};

use super::BULK_RESPONSE_URN;
use super::order::{Order, Task, creators, dependencies};
use super::parse::{Bulk, BulkMethod, Operation};
use super::patch_path::{referred_in_paths, substitute_in_paths};
use super::reference::{HeldBack, hold_back, referred, substitute, texts, with_id};
use crate::error::Shown;
use crate::scim::answer::Outcome;
use crate::scim::base_url::{BaseUrl, segment};
use crate::scim::dialect::BulkCircles;
use crate::scim::error::{Error, WireFault};
use crate::scim::etag::{EntityTag, Preconditions};
use crate::scim::patch::Patch;
use crate::scim::query::Projection;
use crate::scim::request::{Request, Route, Target, Whom};
use crate::scim::schema::{Mutability, Registry};

/// A Bulk request on its way. `Debug` prints no values.
///
/// The host takes a request from [`Run::next_request`], does it as if it had come alone, and hands
/// what became of it to [`Run::report`], until there is no more; [`Run::response`] is the answer.
///
/// ```
/// use vestibule::scim::answer::Outcome;
/// use vestibule::scim::bulk::Bulk;
/// use vestibule::scim::{BaseUrl, BulkCircles, Error, ErrorKind, Registry};
///
/// let bulk = Bulk::parse(br#"{"Operations": [
///     {"method": "DELETE", "path": "/Users/u1"},
///     {"method": "DELETE", "path": "/Users/u2"}
/// ]}"#)?;
/// let base = BaseUrl::parse("https://example.com/scim/v2")?;
/// let mut run = bulk.run(&Registry::standard(), &base, BulkCircles::Resolve);
/// assert!(run.next_request().is_some());
/// run.report(&Outcome::Deleted);
/// assert!(run.next_request().is_some());
/// run.report(&Outcome::Refused(Error::new(ErrorKind::NotFound)));
/// assert!(run.next_request().is_none());
/// let response = run.response();
/// assert_eq!(response["Operations"][0]["status"], "204");
/// assert_eq!(response["Operations"][1]["status"], "404");
/// assert_eq!(response["Operations"][1]["response"]["status"], "404");
/// # Ok::<(), Error>(())
/// ```
pub struct Run {
    registry: Registry,
    base: BaseUrl,
    circles: BulkCircles,
    errors_left: Option<usize>,
    creators: HashMap<String, usize>,
    /// For each operation, what it created.
    created: Vec<Option<Target>>,
    /// For each operation, those that it needs and that run later.
    held: Vec<Vec<usize>>,
    steps: Vec<State>,
    tasks: VecDeque<Task>,
    /// What the host is doing.
    pending: Option<Task>,
}

/// One operation and what became of it.
struct State {
    operation: Operation,
    /// The path, with an identifier in place of a reference.
    path: String,
    location: Option<String>,
    held_back: Vec<HeldBack>,
    result: Option<Done>,
}

/// What the answer says of an operation.
struct Done {
    status: u16,
    version: Option<EntityTag>,
    error: Option<Error>,
}

impl Done {
    const fn failed(error: Error) -> Self {
        Self {
            status: error.status(),
            version: None,
            error: Some(error),
        }
    }
}

impl Bulk {
    /// Starts the request. See [`Run`] for an example.
    #[must_use]
    pub fn run(self, registry: &Registry, base: &BaseUrl, circles: BulkCircles) -> Run {
        let creators = creators(&self);
        let order = Order::of(&dependencies(&self, &creators));
        let steps = self.listed.into_iter().map(|operation| State {
            operation,
            path: String::new(),
            location: None,
            held_back: Vec::new(),
            result: None,
        });
        Run {
            registry: registry.clone(),
            base: base.clone(),
            circles,
            errors_left: self.fail_on_errors,
            creators,
            created: vec![None; order.held.len()],
            held: order.held,
            steps: steps.collect(),
            tasks: order.tasks.into(),
            pending: None,
        }
    }
}

impl Run {
    /// The next request; none when there is nothing left to do. A request of which nothing was
    /// reported counts as failed. See [`Run`] for an example.
    pub fn next_request(&mut self) -> Option<Request> {
        if self.pending.is_some() {
            self.report(&Outcome::Refused(Error::wire(WireFault::StoreFailed)));
        }
        while let Some(task) = self.tasks.pop_front() {
            let prepared = match task {
                Task::Perform(index) => self.operation(index).map(Some),
                Task::Complete(index) => self.completion(index),
            };
            match prepared {
                Ok(Some(request)) => {
                    self.pending = Some(task);
                    return Some(request);
                }
                Ok(None) => {}
                Err(error) => self.fail(task, error),
            }
        }
        None
    }

    /// Takes what became of the request. Without a request on its way, nothing. See [`Run`] for an
    /// example.
    pub fn report(&mut self, outcome: &Outcome) {
        let Some(task) = self.pending.take() else {
            return;
        };
        let index = index_of(task);
        match outcome {
            Outcome::Refused(error) => self.fail(task, error.clone()),
            outcome => {
                let Some(state) = self.steps.get_mut(index) else {
                    return;
                };
                if let (Outcome::Created { id, location, .. }, Some(created)) =
                    (outcome, self.created.get_mut(index))
                {
                    state.location = Some(location.clone());
                    *created = state.created_target(&self.registry, id);
                }
                let status = match (task, &state.result) {
                    // A resource that was created and completed was created.
                    (Task::Complete(_), Some(done)) => done.status,
                    _ => outcome.status(),
                };
                state.result = Some(Done {
                    status,
                    version: outcome.version().cloned(),
                    error: None,
                });
            }
        }
    }

    /// The BulkResponse: what became of each operation that was run, in the order of the request.
    /// See [`Run`] for an example.
    #[must_use]
    pub fn response(&self) -> Value {
        let done = self.steps.iter().filter_map(State::to_json);
        json!({
            "schemas": [BULK_RESPONSE_URN],
            "Operations": done.collect::<Vec<Value>>(),
        })
    }

    /// The request of an operation, its references put in place.
    fn operation(&mut self, index: usize) -> Result<Request, Error> {
        let lookup = Lookup {
            creators: &self.creators,
            created: &self.created,
        };
        let held = self.held.get(index).map_or(&[][..], Vec::as_slice);
        let Some(state) = self.steps.get_mut(index) else {
            return Err(Error::wire(WireFault::NoEndpoint));
        };
        let method = state.operation.check()?;
        let mut path = state.operation.path.take().unwrap_or_default();
        if let Some(id) = referred(&path) {
            path = with_id(&path, &segment(&lookup.id(id)?));
        }
        if method != BulkMethod::Post {
            let path = path.trim_start_matches('/');
            state.location = Some(format!("{}/{path}", self.base));
        }
        let mut data = state.operation.data.take();
        if let Some(data) = &mut data {
            let is_held = |text: &str| match referred(text).and_then(|id| lookup.creator(id)) {
                Some(creator) => held.binary_search(&creator).is_ok(),
                None => false,
            };
            if self.circles == BulkCircles::Refuse
                && let Some(text) = texts(data).into_iter().find(|text| is_held(text))
            {
                let bulk_id = Shown::new(referred(text).unwrap_or_default());
                return Err(Error::wire(WireFault::BulkCircular { bulk_id }));
            }
            if !held.is_empty() {
                state.held_back = hold_back(data, is_held);
            }
            // First, because the text of a path is a reference to nobody else.
            if method == BulkMethod::Patch {
                lookup.put_in_paths(data)?;
            }
            lookup.put_in(data)?;
        }
        state.path = path;
        let conditions = match (method, &state.operation.version) {
            (BulkMethod::Post, _) | (_, None) => Preconditions::default(),
            (_, Some(version)) => Preconditions::of_version(version)?,
        };
        Request::of_operation(&self.registry, method, &state.path, data, conditions)
    }

    /// The request that gives a new resource what was held back.
    fn completion(&mut self, index: usize) -> Result<Option<Request>, Error> {
        let lookup = Lookup {
            creators: &self.creators,
            created: &self.created,
        };
        let target = self.created.get(index).and_then(Option::clone);
        let (Some(state), Some(target)) = (self.steps.get_mut(index), target) else {
            return Ok(None);
        };
        let mut operations = Vec::new();
        for (path, mut value) in std::mem::take(&mut state.held_back) {
            let attribute = target.resource_type.attribute(&path);
            // A POST ignores what is read-only (RFC 7644 §3.3), such as `groups` of a user.
            if attribute.is_some_and(|it| it.mutability() == Mutability::ReadOnly) {
                continue;
            }
            lookup.put_in(&mut value)?;
            operations.push(json!({"op": "add", "path": path, "value": value}));
        }
        if operations.is_empty() {
            return Ok(None);
        }
        Ok(Some(Request::Patch {
            target,
            patch: Patch::from_value(Value::Array(operations))?,
            conditions: Preconditions::default(),
            projection: Projection::default(),
        }))
    }

    fn fail(&mut self, task: Task, error: Error) {
        self.mark(task, error);
        let Some(left) = &mut self.errors_left else {
            return;
        };
        *left = left.saturating_sub(1);
        if *left > 0 {
            return;
        }
        // The rest is left, and what was to be completed stays incomplete.
        for task in std::mem::take(&mut self.tasks) {
            let index = index_of(task);
            let is_created = self.created.get(index).is_some_and(Option::is_some);
            if matches!(task, Task::Complete(_)) && is_created {
                let bulk_id = self.first_held(index);
                self.mark(
                    task,
                    Error::wire(WireFault::BulkDependencyFailed { bulk_id }),
                );
            }
        }
    }

    fn mark(&mut self, task: Task, error: Error) {
        if let Some(state) = self.steps.get_mut(index_of(task)) {
            state.held_back = Vec::new();
            state.result = Some(Done::failed(error));
        }
    }

    /// The bulkId of the first operation for which this one waits.
    fn first_held(&self, index: usize) -> Shown {
        let held = self.held.get(index).and_then(|held| held.first());
        let state = held.and_then(|held| self.steps.get(*held));
        let id = state.and_then(|state| state.operation.bulk_id.as_deref());
        Shown::new(id.unwrap_or_default())
    }
}

const fn index_of(task: Task) -> usize {
    match task {
        Task::Complete(index) | Task::Perform(index) => index,
    }
}

/// From references to identifiers.
#[derive(Clone, Copy)]
struct Lookup<'a> {
    creators: &'a HashMap<String, usize>,
    created: &'a [Option<Target>],
}

impl Lookup<'_> {
    fn creator(&self, bulk_id: &str) -> Option<usize> {
        self.creators.get(bulk_id).copied()
    }

    fn created_id(&self, bulk_id: &str) -> Option<String> {
        let created = self.created.get(self.creator(bulk_id)?)?;
        match &created.as_ref()?.whom {
            Whom::Id(id) => Some(id.clone()),
            Whom::Me => None,
        }
    }

    fn id(&self, bulk_id: &str) -> Result<String, Error> {
        self.created_id(bulk_id).ok_or_else(|| {
            let shown = Shown::new(bulk_id);
            Error::wire(match self.creator(bulk_id) {
                Some(_) => WireFault::BulkDependencyFailed { bulk_id: shown },
                None => WireFault::BulkReferenceUnknown { bulk_id: shown },
            })
        })
    }

    /// Puts identifiers in the place of all references.
    fn put_in(&self, data: &mut Value) -> Result<(), Error> {
        for id in texts(data).into_iter().filter_map(referred) {
            self.id(id)?;
        }
        substitute(data, |id| self.created_id(id));
        Ok(())
    }

    /// The same in the filters of a PATCH.
    fn put_in_paths(&self, patch: &mut Value) -> Result<(), Error> {
        for id in referred_in_paths(patch) {
            self.id(&id)?;
        }
        substitute_in_paths(patch, |id| self.created_id(id));
        Ok(())
    }
}

impl State {
    /// The new resource that a POST made.
    fn created_target(&self, registry: &Registry, id: &str) -> Option<Target> {
        match Route::of(registry, &self.path).ok()? {
            Route::Collection(resource_type) => Some(Target {
                resource_type,
                whom: Whom::Id(id.to_owned()),
            }),
            _ => None,
        }
    }

    fn to_json(&self) -> Option<Value> {
        let done = self.result.as_ref()?;
        let mut said = Map::new();
        let mut say = |name: &str, value: Option<Value>| {
            said.extend(value.map(|value| (name.to_owned(), value)));
        };
        let method = self.operation.method.map(BulkMethod::as_str);
        say("method", method.map(Value::from));
        say("bulkId", self.operation.bulk_id.clone().map(Value::from));
        say("location", self.location.clone().map(Value::from));
        let version = done.version.as_ref().map(ToString::to_string);
        say("version", version.map(Value::from));
        say("status", Some(done.status.to_string().into()));
        say("response", done.error.as_ref().map(Error::to_json));
        Some(Value::Object(said))
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Run({} operations)", self.steps.len())
    }
}
