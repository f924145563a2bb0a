//! Any attribute path: its place lies in the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vestibule::error::Explain;
use vestibule::scim::Path;

fuzz_target!(|text: &str| {
    match Path::parse(text) {
        Ok(path) => assert!(path.span().end <= text.len()),
        Err(error) => assert!(!error.code().is_empty()),
    }
});
