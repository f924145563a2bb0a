//! Any attribute path: what is parsed is printed so that it parses to the same, and every place lies
//! in the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vestibule::error::Explain;
use vestibule::scim::Path;

fuzz_target!(|text: &str| {
    match Path::parse(text) {
        Ok(path) => {
            assert!(path.span().end <= text.len());
            let printed = path.to_string();
            let again = Path::parse(&printed).expect("our own text");
            assert_eq!(printed, again.to_string());
            assert_eq!(path.attribute().as_str(), again.attribute().as_str());
        }
        Err(error) => {
            assert!(!error.code().is_empty());
            let span = error.span().expect("a place");
            assert!(text.get(span.range()).is_some());
            assert!(error.rendered(text).contains(&error.to_string()));
        }
    }
});
