//! How a setting's value is shown in reasons, differences and the audit log.

use super::super::brake::{BudgetLimit, HeldAccess, HoldResponse};
use super::{DeletePolicy, DirectoryOperations, Exemption};
use crate::domain::{DomainLists, PresenceAssurance, RecordLabel, RecordPlacement, RecordPrefix};

/// A value of a setting in one stable text: the one that serialization uses, where there is one.
pub(in crate::access) trait SettingValue {
    /// The text.
    fn text(&self) -> String;
}

impl SettingValue for Exemption {
    fn text(&self) -> String {
        match self {
            Self::Named(users) => {
                let names: Vec<_> = users.iter().map(crate::identity::UserId::as_str).collect();
                format!("named: {}", names.join(", "))
            }
            Self::OnlyWhenSsoUnhealthy => "only-when-sso-unhealthy".to_owned(),
            Self::OwnersAndAdmins => "owners-and-admins".to_owned(),
            Self::OwnersOnly => "owners-only".to_owned(),
        }
    }
}

impl SettingValue for DirectoryOperations {
    fn text(&self) -> String {
        format!(
            "create {}, update {}, deactivate {}",
            self.create.text(),
            self.update.text(),
            self.deactivate.text()
        )
    }
}

impl SettingValue for DeletePolicy {
    fn text(&self) -> String {
        match self {
            Self::HardAfter { days } => format!("hard after {days} days"),
            Self::Soft { retention_days } => format!("soft, {retention_days} days"),
        }
    }
}

impl SettingValue for BudgetLimit {
    fn text(&self) -> String {
        format!("{} percent, at least {}", self.percent, self.at_least)
    }
}

impl SettingValue for HoldResponse {
    fn text(&self) -> String {
        match self {
            Self::Accept => "accept",
            Self::Refuse => "refuse",
            Self::RetryLater => "retry-later",
        }
        .to_owned()
    }
}

impl SettingValue for HeldAccess {
    fn text(&self) -> String {
        match self {
            Self::Kept => "kept",
            Self::Suspended => "suspended",
        }
        .to_owned()
    }
}

impl SettingValue for RecordPlacement {
    fn text(&self) -> String {
        match self {
            Self::AtDomain => "at-domain",
            Self::ChallengeLabel => "challenge-label",
        }
        .to_owned()
    }
}

impl SettingValue for PresenceAssurance {
    fn text(&self) -> String {
        match self {
            Self::AnyLookup => "any-lookup",
            Self::Authoritative => "authoritative",
        }
        .to_owned()
    }
}

impl SettingValue for RecordLabel {
    fn text(&self) -> String {
        self.as_str().to_owned()
    }
}

impl SettingValue for RecordPrefix {
    fn text(&self) -> String {
        self.clone().into()
    }
}

impl SettingValue for DomainLists {
    fn text(&self) -> String {
        format!(
            "{} allowed, {} refused",
            self.allowed.len(),
            self.refused.len()
        )
    }
}

impl SettingValue for u32 {
    fn text(&self) -> String {
        self.to_string()
    }
}

impl SettingValue for u16 {
    fn text(&self) -> String {
        self.to_string()
    }
}

impl<T: SettingValue> SettingValue for Option<T> {
    fn text(&self) -> String {
        self.as_ref().map_or_else(|| "none".to_owned(), T::text)
    }
}
