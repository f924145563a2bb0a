//! Edits of a response that was signed before: nobody but the identity provider can change whom it
//! lets in.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vestibule::saml::{IdentityProvider, Login};
use vestibule_fuzz::{idp, judge, signed};

const MESSAGES: [&str; 3] = [
    include_str!("../seeds/response/assertion"),
    include_str!("../seeds/response/both"),
    include_str!("../seeds/response/response"),
];

static SIGNED: LazyLock<Vec<(String, Login, IdentityProvider)>> = LazyLock::new(|| {
    let sound = |text: &&str| {
        let message = signed(text).expect("marks");
        let login = judge(&message, &idp()).expect("a sound response");
        (message, login, idp())
    };
    MESSAGES.iter().map(sound).collect()
});

// Which message, then edits: where (two octets), how many octets go, how many come, and these.
fuzz_target!(|input: &[u8]| {
    let Some((&which, mut edits)) = input.split_first() else {
        return;
    };
    let (message, login, idp) = &SIGNED[usize::from(which) % MESSAGES.len()];
    let mut changed = message.clone().into_bytes();
    while let Some((&[high, low, gone, come], rest)) = edits.split_first_chunk::<4>() {
        let start = usize::from(u16::from_be_bytes([high, low])) % changed.len().max(1);
        let end = (start + usize::from(gone)).min(changed.len());
        let (new, rest) = rest.split_at(usize::from(come).min(rest.len()));
        changed.splice(start..end, new.iter().copied());
        edits = rest;
    }
    let Ok(changed) = String::from_utf8(changed) else {
        return;
    };
    if let Ok(found) = judge(&changed, idp) {
        assert_eq!(found.identity, login.identity);
        assert_eq!(found.name_id, login.name_id);
        assert_eq!(found.attributes, login.attributes);
    }
});
