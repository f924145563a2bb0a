//! What each identity provider is known to send, as values that can be compared.
//!
//! The table says what to expect, it does not read messages; dialects of messages are no matter of
//! the policy.

use serde::{Deserialize, Serialize};

use super::brake::HoldResponse;
use super::settings::{GroupRemoval, SettingDifference, SettingValue, Settings, strictest_brake};
use crate::domain::RecordPrefix;

macro_rules! facts {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $text:literal,)* }) => {
        $(#[$doc])*
        #[expect(clippy::exhaustive_enums, reason = "a host words each")]
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)*
        }

        impl SettingValue for $name {
            fn text(&self) -> String {
                match self { $(Self::$variant => $text.to_owned(),)* }
            }
        }
    };
}

facts! {
    /// Which product an organization's identity provider is.
    ProviderProduct {
        /// Microsoft Entra ID.
        Entra "entra",
        /// Google Workspace.
        GoogleWorkspace "google-workspace",
        /// JumpCloud.
        JumpCloud "jump-cloud",
        /// Okta.
        Okta "okta",
        /// OneLogin.
        OneLogin "one-login",
        /// Another one, or one that the customer built.
        Other "other",
    }
}

facts! {
    /// Whether provisioning by an identity provider is supported (rules SSO-13 to SSO-17).
    DirectorySupport {
        /// At the organization's own risk (rule C-14).
        AtOwnRisk "at-own-risk",
        /// It may work, and nobody promises it.
        NotPromised "not-promised",
        /// It is.
        Supported "supported",
        /// It is not: people join at sign-in.
        Unsupported "unsupported",
    }
}

facts! {
    /// What an identity provider sends when something ends on its side.
    Signal {
        /// A delete.
        Delete "delete",
        /// `active` is false.
        Disable "disable",
        /// `active` is false, and a delete weeks later (rule GUARD-08).
        DisableThenDelete "disable-then-delete",
        /// As its administrator chose: `active` is false, or a delete.
        DisableOrDelete "disable-or-delete",
        /// Nothing.
        Nothing "nothing",
        /// Not known.
        Unknown "unknown",
    }
}

facts! {
    /// What becomes of provisioning while a token is replaced.
    RotationOutage {
        /// The integration is deactivated meanwhile: silence (rule TOKEN-06).
        Deactivated "deactivated",
        /// Requests with the old token fail until the new one is entered.
        FailsUntilReplaced "fails-until-replaced",
        /// Not known.
        Unknown "unknown",
    }
}

/// What an identity provider is known to send.
#[expect(clippy::exhaustive_structs, reason = "a plain record")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct ProviderBehaviour {
    /// Whether its provisioning is supported.
    pub directory: DirectorySupport,
    /// When a person is no longer assigned to the product.
    pub on_unassign: Signal,
    /// When a person is deleted there.
    pub on_delete: Signal,
    /// When a group is deleted or no longer assigned there.
    pub on_group_removal: Signal,
    /// While a token is replaced.
    pub on_rotation: RotationOutage,
    /// The answer to a held end or change that it takes well: it neither repeats the request for
    /// ever nor shows a failure.
    pub on_held: HoldResponse,
    /// The answer to a held creation that it takes well. Who is known to wait as `Retry-After` says
    /// is told to try again later; to the others the creation fails, and they go on.
    pub on_held_creation: HoldResponse,
}

impl ProviderProduct {
    /// Every one, for tables.
    pub const ALL: [Self; 6] = [
        Self::Entra,
        Self::GoogleWorkspace,
        Self::JumpCloud,
        Self::Okta,
        Self::OneLogin,
        Self::Other,
    ];

    /// What it is known to send.
    ///
    /// ```
    /// use vestibule::access::{DirectorySupport, ProviderProduct, Signal};
    ///
    /// let okta = ProviderProduct::Okta.behaviour();
    /// let entra = ProviderProduct::Entra.behaviour();
    /// assert_eq!(okta.on_delete, Signal::Disable);
    /// let differs: Vec<_> = okta.diff(&entra).into_iter().map(|difference| difference.name).collect();
    /// assert_eq!(differs, ["on_delete"]);
    /// assert_eq!(ProviderProduct::JumpCloud.behaviour().directory, DirectorySupport::AtOwnRisk);
    /// ```
    #[must_use]
    pub const fn behaviour(self) -> ProviderBehaviour {
        let (directory, on_unassign, on_delete, on_group_removal, on_rotation) = match self {
            Self::Entra => (
                DirectorySupport::Supported,
                Signal::Disable,
                Signal::DisableThenDelete,
                Signal::Delete,
                RotationOutage::FailsUntilReplaced,
            ),
            Self::GoogleWorkspace => (
                DirectorySupport::Unsupported,
                Signal::Nothing,
                Signal::Nothing,
                Signal::Nothing,
                RotationOutage::Unknown,
            ),
            Self::JumpCloud => (
                DirectorySupport::AtOwnRisk,
                Signal::Disable,
                Signal::Delete,
                Signal::Delete,
                RotationOutage::Deactivated,
            ),
            Self::Okta => (
                DirectorySupport::Supported,
                Signal::Disable,
                Signal::Disable,
                Signal::Delete,
                RotationOutage::FailsUntilReplaced,
            ),
            Self::OneLogin => (
                DirectorySupport::Supported,
                Signal::DisableOrDelete,
                Signal::DisableOrDelete,
                Signal::Unknown,
                RotationOutage::FailsUntilReplaced,
            ),
            Self::Other => (
                DirectorySupport::NotPromised,
                Signal::Unknown,
                Signal::Unknown,
                Signal::Unknown,
                RotationOutage::Unknown,
            ),
        };
        let on_held_creation = match self {
            Self::Entra | Self::Okta => HoldResponse::RetryLater,
            Self::GoogleWorkspace | Self::JumpCloud | Self::OneLogin | Self::Other => {
                HoldResponse::Refuse
            }
        };
        ProviderBehaviour {
            on_held: HoldResponse::Accept,
            on_held_creation,
            directory,
            on_unassign,
            on_delete,
            on_group_removal,
            on_rotation,
        }
    }
}

impl ProviderBehaviour {
    /// What `other` does otherwise, in the order of the fields.
    /// [`behaviour`](ProviderProduct::behaviour) has an example.
    #[must_use]
    pub fn diff(&self, other: &Self) -> Vec<SettingDifference> {
        let texts = |behaviour: &Self| {
            [
                ("directory", behaviour.directory.text()),
                ("on_unassign", behaviour.on_unassign.text()),
                ("on_delete", behaviour.on_delete.text()),
                ("on_group_removal", behaviour.on_group_removal.text()),
                ("on_rotation", behaviour.on_rotation.text()),
                ("on_held", behaviour.on_held.text()),
                ("on_held_creation", behaviour.on_held_creation.text()),
            ]
        };
        texts(self)
            .into_iter()
            .zip(texts(other))
            .filter(|((_, old), (_, new))| old != new)
            .map(|((name, old), (_, new))| SettingDifference {
                name: name.to_owned(),
                old,
                new,
            })
            .collect()
    }
}

impl Settings {
    /// The recommended settings as they suit an identity provider.
    ///
    /// ```
    /// use vestibule::access::{GroupRemoval, ProviderProduct, Settings};
    /// use vestibule::domain::RecordPrefix;
    ///
    /// let prefix = RecordPrefix::parse("product")?;
    /// let settings = Settings::for_provider(prefix.clone(), ProviderProduct::JumpCloud);
    /// let differences = Settings::recommended(prefix).diff(&settings);
    /// assert_eq!(differences[0].name, "group_removal");
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    #[must_use]
    pub fn for_provider(record_prefix: RecordPrefix, provider: ProviderProduct) -> Self {
        let mut settings = Self::recommended(record_prefix);
        // Its page says that the members of a removed group are deactivated (rule C-33), and its
        // provisioning is at the organization's own risk (rule C-14).
        if provider == ProviderProduct::JumpCloud {
            settings.group_removal = GroupRemoval::DeactivateOrphans;
            settings.brake = strictest_brake();
        }
        let behaviour = provider.behaviour();
        settings.brake.response = behaviour.on_held;
        settings.brake.creation_response = behaviour.on_held_creation;
        settings
    }
}
