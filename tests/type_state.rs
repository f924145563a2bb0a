//! Trust cannot be forged, skipped or used twice: each attempt fails to compile with the error that
//! is meant, and its twin, which differs in the attempt alone, compiles.
//!
//! The attempts are binaries of a small package in the target folder; one `cargo check` compiles
//! them all.
#![cfg(feature = "saml")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A name, the body of a function that compiles, and the body that must not, with the codes of the
/// compiler's errors.
struct Attempt {
    name: &'static str,
    compiles: &'static str,
    fails: &'static str,
    codes: &'static [&'static str],
}

/// What every binary knows: one value of each type, out of nowhere.
const PRELUDE: &str = "\
#![allow(unused, deprecated)]
use vestibule::dsig::*;
use vestibule::identity::*;
use vestibule::saml::*;
fn any<T>() -> T { loop {} }
fn read<T: serde::de::DeserializeOwned>() -> T { loop {} }
fn main() {
    let idp: IdentityProvider = any();
    let service: ServiceProvider = any();
    let expected = Expectations::new(&service, Solicitation::Unsolicited);
    let now: chrono::DateTime<chrono::Utc> = any();
    let parsed: ParsedResponse = any();
    let verified: VerifiedResponse = any();
    let pending: PendingLogin = any();
    let login: Login = any();
";

const PRIVATE_FIELD: &[&str] = &["E0451"];
const NO_SUCH_FUNCTION: &[&str] = &["E0599"];
const WRONG_TYPE: &[&str] = &["E0308"];
const NO_SUCH_TRAIT: &[&str] = &["E0277"];
const MOVED: &[&str] = &["E0382"];
const FIELD_IS_PRIVATE: &[&str] = &["E0616"];
const NON_EXHAUSTIVE: &[&str] = &["E0639"];

const ATTEMPTS: [Attempt; 26] = [
    Attempt {
        name: "make_parsed",
        compiles: "let _ = ParsedResponse::from_octets(any());",
        fails: "let _ = ParsedResponse { document: any(), claimed_issuer: None };",
        codes: PRIVATE_FIELD,
    },
    Attempt {
        name: "make_verified",
        compiles: "let _: VerifiedResponse = parsed.verify(&idp).unwrap();",
        fails: "let _ = VerifiedResponse { signatures: any(), ..verified };",
        codes: PRIVATE_FIELD,
    },
    Attempt {
        name: "make_pending",
        compiles: "let _: PendingLogin = verified.accept(&expected, now).unwrap();",
        fails: "let _ = PendingLogin { question: any(), login };",
        codes: PRIVATE_FIELD,
    },
    Attempt {
        name: "make_login",
        compiles: "let Login { identity, name_id, attributes, authentications, assertion_id, signatures, .. } = login;",
        fails: "let Login { identity, name_id, attributes, authentications, assertion_id, signatures, .. } = login; \
                let _ = Login { identity, name_id, attributes, authentications, assertion_id, signatures };",
        codes: NON_EXHAUSTIVE,
    },
    Attempt {
        name: "make_login_of_another",
        compiles: "let name_id = login.name_id.clone();",
        fails: "let _ = Login { name_id: any(), ..login };",
        codes: NON_EXHAUSTIVE,
    },
    Attempt {
        name: "make_verified_element",
        compiles: "let _: VerifiedElement = verify_enveloped(any(), any(), AlgorithmLevel::Modern).unwrap();",
        fails: "let _ = VerifiedElement { document: any(), signature: any() };",
        codes: PRIVATE_FIELD,
    },
    Attempt {
        name: "make_trusted_keys",
        compiles: "let _ = TrustedKeys::from_certificates(&[]);",
        fails: "let _ = TrustedKeys { keys: Vec::new() };",
        codes: PRIVATE_FIELD,
    },
    Attempt {
        name: "make_trusted_keys_of_nothing",
        compiles: "let certificates: Vec<Certificate> = any(); let _ = TrustedKeys::from_certificates(&certificates);",
        fails: "let _ = TrustedKeys::default();",
        codes: NO_SUCH_FUNCTION,
    },
    Attempt {
        name: "make_verified_by",
        compiles: "let _ = any::<VerifiedBy>().fingerprint();",
        fails: "let _ = VerifiedBy { fingerprint: any(), warnings: Vec::new() };",
        codes: PRIVATE_FIELD,
    },
    Attempt {
        name: "make_question",
        compiles: "let ReplayQuestion { connection, id, keep_until, .. } = pending.question().clone();",
        fails: "let _ = ReplayQuestion { connection: any(), id: any(), keep_until: now };",
        codes: NON_EXHAUSTIVE,
    },
    Attempt {
        name: "skip_verification",
        compiles: "let _ = parsed.verify(&idp).unwrap().accept(&expected, now);",
        fails: "let _ = parsed.accept(&expected, now);",
        codes: NO_SUCH_FUNCTION,
    },
    Attempt {
        name: "skip_acceptance",
        compiles: "let _ = verified.accept(&expected, now).unwrap().confirm(ReplayAnswer::FirstSeen);",
        fails: "let _ = verified.confirm(ReplayAnswer::FirstSeen);",
        codes: NO_SUCH_FUNCTION,
    },
    Attempt {
        name: "skip_answer",
        compiles: "let _ = pending.confirm(ReplayAnswer::FirstSeen).unwrap();",
        fails: "let _ = pending.login;",
        codes: FIELD_IS_PRIVATE,
    },
    Attempt {
        name: "skip_answer_by_method",
        compiles: "let _ = pending.question();",
        fails: "let _ = pending.login();",
        codes: NO_SUCH_FUNCTION,
    },
    Attempt {
        name: "take_pending_for_login",
        compiles: "let _: Login = pending.confirm(ReplayAnswer::FirstSeen).unwrap();",
        fails: "let _: Login = pending;",
        codes: WRONG_TYPE,
    },
    Attempt {
        name: "take_parsed_for_verified",
        compiles: "let _: VerifiedResponse = verified;",
        fails: "let _: VerifiedResponse = parsed;",
        codes: WRONG_TYPE,
    },
    Attempt {
        name: "answer_with_a_boolean",
        compiles: "let _ = pending.confirm(ReplayAnswer::SeenBefore);",
        fails: "let _ = pending.confirm(true);",
        codes: WRONG_TYPE,
    },
    Attempt {
        name: "verify_twice",
        compiles: "let _ = parsed.verify(&idp);",
        fails: "let _ = parsed.verify(&idp); let _ = parsed.verify(&idp);",
        codes: MOVED,
    },
    Attempt {
        name: "accept_twice",
        compiles: "let _ = verified.accept(&expected, now);",
        fails: "let _ = verified.accept(&expected, now); let _ = verified.accept(&expected, now);",
        codes: MOVED,
    },
    Attempt {
        name: "confirm_twice",
        compiles: "let _ = pending.confirm(ReplayAnswer::FirstSeen);",
        fails: "let _ = pending.confirm(ReplayAnswer::SeenBefore); let _ = pending.confirm(ReplayAnswer::FirstSeen);",
        codes: MOVED,
    },
    Attempt {
        name: "clone_pending",
        compiles: "let _ = pending.question().clone();",
        fails: "let _ = pending.clone();",
        codes: NO_SUCH_FUNCTION,
    },
    Attempt {
        name: "deserialize_verified",
        compiles: "let _: SentRequest = read();",
        fails: "let _: VerifiedResponse = read();",
        codes: NO_SUCH_TRAIT,
    },
    Attempt {
        name: "deserialize_pending",
        compiles: "let _: ReplayQuestion = read();",
        fails: "let _: PendingLogin = read();",
        codes: NO_SUCH_TRAIT,
    },
    Attempt {
        name: "deserialize_login",
        compiles: "let _: NameId = read();",
        fails: "let _: Login = read();",
        codes: NO_SUCH_TRAIT,
    },
    Attempt {
        name: "connection_without_keys",
        compiles: "let _ = IdentityProvider::new(any(), any(), any::<TrustedKeys>());",
        fails: "let _ = IdentityProvider::new(any(), any(), None);",
        codes: WRONG_TYPE,
    },
    Attempt {
        name: "connection_with_a_certificate_unread",
        compiles: "let _ = IdentityProvider::new(any(), any(), TrustedKeys::from_certificates(&parse_certificates(b\"\").unwrap()).unwrap());",
        fails: "let _ = IdentityProvider::new(any(), any(), parse_certificates(b\"\").unwrap());",
        codes: WRONG_TYPE,
    },
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Writes the package; two binaries for each attempt.
fn write_package() -> PathBuf {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("type-state");
    let binaries = package.join("src/bin");
    if binaries.exists() {
        std::fs::remove_dir_all(&binaries).unwrap();
    }
    std::fs::create_dir_all(&binaries).unwrap();
    let manifest = format!(
        "[package]\nname = \"type-state\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\nchrono = {{ version = \"0.4\", default-features = false }}\nserde = \"1\"\n\
         vestibule = {{ path = {:?}, default-features = false, features = [\"saml\"] }}\n\n[workspace]\n",
        root()
    );
    std::fs::write(package.join("Cargo.toml"), manifest).unwrap();
    // The same versions as ours, so that nothing has to be fetched.
    std::fs::copy(root().join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    for attempt in &ATTEMPTS {
        for (suffix, body) in [("compiles", attempt.compiles), ("fails", attempt.fails)] {
            let path = binaries.join(format!("{}_{suffix}.rs", attempt.name));
            std::fs::write(path, format!("{PRELUDE}    {body}\n}}\n")).unwrap();
        }
    }
    package
}

/// The codes of the errors of each binary that has any.
fn check(package: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--keep-going", "--bins", "--quiet"])
        .arg("--message-format=json")
        .current_dir(package)
        .env("CARGO_TARGET_DIR", package.join("target"))
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let messages = String::from_utf8(output.stdout).unwrap();
    let mut errors: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut checked = BTreeSet::new();
    for message in messages.lines() {
        let message: Value = serde_json::from_str(message).unwrap();
        let target = message["target"]["name"].as_str().unwrap_or_default();
        checked.insert(target.to_owned());
        if message["message"]["level"] == "error" {
            let code = message["message"]["code"]["code"].as_str();
            // The closing line of a failed compilation has no code.
            errors
                .entry(target.to_owned())
                .or_default()
                .extend(code.map(str::to_owned));
        }
    }
    let notes = String::from_utf8_lossy(&output.stderr);
    for attempt in &ATTEMPTS {
        let twin = format!("{}_compiles", attempt.name);
        assert!(checked.contains(&twin), "{twin} was not checked: {notes}");
    }
    errors
}

#[test]
fn trust_cannot_be_forged_skipped_or_used_twice() {
    let errors = check(&write_package());
    let expected: BTreeMap<String, BTreeSet<String>> = ATTEMPTS
        .iter()
        .map(|attempt| {
            let codes = attempt.codes.iter().map(|code| (*code).to_owned());
            (format!("{}_fails", attempt.name), codes.collect())
        })
        .collect();
    assert_eq!(errors, expected);
}
