//! Pages by index: RFC 7644 §3.4.2.4.

use crate::scim::error::{Error, ErrorKind};

/// How large a host's pages are.
///
/// ```
/// use vestibule::scim::query::PageSizes;
/// assert_eq!(PageSizes::default(), PageSizes { default_size: 100, max_size: 200 });
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PageSizes {
    /// The size of a page when the client does not say. Okta and Entra ID ask for 100.
    pub default_size: usize,
    /// The largest page, whatever the client says.
    pub max_size: usize,
}

impl Default for PageSizes {
    fn default() -> Self {
        Self {
            default_size: 100,
            max_size: 200,
        }
    }
}

impl PageSizes {
    /// The size of a page for which a client asks: less than none is none.
    pub(super) fn of(self, count: Option<i64>) -> usize {
        let size = match count {
            None => self.default_size,
            Some(count) => usize::try_from(count.max(0)).unwrap_or(usize::MAX),
        };
        size.min(self.max_size)
    }
}

/// One page by index.
///
/// ```
/// use vestibule::scim::query::{IndexPage, PageSizes};
///
/// let page = IndexPage::from_query(Some("3"), Some("2"), PageSizes::default())?;
/// assert_eq!(page.slice(&["a", "b", "c", "d", "e"]), ["c", "d"]);
/// let page = IndexPage::from_query(Some("-7"), Some("-1"), PageSizes::default())?;
/// assert_eq!((page.start_index(), page.count()), (1, 0));
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct IndexPage {
    start_index: usize,
    count: usize,
}

impl IndexPage {
    /// Takes `startIndex` and `count` of a query. See [`IndexPage`] for an example.
    ///
    /// # Errors
    ///
    /// `scim-parameter-not-integer`.
    pub fn from_query(
        start_index: Option<&str>,
        count: Option<&str>,
        sizes: PageSizes,
    ) -> Result<Self, Error> {
        let start_index = integer("startIndex", start_index)?;
        let count = integer("count", count)?;
        Ok(Self::new(start_index, count, sizes))
    }

    /// Takes the numbers of a search request: a `startIndex` below 1 is 1, a `count` below 0 is 0,
    /// and a `count` above the largest page is that page.
    ///
    /// ```
    /// use vestibule::scim::query::{IndexPage, PageSizes};
    /// let page = IndexPage::new(Some(0), Some(1_000), PageSizes::default());
    /// assert_eq!((page.start_index(), page.offset(), page.count()), (1, 0, 200));
    /// ```
    #[must_use]
    pub fn new(start_index: Option<i64>, count: Option<i64>, sizes: PageSizes) -> Self {
        let start_index = start_index.unwrap_or(1).max(1);
        Self {
            start_index: usize::try_from(start_index).unwrap_or(usize::MAX),
            count: sizes.of(count),
        }
    }

    /// The index of the first resource, from 1. See [`IndexPage`] for an example.
    #[must_use]
    pub const fn start_index(&self) -> usize {
        self.start_index
    }

    /// How many resources come before the page. See [`IndexPage::new`] for an example.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.start_index.saturating_sub(1)
    }

    /// The most resources that the page has; with none, only `totalResults` is asked for.
    /// See [`IndexPage`] for an example.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The page's part of all results. See [`IndexPage`] for an example.
    #[must_use]
    pub fn slice<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let rest = all.get(self.offset()..).unwrap_or_default();
        rest.get(..self.count.min(rest.len())).unwrap_or_default()
    }
}

/// An integer in decimal digits; one that is out of range is the nearest one that is not.
pub(super) fn integer(parameter: &'static str, text: Option<&str>) -> Result<Option<i64>, Error> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let (digits, bound) = match text.strip_prefix('-') {
        Some(digits) => (digits, i64::MIN),
        None => (text, i64::MAX),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let kind = ErrorKind::ParameterNotInteger { parameter };
        return Err(Error::in_parameter(kind, parameter));
    }
    Ok(Some(text.parse().unwrap_or(bound)))
}
