//! The outermost structure of DER, only to tell kinds of files apart.
//!
//! Not a parser of certificates: values are not decoded, and what is odd yields nothing.

/// One element: its identifier octet and its content.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
}

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const CONTEXT_0: u8 = 0xa0;

impl<'a> Element<'a> {
    /// The element at the start of `input`, and what follows it.
    pub(super) fn read(input: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (tag, rest) = input.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match *first {
            short @ 0..=0x7f => (usize::from(short), rest),
            long @ 0x81..=0x84 => long_length(usize::from(long & 0x7f), rest)?,
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        Some((Self { tag: *tag, content }, rest))
    }

    /// The first elements inside, at most `count`, as far as they can be read.
    pub(super) fn children(self, count: usize) -> Vec<Self> {
        let mut rest = self.content;
        let next = || {
            let (child, after) = Self::read(rest)?;
            rest = after;
            Some(child)
        };
        std::iter::from_fn(next).take(count).collect()
    }
}

fn long_length(octets: usize, rest: &[u8]) -> Option<(usize, &[u8])> {
    let (octets, rest) = rest.split_at_checked(octets)?;
    let mut length: usize = 0;
    for octet in octets {
        length = length.checked_mul(256)?.checked_add(usize::from(*octet))?;
    }
    Some((length, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_in_both_forms() {
        let (element, rest) = Element::read(&[0x30, 0x02, 1, 2, 3]).unwrap();
        assert_eq!(
            (element.tag, element.content, rest),
            (SEQUENCE, &[1, 2][..], &[3][..])
        );
        let (element, _) = Element::read(&[0x30, 0x82, 0, 1, 9]).unwrap();
        assert_eq!(element.content, [9]);
    }

    #[test]
    fn what_is_cut_or_endless_yields_nothing() {
        for input in [
            &[][..],
            &[0x30],
            &[0x30, 1],
            &[0x30, 0x82, 0],
            &[0x30, 0x80, 0, 0],
        ] {
            assert!(Element::read(input).is_none(), "{input:?}");
        }
        assert!(Element::read(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]).is_none());
    }

    #[test]
    fn children_stop_where_they_cannot_be_read() {
        let (element, _) = Element::read(&[0x30, 5, 2, 1, 7, 4, 9]).unwrap();
        let children = element.children(4);
        assert_eq!(children.len(), 1);
        assert_eq!((children[0].tag, children[0].content), (INTEGER, &[7][..]));
    }
}
