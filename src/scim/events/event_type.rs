//! The events that there are: RFC 9967 §7.4.

/// What happened: the events of RFC 9967 §2.3 to §2.5.
#[expect(clippy::exhaustive_enums, reason = "the standard's twelve")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum EventType {
    /// `prov:activate`
    Activate,
    /// `misc:asyncresp`
    AsyncResponse,
    /// `prov:create:full`
    CreateFull,
    /// `prov:create:notice`
    CreateNotice,
    /// `prov:deactivate`
    Deactivate,
    /// `prov:delete`
    Delete,
    /// `feed:add`
    FeedAdd,
    /// `feed:remove`
    FeedRemove,
    /// `prov:patch:full`
    PatchFull,
    /// `prov:patch:notice`
    PatchNotice,
    /// `prov:put:full`
    PutFull,
    /// `prov:put:notice`
    PutNotice,
}

impl EventType {
    /// The URI of the event.
    ///
    /// ```
    /// use vestibule::scim::events::EventType;
    /// assert_eq!(EventType::FeedAdd.as_str(), "urn:ietf:params:scim:event:feed:add");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Activate => "urn:ietf:params:scim:event:prov:activate",
            Self::AsyncResponse => "urn:ietf:params:scim:event:misc:asyncresp",
            Self::CreateFull => "urn:ietf:params:scim:event:prov:create:full",
            Self::CreateNotice => "urn:ietf:params:scim:event:prov:create:notice",
            Self::Deactivate => "urn:ietf:params:scim:event:prov:deactivate",
            Self::Delete => "urn:ietf:params:scim:event:prov:delete",
            Self::FeedAdd => "urn:ietf:params:scim:event:feed:add",
            Self::FeedRemove => "urn:ietf:params:scim:event:feed:remove",
            Self::PatchFull => "urn:ietf:params:scim:event:prov:patch:full",
            Self::PatchNotice => "urn:ietf:params:scim:event:prov:patch:notice",
            Self::PutFull => "urn:ietf:params:scim:event:prov:put:full",
            Self::PutNotice => "urn:ietf:params:scim:event:prov:put:notice",
        }
    }
}
