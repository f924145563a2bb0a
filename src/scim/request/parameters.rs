//! The parameters that SCIM knows, from a query string or from a search request (RFC 7644 §3.4.3).

use serde_json::{Map, Value};

use super::listing::Query;
use super::query;
use crate::scim::error::{Error, ErrorKind, WireFault};
use crate::scim::filter::Filter;
use crate::scim::query::{Projection, Sort};

/// The parameters of RFC 7644 §3.4.2 and RFC 9865 §2.
const NAMES: [&str; 8] = [
    "attributes",
    "count",
    "cursor",
    "excludedAttributes",
    "filter",
    "sortBy",
    "sortOrder",
    "startIndex",
];

/// The known parameters of a query, each once. Those of other names are ignored.
pub(super) struct Parameters {
    said: Vec<(&'static str, Said)>,
}

/// A parameter's value: text of a URL, or JSON of a search request.
enum Said {
    Json(Value),
    Text(String),
}

impl Parameters {
    pub(super) fn of_query(query: &str) -> Result<Self, Error> {
        let mut parameters = Self { said: Vec::new() };
        for (name, value) in query::pairs(query)? {
            parameters.insert(&name, Said::Text(value))?;
        }
        Ok(parameters)
    }

    pub(super) fn of_search(members: Map<String, Value>) -> Result<Self, Error> {
        let mut parameters = Self { said: Vec::new() };
        for (name, value) in members {
            if !value.is_null() {
                parameters.insert(&name, Said::Json(value))?;
            }
        }
        Ok(parameters)
    }

    fn insert(&mut self, name: &str, value: Said) -> Result<(), Error> {
        let known = NAMES
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(name));
        let Some(name) = known else { return Ok(()) };
        if self.said.iter().any(|(said, _)| *said == name) {
            return Err(refused(WireFault::ParameterRepeated { name }, name));
        }
        self.said.push((name, value));
        Ok(())
    }

    fn take(&mut self, name: &'static str) -> Option<Said> {
        let at = self.said.iter().position(|(said, _)| *said == name)?;
        Some(self.said.swap_remove(at).1)
    }

    /// Everything that a list takes.
    pub(super) fn query(mut self) -> Result<Query, Error> {
        let (by, order) = (self.text("sortBy")?, self.text("sortOrder")?);
        let (cursor, start_index) = (self.text("cursor")?, self.integer("startIndex")?);
        if cursor.is_some() && start_index.is_some() {
            let kind = ErrorKind::ParametersExclude {
                first: "cursor",
                second: "startIndex",
            };
            return Err(Error::in_parameter(kind, "startIndex"));
        }
        Ok(Query {
            count: self.integer("count")?,
            cursor,
            filter: match self.text("filter")? {
                Some(text) => Some(Filter::parse(&text)?),
                None => None,
            },
            projection: self.projection()?,
            sort: Sort::from_query(by.as_deref(), order.as_deref())?,
            start_index,
        })
    }

    /// What one resource takes.
    pub(super) fn projection(&mut self) -> Result<Projection, Error> {
        let only = self.names("attributes")?;
        Projection::from_names(only, self.names("excludedAttributes")?)
    }

    pub(super) fn names_a_filter(&self) -> bool {
        self.said.iter().any(|(name, _)| *name == "filter")
    }

    fn text(&mut self, name: &'static str) -> Result<Option<String>, Error> {
        match self.take(name) {
            None => Ok(None),
            Some(Said::Text(text) | Said::Json(Value::String(text))) => Ok(Some(text)),
            Some(Said::Json(_)) => Err(wrong(name, "text")),
        }
    }

    fn integer(&mut self, name: &'static str) -> Result<Option<i64>, Error> {
        let text = match self.take(name) {
            None => return Ok(None),
            Some(Said::Text(text)) => text,
            Some(Said::Json(Value::Number(number))) => number.to_string(),
            Some(Said::Json(_)) => return Err(wrong(name, "an integer")),
        };
        let read = integer(&text).ok_or_else(|| {
            let kind = ErrorKind::ParameterNotInteger { parameter: name };
            Error::in_parameter(kind, name)
        });
        read.map(Some)
    }

    /// Names of attributes: in a URL with commas, in a search request as a list.
    fn names(&mut self, name: &'static str) -> Result<Vec<String>, Error> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Said::Text(text) | Said::Json(Value::String(text))) => {
                let names = text.split(',').map(str::trim);
                let names = names.filter(|name| !name.is_empty());
                names.map(|one| Ok(one.to_owned())).collect()
            }
            Some(Said::Json(Value::Array(names))) => {
                let names = names.into_iter().map(|listed| match listed {
                    Value::String(listed) => Ok(listed),
                    _ => Err(wrong(name, "names of attributes")),
                });
                names.collect()
            }
            Some(Said::Json(_)) => Err(wrong(name, "names of attributes")),
        }
    }
}

fn refused(fault: WireFault, name: &'static str) -> Error {
    Error::in_parameter(ErrorKind::Wire(fault), name)
}

fn wrong(name: &'static str, expected: &'static str) -> Error {
    refused(WireFault::ParameterValue { name, expected }, name)
}

/// Decimal digits with a sign; what no `i64` holds is the nearest one.
fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nearest = match text.starts_with('-') {
        true => i64::MIN,
        false => i64::MAX,
    };
    Some(text.parse().unwrap_or(nearest))
}
