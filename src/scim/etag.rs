//! Entity tags: RFC 7644 §3.14 and RFC 9110 §8.8.3, §13.
//!
//! All tags of SCIM are weak and are compared weakly, also for `If-Match`, where HTTP alone would
//! never find two weak tags equal.

use std::fmt;

use serde_json::Value;

use super::error::{Error, ErrorKind};
use super::resource::Resource;
use super::schema::{Attribute, ResourceType};
use crate::limits::SCIM_MAX_TAG_LIST_BYTES;

/// The version of a resource, as `meta.version` and the `ETag` header say it. Written weak;
/// equality is the weak comparison.
///
/// ```
/// use vestibule::scim::etag::EntityTag;
///
/// let tag = EntityTag::of_version(7);
/// assert_eq!(tag.to_string(), "W/\"7\"");
/// assert_eq!(EntityTag::parse("\"7\"")?, tag);
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct EntityTag(String);

impl EntityTag {
    /// The tag of a host's own version number. See [`EntityTag`] for an example.
    #[must_use]
    pub fn of_version(version: u64) -> Self {
        Self(version.to_string())
    }

    /// The tag of a resource's content, for hosts that keep no version: the same for the same
    /// content, whatever the order of its members.
    ///
    /// `meta` does not count, and neither does what may not be read, because a digest of a
    /// password would let it be guessed. So a new password alone leaves the tag as it is, and an
    /// attacker who may write the resource can make two contents of one tag. A host to whom that
    /// matters keeps versions.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::{Registry, Resource};
    /// use vestibule::scim::etag::EntityTag;
    ///
    /// let registry = Registry::standard();
    /// let tag = |body| Resource::from_value(registry.user(), body).map(|it| EntityTag::of_content(&it));
    /// let one = tag(json!({"userName": "b", "meta": {"created": "2026-01-01T00:00:00Z"}}))?;
    /// assert_eq!(one, tag(json!({"userName": "b", "password": "x"}))?);
    /// assert_ne!(one, tag(json!({"userName": "c"}))?);
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub fn of_content(resource: &Resource) -> Self {
        let resource_type = resource.resource_type();
        let mut digest = Digest::new(resource_type);
        digest.text(resource_type.name());
        for (name, value) in sorted(resource.object()) {
            let attribute = resource_type.top_attribute(name);
            match (resource_type.extension(name), attribute, value) {
                (_, Some(attribute), _) if attribute.name() == "meta" => {}
                (Some(schema), _, Value::Object(members)) => {
                    digest.text(name);
                    for (name, value) in sorted(members) {
                        digest.attribute(name, schema.attribute(name), value);
                    }
                }
                _ => digest.attribute(name, attribute, value),
            }
        }
        Self(digest.finish())
    }

    /// Reads one tag, weak or strong.
    ///
    /// # Errors
    ///
    /// `scim-entity-tag-syntax`. See [`EntityTag`] for an example.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match tag(text.trim()) {
            Some((tag, "")) => Ok(tag),
            _ => Err(syntax("ETag")),
        }
    }

    /// The text between the quotes.
    ///
    /// ```
    /// use vestibule::scim::etag::EntityTag;
    /// assert_eq!(EntityTag::of_version(7).opaque(), "7");
    /// ```
    #[must_use]
    pub fn opaque(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "W/\"{}\"", self.0)
    }
}

/// What the headers `If-Match` and `If-None-Match` demand.
///
/// ```
/// use vestibule::scim::etag::{EntityTag, Preconditions, Verdict};
///
/// let now = EntityTag::of_version(7);
/// let read = Preconditions::parse(None, Some("W/\"6\", W/\"7\""))?;
/// assert_eq!(read.judge_read(Some(&now)), Verdict::NotModified);
/// let write = Preconditions::parse(Some("W/\"6\""), None)?;
/// assert_eq!(write.judge_write(Some(&now)), Verdict::Failed);
/// assert_eq!(Preconditions::default().judge_write(Some(&now)), Verdict::Proceed);
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Preconditions {
    if_match: Option<Tags>,
    if_none_match: Option<Tags>,
}

/// What a host does with a request that has preconditions.
#[expect(clippy::exhaustive_enums, reason = "a verdict; hosts must handle each")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub enum Verdict {
    /// 412: the resource is not the version that the client means.
    Failed,
    /// 304: the client has this version already.
    NotModified,
    /// What the request asks for.
    Proceed,
}

impl Preconditions {
    /// Takes the two headers. A header that is there and cannot be read is refused: to ignore it
    /// would let a write pass that the client wanted to be conditional. See [`Preconditions`] for
    /// an example.
    ///
    /// # Errors
    ///
    /// `scim-entity-tag-syntax`; `scim-parameter-too-large`.
    pub fn parse(if_match: Option<&str>, if_none_match: Option<&str>) -> Result<Self, Error> {
        let tags = |header, text: Option<&str>| text.map(|text| Tags::parse(header, text));
        Ok(Self {
            if_match: tags("If-Match", if_match).transpose()?,
            if_none_match: tags("If-None-Match", if_none_match).transpose()?,
        })
    }

    /// The precondition of a Bulk operation's `version` (RFC 7644 §3.7).
    ///
    /// ```
    /// use vestibule::scim::etag::{EntityTag, Preconditions, Verdict};
    /// let conditions = Preconditions::of_version("W/\"6\"")?;
    /// assert_eq!(conditions.judge_write(Some(&EntityTag::of_version(6))), Verdict::Proceed);
    /// assert_eq!(conditions.judge_write(None), Verdict::Failed);
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Preconditions::parse`].
    pub fn of_version(version: &str) -> Result<Self, Error> {
        Self::parse(Some(version), None)
    }

    /// Whether nothing is demanded.
    ///
    /// ```
    /// use vestibule::scim::etag::Preconditions;
    /// assert!(Preconditions::default().is_empty());
    /// ```
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.if_match.is_none() && self.if_none_match.is_none()
    }

    /// Judges a GET; `current` is the tag of the resource, none when there is no such resource.
    /// See [`Preconditions`] for an example.
    pub fn judge_read(&self, current: Option<&EntityTag>) -> Verdict {
        self.judge(current, Verdict::NotModified)
    }

    /// Judges a POST, PUT, PATCH or DELETE, in the order of RFC 9110 §13.2.2. See
    /// [`Preconditions`] for an example.
    pub fn judge_write(&self, current: Option<&EntityTag>) -> Verdict {
        self.judge(current, Verdict::Failed)
    }

    fn judge(&self, current: Option<&EntityTag>, known: Verdict) -> Verdict {
        let lists = |tags: &Option<Tags>| tags.as_ref().map(|tags| tags.lists(current));
        match (lists(&self.if_match), lists(&self.if_none_match)) {
            (Some(false), _) => Verdict::Failed,
            (_, Some(true)) => known,
            _ => Verdict::Proceed,
        }
    }
}

/// The value of one header.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Tags {
    Any,
    Listed(Vec<EntityTag>),
}

impl Tags {
    fn parse(header: &'static str, text: &str) -> Result<Self, Error> {
        if text.len() > SCIM_MAX_TAG_LIST_BYTES {
            let kind = ErrorKind::ParameterTooLarge {
                parameter: header,
                limit: SCIM_MAX_TAG_LIST_BYTES,
            };
            return Err(Error::in_parameter(kind, header));
        }
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        let mut listed = Vec::new();
        let mut rest = text;
        loop {
            // RFC 9110 §5.6.1.2: a list may have empty members.
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                break;
            }
            let (tag, after) = tag(rest).ok_or_else(|| syntax(header))?;
            rest = after.trim_start_matches([' ', '\t']);
            if !rest.is_empty() && !rest.starts_with(',') {
                return Err(syntax(header));
            }
            listed.push(tag);
        }
        match listed.is_empty() {
            true => Err(syntax(header)),
            false => Ok(Self::Listed(listed)),
        }
    }

    fn lists(&self, current: Option<&EntityTag>) -> bool {
        match (self, current) {
            (_, None) => false,
            (Self::Any, Some(_)) => true,
            (Self::Listed(tags), Some(current)) => tags.contains(current),
        }
    }
}

fn syntax(header: &'static str) -> Error {
    Error::in_parameter(ErrorKind::EntityTagSyntax { header }, header)
}

/// The tag at the start of the text, and what follows it.
fn tag(text: &str) -> Option<(EntityTag, &str)> {
    let quoted = text.strip_prefix("W/").unwrap_or(text);
    let (opaque, after) = quoted.strip_prefix('"')?.split_once('"')?;
    let is_allowed = |character: char| !character.is_control() && character != ' ';
    let is_tag = opaque.chars().all(is_allowed);
    is_tag.then(|| (EntityTag(opaque.to_owned()), after))
}

/// The members of an object by name, whatever features `serde_json` has.
fn sorted(members: &serde_json::Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(name, _)| name.as_str());
    members
}

/// FNV-1a with 128 bits: it spreads well and needs no key.
struct Digest<'r> {
    resource_type: &'r ResourceType,
    state: u128,
}

impl<'r> Digest<'r> {
    const fn new(resource_type: &'r ResourceType) -> Self {
        Self {
            resource_type,
            state: 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d,
        }
    }

    fn byte(&mut self, byte: u8) {
        const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
        self.state = (self.state ^ u128::from(byte)).wrapping_mul(PRIME);
    }

    /// Text after its length, so that two texts cannot run into each other.
    fn text(&mut self, text: &str) {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        for byte in length.to_le_bytes().into_iter().chain(text.bytes()) {
            self.byte(byte);
        }
    }

    /// One attribute, without what may not be read.
    fn attribute(&mut self, name: &str, attribute: Option<&Attribute>, value: &Value) {
        if !self.is_readable(name, attribute) {
            return;
        }
        self.text(name);
        let mut rest = vec![value];
        while let Some(value) = rest.pop() {
            match value {
                Value::Array(listed) => {
                    self.text(&format!("[{}", listed.len()));
                    rest.extend(listed);
                }
                Value::Object(members) => {
                    let part = |name| attribute.and_then(|it| it.sub_attribute(name));
                    let mut members = sorted(members);
                    members.retain(|(name, _)| self.is_readable(name, part(name)));
                    self.text(&format!("{{{}", members.len()));
                    for (name, value) in members {
                        self.text(name);
                        rest.push(value);
                    }
                }
                plain => self.text(&plain.to_string()),
            }
        }
    }

    /// Whether a client may know the value; of unknown data, whether its name is no hidden one.
    fn is_readable(&self, name: &str, attribute: Option<&Attribute>) -> bool {
        match attribute {
            Some(attribute) => attribute.is_readable(),
            None => !self.resource_type.hides(name),
        }
    }

    fn finish(self) -> String {
        format!("{:032x}", self.state)
    }
}
