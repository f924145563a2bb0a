//! Holds `src/` to its floors: a floor imports only lower floors, each foreign crate has one home,
//! and nothing reads a clock, a file, the network, the environment or a random source.

use std::fs;
use std::path::{Path, PathBuf};

/// Each module and the modules of this crate that it may name.
const FLOORS: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("limits", &[]),
    ("identity", &["error", "limits"]),
    ("xml", &["error", "limits", "identity"]),
    ("domain", &["error", "limits", "identity"]),
    ("scim", &["error", "limits", "identity"]),
    ("dsig", &["error", "limits", "identity", "xml"]),
    (
        "saml",
        &["error", "limits", "identity", "xml", "domain", "dsig"],
    ),
    ("access", &["error", "limits", "identity", "domain"]),
];

/// Each foreign crate and the files or folders that may name it.
const HOMES: &[(&str, &str)] = &[
    ("aws_lc_rs", "saml/encryption/primitive.rs"),
    ("base64", "dsig/base64.rs"),
    ("idna", "domain/name.rs"),
    ("idna_adapter", "nowhere"),
    ("memchr", "xml/character.rs"),
    ("miniz_oxide", "saml/deflate.rs"),
    ("psl", "domain/name.rs"),
    ("quick_xml", "xml/read.rs"),
    ("ring", "dsig/primitive.rs"),
    ("serde_json", "scim/"),
    ("hmac_sha256", "access/digest.rs"),
    ("subtle", "access/digest.rs"),
    ("subtle", "scim/query/cursor.rs"),
    ("unicode_normalization", "access/provisioning/team_name.rs"),
    ("unicode_normalization", "scim/filter/compare.rs"),
    ("x509_parser", "dsig/certificate/x509.rs"),
];

/// What no file may name: the outside world.
const WORLD: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io",
    "std::process",
    "std::thread",
    "std::time",
    "Instant::now",
    "Local::now",
    "SystemRandom",
    "SystemTime",
    "TcpListener",
    "TcpStream",
    "ToSocketAddrs",
    "UdpSocket",
    "UnixStream",
    "Utc::now",
    "dbg!",
    "eprint!",
    "eprintln!",
    "getrandom",
    "print!",
    "println!",
    "rand::",
];

/// The code of a file without its comments and its test module.
fn code(text: &str) -> String {
    let tests = text.find("\n#[cfg(test)]").unwrap_or(text.len());
    text[..tests]
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Whether `word` stands in `code` with no part of a name directly before it.
fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || matches!(before, '_' | ':'))
    })
}

/// Whether `code` names the foreign crate, and not a module of ours with its name.
fn names_crate(code: &str, name: &str) -> bool {
    names(code, &format!("use {name}::"))
        || code.contains(&format!(" ::{name}::"))
        || (name != "base64" && names(code, &format!("{name}::")))
}

/// What breaks the rules in one file; `path` is relative to `src/`.
fn violations(path: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let module = path.split(['/', '.']).next().unwrap_or_default();
    let mut found = Vec::new();
    let lower = FLOORS.iter().find(|(name, _)| *name == module);
    for (other, _) in FLOORS.iter().filter(|(other, _)| *other != module) {
        let allowed = lower.is_some_and(|(_, lower)| lower.contains(other));
        if !allowed && module != "lib" && names(&code, &format!("crate::{other}")) {
            found.push(format!("{path} imports {other}"));
        }
    }
    for (name, home) in HOMES {
        let is_home = |(known, home): &(&str, &str)| known == name && path.starts_with(home);
        if !HOMES.iter().any(is_home) && names_crate(&code, name) {
            found.push(format!(
                "{path} names the crate {name}, whose home is {home}"
            ));
        }
    }
    for word in WORLD {
        if names(&code, word) {
            found.push(format!("{path} names {word}"));
        }
    }
    found
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, files),
            false => files.push(path),
        }
    }
}

#[test]
fn every_file_keeps_to_its_floor() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 40, "only {} files were found", files.len());
    let mut found = Vec::new();
    for file in files {
        let path = file
            .strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        found.extend(violations(&path, &fs::read_to_string(&file).unwrap()));
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn every_dependency_has_a_home_or_is_for_everybody() {
    let manifest = include_str!("../Cargo.toml");
    let section = manifest.split("[dependencies]").nth(1).unwrap();
    let section = section.split("\n[").next().unwrap();
    let everywhere = ["chrono", "serde", "thiserror"];
    for line in section.lines().filter(|line| !line.starts_with('#')) {
        let Some((name, _)) = line.split_once(" = ") else {
            continue;
        };
        let name = name.replace('-', "_");
        let has_home = HOMES.iter().any(|(known, _)| *known == name);
        assert!(
            has_home || everywhere.contains(&name.as_str()),
            "{name} has no home"
        );
    }
}

#[test]
fn a_forbidden_import_is_found_and_an_allowed_one_is_not() {
    let import = "use crate::dsig::TrustedKeys;";
    assert!(violations("saml/party.rs", import).is_empty());
    assert_eq!(violations("access/sign_in.rs", import).len(), 1);
    assert_eq!(
        violations("scim/path.rs", "use crate::saml::Login;").len(),
        1
    );
    assert!(violations("scim/path.rs", "// use crate::saml::Login;").is_empty());
}

#[test]
fn a_foreign_crate_is_found_outside_its_home_only() {
    let import = "use ring::digest;";
    assert!(violations("dsig/primitive.rs", import).is_empty());
    assert_eq!(violations("dsig/verify.rs", import).len(), 1);
    let ours = "use super::base64;\nlet octets = base64::decode(text, 1)?;";
    assert!(violations("dsig/verify.rs", ours).is_empty());
    assert_eq!(violations("dsig/verify.rs", "use base64::Engine;").len(), 1);
    let import = "use unicode_normalization::UnicodeNormalization;";
    assert!(violations("scim/filter/compare.rs", import).is_empty());
    assert!(!violations("scim/filter/print.rs", import).is_empty());
}

#[test]
fn the_outside_world_is_found() {
    for line in [
        "let now = Utc::now();",
        "use std::fs;",
        "let start = std::time::Instant::now();",
        "println!(\"x\");",
    ] {
        assert!(!violations("saml/time.rs", line).is_empty(), "{line}");
    }
    assert!(violations("saml/time.rs", "fn now_is_given(now: DateTime<Utc>) {}").is_empty());
}
