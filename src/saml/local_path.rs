//! A place within this service that a message or a link names, safe to redirect to.

use thiserror::Error;

use crate::error::{Blame, Explain, Place, Span};

/// An absolute path with an optional query and fragment, which no reader takes for another host.
///
/// For a `RelayState` that an identity provider was configured to send with sign-ins of its own,
/// and for `?next=` of a sign-in page. It is written by anybody: it says where, never who.
///
/// ```
/// use vestibule::saml::LocalPath;
/// assert_eq!(LocalPath::parse("/reports/7?tab=2#top")?.as_str(), "/reports/7?tab=2#top");
/// for elsewhere in [
///     "//evil.example",
///     "/\\evil.example",
///     "https://evil.example/",
///     "javascript:alert(1)",
///     "/%2Fevil.example",
///     "/.//evil.example",
///     "/\t/evil.example",
///     "reports",
/// ] {
///     assert!(LocalPath::parse(elsewhere).is_err(), "{elsewhere}");
/// }
/// # Ok::<(), vestibule::saml::LocalPathError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct LocalPath(String);

impl LocalPath {
    const MAX_BYTES: usize = 2048;

    /// Takes the characters of RFC 3986, starting with a slash.
    ///
    /// Refused in the path are what browsers, proxies and routers resolve each in their own way:
    /// an empty segment, `.` and `..`, a backslash, and an escape of a slash, of a backslash, of a
    /// percent sign, of a dot or of a control character. Of the query and the fragment only the
    /// characters are judged.
    ///
    /// # Errors
    ///
    /// [`LocalPathError`]. See [`LocalPath`] for an example.
    pub fn parse(text: &str) -> Result<Self, LocalPathError> {
        if text.len() > Self::MAX_BYTES {
            let (found, limit) = (text.len(), Self::MAX_BYTES);
            return Err(LocalPathError::TooLong { found, limit });
        }
        let Some(rest) = text.strip_prefix('/') else {
            return Err(LocalPathError::NotAbsolute);
        };
        if let Some(at) = text.bytes().position(|byte| !is_of_uri(byte)) {
            return Err(LocalPathError::Character { at });
        }
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        check_segments(path)?;
        check_escapes(text, path.len().saturating_add(1))?;
        Ok(Self(text.to_owned()))
    }

    /// The text, for a `Location` header. See [`LocalPath`] for an example.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// RFC 3986, appendix A, without `[` and `]`, which are for hosts only.
const fn is_of_uri(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b':'
                | b'/'
                | b'?'
                | b'#'
                | b'@'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b';'
                | b'='
                | b'%'
        )
}

/// `path` is what stands behind the first slash: the root itself has one empty segment, and a
/// path may end with a slash.
fn check_segments(path: &str) -> Result<(), LocalPathError> {
    let mut at = 1_usize;
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        if matches!(segment, "." | "..") || (segment.is_empty() && !is_last) {
            return Err(LocalPathError::Segment { at });
        }
        at = at.saturating_add(segment.len()).saturating_add(1);
    }
    Ok(())
}

fn check_escapes(text: &str, path_bytes: usize) -> Result<(), LocalPathError> {
    for (at, _) in text.match_indices('%') {
        let digits = text.get(at.saturating_add(1)..at.saturating_add(3));
        let is_number =
            digits.is_some_and(|digits| digits.bytes().all(|one| one.is_ascii_hexdigit()));
        let octet = digits
            .filter(|_| is_number)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match octet {
            None => return Err(LocalPathError::Escape { at }),
            Some(octet) if at < path_bytes && is_structure(octet) => {
                return Err(LocalPathError::Escape { at });
            }
            Some(_) => {}
        }
    }
    Ok(())
}

const fn is_structure(octet: u8) -> bool {
    octet.is_ascii_control() || matches!(octet, b'/' | b'\\' | b'%' | b'.')
}

/// Why a text is no path within this service. See [`LocalPath`] for an example.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum LocalPathError {
    /// A character that no URI has, a backslash and white space among them.
    #[error("byte {at} of the path is not of a URI")]
    Character {
        /// Its offset.
        at: usize,
    },
    /// A percent escape that is none, or that hides structure of the path.
    #[error("the escape at byte {at} of the path is not allowed")]
    Escape {
        /// Its offset.
        at: usize,
    },
    /// It starts with no slash: a URL, or a path from somewhere else.
    #[error("the path does not start with a slash")]
    NotAbsolute,
    /// A segment that is empty, `.` or `..`.
    #[error("the segment at byte {at} of the path is empty or made of dots")]
    Segment {
        /// Its offset.
        at: usize,
    },
    /// More than is read.
    #[error("the path has {found} bytes, at most {limit} are read")]
    TooLong {
        /// How many.
        found: usize,
        /// The bound.
        limit: usize,
    },
}

impl Explain for LocalPathError {
    fn code(&self) -> &'static str {
        match self {
            Self::Character { .. } => "saml-local-path-character",
            Self::Escape { .. } => "saml-local-path-escape",
            Self::NotAbsolute => "saml-local-path-not-absolute",
            Self::Segment { .. } => "saml-local-path-segment",
            Self::TooLong { .. } => "saml-local-path-too-long",
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::TooLong { .. } => Blame::Limit,
            _ => Blame::Peer,
        }
    }

    fn at(&self) -> Option<Place> {
        match self {
            Self::Character { at } | Self::Escape { at } | Self::Segment { at } => {
                Some(Place::Bytes(Span::new(*at, at.saturating_add(1))))
            }
            Self::NotAbsolute | Self::TooLong { .. } => None,
        }
    }

    fn help(&self) -> &'static str {
        "Set the relay state at the identity provider to a path of this service that starts with one slash, or remove it."
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> Option<&'static str> {
        LocalPath::parse(text).err().map(|error| error.code())
    }

    #[test]
    fn paths_of_this_service_pass() {
        for path in [
            "/",
            "/a",
            "/a/",
            "/a/b.c/..d/.e",
            "/a%20b/%C3%A9",
            "/a?next=https://example.com//x&y=%2F%2e%0a",
            "/a#//b/../c",
            "/?",
            "/a:b@c",
        ] {
            assert_eq!(code(path), None, "{path}");
        }
    }

    #[test]
    fn what_leads_elsewhere_is_refused_by_its_cause() {
        for (path, expected) in [
            ("", "saml-local-path-not-absolute"),
            ("a", "saml-local-path-not-absolute"),
            ("https://evil.example", "saml-local-path-not-absolute"),
            ("javascript:alert(1)", "saml-local-path-not-absolute"),
            ("?a", "saml-local-path-not-absolute"),
            (" /a", "saml-local-path-not-absolute"),
            ("\\/evil.example", "saml-local-path-not-absolute"),
            ("//evil.example", "saml-local-path-segment"),
            ("///evil.example", "saml-local-path-segment"),
            ("/a//b", "saml-local-path-segment"),
            ("/./a", "saml-local-path-segment"),
            ("/..//evil.example", "saml-local-path-segment"),
            ("/a/..", "saml-local-path-segment"),
            ("/\\evil.example", "saml-local-path-character"),
            ("/a?\\", "saml-local-path-character"),
            ("/\t/evil.example", "saml-local-path-character"),
            ("/a\r\nSet-Cookie: b=c", "saml-local-path-character"),
            ("/\0", "saml-local-path-character"),
            ("/a b", "saml-local-path-character"),
            ("/é", "saml-local-path-character"),
            ("/／evil.example", "saml-local-path-character"),
            ("/a\"><script>", "saml-local-path-character"),
            ("/%2Fevil.example", "saml-local-path-escape"),
            ("/%2f/evil.example", "saml-local-path-escape"),
            ("/%5cevil.example", "saml-local-path-escape"),
            ("/%2e%2E/a", "saml-local-path-escape"),
            ("/%09/a", "saml-local-path-escape"),
            ("/%252Fevil.example", "saml-local-path-escape"),
            ("/%", "saml-local-path-escape"),
            ("/a?%zz", "saml-local-path-escape"),
            ("/a?%+1", "saml-local-path-escape"),
        ] {
            assert_eq!(code(path), Some(expected), "{path:?}");
        }
        assert_eq!(code(&format!("/{}", "a".repeat(2047))), None);
        let too_long = format!("/{}", "a".repeat(2048));
        assert_eq!(code(&too_long), Some("saml-local-path-too-long"));
    }

    #[test]
    fn a_defect_is_located() {
        assert_eq!(
            LocalPath::parse("/ab//c").unwrap_err().at(),
            Some(Place::Bytes(Span::new(4, 5)))
        );
        assert_eq!(
            LocalPath::parse("/ab%2f").unwrap_err().at(),
            Some(Place::Bytes(Span::new(3, 4)))
        );
    }

    proptest! {
        #[test]
        fn what_passes_has_one_leading_slash_and_nothing_else_to_misread(
            path in "[/\\\\.%2fF5cCeE0 a?#:@\t\n]{0,12}"
        ) {
            if let Ok(path) = LocalPath::parse(&path) {
                let text = path.as_str();
                prop_assert!(text.starts_with('/') && !text.starts_with("//"));
                prop_assert!(!text.contains(['\\', ' ', '\t', '\n']));
                let only_path = text.split(['?', '#']).next().unwrap().to_lowercase();
                prop_assert!(!only_path.contains("//"));
                prop_assert!(!only_path.contains("%2f") && !only_path.contains("%5c"));
            }
        }
    }
}
