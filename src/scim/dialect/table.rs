//! The identity providers, and how each differs from the tolerant profile.

use serde::{Deserialize, Serialize};

use super::profile::{
    AnswerType, ComplexReplacement, ElementPath, EmbeddedJson, EmptyPatch, FilterGrammar,
    NamedPath, OldNames, Pathless, Profile, TextBoolean, UnknownAttribute, UnmatchedFilter,
};

/// What a connection speaks: the name of a [`Profile`].
///
/// ```
/// use serde_json::json;
/// use vestibule::scim::{Dialect, Patch, Registry, Resource};
///
/// let registry = Registry::standard();
/// let group = json!({"displayName": "Team", "members": [{"value": "u1"}, {"value": "u2"}]});
/// let group = Resource::from_value(registry.group(), group)?;
/// let removal = json!([{"op": "Remove", "path": "members", "value": [{"value": "u1"}]}]);
/// let removal = Patch::from_value(removal)?;
/// // Entra ID means one member, and the standard has no such operation.
/// let (_, changes) = removal.plan(&group, &Dialect::Entra.profile())?.apply();
/// assert_eq!(changes.members_removed(), ["u1"]);
/// assert!(removal.plan(&group, &Dialect::Strict.profile()).is_err());
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// Microsoft Entra ID, with and without the flag `aadOptscim062020`: both arrive at one tenant.
    ///
    /// Objects of roles come as JSON in a string, an empty list of operations is a probe, and
    /// `null` is never meant to clear.
    Entra,
    /// Google Workspace. It publishes no specification; nothing beyond the tolerant reading.
    Google,
    /// The draft `draft-zollner-scim-interop-profile`: `eq` and `and` alone in filters, a path in
    /// every operation and no element in a path, defined attributes only. Nobody complies today.
    InteropDraft,
    /// `JumpCloud`: PUT with nulls and empty lists.
    JumpCloud,
    /// Okta. It never describes an element that is not there.
    Okta,
    /// `OneLogin`, whose bodies an administrator writes, with names of SCIM 1.1 among them. It wants
    /// `application/json`.
    OneLogin,
    /// Ping, which removes members by `{"members": […]}`.
    Ping,
    /// Rippling.
    Rippling,
    /// `SailPoint`, which means a merge by `replace` of a complex attribute.
    SailPoint,
    /// RFC 7643 and RFC 7644 to the letter.
    Strict,
    /// What all of them send.
    #[default]
    Tolerant,
}

impl Dialect {
    /// All of them, in alphabetical order, for a list from which an administrator chooses.
    ///
    /// ```
    /// use vestibule::scim::Dialect;
    /// assert_eq!(Dialect::all().next(), Some(Dialect::Entra));
    /// assert!(Dialect::all().any(|dialect| dialect == Dialect::default()));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        [
            Self::Entra,
            Self::Google,
            Self::InteropDraft,
            Self::JumpCloud,
            Self::Okta,
            Self::OneLogin,
            Self::Ping,
            Self::Rippling,
            Self::SailPoint,
            Self::Strict,
            Self::Tolerant,
        ]
        .into_iter()
    }

    /// The switches. See [`Dialect`] for an example.
    #[must_use]
    pub const fn profile(self) -> Profile {
        let tolerant = Profile::tolerant();
        match self {
            Self::Entra => Profile {
                embedded_json: EmbeddedJson::Unpack,
                empty_patch: EmptyPatch::Ignore,
                ..tolerant
            },
            Self::InteropDraft => Profile {
                complex_replacement: ComplexReplacement::Whole,
                element_path: ElementPath::Refuse,
                filter_grammar: FilterGrammar::EqualAnd,
                named_path: NamedPath::Refuse,
                pathless: Pathless::Refuse,
                text_boolean: TextBoolean::Refuse,
                unknown_attribute: UnknownAttribute::Refuse,
                ..Profile::strict()
            },
            Self::Okta => Profile {
                unmatched_filter: UnmatchedFilter::Refuse,
                ..tolerant
            },
            Self::OneLogin => Profile {
                answer_type: AnswerType::Json,
                old_names: OldNames::Read,
                ..tolerant
            },
            Self::Strict => Profile::strict(),
            // `SailPoint` needs the merge that everybody gets.
            Self::Google
            | Self::JumpCloud
            | Self::Ping
            | Self::Rippling
            | Self::SailPoint
            | Self::Tolerant => tolerant,
        }
    }
}
