//! Joining `xml:base` values: Canonical XML 1.1 §2.4, which changes RFC 3986 §5.2 so that two
//! relative references can be joined.

/// A URI reference in its five parts: RFC 3986, appendix B.
struct Reference<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
}

/// `reference` as seen from `base`, without a fragment.
pub(super) fn join(base: &str, reference: &str) -> String {
    let base = split(base);
    let reference = split(reference);
    let (authority, path, query);
    if reference.scheme.is_some() || reference.authority.is_some() {
        authority = reference.authority;
        path = without_dots(reference.path);
        query = reference.query;
    } else if reference.path.is_empty() {
        authority = base.authority;
        path = without_dots(base.path);
        query = reference.query.or(base.query);
    } else {
        authority = base.authority;
        query = reference.query;
        path = match reference.path.starts_with('/') {
            true => without_dots(reference.path),
            false => without_dots(&merge(&base, reference.path)),
        };
    }
    let mut joined = String::new();
    if let Some(scheme) = reference.scheme.or(base.scheme) {
        joined.push_str(scheme);
        joined.push(':');
    }
    if let Some(authority) = authority {
        joined.push_str("//");
        joined.push_str(authority);
    }
    joined.push_str(&path);
    if let Some(query) = query {
        joined.push('?');
        joined.push_str(query);
    }
    joined
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

fn merge(base: &Reference<'_>, path: &str) -> String {
    if base.authority.is_some() && base.path.is_empty() {
        return format!("/{path}");
    }
    let last = base
        .path
        .rfind('/')
        .map_or(0, |last| last.saturating_add(1));
    let (directory, file) = base.path.split_at_checked(last).unwrap_or_default();
    match file {
        // A base that ends in dots is a directory, not a file.
        "." | ".." => format!("{directory}{file}/{path}"),
        _ => format!("{directory}{path}"),
    }
}

/// RFC 3986 §5.2.4, but leading `..` of a relative path stay, a `..` at the end gets its slash,
/// and repeated slashes become one.
fn without_dots(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    let mut ends_in_directory = false;
    for segment in path.split('/') {
        ends_in_directory = matches!(segment, "" | "." | "..");
        match segment {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            ".." if is_absolute => {}
            segment => kept.push(segment),
        }
    }
    let mut joined = String::from(if is_absolute { "/" } else { "" });
    joined.push_str(&kept.join("/"));
    if ends_in_directory && !kept.is_empty() {
        joined.push('/');
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn absolute_references_replace_the_base() {
        assert_eq!(join("http://a/b/c", "http://d/e"), "http://d/e");
        assert_eq!(join("http://a/b/c", "//d/e"), "http://d/e");
        assert_eq!(join("", "http://d/e"), "http://d/e");
    }

    #[test]
    fn paths_are_merged_without_their_dots() {
        assert_eq!(join("http://a/b/c/d", "../g"), "http://a/b/g");
        assert_eq!(join("http://a/b/c/d", "/g"), "http://a/g");
        assert_eq!(join("http://a", "g"), "http://a/g");
        assert_eq!(join("http://a/b/", ".."), "http://a/");
        assert_eq!(join("http://a/b/c?q", ""), "http://a/b/c?q");
        assert_eq!(join("http://a/b/c", "g#f"), "http://a/b/g");
    }

    #[test]
    fn two_relative_references_make_a_relative_one() {
        assert_eq!(join("something/else", "bar"), "something/bar");
        assert_eq!(join("../b", "../c"), "../../c");
        assert_eq!(join("..", "c"), "../c");
        assert_eq!(join("a//b/", ".."), "a/");
    }
}
