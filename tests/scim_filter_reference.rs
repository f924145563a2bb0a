//! Filters against a naive reference: what a text means as a tree, and what that tree matches over
//! plain JSON, for every type of attribute and every form of a path.

#![cfg(feature = "scim")]

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::DateTime;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use vestibule::scim::filter::{Found, Literal, Node, NodeId, Searchable};
use vestibule::scim::{Filter, Registry, Resource};

const ACME: &str = "urn:example:params:scim:schemas:extension:acme:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn registry() -> Registry {
    let mut registry = Registry::standard();
    let document = json!({"id": ACME, "attributes": [
        {"name": "badge", "type": "integer"},
        {"name": "score", "type": "decimal"},
        {"name": "code", "caseExact": true},
        {"name": "link", "type": "reference"},
        {"name": "skills", "multiValued": true},
    ]});
    let urn = registry.add_schema(&document).unwrap();
    registry.extend("User", &urn).unwrap();
    registry
}

/// How values of an attribute are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Boolean,
    DateTime,
    Exact,
    Folded,
    Number,
}

/// An attribute as a filter names it, and where its values are.
#[derive(Clone, Copy, Debug)]
struct Field {
    urn: Option<&'static str>,
    path: &'static str,
    keys: &'static [&'static str],
    kind: Kind,
}

const fn top(path: &'static str, keys: &'static [&'static str], kind: Kind) -> Field {
    let urn = None;
    Field {
        urn,
        path,
        keys,
        kind,
    }
}

const fn within(urn: &'static str, field: Field) -> Field {
    Field {
        urn: Some(urn),
        ..field
    }
}

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

fn fields() -> Vec<Field> {
    use Kind as K;
    vec![
        top("userName", &["userName"], K::Folded),
        top("userName", &["userName"], K::Folded),
        within(CORE, top("userName", &["userName"], K::Folded)),
        top("id", &["id"], K::Exact),
        top("externalId", &["externalId"], K::Exact),
        top("displayName", &["displayName"], K::Folded),
        top("title", &["title"], K::Folded),
        top("active", &["active"], K::Boolean),
        top("name.givenName", &["name", "givenName"], K::Folded),
        top("meta.lastModified", &["meta", "lastModified"], K::DateTime),
        top("emails.value", &["emails", "value"], K::Folded),
        top("emails.primary", &["emails", "primary"], K::Boolean),
        within(
            ENTERPRISE,
            top(
                "manager.value",
                &[ENTERPRISE, "manager", "value"],
                K::Folded,
            ),
        ),
        within(
            ENTERPRISE,
            top("department", &[ENTERPRISE, "department"], K::Folded),
        ),
        within(ACME, top("badge", &[ACME, "badge"], K::Number)),
        within(ACME, top("score", &[ACME, "score"], K::Number)),
        within(ACME, top("code", &[ACME, "code"], K::Exact)),
        within(ACME, top("link", &[ACME, "link"], K::Exact)),
        within(ACME, top("skills", &[ACME, "skills"], K::Folded)),
    ]
}

fn parts() -> Vec<Field> {
    vec![
        top("value", &["value"], Kind::Folded),
        top("type", &["type"], Kind::Folded),
        top("primary", &["primary"], Kind::Boolean),
    ]
}

/// A filter, with what of its spelling is free.
#[derive(Clone, Debug)]
enum Tree {
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
    Not(Box<Tree>, u8),
    Compare(Field, &'static str, Value, u8),
    Present(Field, u8),
    Elements(Box<Tree>, u8),
}

impl Field {
    fn spelled(&self, style: u8) -> String {
        let path = match style & 1 {
            0 => self.path.to_owned(),
            _ => self.path.to_uppercase(),
        };
        match self.urn {
            None => path,
            Some(urn) if style & 2 == 0 => format!("{urn}:{path}"),
            Some(urn) => format!("{}:{path}", urn.replace("urn:", "URN:")),
        }
    }
}

fn spelled(word: &str, style: u8) -> String {
    match style & 4 {
        0 => word.to_owned(),
        _ => word.to_uppercase(),
    }
}

impl Tree {
    /// The text with no more parentheses than needed, but for those that `style` adds.
    fn text(&self) -> String {
        let grouped = |tree: &Self, needed: bool| match needed {
            true => format!("( {})", tree.text()),
            false => tree.text(),
        };
        match self {
            Self::And(left, right) => {
                let left = grouped(left, matches!(**left, Self::Or(..)));
                let right = grouped(right, matches!(**right, Self::Or(..) | Self::And(..)));
                format!("{left} and {right}")
            }
            Self::Or(left, right) => {
                let right = grouped(right, matches!(**right, Self::Or(..)));
                format!("{} or  {right}", left.text())
            }
            Self::Not(inner, style) => {
                let space = ["", " ", "  "][usize::from(style % 3)];
                format!("{}{space}({} )", spelled("not", *style), inner.text())
            }
            Self::Compare(..) | Self::Present(..) => self.term(),
            Self::Elements(inner, style) => match &**inner {
                // As Entra ID writes it.
                Self::And(rest, last) if matches!(**last, Self::Compare(..)) && style & 8 != 0 => {
                    format!("emails[{}].{}", rest.text(), last.term())
                }
                inner => format!("emails[{}]", inner.text()),
            },
        }
    }

    fn term(&self) -> String {
        match self {
            Self::Compare(field, operator, value, style) => {
                let (path, operator) = (field.spelled(*style), spelled(operator, *style));
                format!("{path} {operator} {value}")
            }
            Self::Present(field, style) => {
                format!("{} {}", field.spelled(*style), spelled("pr", *style))
            }
            _ => self.text(),
        }
    }

    /// The tree in brackets, whatever the spelling of the text was.
    fn shape(&self) -> String {
        match self {
            Self::And(left, right) => format!("[{} & {}]", left.shape(), right.shape()),
            Self::Or(left, right) => format!("[{} | {}]", left.shape(), right.shape()),
            Self::Not(inner, _) => format!("[! {}]", inner.shape()),
            Self::Compare(field, operator, value, style) => {
                format!("[{} {operator} {value}]", field.spelled(*style))
            }
            Self::Present(field, style) => format!("[{} ?]", field.spelled(*style)),
            Self::Elements(inner, _) => format!("[emails: {}]", inner.shape()),
        }
    }

    fn holds(&self, object: &Value) -> bool {
        match self {
            Self::And(left, right) => left.holds(object) && right.holds(object),
            Self::Or(left, right) => left.holds(object) || right.holds(object),
            Self::Not(inner, _) => !inner.holds(object),
            Self::Elements(inner, _) => {
                let emails = object["emails"].as_array();
                emails.is_some_and(|emails| emails.iter().any(|email| inner.holds(email)))
            }
            Self::Present(field, _) => {
                let values = values(object, field.keys);
                values.iter().any(|value| *value != "")
            }
            Self::Compare(field, "eq", Value::Null, _) => !Self::Present(*field, 0).holds(object),
            Self::Compare(field, "ne", Value::Null, _) => Self::Present(*field, 0).holds(object),
            Self::Compare(field, operator, wanted, _) => {
                let values = values(object, field.keys);
                let is_other = *operator == "ne" && values.is_empty();
                is_other
                    || values
                        .iter()
                        .any(|it| compare(field.kind, operator, it, wanted))
            }
        }
    }
}

/// All values under the keys; lists are looked into, nulls are none.
fn values<'a>(object: &'a Value, keys: &[&str]) -> Vec<&'a Value> {
    let listed = match object {
        Value::Null => return Vec::new(),
        Value::Array(listed) => listed.iter().collect(),
        single => vec![single],
    };
    match keys {
        [] => listed
            .into_iter()
            .filter(|value| !value.is_null())
            .collect(),
        [key, rest @ ..] => {
            let inner = listed.into_iter().map(|value| values(&value[*key], rest));
            inner.flatten().collect()
        }
    }
}

fn compare(kind: Kind, operator: &str, stored: &Value, wanted: &Value) -> bool {
    let fold = |value: &Value| value.as_str().unwrap().to_lowercase().replace('ς', "σ");
    let exact = |value: &Value| value.as_str().unwrap().to_owned();
    let instant = |value: &Value| DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap();
    let boolean = |value: &Value| match value {
        Value::String(text) => text.eq_ignore_ascii_case("true"),
        value => value.as_bool().unwrap(),
    };
    let (stored_text, wanted_text) = match kind {
        Kind::Folded => (fold(stored), fold(wanted)),
        Kind::Exact => (exact(stored), exact(wanted)),
        _ => (String::new(), String::new()),
    };
    let order = match kind {
        Kind::Folded | Kind::Exact => stored_text.cmp(&wanted_text),
        Kind::Boolean => boolean(stored).cmp(&boolean(wanted)),
        Kind::DateTime => instant(stored).cmp(&instant(wanted)),
        Kind::Number => stored
            .as_f64()
            .unwrap()
            .total_cmp(&wanted.as_f64().unwrap()),
    };
    match operator {
        "eq" => order == Ordering::Equal,
        "ne" => order != Ordering::Equal,
        "gt" => order == Ordering::Greater,
        "ge" => order != Ordering::Less,
        "lt" => order == Ordering::Less,
        "le" => order != Ordering::Greater,
        "co" => stored_text.contains(&wanted_text),
        "sw" => stored_text.starts_with(&wanted_text),
        _ => stored_text.ends_with(&wanted_text),
    }
}

const TEXTS: [&str; 16] = [
    "", "a", "B", "ab", "Ba", "å", "Å", "k", "\u{212a}", "Σ", "ς", "aΣ", "\"\\", "a b)", "a\n",
    "]. eq",
];
const INSTANTS: [&str; 5] = [
    "2011-05-13T04:42:34Z",
    "2011-05-13T06:42:34+02:00",
    "2011-05-13T04:42:34.5Z",
    "2011-05-12T23:59:59-05:00",
    "2030-01-01T00:00:00Z",
];

fn literal(kind: Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Boolean => select(vec![
            json!(true),
            json!(false),
            json!("True"),
            json!("false"),
        ])
        .boxed(),
        Kind::DateTime => select(&INSTANTS[..]).prop_map(Value::from).boxed(),
        Kind::Exact | Kind::Folded => select(&TEXTS[..]).prop_map(Value::from).boxed(),
        Kind::Number => select(vec![
            json!(-1),
            json!(0),
            json!(2),
            json!(2.5),
            json!(-0.5),
            json!(2.0),
        ])
        .boxed(),
    }
}

fn term(fields: Vec<Field>) -> impl Strategy<Value = Tree> + Clone {
    let term = select(fields).prop_flat_map(|field| {
        let operators = match field.kind {
            Kind::Boolean => vec!["eq", "ne"],
            Kind::DateTime | Kind::Number => vec!["eq", "ne", "gt", "ge", "lt", "le"],
            Kind::Exact | Kind::Folded => {
                vec!["eq", "eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]
            }
        };
        let literal = match field.kind {
            Kind::Number if field.path == "badge" => {
                select(vec![json!(-1), json!(0), json!(2)]).boxed()
            }
            kind => literal(kind),
        };
        let compare = (select(operators), literal, any::<u8>())
            .prop_map(move |(operator, value, style)| Tree::Compare(field, operator, value, style));
        let null = (select(vec!["eq", "ne"]), any::<u8>())
            .prop_map(move |(operator, style)| Tree::Compare(field, operator, Value::Null, style));
        let present = any::<u8>().prop_map(move |style| Tree::Present(field, style));
        prop_oneof![8 => compare, 1 => null, 2 => present]
    });
    term.boxed()
}

fn joined(leaf: BoxedStrategy<Tree>) -> BoxedStrategy<Tree> {
    let joined = leaf.prop_recursive(4, 20, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone())
                .prop_map(|(left, right)| Tree::And(left.into(), right.into())),
            (inner.clone(), inner.clone())
                .prop_map(|(left, right)| Tree::Or(left.into(), right.into())),
            (inner, any::<u8>()).prop_map(|(inner, style)| Tree::Not(inner.into(), style)),
        ]
    });
    joined.boxed()
}

fn tree() -> impl Strategy<Value = Tree> {
    let elements = (joined(term(parts()).boxed()), any::<u8>())
        .prop_map(|(inner, style)| Tree::Elements(inner.into(), style));
    joined(prop_oneof![3 => term(fields()), 1 => elements].boxed())
}

/// A value under a path of keys, or nothing there.
fn stored(
    keys: &'static [&'static str],
    kind: Kind,
) -> impl Strategy<Value = (Vec<&'static str>, Value)> {
    let of_kind = match (kind, keys) {
        (Kind::Boolean, _) => select(vec![json!(true), json!(false)]).boxed(),
        (Kind::Number, [_, "badge"]) => select(vec![json!(-1), json!(0), json!(2)]).boxed(),
        (_, [_, "skills"]) => {
            let skills = proptest::collection::vec(select(&TEXTS[..]), 1..3);
            skills.prop_map(|skills| json!(skills)).boxed()
        }
        (kind, _) => literal(kind),
    };
    proptest::option::weighted(0.7, of_kind)
        .prop_map(move |value| (keys.to_vec(), value.unwrap_or_default()))
}

fn user() -> impl Strategy<Value = Value> {
    let email = (
        proptest::option::of(select(&TEXTS[..])),
        proptest::option::of(select(vec!["work", "a", "B"])),
        proptest::option::of(any::<bool>()),
    );
    let emails = proptest::collection::vec(email, 0..3);
    let others: Vec<_> = fields()
        .into_iter()
        .filter(|field| field.keys.first() != Some(&"emails"))
        .map(|field| stored(field.keys, field.kind))
        .collect();
    (emails, others).prop_map(|(emails, others)| {
        let mut user = json!({});
        for (keys, value) in others.into_iter().filter(|(_, value)| !value.is_null()) {
            let mut place = &mut user;
            for key in keys {
                place = &mut place[key];
            }
            *place = value;
        }
        let emails = emails.into_iter().map(|(value, kind, primary)| {
            let parts = [
                ("value", json!(value)),
                ("type", json!(kind)),
                ("primary", json!(primary)),
            ];
            let parts = parts.into_iter().filter(|(_, value)| !value.is_null());
            parts
                .map(|(name, value)| (name.to_owned(), value))
                .collect::<Map<_, _>>()
        });
        let emails: Vec<_> = emails.filter(|parts| !parts.is_empty()).collect();
        if !emails.is_empty() {
            user["emails"] = json!(emails);
        }
        user
    })
}

/// The shape of a parsed filter, as [`Tree::shape`] has it.
fn shape(filter: &Filter, id: NodeId) -> String {
    let of = |id: &NodeId| shape(filter, *id);
    match filter.node(id).unwrap() {
        Node::And { left, right } => format!("[{} & {}]", of(left), of(right)),
        Node::Or { left, right } => format!("[{} | {}]", of(left), of(right)),
        Node::Not { inner } => format!("[! {}]", of(inner)),
        Node::Present { path } => format!("[{} ?]", path.as_str()),
        Node::Elements { path, filter } => format!("[{}: {}]", path.as_str(), of(filter)),
        Node::Compare {
            path,
            operator,
            value,
            ..
        } => {
            let value = match value {
                Literal::Boolean(value) => json!(value),
                Literal::Null => Value::Null,
                Literal::Number(number) => Value::Number(number.clone()),
                Literal::String(text) => json!(text),
            };
            format!("[{} {operator} {value}]", path.as_str())
        }
    }
}

/// A host's own type, made from the resource.
enum Host {
    Found(Value),
    Instant(DateTime<chrono::Utc>),
    List(Vec<Host>),
    Object(BTreeMap<String, Host>),
}

impl Host {
    fn of(name: &str, value: Value) -> Self {
        match value {
            Value::Array(listed) => {
                Self::List(listed.into_iter().map(|it| Self::of(name, it)).collect())
            }
            Value::Object(parts) => {
                let parts = parts.into_iter().map(|(name, value)| {
                    let part = Self::of(&name, value);
                    (name, part)
                });
                Self::Object(parts.collect())
            }
            Value::String(text) if name == "lastModified" => Self::Instant(text.parse().unwrap()),
            plain => Self::Found(plain),
        }
    }

    fn found(&self) -> Found<'_> {
        match self {
            Self::Found(Value::Bool(value)) => Found::Boolean(*value),
            Self::Found(Value::String(text)) => Found::Text(text),
            Self::Found(Value::Number(number)) => match number.as_i64() {
                Some(integer) => Found::Integer(integer),
                None => Found::Float(number.as_f64().unwrap()),
            },
            Self::Found(_) => Found::Nothing,
            Self::Instant(instant) => Found::Instant(*instant),
            Self::List(listed) => Found::list(listed.iter().map(Self::found)),
            Self::Object(_) => Found::Complex(self),
        }
    }

    fn part(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(parts) => parts.get(name),
            _ => None,
        }
    }
}

impl Searchable for Host {
    fn attribute(&self, extension: Option<&str>, name: &str) -> Found<'_> {
        let holder = match extension {
            None => Some(self),
            Some(urn) => self.part(urn),
        };
        let part = holder.and_then(|holder| holder.part(name));
        part.map_or(Found::Nothing, Self::found)
    }
}

/// Resources have fingerprints of these: none may hide an equal text.
#[test]
fn a_text_is_found_in_every_spelling_by_the_attributes_that_name_a_resource() {
    let registry = registry();
    for name in ["userName", "displayName", "id", "externalId"] {
        let field = fields().into_iter().find(|it| it.path == name).unwrap();
        for stored in TEXTS {
            let user = json!({ name: stored });
            let resource = Resource::from_value(registry.user(), user.clone()).unwrap();
            for wanted in TEXTS {
                let tree = Tree::Compare(field, "eq", json!(wanted), 0);
                let filter = Filter::parse(&tree.text()).unwrap();
                let filter = filter.resolve(registry.user()).unwrap();
                let expected = tree.holds(&user);
                assert_eq!(
                    filter.matches(&resource),
                    expected,
                    "{name} {stored} {wanted}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, ..ProptestConfig::default() })]

    /// Text to tree to text to tree.
    #[test]
    fn a_text_is_the_tree_that_it_was_written_from_and_so_is_what_is_printed(tree in tree()) {
        let text = tree.text();
        let parsed = Filter::parse(&text).unwrap();
        prop_assert_eq!(shape(&parsed, parsed.root()), tree.shape(), "{}", &text);
        let printed = parsed.to_string();
        let again = Filter::parse(&printed).unwrap();
        prop_assert_eq!(shape(&again, again.root()), tree.shape(), "{}", &printed);
        prop_assert_eq!(again.to_string(), printed);
    }

    #[test]
    fn a_filter_of_every_type_matches_what_the_reference_matches(
        tree in tree(),
        users in proptest::collection::vec(user(), 1..4),
    ) {
        let registry = registry();
        let text = tree.text();
        let filter = Filter::parse(&text).unwrap().resolve(registry.user()).unwrap();
        for user in users {
            let expected = tree.holds(&user);
            let resource = Resource::from_value(registry.user(), user.clone()).unwrap();
            prop_assert_eq!(filter.matches(&resource), expected, "{} of {}", &text, &user);
            let host = Host::of("", resource.into_value());
            prop_assert_eq!(filter.selects(&host), expected, "{} of a host's {}", &text, &user);
        }
    }
}
