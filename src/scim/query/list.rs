//! The answer to a query: RFC 7644 §3.4.2, and RFC 9865 for cursors.

use serde_json::{Value, json};

use super::page::IndexPage;

/// The URN of the answer to a query.
pub const LIST_RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// A page of results, ready to be sent.
///
/// `totalResults`, `itemsPerPage`, `startIndex` and `Resources` are always there, numbers as JSON
/// integers, because clients stop at a missing one. A page by cursor has no index (RFC 9865).
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::query::{IndexPage, ListResponse, PageSizes};
///
/// let page = IndexPage::new(Some(2), Some(1), PageSizes::default());
/// let list = ListResponse::of_index(&page, 7, vec![json!({"id": "u2"})]);
/// assert_eq!(list.into_json(), json!({
///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
///     "totalResults": 7, "itemsPerPage": 1, "startIndex": 2, "Resources": [{"id": "u2"}],
/// }));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ListResponse {
    total_results: usize,
    resources: Vec<Value>,
    place: Place,
}

#[derive(Clone, Debug, PartialEq)]
enum Place {
    Cursor {
        next: Option<String>,
        previous: Option<String>,
    },
    Index(usize),
}

impl ListResponse {
    /// A page by index; `total_results` counts all that match. See [`ListResponse`] for an example.
    #[must_use]
    pub const fn of_index(page: &IndexPage, total_results: usize, resources: Vec<Value>) -> Self {
        Self {
            total_results,
            resources,
            place: Place::Index(page.start_index()),
        }
    }

    /// A page by cursor: without `next` it is the last one.
    ///
    /// ```
    /// use vestibule::scim::query::ListResponse;
    /// let last = ListResponse::of_cursor(7, vec![], None).with_previous("p".to_owned());
    /// assert_eq!(last.clone().into_json()["previousCursor"], "p");
    /// assert_eq!(last.into_json().get("nextCursor"), None);
    /// ```
    #[must_use]
    pub const fn of_cursor(
        total_results: usize,
        resources: Vec<Value>,
        next: Option<String>,
    ) -> Self {
        Self {
            total_results,
            resources,
            place: Place::Cursor {
                next,
                previous: None,
            },
        }
    }

    /// All results at once, as discovery gives them.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::query::ListResponse;
    /// let list = ListResponse::of_all(vec![json!({"id": "User"})]).into_json();
    /// assert_eq!((&list["totalResults"], &list["startIndex"]), (&json!(1), &json!(1)));
    /// ```
    #[must_use]
    pub const fn of_all(resources: Vec<Value>) -> Self {
        Self {
            total_results: resources.len(),
            resources,
            place: Place::Index(1),
        }
    }

    /// The same page by cursor with a way back. See [`ListResponse::of_cursor`] for an example.
    #[must_use]
    pub fn with_previous(mut self, cursor: String) -> Self {
        if let Place::Cursor { previous, .. } = &mut self.place {
            *previous = Some(cursor);
        }
        self
    }

    /// The body. See [`ListResponse`] for an example.
    #[must_use]
    pub fn into_json(self) -> Value {
        let mut body = json!({
            "schemas": [LIST_RESPONSE_URN],
            "totalResults": self.total_results,
            "itemsPerPage": self.resources.len(),
        });
        let mut put = |name: &str, value: Option<Value>| {
            if let (Some(members), Some(value)) = (body.as_object_mut(), value) {
                members.insert(name.to_owned(), value);
            }
        };
        match self.place {
            Place::Index(start) => put("startIndex", Some(start.into())),
            Place::Cursor { next, previous } => {
                put("nextCursor", next.map(Value::String));
                put("previousCursor", previous.map(Value::String));
            }
        }
        put("Resources", Some(Value::Array(self.resources)));
        body
    }
}
