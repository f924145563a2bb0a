//! Joining `xml:base` values: Canonical XML 1.1 §2.4, which changes RFC 3986 §5.2 so that two
//! relative references can be joined.

/// A URI reference in its parts: RFC 3986, appendix B. The fragment is left out.
struct Reference<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
}

/// Each reference as seen from the ones before it. A single one is not changed.
///
/// The path is kept in segments, so that the time is linear in the length of all references.
pub(super) fn join(references: &[&str]) -> String {
    if let [only] = references {
        return (*only).to_owned();
    }
    let mut joined = Joined::default();
    for reference in references {
        joined.resolve(&split(reference));
    }
    joined.written()
}

#[derive(Default)]
struct Joined<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: Path<'a>,
    query: Option<&'a str>,
}

impl<'a> Joined<'a> {
    /// RFC 3986 §5.2.2.
    fn resolve(&mut self, reference: &Reference<'a>) {
        let has_place = reference.scheme.is_some() || reference.authority.is_some();
        if has_place {
            self.authority = reference.authority;
            self.path = Path::default();
        }
        let keeps_path = !has_place && reference.path.is_empty();
        self.query = match keeps_path {
            true => reference.query.or(self.query),
            false => reference.query,
        };
        if !keeps_path {
            let is_below_authority = !has_place && self.authority.is_some();
            self.path.go_to(reference.path, is_below_authority);
        }
        self.scheme = reference.scheme.or(self.scheme);
    }

    /// RFC 3986 §5.3.
    fn written(&self) -> String {
        let mut written = String::new();
        if let Some(scheme) = self.scheme {
            written.push_str(scheme);
            written.push(':');
        }
        if let Some(authority) = self.authority {
            written.push_str("//");
            written.push_str(authority);
        }
        self.path.write(&mut written);
        if let Some(query) = self.query {
            written.push('?');
            written.push_str(query);
        }
        written
    }
}

/// A path without dots, but that `..` may stand at the start of a relative one.
#[derive(Default)]
struct Path<'a> {
    is_absolute: bool,
    segments: Vec<&'a str>,
    ends_in_directory: bool,
}

impl<'a> Path<'a> {
    /// RFC 3986 §5.2.3.
    fn go_to(&mut self, path: &'a str, is_below_authority: bool) {
        if path.starts_with('/') {
            *self = Self::default();
            self.is_absolute = true;
        } else if is_below_authority && self.segments.is_empty() {
            self.is_absolute = true;
        } else if !self.ends_in_directory {
            self.segments.pop();
        }
        for segment in path.split('/') {
            self.enter(segment);
        }
    }

    /// RFC 3986 §5.2.4, but leading `..` of a relative path stay, a `..` at the end gets its
    /// slash, and repeated slashes become one.
    fn enter(&mut self, segment: &'a str) {
        self.ends_in_directory = matches!(segment, "" | "." | "..");
        match segment {
            "" | "." => {}
            ".." if self.segments.last().is_some_and(|last| *last != "..") => {
                self.segments.pop();
            }
            ".." if self.is_absolute => {}
            segment => self.segments.push(segment),
        }
    }

    fn write(&self, written: &mut String) {
        if self.is_absolute {
            written.push('/');
        }
        written.push_str(&self.segments.join("/"));
        if self.ends_in_directory && !self.segments.is_empty() {
            written.push('/');
        }
    }
}

fn split(text: &str) -> Reference<'_> {
    let text = text.split_once('#').map_or(text, |(before, _)| before);
    let (text, query) = match text.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (text, None),
    };
    let (scheme, rest) = match text.split_once(':') {
        Some((scheme, rest)) if !scheme.contains('/') && !scheme.is_empty() => (Some(scheme), rest),
        _ => (None, text),
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let length = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at_checked(length).unwrap_or((rest, ""));
            (Some(authority), path)
        }
        None => (None, rest),
    };
    Reference {
        scheme,
        authority,
        path,
        query,
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn absolute_references_replace_the_base() {
        assert_eq!(join(&["http://a/b/c", "http://d/e"]), "http://d/e");
        assert_eq!(join(&["http://a/b/c", "//d/e"]), "http://d/e");
        assert_eq!(join(&["", "http://d/e"]), "http://d/e");
    }

    #[test]
    fn paths_are_merged_without_their_dots() {
        assert_eq!(join(&["http://a/b/c/d", "../g"]), "http://a/b/g");
        assert_eq!(join(&["http://a/b/c/d", "/g"]), "http://a/g");
        assert_eq!(join(&["http://a", "g"]), "http://a/g");
        assert_eq!(join(&["http://a/b/", ".."]), "http://a/");
        assert_eq!(join(&["http://a/b/c?q", ""]), "http://a/b/c?q");
        assert_eq!(join(&["http://a/b/c", "g#f"]), "http://a/b/g");
    }

    #[test]
    fn a_single_reference_is_left_as_it_is() {
        assert_eq!(join(&["http://h/a/../b#c"]), "http://h/a/../b#c");
        assert_eq!(join(&["http://h/a/../b#c", ""]), "http://h/b");
    }

    #[test]
    fn two_relative_references_make_a_relative_one() {
        assert_eq!(join(&["something/else", "bar"]), "something/bar");
        assert_eq!(join(&["../b", "../c"]), "../../c");
        assert_eq!(join(&["..", "c"]), "../c");
        assert_eq!(join(&["a//b/", ".."]), "a/");
    }
}
