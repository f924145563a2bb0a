//! What follows markup most often: text and the end tag of the open element, and then a start tag
//! like the one before. An attribute can have thousands of such values.
//!
//! Nothing is decided here that the reader would decide otherwise. A tag with the same octets in the
//! same scope says the same, and whatever is not as plain as that is left to the reader.

use super::character::{first_of, is_space};

/// The start tag that was read last, to know it again.
pub(super) struct KnownTag<'a> {
    /// From `<` to `>`; not the tag of an empty element.
    pub(super) markup: &'a str,
    /// As written.
    pub(super) name: &'a str,
    /// What was read of it, an index into the document's elements.
    pub(super) element: u32,
    /// How many declarations were in scope outside it. Since then no other element was opened, but
    /// for empty ones, which leave at once what they bind. So bindings can only have been left, and a
    /// scope as long as this one is this one.
    pub(super) scope_length: usize,
}

impl KnownTag<'_> {
    /// White space, if any, and what follows the same tag behind it, if that stands at the head of
    /// `rest`, in a scope of that length.
    pub(super) fn again<'s>(
        &self,
        rest: &'s str,
        scope_length: usize,
    ) -> Option<(&'s str, &'s str)> {
        if scope_length != self.scope_length {
            return None;
        }
        let length = rest.bytes().position(|byte| !is_space(byte))?;
        let (space, rest) = rest.split_at_checked(length)?;
        Some((space, rest.strip_prefix(self.markup)?))
    }
}

/// Text, if any, with nothing in it to resolve, and what follows the end tag of the element of this
/// name behind it, if that stands at the head of `rest`.
pub(super) fn ending<'s>(rest: &'s str, name: &str) -> Option<(&'s str, &'s str)> {
    let length = match rest.starts_with('<') {
        true => 0,
        // Up to a `<`, unless a reference comes first, or what may be a `]]>`.
        false => first_of(*b"<&>", rest)?,
    };
    let (text, end) = rest.split_at_checked(length)?;
    let behind = end.strip_prefix("</")?.strip_prefix(name)?;
    Some((text, behind.strip_prefix('>')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(rest: &str, scope_length: usize) -> Option<(&str, &str)> {
        let known = KnownTag {
            markup: "<p:v a='>'>",
            name: "p:v",
            element: 7,
            scope_length: 2,
        };
        known.again(rest, scope_length)
    }

    #[test]
    fn the_same_tag_is_known_again() {
        assert_eq!(again("<p:v a='>'>x<b/>", 2), Some(("", "x<b/>")));
        assert_eq!(again("\r\n <p:v a='>'>", 2), Some(("\r\n ", "")));
        for other in [
            "",
            " ",
            "x<p:v a='>'>",
            "<p:v a='<'>",
            "<p:v a='>' >",
            "<p:v a='>'/>",
        ] {
            assert_eq!(again(other, 2), None, "{other}");
        }
    }

    #[test]
    fn in_another_scope_it_is_another_tag() {
        assert_eq!(again("<p:v a='>'>x", 1), None);
        assert_eq!(again("<p:v a='>'>x", 3), None);
    }

    #[test]
    fn an_end_is_plain_text_and_the_end_tag_of_that_name() {
        assert_eq!(ending("x y</p:v> z", "p:v"), Some(("x y", " z")));
        assert_eq!(ending("</p:v>", "p:v"), Some(("", "")));
        for other in [
            "",
            "x",
            "</p:v >",
            "</p:w>",
            "</p:vv>",
            "x<b/></p:v>",
            "x<!----></p:v>",
            "x&amp;</p:v>",
            "x]]></p:v>",
            "x></p:v>",
        ] {
            assert_eq!(ending(other, "p:v"), None, "{other}");
        }
    }
}
