//! The policy's answers on the wire are of the vocabulary of SCIM, which the policy does not import.

#![cfg(feature = "scim")]

use std::collections::BTreeSet;

use vestibule::access::DenyCode;
use vestibule::error::Explain as _;
use vestibule::scim::ScimType;

/// RFC 7644, section 3.12, table 8.
const STATUSES: [u16; 10] = [307, 308, 400, 401, 403, 404, 409, 412, 413, 500];

#[test]
fn every_refusal_has_a_status_and_a_type_of_the_standard() {
    let known: BTreeSet<_> = [
        ScimType::InvalidFilter,
        ScimType::InvalidPath,
        ScimType::InvalidSyntax,
        ScimType::InvalidValue,
        ScimType::InvalidVers,
        ScimType::Mutability,
        ScimType::NoTarget,
        ScimType::Sensitive,
        ScimType::TooMany,
        ScimType::Uniqueness,
    ]
    .map(ScimType::as_str)
    .into();
    for code in DenyCode::all() {
        let (status, scim_type) = code.wire_status();
        assert!(STATUSES.contains(&status), "{}: {status}", code.code());
        if let Some(scim_type) = scim_type {
            assert!(known.contains(scim_type), "{}: {scim_type}", code.code());
            // Table 9: `uniqueness` goes with 409, every other one here with 400.
            let expected = if scim_type == "uniqueness" { 409 } else { 400 };
            assert_eq!(status, expected, "{}", code.code());
        }
    }
}
