//! Holds `docs/mutants.md` to the sources: what it names is there.

use std::fs;

/// Rows of the table of changes that no test finds: `| file | function | change | reason |`.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines()
        .filter(|line| line.starts_with("| `src/"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
}

#[test]
fn every_change_that_no_test_finds_is_in_a_function_that_is_there_and_has_a_reason() {
    let root = env!("CARGO_MANIFEST_DIR");
    let text = fs::read_to_string(format!("{root}/docs/mutants.md")).unwrap();
    assert!(rows(&text).count() > 0);
    for row in rows(&text) {
        let [file, function, change, reason] = row[..] else {
            panic!("{row:?}");
        };
        let file = file.trim_matches('`');
        let source = fs::read_to_string(format!("{root}/{file}")).unwrap();
        let function = function.trim_matches('`');
        assert!(
            source.contains(&format!("fn {function}")),
            "{file}: {function}"
        );
        assert!(
            !change.is_empty() && reason.len() > 20,
            "{file}: {function}"
        );
    }
}
