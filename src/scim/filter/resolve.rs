//! Binding a filter to a schema: every attribute exists and may be read, every operator and value
//! fits the attribute's type (RFC 7644 §3.4.2.2 Table 3).

use super::ast::{AttributePath, Filter, Literal, Node, NodeId, Operator};
use super::compare::Operand;
use super::comparison::Comparison;
use super::presence::{Presence, ask};
use crate::error::Shown;
use crate::scim::dialect::{Profile, TextBoolean, check_filter};
use crate::scim::error::{Error, ErrorKind, Language};
use crate::scim::fingerprint::Fingerprint;
use crate::scim::schema::{Attribute, DataType, Located, ResourceType};

/// A filter that fits a resource type and matches resources of that type.
///
/// What matches, where the standard leaves a choice: `ne` and `not` match a resource that has no
/// value; `ne` on a list matches when any element differs; `eq null` is the opposite of `pr`; a
/// complex attribute that has `value` stands for it; on a boolean attribute `"True"` is `true`;
/// `co`, `sw` and `ew` on a dateTime look at its text. `Debug` prints no values.
///
/// ```
/// use vestibule::scim::{Filter, Registry, Resource};
///
/// let registry = Registry::standard();
/// let filter = Filter::parse(r#"emails[type eq "work" and value co "@example.com"]"#)?
///     .resolve(registry.user())?;
/// let user = Resource::parse(
///     registry.user(),
///     br#"{"userName": "b", "emails": [{"type": "work", "value": "B@Example.com"}]}"#,
/// )?;
/// assert!(filter.matches(&user));
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct ResolvedFilter {
    pub(super) steps: Vec<Step>,
}

impl std::fmt::Debug for ResolvedFilter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "ResolvedFilter({} steps)", self.steps.len())
    }
}

/// One step of a filter, which leaves one truth value behind.
#[derive(Clone, PartialEq)]
pub(super) enum Step {
    /// Runs the steps up to `end` for each element until one holds, and goes on at `end`.
    Elements { target: Target, end: usize },
    /// Turns the value around.
    Not,
    /// Goes on at `to` when the value is `outcome`: the rest of an `and` or `or` is decided.
    Skip { outcome: bool, to: usize },
    /// Looks at one attribute.
    Test {
        target: Target,
        check: Check,
        /// That of the text without which a resource does not pass.
        fingerprint: Option<Fingerprint>,
    },
}

impl ResolvedFilter {
    /// Both filters at once: the host's own condition, which no `or` in the client's can escape.
    ///
    /// Both are resolved against one resource type.
    ///
    /// ```
    /// use vestibule::scim::{Filter, Registry, Resource};
    /// let registry = Registry::standard();
    /// let resolved = |text: &str| Filter::parse(text)?.resolve(registry.user());
    /// let scope = resolved(r#"userType eq "Employee""#)?;
    /// let filter = scope.and(resolved(r#"title pr or userName pr"#)?);
    /// let guest = Resource::parse(registry.user(), br#"{"userName": "b", "userType": "Guest"}"#)?;
    /// assert!(!filter.matches(&guest));
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        let offset = self.steps.len().saturating_add(1);
        let to = offset.saturating_add(other.steps.len());
        self.steps.push(Step::Skip { outcome: false, to });
        self.steps
            .extend(other.steps.into_iter().map(|step| match step {
                Step::Elements { target, end } => Step::Elements {
                    target,
                    end: end.saturating_add(offset),
                },
                Step::Skip { outcome, to } => Step::Skip {
                    outcome,
                    to: to.saturating_add(offset),
                },
                step @ (Step::Not | Step::Test { .. }) => step,
            }));
        self
    }
}

/// Where the values are that a step looks at.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Target {
    /// In the element at hand; the element itself when there is no sub-attribute.
    Element { sub: Option<String> },
    /// In the resource, perhaps in the object of an extension.
    Resource {
        extension: Option<String>,
        attribute: String,
        sub: Option<String>,
    },
}

impl Target {
    /// The same, seen from the resource when it is in an element of `elements`.
    pub(super) fn within(&self, elements: Option<&Self>) -> Self {
        match (self, elements) {
            (
                Self::Element { sub },
                Some(Self::Resource {
                    extension,
                    attribute,
                    ..
                }),
            ) => Self::Resource {
                extension: extension.clone(),
                attribute: attribute.clone(),
                sub: sub.clone(),
            },
            _ => self.clone(),
        }
    }

    /// The attribute without its sub-attribute.
    pub(super) fn attribute_alone(&self) -> Self {
        let mut alone = self.clone();
        match &mut alone {
            Self::Element { sub } | Self::Resource { sub, .. } => *sub = None,
        }
        alone
    }

    /// The path of the attribute, in the schema's own case; inside an element of `elements`.
    pub(super) fn path(&self, elements: Option<&Self>) -> String {
        let mut path = String::new();
        let whole = self.within(elements);
        let sub = match &whole {
            Self::Element { sub } => return sub.clone().unwrap_or_default(),
            Self::Resource {
                extension,
                attribute,
                sub,
            } => {
                if let Some(urn) = extension {
                    path.push_str(urn);
                    path.push(':');
                }
                path.push_str(attribute);
                sub
            }
        };
        if let Some(sub) = sub {
            path.push('.');
            path.push_str(sub);
        }
        path
    }
}

#[derive(Clone, PartialEq)]
pub(super) enum Check {
    Absent,
    Compare {
        operator: Operator,
        operand: Operand,
    },
    Present,
}

impl Filter {
    /// Binds the filter to a resource type. See [`ResolvedFilter`] for an example.
    ///
    /// # Errors
    ///
    /// `scim-unknown-attribute`, `scim-operator-type`, `scim-operand-type`, `scim-not-selectable`,
    /// and `scim-not-filterable` for what is never returned, such as `password`: a filter would
    /// tell its value. All with the bytes.
    pub fn resolve(&self, resource_type: &ResourceType) -> Result<ResolvedFilter, Error> {
        self.resolve_for(resource_type, &Profile::tolerant())
    }

    /// The same as a connection's profile reads it: which filters it takes, and whether a boolean
    /// may stand in quotes.
    ///
    /// ```
    /// use vestibule::scim::{Dialect, Filter, Registry};
    /// let registry = Registry::standard();
    /// let filter = Filter::parse(r#"active eq "True""#)?;
    /// assert!(filter.resolve_for(registry.user(), &Dialect::Entra.profile()).is_ok());
    /// assert!(filter.resolve_for(registry.user(), &Dialect::Strict.profile()).is_err());
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Filter::resolve`], and `scim-filter-form`.
    pub fn resolve_for(
        &self,
        resource_type: &ResourceType,
        profile: &Profile,
    ) -> Result<ResolvedFilter, Error> {
        check_filter(self, profile)?;
        let reading = Reading {
            language: Language::Filter,
            text_boolean: profile.text_boolean,
        };
        resolve(self, Context::Resource(resource_type), reading)
    }
}

/// How a filter is read beside its schema.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) language: Language,
    pub(crate) text_boolean: TextBoolean,
}

/// Binds the filter of a value path to the attribute whose elements it selects.
pub(crate) fn resolve_elements(
    filter: &Filter,
    attribute: &Attribute,
    reading: Reading,
) -> Result<ResolvedFilter, Error> {
    resolve(filter, Context::Element(attribute), reading)
}

/// What a path without brackets means, or the error that it means nothing.
pub(crate) fn located_or_unknown<'r, 'p>(
    resource_type: &'r ResourceType,
    path: &'p AttributePath,
    language: Language,
) -> Result<Located<'r, 'p>, Error> {
    resource_type
        .locate(&path.text)
        .ok_or_else(|| unknown(path, language))
}

fn unknown(path: &AttributePath, language: Language) -> Error {
    let name = Shown::new(&path.text);
    Error::in_text(ErrorKind::UnknownAttribute { name, language }, path.span)
}

/// What the paths of a filter are relative to.
#[derive(Clone, Copy)]
enum Context<'a> {
    Element(&'a Attribute),
    Resource(&'a ResourceType),
}

/// What remains to be resolved.
enum Task {
    CloseElements { step: usize },
    Node(NodeId),
    Not,
    Skip { outcome: bool },
    Land,
}

fn resolve(filter: &Filter, whole: Context<'_>, reading: Reading) -> Result<ResolvedFilter, Error> {
    let language = reading.language;
    let mut steps = Vec::with_capacity(filter.len());
    let mut tasks = vec![Task::Node(filter.root)];
    let mut skips = Vec::new();
    let mut context = whole;
    while let Some(task) = tasks.pop() {
        match task {
            Task::Not => steps.push(Step::Not),
            Task::Skip { outcome } => {
                skips.push(steps.len());
                steps.push(Step::Skip { outcome, to: 0 });
            }
            Task::Land => land(&mut steps, skips.pop()),
            Task::CloseElements { step } => {
                land(&mut steps, Some(step));
                context = whole;
            }
            Task::Node(id) => match filter.node(id) {
                Some(Node::And { left, right }) => both(&mut tasks, *left, *right, false),
                Some(Node::Or { left, right }) => both(&mut tasks, *left, *right, true),
                Some(Node::Not { inner }) => tasks.extend([Task::Not, Task::Node(*inner)]),
                Some(Node::Elements { path, filter }) => {
                    let (attribute, target) = selected(context, path, language)?;
                    tasks.push(Task::CloseElements { step: steps.len() });
                    tasks.push(Task::Node(*filter));
                    steps.push(Step::Elements { target, end: 0 });
                    context = Context::Element(attribute);
                }
                Some(node) => test(&mut steps, node, context, reading)?,
                None => {}
            },
        }
    }
    Ok(ResolvedFilter { steps })
}

fn both(tasks: &mut Vec<Task>, left: NodeId, right: NodeId, outcome: bool) {
    // The last is done first.
    tasks.extend([
        Task::Land,
        Task::Node(right),
        Task::Skip { outcome },
        Task::Node(left),
    ]);
}

/// Lets the step at `from` jump to the end of what has been written.
fn land(steps: &mut [Step], from: Option<usize>) {
    let here = steps.len();
    match from.and_then(|from| steps.get_mut(from)) {
        Some(Step::Skip { to, .. }) => *to = here,
        Some(Step::Elements { end, .. }) => *end = here,
        _ => {}
    }
}

/// The attribute whose elements `path[…]` selects.
fn selected<'a>(
    context: Context<'a>,
    path: &'a AttributePath,
    language: Language,
) -> Result<(&'a Attribute, Target), Error> {
    let found = find(context, path, language)?;
    let has_elements = found.leaf.is_multi_valued() || found.leaf.data_type() == DataType::Complex;
    match found.part {
        Part::Whole if has_elements => Ok((found.leaf, found.target)),
        _ => {
            let attribute = Shown::new(&path.text);
            let kind = ErrorKind::NotSelectable {
                attribute,
                language,
            };
            Err(Error::in_text(kind, path.span))
        }
    }
}

/// What a path of the filter means.
pub(super) struct Meaning<'a> {
    /// The attribute or sub-attribute that holds the values.
    pub(super) leaf: &'a Attribute,
    part: Part,
    pub(super) target: Target,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Part {
    /// A sub-attribute, or the elements of a simple list by the name `value`.
    Sub,
    Whole,
}

fn find<'a>(
    context: Context<'a>,
    path: &'a AttributePath,
    language: Language,
) -> Result<Meaning<'a>, Error> {
    let found = match context {
        Context::Element(attribute) => in_element(attribute, &path.text),
        Context::Resource(resource_type) => in_resource(resource_type, &path.text),
    };
    let (holder, found) = found.ok_or_else(|| unknown(path, language))?;
    if holder.is_readable() && found.leaf.is_readable() {
        return Ok(found);
    }
    Err(not_filterable(path))
}

pub(super) fn not_filterable(path: &AttributePath) -> Error {
    let attribute = Shown::new(&path.text);
    Error::in_text(ErrorKind::NotFilterable { attribute }, path.span)
}

pub(super) type Held<'a> = (&'a Attribute, Meaning<'a>);

pub(super) fn in_element<'a>(attribute: &'a Attribute, name: &str) -> Option<Held<'a>> {
    let sub = sub_attribute(attribute, name)?;
    let meaning = Meaning {
        leaf: sub.unwrap_or(attribute),
        part: Part::Sub,
        target: Target::Element {
            sub: sub.map(|sub| sub.name().to_owned()),
        },
    };
    Some((attribute, meaning))
}

pub(super) fn in_resource<'a>(resource_type: &'a ResourceType, path: &'a str) -> Option<Held<'a>> {
    let Located::Attribute {
        scope,
        attribute,
        sub,
    } = resource_type.locate(path)?
    else {
        return None;
    };
    let (sub, part) = match sub {
        None => (None, Part::Whole),
        Some(name) => (sub_attribute(attribute, name)?, Part::Sub),
    };
    let meaning = Meaning {
        leaf: sub.unwrap_or(attribute),
        part,
        target: Target::Resource {
            extension: scope.urn().map(str::to_owned),
            attribute: attribute.name().to_owned(),
            sub: sub.map(|sub| sub.name().to_owned()),
        },
    };
    Some((attribute, meaning))
}

/// The sub-attribute of that name. The elements of a simple list are their own `value`, which is
/// no sub-attribute.
fn sub_attribute<'a>(attribute: &'a Attribute, name: &str) -> Option<Option<&'a Attribute>> {
    match attribute.data_type() {
        DataType::Complex => attribute.sub_attribute(name).map(Some),
        _ if !attribute.is_multi_valued() => None,
        _ => name.eq_ignore_ascii_case("value").then_some(None),
    }
}

fn test(
    steps: &mut Vec<Step>,
    node: &Node,
    context: Context<'_>,
    reading: Reading,
) -> Result<(), Error> {
    let (Node::Compare { path, .. } | Node::Present { path }) = node else {
        // The walk has taken the others apart.
        return Ok(());
    };
    let found = find(context, path, reading.language)?;
    match node {
        Node::Compare {
            operator: Operator::Eq,
            value: Literal::Null,
            ..
        } => ask(steps, Presence::Absent, found, path),
        Node::Compare {
            path,
            operator,
            value,
            value_span,
            operator_span,
        } if (operator, value) != (&Operator::Ne, &Literal::Null) => {
            let comparison = Comparison {
                text_boolean: reading.text_boolean,
                path,
                operator: *operator,
                operator_span: *operator_span,
                value,
                value_span: *value_span,
            };
            steps.push(comparison.step(found)?);
            Ok(())
        }
        _ => ask(steps, Presence::Present, found, path),
    }
}
