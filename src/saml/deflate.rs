//! DEFLATE: inwards up to a bound, outwards as small as it gets. saml-bindings §3.4.4.1.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use crate::limits::{MAX_INFLATION_RATIO, XmlLimits};

use super::check::Check;

/// The octets that `deflated` stands for, without a zlib header (RFC 1951).
///
/// Memory and work end at the bound, whatever the data would become.
pub(super) fn inflate(deflated: &[u8]) -> Result<Vec<u8>, Check> {
    let limit = deflated
        .len()
        .saturating_mul(MAX_INFLATION_RATIO)
        .min(XmlLimits::default().bytes);
    decompress_to_vec_with_limit(deflated, limit).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => Check::TooLarge { limit },
        _ => Check::Deflate,
    })
}

/// `octets` compressed, without a zlib header.
pub(super) fn deflate(octets: &[u8]) -> Vec<u8> {
    compress_to_vec(octets, BEST)
}

/// The level that yields the shortest URL.
const BEST: u8 = 9;

#[cfg(test)]
mod tests {
    use super::*;

    /// Octets that shrink little: a counter in text.
    fn varied(octets: usize) -> Vec<u8> {
        let text: String = (0..octets).map(|number| format!("{number:x},")).collect();
        text.into_bytes().into_iter().take(octets).collect()
    }

    #[test]
    fn what_was_deflated_is_inflated() {
        for octets in [0, 1, 1000, 300_000] {
            let octets = varied(octets);
            assert_eq!(inflate(&compress_to_vec(&octets, 9)), Ok(octets));
        }
    }

    #[test]
    fn a_ratio_below_the_bound_passes_and_one_above_does_not() {
        let mut octets = varied(1000);
        let deflated = compress_to_vec(&octets, 9);
        octets.resize(deflated.len() * MAX_INFLATION_RATIO * 9 / 10, b' ');
        assert_eq!(inflate(&compress_to_vec(&octets, 9)).as_ref(), Ok(&octets));
        octets.resize(deflated.len() * MAX_INFLATION_RATIO * 2, b' ');
        let refused = inflate(&compress_to_vec(&octets, 9));
        assert!(
            matches!(refused, Err(Check::TooLarge { .. })),
            "{refused:?}"
        );
    }

    /// Blocks without content make a compressed form longer by five octets each.
    #[test]
    fn the_ratio_counts_at_its_value() {
        const EMPTY_BLOCK: [u8; 5] = [0, 0, 0, 0xff, 0xff];
        let padded = |octets: usize, length: usize| {
            let deflated = compress_to_vec(&vec![b' '; octets], 9);
            let missing = length.checked_sub(deflated.len())?;
            let blocks =
                (missing % EMPTY_BLOCK.len() == 0).then_some(missing / EMPTY_BLOCK.len())?;
            Some([EMPTY_BLOCK.repeat(blocks), deflated].concat())
        };
        let whole = (100..200).find_map(|length| {
            let octets = length * MAX_INFLATION_RATIO;
            Some((octets, padded(octets, length)?, padded(octets + 1, length)?))
        });
        let (octets, met, exceeded) = whole.unwrap();
        assert_eq!(inflate(&met), Ok(vec![b' '; octets]));
        assert_eq!(inflate(&exceeded), Err(Check::TooLarge { limit: octets }));
    }

    #[test]
    fn no_message_is_inflated_beyond_the_bound_on_messages() {
        let limit = XmlLimits::default().bytes;
        assert!(inflate(&compress_to_vec(&varied(limit), 9)).is_ok());
        let refused = inflate(&compress_to_vec(&varied(limit + 1), 9));
        assert_eq!(refused, Err(Check::TooLarge { limit }));
    }

    #[test]
    fn other_data_is_refused() {
        let deflated = compress_to_vec(b"<a/>", 9);
        let cut = &deflated[..deflated.len() - 1];
        for refused in [&b""[..], b"<a/>", cut, &[0x78, 0x9c, 0x03, 0x00]] {
            assert_eq!(inflate(refused), Err(Check::Deflate), "{refused:?}");
        }
    }
}
