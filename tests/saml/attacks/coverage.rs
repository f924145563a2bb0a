//! Holds `docs/attacks.md`, the names of the tests and the codes of the errors together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// How many classes of attacks there are.
const CLASSES: usize = 76;

/// One row: the number of a class and its cells behind it.
struct Row {
    number: usize,
    types: Vec<String>,
    codes: Vec<String>,
    tests: BTreeSet<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What stands between back quotes in a cell.
fn quoted(cell: &str) -> Vec<String> {
    let pieces = cell.split('`').skip(1).step_by(2);
    pieces.map(str::to_owned).collect()
}

fn rows() -> Vec<Row> {
    let document = fs::read_to_string(root().join("docs/attacks.md")).unwrap();
    let read = |line: &str| {
        let cells: Vec<&str> = line.split(" | ").collect();
        let number = cells.first()?.strip_prefix("| ")?.parse().ok()?;
        assert_eq!(cells.len(), 5, "row {number}");
        assert!(cells[1].len() > 20, "row {number} says too little");
        Some(Row {
            number,
            types: quoted(cells[2]),
            codes: quoted(cells[3]),
            tests: quoted(cells[4]).into_iter().collect(),
        })
    };
    document.lines().filter_map(read).collect()
}

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    files
}

/// The functions under `#[test]`, each with the text of its file.
fn tests(files: &[(PathBuf, String)]) -> BTreeMap<&str, &str> {
    let mut tests = BTreeMap::new();
    for (_, text) in files {
        let mut is_test = false;
        for line in text.lines().map(str::trim_start) {
            is_test |= line.starts_with("#[test]");
            let Some(rest) = line.strip_prefix("fn ") else {
                continue;
            };
            if std::mem::take(&mut is_test) {
                tests.insert(rest.split('(').next().unwrap(), text.as_str());
            }
        }
    }
    tests
}

/// The classes in a name such as `attack_16_30_two_assertions`.
fn classes(test: &str) -> BTreeSet<usize> {
    let words = test.strip_prefix("attack_").unwrap_or_default().split('_');
    words.map_while(|word| word.parse().ok()).collect()
}

#[test]
fn every_class_has_a_row_and_a_test() {
    let rows = rows();
    let numbers: Vec<usize> = rows.iter().map(|row| row.number).collect();
    let all: Vec<usize> = (1..=CLASSES).collect();
    assert_eq!(numbers, all);
    let files = sources("tests");
    let tests = tests(&files);
    for row in &rows {
        let named: BTreeSet<String> = tests
            .keys()
            .filter(|test| classes(test).contains(&row.number))
            .map(|test| (*test).to_owned())
            .collect();
        assert!(!named.is_empty(), "no test of class {}", row.number);
        let missing: Vec<_> = named.difference(&row.tests).collect();
        assert!(missing.is_empty(), "row {} lacks {missing:?}", row.number);
    }
    for test in tests.keys().filter(|test| test.starts_with("attack_")) {
        let classes = classes(test);
        assert!(!classes.is_empty(), "{test} has no class");
        assert!(
            classes.iter().all(|class| (1..=CLASSES).contains(class)),
            "{test}"
        );
    }
}

#[test]
fn every_test_code_and_type_of_a_row_exists() {
    let files = sources("tests");
    let tests = tests(&files);
    let product: String = sources("src").into_iter().map(|(_, text)| text).collect();
    let codes = fs::read_to_string(root().join("docs/error-codes.md")).unwrap();
    for Row {
        number,
        types,
        codes: found,
        tests: named,
    } in rows()
    {
        for test in &named {
            assert!(
                tests.contains_key(test.as_str()),
                "row {number}: no test {test}"
            );
        }
        for code in &found {
            assert!(
                codes.contains(&format!("| `{code}` |")),
                "row {number}: no code {code}"
            );
            let quoted = format!("\"{code}\"");
            let is_asserted = named
                .iter()
                .any(|test| tests[test.as_str()].contains(&quoted));
            assert!(is_asserted, "row {number}: no test asserts {code}");
        }
        assert!(!types.is_empty(), "row {number} names no type");
        for name in types {
            let is_declared = ["struct", "enum", "trait", "fn", "const", "mod"]
                .iter()
                .any(|kind| {
                    let declared = format!("{kind} {name}");
                    product.match_indices(&declared).any(|(at, _)| {
                        let next = product[at + declared.len()..].chars().next();
                        next.is_none_or(|next| !next.is_alphanumeric() && next != '_')
                    })
                });
            assert!(is_declared, "row {number}: no {name} in src");
        }
    }
}

#[test]
fn classes_are_read_from_names() {
    let of = |name: &str| classes(name).into_iter().collect::<Vec<_>>();
    assert_eq!(
        of("attack_16_30_two_assertions_of_which_1_is_signed"),
        [16, 30]
    );
    assert_eq!(of("every_carrier_is_accepted"), [0; 0]);
}
