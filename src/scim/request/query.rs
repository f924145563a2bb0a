//! A query string as names and values: strict in its encoding.

use crate::limits::{SCIM_MAX_PARAMETERS, SCIM_MAX_QUERY_BYTES};
use crate::scim::error::{Error, WireFault};

/// The parameters of a query, decoded, in their order. `+` is a space.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>, Error> {
    if query.len() > SCIM_MAX_QUERY_BYTES {
        return Err(Error::wire(WireFault::UrlTooLong {
            found: query.len(),
            limit: SCIM_MAX_QUERY_BYTES,
        }));
    }
    let mut pairs = Vec::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        if pairs.len() >= SCIM_MAX_PARAMETERS {
            return Err(Error::wire(WireFault::TooManyParameters {
                limit: SCIM_MAX_PARAMETERS,
            }));
        }
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        pairs.push((decoded(name, Plus::Space)?, decoded(value, Plus::Space)?));
    }
    Ok(pairs)
}

/// What a `+` means: a space in a query, itself in a path.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Plus {
    Itself,
    Space,
}

/// Decodes percent-escapes to UTF-8.
pub(super) fn decoded(text: &str, plus: Plus) -> Result<String, Error> {
    let malformed = || Error::wire(WireFault::Encoding);
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let high = hexadecimal(rest.next()).ok_or_else(malformed)?;
                let low = hexadecimal(rest.next()).ok_or_else(malformed)?;
                high << 4 | low
            }
            b'+' if plus == Plus::Space => b' ',
            byte => byte,
        });
    }
    let text = String::from_utf8(bytes).map_err(|_| malformed())?;
    // NUL ends strings in many stores, and belongs to no name or value of SCIM.
    match text.contains('\0') {
        true => Err(malformed()),
        false => Ok(text),
    }
}

fn hexadecimal(byte: Option<u8>) -> Option<u8> {
    let digit = char::from(byte?).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Explain;

    #[test]
    fn parameters_are_decoded_in_order() {
        let read = pairs("filter=userName+eq+%22b%22&&flag&a=b=c&%C3%A9=%2B").unwrap();
        let read: Vec<(&str, &str)> = read.iter().map(|(n, v)| (&n[..], &v[..])).collect();
        assert_eq!(
            read,
            [
                ("filter", "userName eq \"b\""),
                ("flag", ""),
                ("a", "b=c"),
                ("é", "+")
            ]
        );
        assert!(pairs("").unwrap().is_empty());
    }

    #[test]
    fn malformed_escapes_are_refused() {
        for bad in ["a=%", "a=%4", "a=%zz", "a=%+1", "a=%ff", "a=%C3", "%00=1"] {
            assert_eq!(pairs(bad).unwrap_err().code(), "scim-url-encoding", "{bad}");
        }
        assert!(pairs("a=%C3%A9%41").is_ok());
    }

    #[test]
    fn a_query_is_bounded_in_bytes_and_in_parameters() {
        let long = |length: usize| format!("x={}", "y".repeat(length - 2));
        assert!(pairs(&long(SCIM_MAX_QUERY_BYTES)).is_ok());
        let error = pairs(&long(SCIM_MAX_QUERY_BYTES + 1)).unwrap_err();
        assert_eq!((error.code(), error.status()), ("scim-url-too-long", 414));
        assert!(pairs(&"a&".repeat(SCIM_MAX_PARAMETERS)).is_ok());
        let error = pairs(&"a&".repeat(SCIM_MAX_PARAMETERS + 1)).unwrap_err();
        assert_eq!(error.code(), "scim-too-many-parameters");
    }

    #[test]
    fn a_plus_is_a_space_in_a_query_and_itself_in_a_path() {
        assert_eq!(decoded("a+b", Plus::Space).unwrap(), "a b");
        assert_eq!(decoded("a+b", Plus::Itself).unwrap(), "a+b");
    }
}
