//! Filters, resources and PATCH, as ratios to what nobody can avoid: reading and copying JSON.
//!
//! `cargo bench --bench scim` prints the times, and at the end the ratios, measured in turns in
//! the same run so that the machine's moods cancel out.

use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use criterion::{BatchSize, Criterion};
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use vestibule::scim::filter::{Found, Searchable};
use vestibule::scim::{Filter, Patch, Profile, Registry, ResolvedFilter, Resource};

const FULL_USER: &[u8] = include_bytes!("full_user.json");
const SIMPLE: &str = r#"userName eq "bjensen""#;
const FIVE_TERMS: &str = r#"active eq true and emails[type eq "work" and value co "@example.com"] and (title pr or meta.lastModified gt "2011-05-13T04:42:34Z")"#;

/// The median of the ratios of `task` to `floor`, each round measuring both.
fn ratio(rounds: usize, task: impl Fn() -> Duration, floor: impl Fn() -> Duration) -> f64 {
    let mut ratios: Vec<f64> = (0..rounds)
        .map(|_| task().as_secs_f64() / floor().as_secs_f64())
        .collect();
    median(&mut ratios)
}

/// Of absolute times the least: what else the machine does only adds to them.
fn least(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(f64::INFINITY, f64::min)
}

fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// The time of so many repetitions.
fn time<T>(repetitions: usize, task: impl Fn() -> T) -> Duration {
    let start = Instant::now();
    for _ in 0..repetitions {
        black_box(task());
    }
    start.elapsed()
}

/// The time of the task alone, on an input that is made anew for each repetition.
fn time_with<I, T>(repetitions: usize, input: impl Fn() -> I, task: impl Fn(I) -> T) -> Duration {
    let mut total = Duration::ZERO;
    for _ in 0..repetitions {
        let input = input();
        let start = Instant::now();
        let output = black_box(task(input));
        total += start.elapsed();
        drop(output);
    }
    total
}

fn tokenize() -> IgnoredAny {
    serde_json::from_slice(black_box(FULL_USER)).unwrap()
}

fn parse(text: &str) -> Filter {
    Filter::parse(black_box(text)).unwrap()
}

/// A user as most directories have it.
fn user(number: usize) -> Value {
    json!({
        "id": format!("{number:08}"),
        "userName": format!("user{number}@example.com"),
        "name": {"givenName": "Barbara", "familyName": "Jensen"},
        "active": !number.is_multiple_of(8),
        "emails": [
            {"value": format!("user{number}@example.com"), "type": "work", "primary": true},
            {"value": format!("user{number}@home.example.org"), "type": "home"},
        ],
        "title": if number.is_multiple_of(2) { json!("Engineer") } else { json!(null) },
        "meta": {"resourceType": "User", "created": "2010-01-23T04:56:22Z",
            "lastModified": format!("20{:02}-05-13T04:42:34Z", number % 30)},
    })
}

/// A user as a host has it in memory.
struct HostUser {
    user_name: String,
}

impl Searchable for HostUser {
    fn attribute(&self, extension: Option<&str>, name: &str) -> Found<'_> {
        match (extension, name) {
            (None, "userName") => Found::Text(&self.user_name),
            _ => Found::Nothing,
        }
    }
}

/// The five terms as somebody would write them who knows the one filter.
fn by_hand(threshold: DateTime<Utc>) -> impl Fn(&Resource) -> bool {
    let is_work = |email: &Value| {
        let part = |name: &str| email.get(name).and_then(Value::as_str);
        part("type").is_some_and(|it| it.eq_ignore_ascii_case("work"))
            && part("value").is_some_and(|it| it.to_lowercase().contains("@example.com"))
    };
    move |user| {
        let user = user.object();
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        user.get("active").and_then(Value::as_bool) == Some(true)
            && user
                .get("emails")
                .and_then(Value::as_array)
                .is_some_and(|emails| emails.iter().any(is_work))
            && (text(user.get("title")).is_some_and(|title| !title.is_empty())
                || user
                    .get("meta")
                    .and_then(|meta| meta.get("lastModified")?.as_str())
                    .and_then(|text| DateTime::parse_from_rfc3339(text).ok())
                    .is_some_and(|changed| changed > threshold))
    }
}

fn entra_patch() -> Vec<u8> {
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [
            {"op": "Replace", "path": "displayName", "value": "Barbara Jensen"},
            {"op": "Replace", "path": "active", "value": "True"},
            {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "b@example.com"},
            {"op": "Add", "path": "phoneNumbers[type eq \"fax\"].value", "value": "555-555-1111"},
            {"op": "Replace", "path": "name.familyName", "value": "Smith"},
            {"op": "Add", "path": format!("{enterprise}:department"), "value": "Tours"},
        ],
    });
    serde_json::to_vec(&patch).unwrap()
}

fn group(members: usize) -> Value {
    let members: Vec<Value> = (0..members)
        .map(|number| json!({"value": format!("2819c223-7f76-453a-919d-{number:012}")}))
        .collect();
    json!({"id": "g1", "displayName": "Team", "members": members})
}

/// One member in, one out, from near the middle.
fn membership_patch(members: usize) -> Patch {
    let gone = format!("2819c223-7f76-453a-919d-{:012}", members / 2);
    Patch::from_value(json!([
        {"op": "add", "path": "members", "value": [{"value": "new"}]},
        {"op": "remove", "path": format!("members[value eq \"{gone}\"]")},
    ]))
    .unwrap()
}

struct Bench {
    registry: Registry,
    users: Vec<Resource>,
}

impl Bench {
    fn new() -> Self {
        let registry = Registry::standard();
        let users = (0..100_000).map(user);
        let users = users.map(|user| Resource::from_value(registry.user(), user).unwrap());
        Self {
            users: users.collect(),
            registry,
        }
    }

    fn resolved(&self, text: &str) -> ResolvedFilter {
        parse(text).resolve(self.registry.user()).unwrap()
    }

    fn count(&self, matches: impl Fn(&Resource) -> bool) -> usize {
        self.users.iter().filter(|user| matches(user)).count()
    }

    fn group(&self, members: usize) -> Resource {
        Resource::from_value(self.registry.group(), group(members)).unwrap()
    }

    fn report(&self) {
        println!("\nratios");
        for (name, text, bound) in [("simple", SIMPLE, 0.15), ("five terms", FIVE_TERMS, 1.1)] {
            let found = ratio(60, || time(200, || parse(text)), || time(200, tokenize));
            println!("parse, {name}, to tokenizing the full user: {found:.2} (bound {bound})");
        }
        let simple = self.resolved(r#"userName eq "user4711@example.com""#);
        assert_eq!(self.count(|user| simple.matches(user)), 1);
        let each: Vec<f64> = (0..15)
            .map(|_| time(1, || self.count(|user| simple.matches(user))).as_nanos() as f64 / 1e5)
            .collect();
        println!(
            "evaluate, simple, by the fingerprint of userName: {:.0} ns a user (bound 40)",
            least(&each)
        );
        let other = self.resolved(r#"title eq "Boss""#);
        assert_eq!(self.count(|user| other.matches(user)), 0);
        let each: Vec<f64> = (0..15)
            .map(|_| time(1, || self.count(|user| other.matches(user))).as_nanos() as f64 / 1e5)
            .collect();
        println!(
            "evaluate, simple, of title, which has none: {:.0} ns a user",
            least(&each)
        );
        let hosts = (0..100_000).map(|number| HostUser {
            user_name: format!("user{number}@example.com"),
        });
        let hosts: Vec<HostUser> = hosts.collect();
        let count = || hosts.iter().filter(|user| simple.selects(*user)).count();
        assert_eq!(count(), 1);
        let each: Vec<f64> = (0..30)
            .map(|_| time(1, count).as_nanos() as f64 / 1e5)
            .collect();
        println!(
            "over a host's type: {:.0} ns a user (bound 40)",
            least(&each)
        );
        let five = self.resolved(FIVE_TERMS);
        let by_hand = by_hand("2011-05-13T04:42:34Z".parse().unwrap());
        assert_eq!(self.count(|user| five.matches(user)), self.count(&by_hand));
        let found = ratio(
            15,
            || time(1, || self.count(|user| five.matches(user))),
            || time(1, || self.count(&by_hand)),
        );
        println!("evaluate, five terms, to a closure by hand: {found:.2} (bound 3)");
        self.report_resources();
        self.report_groups();
        report_long_filters();
    }

    fn report_resources(&self) {
        let read = || Resource::parse(self.registry.user(), black_box(FULL_USER)).unwrap();
        let value = || serde_json::from_slice::<Value>(black_box(FULL_USER)).unwrap();
        let found = ratio(60, || time(50, read), || time(50, value));
        println!("read the full user, to serde_json's Value: {found:.2} (bound 1.5)");
        let full = read();
        let body = entra_patch();
        let profile = Profile::tolerant();
        let patch = || {
            Patch::parse(black_box(&body))
                .unwrap()
                .plan(&full, &profile)
                .unwrap()
                .apply()
        };
        let copied = value();
        let found = ratio(60, || time(50, patch), || time(50, || copied.clone()));
        println!("an Entra PATCH of six operations, to copying the user: {found:.2} (bound 3.5)");
        let given = || {
            let task = |user| {
                let patch = Patch::parse(black_box(&body)).unwrap();
                patch.plan_taking(user, &profile).unwrap().apply()
            };
            time_with(50, || full.clone(), task)
        };
        let found = ratio(60, given, || time(50, || copied.clone()));
        println!("the same of a user that is given away: {found:.2}");
    }

    fn report_groups(&self) {
        let profile = Profile::tolerant();
        let (small, patch) = (self.group(1_000), membership_patch(1_000));
        let task = |group| patch.plan_taking(group, &profile).unwrap().apply();
        let each: Vec<f64> = (0..30)
            .map(|_| time_with(20, || small.clone(), task).as_nanos() as f64 / 20e3)
            .collect();
        println!(
            "add and remove one of 1,000 members: {:.1} µs (bound 50)",
            least(&each)
        );
        let (large, patch) = (self.group(100_000), membership_patch(100_000));
        let copied = group(100_000);
        let clone = || time_with(1, || (), |()| copied.clone());
        let task = || time_with(1, || (), |()| patch.plan(&large, &profile).unwrap().apply());
        println!(
            "of 100,000, to copying the group: {:.2} (bound 2)",
            ratio(15, task, clone)
        );
        let task = || {
            time_with(
                1,
                || large.clone(),
                |group| patch.plan_taking(group, &profile).unwrap().apply(),
            )
        };
        println!(
            "of 100,000 that need no copy: {:.2}",
            ratio(15, task, clone)
        );
    }
}

/// What the parser does with filters of 64 KiB that a longer limit would let in: the time of one
/// of the length that the limit allows, to one of half that length.
fn report_long_filters() {
    type Shape = (&'static str, fn(usize) -> String);
    let shapes: [Shape; 7] = [
        ("words", |bytes| "a".repeat(bytes)),
        ("spaces", |bytes| " ".repeat(bytes)),
        ("parentheses", |bytes| "(".repeat(bytes)),
        ("negations", |bytes| "not(".repeat(bytes / 4)),
        ("terms", |bytes| "a pr and ".repeat(bytes / 9)),
        ("one string", |bytes| {
            format!("a eq \"{}\"", "x".repeat(bytes - 7))
        }),
        ("escapes", |bytes| {
            format!("a eq \"{}\"", "\\u0041".repeat(bytes / 6 - 2))
        }),
    ];
    for (name, shape) in shapes {
        let (half, whole) = (shape(8 * 1024), shape(16 * 1024));
        let task = |text: &str| time(20, || Filter::parse(black_box(text)).is_ok());
        let found = ratio(30, || task(&whole), || task(&half));
        let long = shape(64 * 1024);
        let each = task(&long) / 20;
        println!("filter of {name}: twice the length takes {found:.1} times, 64 KiB {each:?}");
    }
}

fn main() {
    let bench = Bench::new();
    let profile = Profile::tolerant();
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("tokenize/full-user", |bencher| bencher.iter(tokenize));
    criterion.bench_function("filter-parse/simple", |bencher| {
        bencher.iter(|| parse(SIMPLE));
    });
    criterion.bench_function("filter-parse/five-terms", |bencher| {
        bencher.iter(|| parse(FIVE_TERMS));
    });
    criterion.bench_function("resource-read/full-user", |bencher| {
        bencher.iter(|| Resource::parse(bench.registry.user(), FULL_USER).unwrap());
    });
    let full = Resource::parse(bench.registry.user(), FULL_USER).unwrap();
    let body = entra_patch();
    criterion.bench_function("patch/entra-6-operations", |bencher| {
        bencher.iter(|| {
            Patch::parse(&body)
                .unwrap()
                .plan(&full, &profile)
                .unwrap()
                .apply()
        });
    });
    let (group, patch) = (bench.group(1_000), membership_patch(1_000));
    criterion.bench_function("group-patch/1k-members", |bencher| {
        let task = |group| patch.plan_taking(group, &profile).unwrap().apply();
        bencher.iter_batched(|| group.clone(), task, BatchSize::LargeInput);
    });
    criterion.final_summary();
    bench.report();
}
