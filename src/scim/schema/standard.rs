//! The standard's own schemas as tables: RFC 7643 §3.1, §4 and §8.7.
//!
//! Three deliberate differences from the tables of §8.7.1, each because clients need it:
//! `members.display` exists (§2.4 gives it to every multi-valued attribute); `members.value` is
//! case exact, because it holds an `id` and `id` is (two users must never be taken for one); and
//! references are case exact, as §2.3.7 says.

use super::attribute::{Attribute, Cardinality, DataType, Mutability, Returned, Uniqueness};
use super::document::Schema;

/// The URN of the User schema.
pub const USER_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The URN of the Group schema.
pub const GROUP_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The URN of the enterprise extension of User.
pub const ENTERPRISE_USER_URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// What every resource has, whatever its schema: RFC 7643 §3.1 and §3.
pub(super) fn common_attributes() -> Vec<Attribute> {
    vec![
        many(
            "schemas",
            DataType::String,
            "The URNs of the resource's schemas",
        )
        .required()
        .always(),
        text("id", "The service provider's identifier")
            .exact()
            .read_only()
            .always()
            .unique(),
        text("externalId", "The provisioning client's identifier").exact(),
        complex(
            "meta",
            "About the resource",
            vec![
                text("resourceType", "The name of the resource type").exact(),
                one("created", DataType::DateTime, "When it was made"),
                one("lastModified", DataType::DateTime, "When it last changed"),
                reference("location", &["uri"], "Its URI"),
                text("version", "Its entity tag").exact(),
            ],
        )
        .read_only(),
    ]
}

/// RFC 7643 §4.1 and §8.7.1.
pub(super) fn user() -> Schema {
    schema(USER_URN, "User", "User Account", user_attributes())
}

fn user_attributes() -> Vec<Attribute> {
    vec![
        text(
            "userName",
            "What the person signs in with; unique in the tenant",
        )
        .required()
        .unique(),
        name(),
        text("displayName", "The name to show"),
        text("nickName", "The casual name"),
        reference("profileUrl", &["external"], "The person's page"),
        text("title", "The job title"),
        text(
            "userType",
            "The relation to the organization, such as Employee",
        ),
        text("preferredLanguage", "The language, as in Accept-Language"),
        text("locale", "The locale, such as sv-SE"),
        text("timezone", "The time zone, such as Europe/Stockholm"),
        one(
            "active",
            DataType::Boolean,
            "Whether the account may be used",
        ),
        text("password", "A new password in clear text; never returned").secret(),
        plural(
            "emails",
            "Addresses of electronic mail",
            &["work", "home", "other"],
        ),
        plural(
            "phoneNumbers",
            "Telephone numbers",
            &["work", "home", "mobile", "fax", "pager", "other"],
        ),
        plural(
            "ims",
            "Addresses of instant messaging",
            &["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"],
        ),
        plural_of(
            "photos",
            "Pictures",
            &["photo", "thumbnail"],
            reference("value", &["external"], "The picture's URI"),
        ),
        addresses(),
        groups(),
        plural("entitlements", "What the person may have", &[]),
        plural("roles", "What the person is", &[]),
        plural_of(
            "x509Certificates",
            "Certificates",
            &[],
            one("value", DataType::Binary, "DER in Base64").exact(),
        ),
    ]
}

fn name() -> Attribute {
    complex(
        "name",
        "The parts of the person's name",
        vec![
            text("formatted", "The whole name"),
            text("familyName", "The last name"),
            text("givenName", "The first name"),
            text("middleName", "The middle names"),
            text("honorificPrefix", "A title before the name"),
            text("honorificSuffix", "A suffix after the name"),
        ],
    )
}

fn addresses() -> Attribute {
    let mut parts: Vec<Attribute> = [
        ("formatted", "The whole address"),
        ("streetAddress", "Street, number and more"),
        ("locality", "The city"),
        ("region", "The state or region"),
        ("postalCode", "The postal code"),
        ("country", "The country, ISO 3166-1 alpha-2"),
    ]
    .into_iter()
    .map(|(name, description)| text(name, description))
    .collect();
    parts.push(kind(&["work", "home", "other"]));
    parts.push(one(
        "primary",
        DataType::Boolean,
        "Whether it is the preferred one",
    ));
    complex("addresses", "Postal addresses", parts).multi_valued()
}

fn groups() -> Attribute {
    let parts = vec![
        text("value", "The group's id"),
        reference("$ref", &["User", "Group"], "The group's URI"),
        text("display", "The group's name"),
        kind(&["direct", "indirect"]),
    ];
    let parts = parts.into_iter().map(Attribute::read_only).collect();
    complex("groups", "The groups that the person is in", parts)
        .multi_valued()
        .read_only()
}

/// RFC 7643 §4.2 and §8.7.1.
pub(super) fn group() -> Schema {
    let parts = vec![
        text("value", "The member's id").exact().immutable(),
        reference("$ref", &["User", "Group"], "The member's URI").immutable(),
        kind(&["User", "Group"]).immutable(),
        text("display", "The member's name"),
    ];
    let attributes = vec![
        text("displayName", "The group's name").required(),
        complex("members", "Who is in the group", parts).multi_valued(),
    ];
    schema(GROUP_URN, "Group", "Group", attributes)
}

/// RFC 7643 §4.3 and §8.7.1.
pub(super) fn enterprise_user() -> Schema {
    let manager = vec![
        text("value", "The manager's id"),
        reference("$ref", &["User"], "The manager's URI"),
        text("displayName", "The manager's name").read_only(),
    ];
    let attributes = vec![
        text("employeeNumber", "The number that the organization gave"),
        text("costCenter", "The cost center"),
        text("organization", "The organization"),
        text("division", "The division"),
        text("department", "The department"),
        complex("manager", "The person's manager", manager),
    ];
    schema(
        ENTERPRISE_USER_URN,
        "EnterpriseUser",
        "Enterprise User",
        attributes,
    )
}

fn schema(id: &str, name: &str, description: &str, attributes: Vec<Attribute>) -> Schema {
    Schema {
        id: id.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        attributes,
    }
}

/// A single value with the defaults of RFC 7643 §2.2.
fn one(name: &str, data_type: DataType, description: &str) -> Attribute {
    Attribute {
        name: name.to_owned(),
        data_type,
        cardinality: Cardinality::Single,
        required: false,
        case_exact: false,
        mutability: Mutability::ReadWrite,
        returned: Returned::Default,
        uniqueness: Uniqueness::None,
        description: description.to_owned(),
        canonical_values: Vec::new(),
        reference_types: Vec::new(),
        sub_attributes: Vec::new(),
    }
}

fn text(name: &str, description: &str) -> Attribute {
    one(name, DataType::String, description)
}

fn many(name: &str, data_type: DataType, description: &str) -> Attribute {
    one(name, data_type, description).multi_valued()
}

fn reference(name: &str, to: &[&str], description: &str) -> Attribute {
    Attribute {
        reference_types: to.iter().map(|kind| (*kind).to_owned()).collect(),
        case_exact: true,
        ..one(name, DataType::Reference, description)
    }
}

fn complex(name: &str, description: &str, sub_attributes: Vec<Attribute>) -> Attribute {
    Attribute {
        sub_attributes,
        ..one(name, DataType::Complex, description)
    }
}

/// The `type` of an element.
fn kind(canonical: &[&str]) -> Attribute {
    Attribute {
        canonical_values: canonical.iter().map(|kind| (*kind).to_owned()).collect(),
        ..text("type", "What it is for")
    }
}

/// A list of text values with the usual sub-attributes: RFC 7643 §2.4.
fn plural(name: &str, description: &str, kinds: &[&str]) -> Attribute {
    plural_of(name, description, kinds, text("value", "The value"))
}

fn plural_of(name: &str, description: &str, kinds: &[&str], value: Attribute) -> Attribute {
    let parts = vec![
        value,
        text("display", "The value to show"),
        kind(kinds),
        one(
            "primary",
            DataType::Boolean,
            "Whether it is the preferred one",
        ),
    ];
    complex(name, description, parts).multi_valued()
}

impl Attribute {
    fn always(mut self) -> Self {
        self.returned = Returned::Always;
        self
    }

    fn exact(mut self) -> Self {
        self.case_exact = true;
        self
    }

    fn immutable(mut self) -> Self {
        self.mutability = Mutability::Immutable;
        self
    }

    fn multi_valued(mut self) -> Self {
        self.cardinality = Cardinality::Multi;
        self
    }

    fn read_only(mut self) -> Self {
        self.mutability = Mutability::ReadOnly;
        self
    }

    fn required(mut self) -> Self {
        self.required = true;
        self
    }

    fn secret(mut self) -> Self {
        self.mutability = Mutability::WriteOnly;
        self.returned = Returned::Never;
        self
    }

    fn unique(mut self) -> Self {
        self.uniqueness = Uniqueness::Server;
        self
    }
}
