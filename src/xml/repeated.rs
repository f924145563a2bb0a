//! Elements that begin as the one before them: the values of an attribute, of which there can be
//! thousands.
//!
//! Nothing is decided here that the reader would decide otherwise: a tag with the same octets in the
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
    /// How many declarations were in scope outside it. Since then no other start tag was read, so
    /// that bindings can only have been left: a scope as long as this one is this one.
    pub(super) scope_length: usize,
}

/// An element with the known start tag that holds one text, or nothing, and ends.
pub(super) struct Repeated<'s> {
    /// White space, or nothing, in front of the element.
    pub(super) before: &'s str,
    /// Its text, with nothing in it to resolve.
    pub(super) text: &'s str,
    /// What follows its end tag.
    pub(super) behind: &'s str,
}

impl KnownTag<'_> {
    /// What stands at the head of `rest`, in a scope of that length.
    pub(super) fn again<'s>(&self, rest: &'s str, scope_length: usize) -> Option<Repeated<'s>> {
        if scope_length != self.scope_length {
            return None;
        }
        let length = rest.bytes().position(|byte| !is_space(byte))?;
        let (before, rest) = rest.split_at_checked(length)?;
        let inside = rest.strip_prefix(self.markup)?;
        // Up to a `<`, unless a reference comes first, or what may be a `]]>`.
        let (text, end) = inside.split_at_checked(first_of(*b"<&>", inside)?)?;
        let behind = end.strip_prefix("</")?.strip_prefix(self.name)?;
        let behind = behind.strip_prefix('>')?;
        Some(Repeated {
            before,
            text,
            behind,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(rest: &str, scope_length: usize) -> Option<(&str, &str, &str)> {
        let known = KnownTag {
            markup: "<p:v a='>'>",
            name: "p:v",
            element: 7,
            scope_length: 2,
        };
        let repeated = known.again(rest, scope_length)?;
        Some((repeated.before, repeated.text, repeated.behind))
    }

    #[test]
    fn the_same_tag_is_known_again() {
        let plain = again("<p:v a='>'>x y</p:v><b/>", 2);
        assert_eq!(plain, Some(("", "x y", "<b/>")));
        assert_eq!(again("<p:v a='>'></p:v>", 2), Some(("", "", "")));
        let indented = again("\r\n <p:v a='>'>\n</p:v>\n", 2);
        assert_eq!(indented, Some(("\r\n ", "\n", "\n")));
    }

    #[test]
    fn in_another_scope_it_is_another_tag() {
        assert_eq!(again("<p:v a='>'>x</p:v>", 1), None);
        assert_eq!(again("<p:v a='>'>x</p:v>", 3), None);
    }

    #[test]
    fn whatever_differs_is_left_to_the_reader() {
        for rest in [
            "",
            "x<p:v a='>'>x</p:v>",
            "<p:v a='<'>x</p:v>",
            "<p:v a='>' >x</p:v>",
            "<p:v a='>'/>",
            "<p:v a='>'>x</p:v >",
            "<p:v a='>'>x</p:w>",
            "<p:v a='>'>x</p:vv>",
            "<p:v a='>'>x",
            "<p:v a='>'>x<b/></p:v>",
            "<p:v a='>'>x<!----></p:v>",
            "<p:v a='>'>x&amp;</p:v>",
            "<p:v a='>'>x]]></p:v>",
        ] {
            assert_eq!(again(rest, 2), None, "{rest}");
        }
    }
}
