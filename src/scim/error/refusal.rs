//! The error itself: a kind, its place, and how it is shown.

use std::fmt;

use serde_json::{Value, json};

use super::kind::ErrorKind;
use super::scim_type::ScimType;
use super::wire::WireFault;
use crate::error::{Blame, Explain, Place, Shown, Span};

/// The URN of the error message ([RFC 7644 §3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12)).
pub const ERROR_URN: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// A refusal of the SCIM core: what broke, where, whose turn it is, and the wire answer.
///
/// ```
/// use vestibule::error::Explain;
/// use vestibule::scim::Filter;
///
/// let text = "userName eg \"bjensen\"";
/// let error = Filter::parse(text).unwrap_err();
/// assert_eq!(error.code(), "scim-filter-syntax");
/// assert_eq!(error.status(), 400);
/// assert_eq!(error.to_json()["scimType"], "invalidFilter");
/// assert!(error.rendered(text).contains("         ^^"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Error {
    kind: ErrorKind,
    at: Option<Place>,
    span: Option<Span>,
}

impl Error {
    /// An error that has no place in a message: for what only the host can know, such as
    /// [`ErrorKind::Uniqueness`].
    ///
    /// ```
    /// use vestibule::error::Shown;
    /// use vestibule::scim::{Error, ErrorKind};
    /// let error = Error::new(ErrorKind::Uniqueness { attribute: Shown::new("userName") });
    /// assert_eq!((error.status(), error.to_json()["status"].as_str()), (409, Some("409")));
    /// ```
    #[must_use]
    pub const fn new(kind: ErrorKind) -> Self {
        Self {
            kind,
            at: None,
            span: None,
        }
    }

    pub(crate) fn in_text(kind: ErrorKind, span: Span) -> Self {
        Self {
            kind,
            at: Some(Place::Bytes(span)),
            span: Some(span),
        }
    }

    pub(crate) fn in_body(kind: ErrorKind, pointer: String) -> Self {
        Self {
            kind,
            at: Some(Place::Json(pointer)),
            span: None,
        }
    }

    pub(crate) fn in_parameter(kind: ErrorKind, name: &'static str) -> Self {
        Self {
            kind,
            at: Some(Place::Parameter(name)),
            span: None,
        }
    }

    pub(crate) const fn wire(fault: WireFault) -> Self {
        Self::new(ErrorKind::Wire(fault))
    }

    /// The same error, placed at one operation of a PATCH or Bulk request.
    pub(crate) fn in_operation(mut self, index: usize, path: Option<&str>) -> Self {
        self.at = Some(Place::Operation {
            index,
            path: path.map(|path| Shown::new(path).as_str().to_owned()),
        });
        self
    }

    /// What broke.
    ///
    /// ```
    /// use vestibule::scim::{Error, ErrorKind};
    /// assert_eq!(Error::new(ErrorKind::Sensitive).kind(), &ErrorKind::Sensitive);
    /// ```
    #[must_use]
    pub const fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The bytes of the filter, or of the path that a PATCH operation names, where the rule broke.
    ///
    /// ```
    /// use vestibule::error::Span;
    /// use vestibule::scim::Filter;
    /// assert_eq!(Filter::parse("title xx").unwrap_err().span(), Some(Span::new(6, 8)));
    /// ```
    #[must_use]
    pub const fn span(&self) -> Option<Span> {
        self.span
    }

    /// The HTTP status of the answer.
    ///
    /// ```
    /// use vestibule::scim::{Error, ErrorKind};
    /// assert_eq!(Error::new(ErrorKind::TooManyResults { limit: 200 }).status(), 400);
    /// ```
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.kind.row().status
    }

    /// The `scimType` of the answer; none where the standard has no word.
    ///
    /// ```
    /// use vestibule::scim::{Error, ErrorKind, ScimType};
    /// let error = Error::new(ErrorKind::InvalidCursor);
    /// assert_eq!(error.scim_type(), Some(ScimType::InvalidCursor));
    /// ```
    #[must_use]
    pub const fn scim_type(&self) -> Option<ScimType> {
        self.kind.row().scim_type
    }

    /// The body of the answer ([RFC 7644 §3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12)):
    /// `status` is a string, `detail` the message, the place and the help.
    ///
    /// ```
    /// use vestibule::scim::{Error, ErrorKind};
    /// let body = Error::new(ErrorKind::Sensitive).to_json();
    /// assert_eq!(body["status"], "403");
    /// assert_eq!(body["scimType"], "sensitive");
    /// ```
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut body = json!({
            "schemas": [ERROR_URN],
            "status": self.status().to_string(),
            "detail": self.detail(),
        });
        if let (Some(scim_type), Some(body)) = (self.scim_type(), body.as_object_mut()) {
            body.insert("scimType".to_owned(), scim_type.as_str().into());
        }
        body
    }

    fn detail(&self) -> String {
        match &self.at {
            Some(place) => format!("{self} at {place}. {}", self.help()),
            None => format!("{self}. {}", self.help()),
        }
    }

    /// The message under the text it is about, with carets: for logs of the host, because the text
    /// may hold attribute values.
    ///
    /// `text` is the filter that was judged, or the path of the operation. Carets count
    /// characters; control characters are escaped.
    ///
    /// ```
    /// use vestibule::scim::Filter;
    /// let text = "title eq";
    /// let drawn = Filter::parse(text).unwrap_err().rendered(text);
    /// assert_eq!(drawn, "title eq\n        ^ expected a value, found the end");
    /// ```
    #[must_use]
    pub fn rendered(&self, text: &str) -> String {
        let Some(span) = self.span else {
            return self.to_string();
        };
        let shown = |part: Option<&str>| -> String {
            let escape = |character: char| match character.is_control() {
                true => character.escape_default().to_string(),
                false => character.to_string(),
            };
            part.unwrap_or_default().chars().map(escape).collect()
        };
        let before = shown(text.get(..span.start)).chars().count();
        let under = shown(text.get(span.range())).chars().count().max(1);
        format!(
            "{}\n{}{} {}",
            shown(Some(text)),
            " ".repeat(before),
            "^".repeat(under),
            self.kind
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(formatter)
    }
}

impl std::error::Error for Error {}

impl Explain for Error {
    fn code(&self) -> &'static str {
        self.kind.code()
    }

    fn blame(&self) -> Blame {
        self.kind.row().blame
    }

    fn at(&self) -> Option<Place> {
        self.at.clone()
    }

    fn help(&self) -> &'static str {
        self.kind.row().help
    }
}
