//! Holds `docs/error-codes.md` to the sources: every code is listed, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What codes begin with: one word for each area.
const AREAS: &[&str] = &[
    "access",
    "base64",
    "certificate",
    "domain",
    "email",
    "metadata",
    "saml",
    "scim",
    "signature",
    "signing",
    "xml",
];

/// Whether a string literal has the shape of a code.
fn is_code(text: &str) -> bool {
    let mut words = text.split('-');
    let area = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    AREAS.contains(&area)
        && !rest.is_empty()
        && rest.iter().all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

/// The codes in a file's code, without comments and the test module.
fn codes_of(text: &str) -> BTreeSet<String> {
    let tests = text.find("\n#[cfg(test)]").unwrap_or(text.len());
    text[..tests]
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .filter(|literal| is_code(literal))
        .map(str::to_owned)
        .collect()
}

fn in_sources(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => in_sources(&path, codes),
            false => codes.extend(codes_of(&fs::read_to_string(&path).unwrap())),
        }
    }
}

#[test]
fn the_table_lists_every_code_once_and_no_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut in_code = BTreeSet::new();
    in_sources(&root.join("src"), &mut in_code);
    let table = fs::read_to_string(root.join("docs/error-codes.md")).unwrap();
    let rows: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let listed: BTreeSet<String> = rows.iter().map(|row| (*row).to_owned()).collect();
    assert_eq!(rows.len(), listed.len(), "a code is listed twice");
    let missing: Vec<&String> = in_code.difference(&listed).collect();
    let unknown: Vec<&String> = listed.difference(&in_code).collect();
    assert!(
        missing.is_empty(),
        "not in docs/error-codes.md: {missing:?}"
    );
    assert!(unknown.is_empty(), "no longer in the sources: {unknown:?}");
}

#[test]
fn codes_are_told_from_other_text() {
    assert!(is_code("saml-audience-mismatch"));
    for other in [
        "saml",
        "saml-",
        "SAML-x",
        "saml-Audience",
        "urn-saml",
        "saml--x",
        "kebab-case",
    ] {
        assert!(!is_code(other), "{other}");
    }
    let text = "// \"saml-in-a-comment\"\nmatch x { A => \"saml-in-code\" }";
    assert_eq!(codes_of(text), BTreeSet::from(["saml-in-code".to_owned()]));
}
