//! A response with marks where the identity provider signs: what is accepted is what another XML
//! reader reads.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vestibule_fuzz::{idp, judge, name_id_by_roxmltree, signed};

fuzz_target!(|text: &str| {
    let Some(message) = signed(text) else {
        return;
    };
    match judge(&message, &idp()) {
        Ok(login) => {
            assert!(message != text, "an unsigned response was accepted");
            let name_id = login.name_id.as_ref().expect("a NameID").value.expose();
            assert_eq!(Some(name_id), name_id_by_roxmltree(&message).as_deref());
        }
        Err(refusal) => assert!(refusal.failed().next().is_some()),
    }
});
