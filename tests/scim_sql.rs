//! Filters as SQL: SQLite selects the rows that the evaluator matches.

#![cfg(feature = "scim")]

use chrono::{DateTime, NaiveDateTime, Utc};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rusqlite::Connection;
use rusqlite::types::Value as Stored;
use serde_json::{Value, json};
use vestibule::error::Explain;
use vestibule::scim::filter::fold;
use vestibule::scim::filter::sql::{
    ChildTable, Column, Database, SqlCondition, SqlMapping, SqlValue,
};
use vestibule::scim::{Filter, Registry, Resource};

const FILTERS: &str = include_str!("data/scim/filter.jsonl");
const ACME: &str = "urn:example:params:scim:schemas:extension:acme:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// What the columns hold, as the host of this test stores it.
#[derive(Clone, Copy)]
enum Kind {
    Boolean,
    Exact,
    Folded,
    Instant,
    Number,
}
use Kind::{Boolean, Exact, Folded, Instant, Number};

/// The attributes of the resource: schema, attribute, sub-attribute, column.
const COLUMNS: &[(&str, &str, &str, &str, Kind)] = &[
    ("", "id", "", "id", Exact),
    ("", "externalId", "", "external_id", Exact),
    ("", "userName", "", "user_name", Folded),
    ("", "displayName", "", "display_name", Folded),
    ("", "nickName", "", "nick_name", Folded),
    ("", "title", "", "title", Folded),
    ("", "userType", "", "user_type", Folded),
    ("", "profileUrl", "", "profile_url", Exact),
    ("", "active", "", "active", Boolean),
    ("", "name", "givenName", "given_name", Folded),
    ("", "name", "familyName", "family_name", Folded),
    ("", "meta", "created", "created", Instant),
    ("", "meta", "lastModified", "changed", Instant),
    ("", "meta", "resourceType", "resource_type", Exact),
    (ENTERPRISE, "department", "", "department", Folded),
    (ENTERPRISE, "manager", "value", "manager", Folded),
    (ACME, "badgeNumber", "", "badge", Number),
    (ACME, "rating", "", "rating", Number),
    (ACME, "onCall", "", "on_call", Boolean),
    (ACME, "hiredAt", "", "hired", Instant),
    (ACME, "code", "", "code", Exact),
];

/// The lists: schema, attribute, table, and the columns for their sub-attributes.
type List = (
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, Kind)],
);
const LISTS: &[List] = &[
    (
        "",
        "emails",
        "emails",
        &[
            ("value", Folded),
            ("type", Folded),
            ("display", Folded),
            ("primary", Boolean),
        ],
    ),
    (
        "",
        "phoneNumbers",
        "phones",
        &[("value", Folded), ("type", Folded), ("primary", Boolean)],
    ),
    (
        "",
        "roles",
        "roles",
        &[("value", Folded), ("primary", Boolean)],
    ),
    (
        "",
        "addresses",
        "addresses",
        &[("type", Folded), ("locality", Folded), ("country", Folded)],
    ),
    (ACME, "skills", "skills", &[("value", Folded)]),
    (
        ACME,
        "lockers",
        "lockers",
        &[
            ("number", Number),
            ("building", Folded),
            ("primary", Boolean),
        ],
    ),
];

fn registry(setup: &Value) -> Registry {
    let mut registry = Registry::standard();
    for document in setup["extensions"].as_array().unwrap() {
        let urn = registry.add_schema(document).unwrap();
        registry.extend("User", &urn).unwrap();
    }
    registry
}

fn cases() -> (Value, Vec<Value>) {
    let mut lines = FILTERS
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let setup = lines.next().unwrap()["setup"].clone();
    (setup, lines.collect())
}

fn qualified(urn: &str, path: String) -> String {
    if urn.is_empty() {
        path
    } else {
        format!("{urn}:{path}")
    }
}

fn column(kind: Kind, name: &'static str) -> Column {
    match kind {
        Boolean => Column::boolean(name),
        Exact => Column::exact(name),
        Folded => Column::folded(name),
        Instant => Column::instant(name),
        Number => Column::number(name),
    }
}

/// Every attribute that `is_mapped` lets through.
fn mapping(registry: &Registry, is_mapped: impl Fn(&str) -> bool) -> SqlMapping {
    let mut mapping = SqlMapping::new(registry.user());
    for (urn, attribute, sub, name, kind) in COLUMNS {
        let path = match sub.is_empty() {
            true => attribute.to_string(),
            false => format!("{attribute}.{sub}"),
        };
        if is_mapped(&path) {
            mapping = mapping
                .column(&qualified(urn, path), column(*kind, name))
                .unwrap();
        }
    }
    for (urn, attribute, table, columns) in LISTS {
        if !is_mapped(attribute) {
            continue;
        }
        let table = ChildTable::new(table, "owner", "users.key");
        mapping = mapping
            .table(&qualified(urn, attribute.to_string()), table)
            .unwrap();
        for (sub, kind) in *columns {
            let path = format!("{attribute}.{sub}");
            if is_mapped(&path) {
                mapping = mapping
                    .column(&qualified(urn, path), column(*kind, quoted(sub)))
                    .unwrap();
            }
        }
    }
    mapping
}

/// `primary` is a word of SQL.
fn quoted(sub: &'static str) -> &'static str {
    if sub == "primary" { "\"primary\"" } else { sub }
}

fn nanoseconds(text: &str) -> i64 {
    let read = DateTime::parse_from_rfc3339(text).map(|it| it.to_utc());
    let read = read.unwrap_or_else(|_| text.parse::<NaiveDateTime>().unwrap().and_utc());
    read.timestamp_nanos_opt().unwrap()
}

fn stored(value: Option<&Value>, kind: Kind) -> Stored {
    match (value, kind) {
        (None | Some(Value::Null), _) => Stored::Null,
        (Some(Value::Bool(value)), _) => Stored::Integer((*value).into()),
        (Some(Value::Number(number)), _) => match number.as_i64() {
            Some(integer) => Stored::Integer(integer),
            None => Stored::Real(number.as_f64().unwrap()),
        },
        (Some(Value::String(text)), Folded) => Stored::Text(fold(text).into_owned()),
        (Some(Value::String(text)), Instant) => Stored::Integer(nanoseconds(text)),
        (Some(Value::String(text)), _) => Stored::Text(text.clone()),
        (Some(other), _) => panic!("{other}"),
    }
}

fn bound(value: &SqlValue) -> Stored {
    match value {
        SqlValue::Boolean(value) => Stored::Integer((*value).into()),
        SqlValue::Float(value) => Stored::Real(*value),
        SqlValue::Instant(instant) => {
            Stored::Integer(DateTime::<Utc>::timestamp_nanos_opt(instant).unwrap())
        }
        SqlValue::Integer(value) => Stored::Integer(*value),
        SqlValue::Text(text) => Stored::Text(text.clone()),
    }
}

fn database(users: &[Resource]) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    let names: Vec<&str> = COLUMNS.iter().map(|it| it.3).collect();
    let create = format!(
        "CREATE TABLE users (key INTEGER, tenant INTEGER, {})",
        names.join(", ")
    );
    connection.execute(&create, []).unwrap();
    for (_, _, table, columns) in LISTS {
        let names: Vec<&str> = columns.iter().map(|it| quoted(it.0)).collect();
        let create = format!("CREATE TABLE {table} (owner INTEGER, {})", names.join(", "));
        connection.execute(&create, []).unwrap();
    }
    let insert = |table: &str, values: Vec<Stored>| {
        let marks = vec!["?"; values.len()].join(", ");
        let insert = format!("INSERT INTO {table} VALUES ({marks})");
        connection
            .execute(&insert, rusqlite::params_from_iter(values))
            .unwrap();
    };
    for (key, user) in users.iter().enumerate() {
        let key = Stored::Integer(key.try_into().unwrap());
        let holder = |urn: &str| match urn.is_empty() {
            true => Some(user.object()),
            false => user.object().get(urn).and_then(Value::as_object),
        };
        let mut row = vec![key.clone(), Stored::Integer(1)];
        row.extend(COLUMNS.iter().map(|(urn, attribute, sub, _, kind)| {
            let value = holder(urn).and_then(|it| it.get(*attribute));
            stored(
                if sub.is_empty() {
                    value
                } else {
                    value.and_then(|it| it.get(sub))
                },
                *kind,
            )
        }));
        insert("users", row);
        for (urn, attribute, table, columns) in LISTS {
            let list = holder(urn)
                .and_then(|it| it.get(*attribute))
                .and_then(Value::as_array);
            for element in list.into_iter().flatten() {
                let mut row = vec![key.clone()];
                row.extend(columns.iter().map(|(sub, kind)| match element.is_object() {
                    true => stored(element.get(sub), *kind),
                    false => stored(Some(element), *kind),
                }));
                insert(table, row);
            }
        }
    }
    connection
}

fn selected(connection: &Connection, condition: &SqlCondition) -> Vec<usize> {
    let query = format!(
        "SELECT key FROM users WHERE tenant = ?1 AND {} ORDER BY key",
        condition.text()
    );
    let mut statement = connection
        .prepare(&query)
        .unwrap_or_else(|error| panic!("{query}: {error}"));
    let mut values = vec![Stored::Integer(1)];
    values.extend(condition.values().iter().map(bound));
    let rows = statement.query_map(rusqlite::params_from_iter(values), |row| row.get(0));
    rows.unwrap()
        .map(|key| usize::try_from(key.unwrap_or(0_i64)).unwrap())
        .collect()
}

/// The rows, after the evaluator has seen those of a condition that selects too much.
fn check(
    filter: &str,
    registry: &Registry,
    mapping: &SqlMapping,
    connection: &Connection,
    users: &[Resource],
) -> Option<bool> {
    let filter = Filter::parse(filter)
        .and_then(|it| it.resolve(registry.user()))
        .ok()?;
    let condition = filter.to_sql(mapping, Database::Sqlite, 2);
    let rows = selected(connection, &condition);
    let matching: Vec<usize> = (0..users.len())
        .filter(|at| filter.matches(&users[*at]))
        .collect();
    match condition.is_exact() {
        true => assert_eq!(rows, matching, "{}", condition.text()),
        false => {
            assert!(!condition.text().is_empty());
            assert!(
                matching.iter().all(|at| rows.contains(at)),
                "{}",
                condition.text()
            );
        }
    }
    Some(condition.is_exact())
}

#[test]
fn sqlite_selects_what_the_evaluator_matches_for_every_shared_filter() {
    let (setup, cases) = cases();
    let registry = registry(&setup);
    let users: Vec<Resource> = setup["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| Resource::from_value(registry.user(), user.clone()).unwrap())
        .collect();
    let connection = database(&users);
    let whole = mapping(&registry, |_| true);
    let sparse = mapping(&registry, |path| {
        !matches!(path, "title" | "emails.type" | "meta.created" | "roles")
    });
    let (mut exact, mut inexact) = (0, 0);
    for case in &cases {
        let text = case["filter"].as_str().unwrap();
        check(text, &registry, &sparse, &connection, &users);
        match check(text, &registry, &whole, &connection, &users) {
            Some(true) => exact += 1,
            Some(false) => inexact += 1,
            None => {}
        }
    }
    assert!(
        exact > 5 * inexact && exact > 150,
        "{exact} exact, {inexact} not"
    );
}

/// Terms over what the corpus' users have, with values that are near to theirs.
fn term(inside: bool) -> BoxedStrategy<String> {
    let texts = [
        "a", "B", "bjensen", "Engineer", "work", "%", "_", "*", "?[", "", "Å", "ö", "!", "100%",
    ];
    let text_paths = match inside {
        true => vec!["type", "value", "display"],
        false => vec![
            "userName",
            "title",
            "name.familyName",
            "id",
            "externalId",
            "emails.value",
            "emails",
            "phoneNumbers.type",
            "roles.value",
            "displayName",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
            "urn:example:params:scim:schemas:extension:acme:2.0:User:skills",
        ],
    };
    let operators = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];
    let quoted = |text: &str| Value::from(text).to_string();
    let select = proptest::sample::select::<&'static str>;
    let text = (
        select(text_paths.clone()),
        select(operators.to_vec()),
        select(texts.to_vec()),
    )
        .prop_map(move |(path, operator, value)| format!("{path} {operator} {}", quoted(value)));
    let other = if inside {
        vec![
            "primary eq true",
            "primary ne true",
            "primary pr",
            "primary eq null",
            "value eq null",
        ]
    } else {
        vec![
            "active eq true",
            "active ne true",
            "emails pr",
            "emails.display pr",
            "title eq null",
            "emails.primary ne true",
            "emails eq null",
            "name pr",
            "not (name.givenName pr)",
            "meta.created ge \"2020-06-01T00:00:00+02:00\"",
            "meta.created ne \"2020-01-01T00:00:00Z\"",
            "meta.created sw \"2020\"",
            "urn:example:params:scim:schemas:extension:acme:2.0:User:badgeNumber gt 7",
            "urn:example:params:scim:schemas:extension:acme:2.0:User:rating le 4.5",
            "urn:example:params:scim:schemas:extension:acme:2.0:User:rating ne 4",
            "urn:example:params:scim:schemas:extension:acme:2.0:User:badgeNumber lt 123456789012345678",
            "urn:example:params:scim:schemas:extension:acme:2.0:User:lockers[number gt 1]",
            "urn:example:params:scim:schemas:extension:acme:2.0:User:hiredAt lt \"2021-01-01T00:00:00\"",
            "name[not (familyName eq \"x\")]",
            "name[familyName pr]",
            "nickName pr",
            "profileUrl sw \"http\"",
        ]
    };
    let present = select(text_paths).prop_map(|path| format!("{path} pr"));
    prop_oneof![4 => text, 1 => present, 2 => select(other).prop_map(str::to_owned)].boxed()
}

fn joined(leaf: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let tree = leaf.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone())
                .prop_map(|(left, right)| format!("({left} and {right})")),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} or {right})")),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("{left} or {right}")),
            inner.prop_map(|inner| format!("not ({inner})")),
        ]
    });
    tree.boxed()
}

#[test]
fn sqlite_selects_what_the_evaluator_matches_for_random_filters() {
    let (setup, _) = cases();
    let registry = registry(&setup);
    let mut users: Vec<Resource> = setup["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| Resource::from_value(registry.user(), user.clone()).unwrap())
        .collect();
    for user in [
        json!({"id": "a", "userName": "a%b", "emails": [{"type": "work"}, {"value": "B*"}]}),
        json!({"id": "B", "userName": "Åsa_[x]?", "emails": [{"value": ""}], "title": "",
            "name": {"givenName": "100%"}, "active": false}),
        json!({"userName": "!", ACME: {"skills": ["a", "Å"], "rating": -4.5, "badgeNumber": 7}}),
    ] {
        users.push(Resource::from_value(registry.user(), user).unwrap());
    }
    let connection = database(&users);
    let whole = mapping(&registry, |_| true);
    let sparse = mapping(&registry, |path| {
        !matches!(path, "title" | "emails.type" | "roles")
    });
    let elements = joined(term(true)).prop_map(|inner| format!("emails[{inner}]"));
    let filters = joined(prop_oneof![3 => term(false), 1 => elements].boxed());
    let mut runner = TestRunner::new(Config {
        cases: 600,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&filters, |filter| {
            for mapping in [&whole, &sparse] {
                prop_assert!(
                    check(&filter, &registry, mapping, &connection, &users).is_some(),
                    "{}",
                    filter
                );
            }
            Ok(())
        })
        .unwrap();
}

fn rendered(filter: &str, database: Database) -> SqlCondition {
    let registry = Registry::standard();
    let mapping = SqlMapping::new(registry.user())
        .column("userName", Column::folded("user_name"))
        .unwrap()
        .column("title", Column::folded("title"))
        .unwrap()
        .column("externalId", Column::exact("external_id"))
        .unwrap()
        .table("emails", ChildTable::new("emails", "owner", "users.id"))
        .unwrap()
        .column("emails.value", Column::folded("address"))
        .unwrap();
    let filter = Filter::parse(filter)
        .unwrap()
        .resolve(registry.user())
        .unwrap();
    filter.to_sql(&mapping, database, 1)
}

#[test]
fn an_or_cannot_escape_the_tenant() {
    let (setup, _) = cases();
    let registry = registry(&setup);
    let user =
        |id| Resource::from_value(registry.user(), json!({"id": id, "userName": id})).unwrap();
    let connection = database(&[user("ours"), user("theirs")]);
    connection
        .execute("UPDATE users SET tenant = 2 WHERE id = 'theirs'", [])
        .unwrap();
    for filter in [
        "userName pr or title pr",
        "not (title pr) or userName pr",
        "title eq null",
    ] {
        let resolved = Filter::parse(filter)
            .unwrap()
            .resolve(registry.user())
            .unwrap();
        let condition = resolved.to_sql(&mapping(&registry, |_| true), Database::Sqlite, 2);
        assert_eq!(selected(&connection, &condition), [0], "{filter}");
        // The tenant's condition may also stand last.
        let query = format!(
            "SELECT count(*) FROM users WHERE {} AND tenant = 1",
            condition.text()
        );
        assert_eq!(
            connection.query_row(&query, [], |row| row.get(0)),
            Ok(1_i64),
            "{filter}"
        );
    }
}

#[test]
fn nothing_of_the_client_is_in_the_text() {
    let hostile = "x' OR 1=1 --\\\" %_";
    for operator in ["eq", "co", "sw", "ew", "ne", "gt"] {
        for database in [Database::MySql, Database::Postgres, Database::Sqlite] {
            let filter = format!("userName {operator} {}", Value::from(hostile));
            let condition = rendered(&filter, database);
            assert!(!condition.text().contains("1=1"), "{}", condition.text());
            assert_eq!(condition.values().len(), 1);
            assert!(!format!("{condition:?}").contains("1=1"));
        }
    }
}

#[test]
fn a_term_without_a_column_is_said_and_not_dropped() {
    let and = rendered("userName eq \"a\" and nickName eq \"b\"", Database::Sqlite);
    assert_eq!(
        (and.is_exact(), and.unmapped()),
        (false, &["nickName".to_owned()][..])
    );
    assert_eq!(and.text(), "(user_name IS NOT NULL AND user_name = ?1)");
    // Of two alternatives, one that is not known makes the whole unknown.
    for filter in [
        "userName eq \"a\" or nickName eq \"b\"",
        "not (userName eq \"a\" and nickName pr)",
    ] {
        let unknown = rendered(filter, Database::Sqlite);
        assert_eq!(
            (unknown.is_exact(), unknown.text(), unknown.values()),
            (false, "(1 = 1)", &[][..])
        );
    }
    let mixed = rendered(
        "title pr and not (nickName pr or userName pr)",
        Database::Sqlite,
    );
    assert_eq!(
        (mixed.is_exact(), mixed.text()),
        (false, "(title IS NOT NULL AND title <> '')")
    );
    assert!(rendered("title pr", Database::Sqlite).is_exact());
    // A text that SQL cannot hold.
    assert!(!rendered("userName eq \"a\\u0000\"", Database::Sqlite).is_exact());
}

#[test]
fn placeholders_and_patterns_are_the_databases_own() {
    let filter = "externalId co \"5%_!*\" or emails[value eq \"a\" or not (value pr)]";
    let text = |database| rendered(filter, database).text().to_owned();
    let rows = "(EXISTS (SELECT 1 FROM emails AS scim_element WHERE scim_element.owner = users.id AND \
        ((scim_element.address IS NOT NULL AND scim_element.address = {}) OR \
        (NOT (scim_element.address IS NOT NULL AND scim_element.address <> '')))))";
    for (database, like, second) in [
        (Database::MySql, "LIKE ? ESCAPE '!'", "?"),
        (Database::Postgres, "LIKE $1 ESCAPE '!'", "$2"),
        (Database::Sqlite, "GLOB ?1", "?2"),
    ] {
        let expected = format!(
            "((external_id IS NOT NULL AND external_id {like}) OR {})",
            rows.replace("{}", second)
        );
        assert_eq!(text(database), expected);
    }
    let pattern = |database| rendered(filter, database).values()[0].clone();
    assert_eq!(
        pattern(Database::Postgres),
        SqlValue::Text("%5!%!_!!*%".to_owned())
    );
    assert_eq!(
        pattern(Database::Sqlite),
        SqlValue::Text("*5%_![*]*".to_owned())
    );
}

#[test]
fn a_mapping_that_would_compare_otherwise_is_refused() {
    let registry = Registry::standard();
    let with = |path: &str, column| SqlMapping::new(registry.user()).column(path, column);
    assert!(with("userName", Column::folded("c")).is_ok());
    for (path, column) in [
        ("userName", Column::exact("c")),
        ("externalId", Column::folded("c")),
        ("active", Column::number("c")),
        ("meta.created", Column::exact("c")),
        ("name", Column::folded("c")),
        ("emails.value", Column::folded("c")),
        ("password", Column::folded("c")),
        ("noSuch", Column::folded("c")),
        ("name.noSuch", Column::folded("c")),
    ] {
        assert_eq!(
            with(path, column).unwrap_err().code(),
            "scim-sql-mapping",
            "{path}"
        );
    }
    let table = ChildTable::new("t", "k", "p");
    for path in ["title", "emails.value", "noSuch"] {
        assert!(
            SqlMapping::new(registry.user()).table(path, table).is_err(),
            "{path}"
        );
    }
}

#[test]
fn a_filter_of_many_terms_is_written_in_linear_size() {
    let of = |terms: usize| {
        let filter = vec!["userName eq \"a\""; terms].join(" or ");
        rendered(&filter, Database::Sqlite).text().len()
    };
    assert!(of(200) < 110 * of(2));
}
