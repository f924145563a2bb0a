//! A schema, and reading it from a Schema document and writing it as one: RFC 7643 §7.

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, Cardinality, DataType, Mutability, Returned, Uniqueness, find};
use crate::limits::SCIM_MAX_SCHEMA_ATTRIBUTES;
use crate::scim::error::{Error, ErrorKind};

/// The URN of Schema documents.
pub const SCHEMA_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// A named set of attributes.
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::schema::Schema;
///
/// let schema = Schema::from_json(&json!({
///     "id": "urn:example:params:scim:schemas:extension:acme:2.0:User",
///     "name": "AcmeUser",
///     "attributes": [{"name": "badgeNumber", "type": "integer"}],
/// }))
/// .unwrap();
/// assert_eq!(schema.attribute("BadgeNumber").unwrap().name(), "badgeNumber");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Schema {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) attributes: Vec<Attribute>,
}

impl Schema {
    /// Reads a Schema document. See [`Schema`] for an example.
    ///
    /// A characteristic that the document does not give has the default of RFC 7643 §2.2. Complex
    /// attributes inside complex attributes are refused (§2.3.8), as are two attributes of one name.
    ///
    /// # Errors
    ///
    /// `scim-schema-document`, with what is wrong.
    pub fn from_json(document: &Value) -> Result<Self, Error> {
        let mut budget = SCIM_MAX_SCHEMA_ATTRIBUTES;
        Self::read(document, &mut budget)
            .map_err(|problem| Error::new(ErrorKind::SchemaDocument { problem }))
    }

    fn read(document: &Value, budget: &mut usize) -> Result<Self, &'static str> {
        let object = document.as_object().ok_or("it is not an object")?;
        let id = text(object, "id")?.ok_or("it has no `id`")?;
        if !is_urn(&id) {
            return Err("its `id` is not a URN");
        }
        let listed = member(object, "attributes").ok_or("it has no `attributes`")?;
        Ok(Self {
            id,
            name: text(object, "name")?.unwrap_or_default(),
            description: text(object, "description")?.unwrap_or_default(),
            attributes: attributes(listed, Level::Attribute, budget)?,
        })
    }

    /// The Schema document, every characteristic given, to be read again by
    /// [`Schema::from_json`]. Without `meta`, which says where the document is served.
    ///
    /// ```
    /// use vestibule::scim::schema::{Registry, Schema, USER_URN};
    /// let registry = Registry::standard();
    /// let user = registry.schema(USER_URN).unwrap();
    /// assert_eq!(user.to_json()["attributes"][0]["uniqueness"], "server");
    /// assert_eq!(Schema::from_json(&user.to_json()).as_ref(), Ok(user));
    /// ```
    #[must_use]
    pub fn to_json(&self) -> Value {
        let attributes = self.attributes.iter();
        json!({
            "schemas": [SCHEMA_URN],
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "attributes": attributes.map(attribute_document).collect::<Vec<_>>(),
        })
    }

    /// The URN. See [`Schema::attribute`] for an example.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name for people; empty when the document gives none.
    ///
    /// ```
    /// use vestibule::scim::schema::{Registry, USER_URN};
    /// assert_eq!(Registry::standard().schema(USER_URN).unwrap().name(), "User");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for, in words; empty when the document does not say.
    ///
    /// ```
    /// use vestibule::scim::schema::{GROUP_URN, Registry};
    /// assert_eq!(Registry::standard().schema(GROUP_URN).unwrap().description(), "Group");
    /// ```
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The attributes, in the document's order.
    ///
    /// ```
    /// use vestibule::scim::schema::{ENTERPRISE_USER_URN, Registry};
    /// let registry = Registry::standard();
    /// assert_eq!(registry.schema(ENTERPRISE_USER_URN).unwrap().attributes().len(), 6);
    /// ```
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The attribute of that name, without regard to case.
    ///
    /// ```
    /// use vestibule::scim::schema::{Registry, USER_URN};
    /// let registry = Registry::standard();
    /// let schema = registry.schema("URN:ietf:params:scim:schemas:core:2.0:user").unwrap();
    /// assert_eq!(schema.id(), USER_URN);
    /// assert!(schema.attribute("nickname").is_some());
    /// ```
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.attributes, name)
    }
}

/// One attribute of a Schema document. Sub-attributes are not complex, so it calls itself once.
fn attribute_document(attribute: &Attribute) -> Value {
    let mut document = json!({
        "name": attribute.name,
        "type": attribute.data_type.word(),
        "multiValued": attribute.is_multi_valued(),
        "description": attribute.description,
        "required": attribute.required,
        "caseExact": attribute.is_case_exact(),
        "mutability": attribute.mutability.word(),
        "returned": attribute.returned.word(),
        "uniqueness": attribute.uniqueness.word(),
    });
    let mut put = |name: &str, value: Value| {
        if let Some(members) = document.as_object_mut() {
            members.insert(name.to_owned(), value);
        }
    };
    if !attribute.canonical_values.is_empty() {
        put("canonicalValues", json!(attribute.canonical_values));
    }
    if !attribute.reference_types.is_empty() {
        put("referenceTypes", json!(attribute.reference_types));
    }
    if attribute.data_type == DataType::Complex {
        let parts = attribute.sub_attributes.iter();
        put("subAttributes", parts.map(attribute_document).collect());
    }
    document
}

/// Whether the document may nest further.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Level {
    Attribute,
    SubAttribute,
}

type Read<T> = Result<T, &'static str>;

fn attributes(listed: &Value, level: Level, budget: &mut usize) -> Read<Vec<Attribute>> {
    let listed = listed.as_array().ok_or("its attributes are not a list")?;
    let mut read: Vec<Attribute> = Vec::new();
    for entry in listed {
        *budget = budget.checked_sub(1).ok_or("it has too many attributes")?;
        let entry = entry.as_object().ok_or("an attribute is not an object")?;
        let attribute = attribute(entry, level, budget)?;
        if find(&read, &attribute.name).is_some() {
            return Err("two attributes have one name");
        }
        read.push(attribute);
    }
    Ok(read)
}

fn attribute(entry: &Map<String, Value>, level: Level, budget: &mut usize) -> Read<Attribute> {
    let name = text(entry, "name")?.ok_or("an attribute has no name")?;
    if !is_attribute_name(&name) {
        return Err("an attribute's name is not allowed by RFC 7643 §2.1");
    }
    let data_type = data_type(text(entry, "type")?.as_deref())?;
    let sub_attributes = match (data_type, level) {
        (DataType::Complex, Level::SubAttribute) => {
            return Err("a sub-attribute is complex");
        }
        (DataType::Complex, Level::Attribute) => {
            let listed = member(entry, "subAttributes").ok_or("it lacks `subAttributes`")?;
            attributes(listed, Level::SubAttribute, budget)?
        }
        _ => Vec::new(),
    };
    Ok(Attribute {
        name,
        data_type,
        cardinality: match flag(entry, "multiValued")? {
            true => Cardinality::Multi,
            false => Cardinality::Single,
        },
        required: flag(entry, "required")?,
        // RFC 7643 §2.3.6 and §2.3.7: whatever the document says.
        case_exact: flag(entry, "caseExact")?
            || matches!(data_type, DataType::Binary | DataType::Reference),
        mutability: mutability(text(entry, "mutability")?.as_deref())?,
        returned: returned(text(entry, "returned")?.as_deref())?,
        uniqueness: uniqueness(text(entry, "uniqueness")?.as_deref())?,
        description: text(entry, "description")?.unwrap_or_default(),
        canonical_values: texts(entry, "canonicalValues")?,
        reference_types: texts(entry, "referenceTypes")?,
        sub_attributes,
    })
}

fn data_type(word: Option<&str>) -> Read<DataType> {
    Ok(match word {
        None | Some("string") => DataType::String,
        Some("binary") => DataType::Binary,
        Some("boolean") => DataType::Boolean,
        Some("complex") => DataType::Complex,
        Some("dateTime") => DataType::DateTime,
        Some("decimal") => DataType::Decimal,
        Some("integer") => DataType::Integer,
        Some("reference") => DataType::Reference,
        Some(_) => return Err("an attribute has an unknown `type`"),
    })
}

fn mutability(word: Option<&str>) -> Read<Mutability> {
    Ok(match word {
        None | Some("readWrite") => Mutability::ReadWrite,
        Some("immutable") => Mutability::Immutable,
        Some("readOnly") => Mutability::ReadOnly,
        Some("writeOnly") => Mutability::WriteOnly,
        Some(_) => return Err("an attribute has an unknown `mutability`"),
    })
}

fn returned(word: Option<&str>) -> Read<Returned> {
    Ok(match word {
        None | Some("default") => Returned::Default,
        Some("always") => Returned::Always,
        Some("never") => Returned::Never,
        Some("request") => Returned::Request,
        Some(_) => return Err("an attribute has an unknown `returned`"),
    })
}

fn uniqueness(word: Option<&str>) -> Read<Uniqueness> {
    Ok(match word {
        None | Some("none") => Uniqueness::None,
        Some("global") => Uniqueness::Global,
        Some("server") => Uniqueness::Server,
        Some(_) => return Err("an attribute has an unknown `uniqueness`"),
    })
}

/// A member whose name has no case, as everywhere in SCIM; null is absent.
fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object
        .iter()
        .find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_null())
        .map(|(_, value)| value)
}

fn text(object: &Map<String, Value>, name: &str) -> Read<Option<String>> {
    match member(object, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err("a characteristic is not a string"),
    }
}

fn flag(object: &Map<String, Value>, name: &str) -> Read<bool> {
    match member(object, name) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err("a characteristic is not a boolean"),
    }
}

fn texts(object: &Map<String, Value>, name: &str) -> Read<Vec<String>> {
    let Some(listed) = member(object, name) else {
        return Ok(Vec::new());
    };
    let listed = listed.as_array().ok_or("a characteristic is not a list")?;
    listed
        .iter()
        .map(|entry| entry.as_str().map(str::to_owned))
        .collect::<Option<_>>()
        .ok_or("a characteristic is not a list of strings")
}

fn is_urn(id: &str) -> bool {
    let prefixed = id
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("urn:"));
    prefixed && id.len() > 4 && id.bytes().all(|byte| byte.is_ascii_graphic())
}

/// RFC 7643 §2.1, with the leading `$` of `$ref`.
fn is_attribute_name(name: &str) -> bool {
    let bare = name.strip_prefix('$').unwrap_or(name);
    bare.starts_with(|first: char| first.is_ascii_alphabetic())
        && bare
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problem(attributes: &Value) -> Option<String> {
        let document = json!({"id": "urn:example:x", "attributes": attributes});
        Schema::from_json(&document)
            .err()
            .map(|error| error.to_string())
    }

    #[test]
    fn characteristics_have_the_standards_defaults() {
        let schema = Schema::from_json(&json!({"id": "urn:x:y", "attributes": [{"name": "a"}]}));
        let schema = schema.unwrap();
        let attribute = schema.attribute("A").unwrap();
        assert_eq!(attribute.data_type(), DataType::String);
        assert_eq!(attribute.cardinality(), Cardinality::Single);
        assert_eq!(attribute.mutability(), Mutability::ReadWrite);
        assert_eq!(attribute.returned(), Returned::Default);
        assert_eq!(attribute.uniqueness(), Uniqueness::None);
        assert!(!attribute.is_required() && !attribute.is_case_exact());
    }

    #[test]
    fn a_document_with_one_fault_is_refused() {
        assert_eq!(problem(&json!([{"name": "a"}, {"name": "b"}])), None);
        assert!(problem(&json!([{"name": "a"}, {"name": "A"}])).is_some());
        assert!(problem(&json!([{"name": "1a"}])).is_some());
        assert!(problem(&json!([{"name": "a", "type": "float"}])).is_some());
        assert!(problem(&json!([{"name": "a", "required": "true"}])).is_some());
        let complex = |inner: &str| {
            json!([{"name": "a", "type": "complex",
                    "subAttributes": [{"name": "b", "type": inner, "subAttributes": []}]}])
        };
        assert_eq!(problem(&complex("string")), None);
        assert!(problem(&complex("complex")).is_some());
    }

    #[test]
    fn attributes_are_bounded() {
        let list = |length: usize| {
            Value::Array(
                (0..length)
                    .map(|n| json!({"name": format!("a{n}")}))
                    .collect(),
            )
        };
        assert_eq!(problem(&list(SCIM_MAX_SCHEMA_ATTRIBUTES)), None);
        assert!(problem(&list(SCIM_MAX_SCHEMA_ATTRIBUTES + 1)).is_some());
    }
}
