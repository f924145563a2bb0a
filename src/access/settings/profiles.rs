//! Named sets of settings, as values that can be compared with [`Settings::diff`].

use super::super::brake::{BrakePolicy, BudgetLimit};
use super::{
    DeletePolicy, DirectoryOperations, DirectoryState, EmptyGroup, Entitlement, Exemption,
    ExistingAccount, ExternalUsers, GroupRemoval, IdpInitiated, LapsedDomainLeavers, ListScope,
    OnLapse, Settings, SsoState, Switch, TokenAuthority, fifteen,
};
use crate::domain::{ClaimPolicy, DomainLists, PresenceAssurance, RecordPlacement, RecordPrefix};

impl Settings {
    /// The defaults of this library: the rules with their resolutions. See the type's example.
    #[must_use]
    pub fn recommended(record_prefix: RecordPrefix) -> Self {
        Self {
            entitlement: Entitlement::default(),
            sso: SsoState::default(),
            require_sso: Switch::Off,
            idp_managed_access: Switch::Off,
            exemption: Exemption::default(),
            external_users: ExternalUsers::default(),
            operations: DirectoryOperations::default(),
            existing_account: ExistingAccount::default(),
            confirm_adoption: Switch::Off,
            group_management: Switch::Off,
            empty_group: EmptyGroup::default(),
            group_removal: GroupRemoval::default(),
            direct_assignment_counts: Switch::Off,
            deletion: DeletePolicy::default(),
            brake: BrakePolicy::default(),
            list_scope: ListScope::default(),
            token_authority: TokenAuthority::default(),
            token_overlap_minutes: 0,
            lapsed_domain_leavers: LapsedDomainLeavers::default(),
            claims: ClaimPolicy::default(),
            record_prefix,
            record_placement: RecordPlacement::ChallengeLabel,
            record_label: None,
            step_up_minutes: fifteen(),
            idp_initiated: IdpInitiated::default(),
            on_lapse: OnLapse::default(),
            directory: DirectoryState::default(),
            shared_sso: Switch::Off,
            domain_lists: DomainLists::default(),
        }
    }

    /// The letter of the texts that the rules come from, where a default departs from it.
    ///
    /// ```
    /// use vestibule::access::{LapsedDomainLeavers, Settings};
    /// use vestibule::domain::{RecordPlacement, RecordPrefix};
    ///
    /// let settings = Settings::seed_strict(RecordPrefix::parse("product")?);
    /// assert_eq!(settings.record_placement, RecordPlacement::AtDomain);
    /// assert_eq!(settings.lapsed_domain_leavers, LapsedDomainLeavers::Refuse);
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    #[must_use]
    pub fn seed_strict(record_prefix: RecordPrefix) -> Self {
        Self {
            empty_group: EmptyGroup::Ignore,
            group_removal: GroupRemoval::DeactivateOrphans,
            lapsed_domain_leavers: LapsedDomainLeavers::Refuse,
            record_placement: RecordPlacement::AtDomain,
            on_lapse: OnLapse::SeedLetter,
            ..Self::recommended(record_prefix)
        }
    }

    /// Everything that lets somebody in or takes something away at its narrowest.
    ///
    /// ```
    /// use vestibule::access::{IdpInitiated, Settings};
    /// use vestibule::domain::RecordPrefix;
    ///
    /// let settings = Settings::paranoid(RecordPrefix::parse("product")?);
    /// assert_eq!(settings.idp_initiated, IdpInitiated::Refuse);
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    #[must_use]
    pub fn paranoid(record_prefix: RecordPrefix) -> Self {
        Self {
            exemption: Exemption::OwnersOnly,
            external_users: ExternalUsers::Deny,
            confirm_adoption: Switch::On,
            direct_assignment_counts: Switch::On,
            claims: ClaimPolicy {
                presence: PresenceAssurance::Authoritative,
                pending_expiry_days: Some(7),
                ..ClaimPolicy::default()
            },
            deletion: DeletePolicy::Soft { retention_days: 90 },
            brake: strictest_brake(),
            token_authority: TokenAuthority::IssuerMustRemainAdmin,
            idp_initiated: IdpInitiated::Refuse,
            on_lapse: OnLapse::Freeze,
            step_up_minutes: 5,
            ..Self::recommended(record_prefix)
        }
    }
}

/// The narrowest budget: two people a day and five a week, or one and two percent of many.
pub(in crate::access) fn strictest_brake() -> BrakePolicy {
    BrakePolicy {
        day: BudgetLimit {
            at_least: 2,
            percent: 1,
        },
        week: BudgetLimit {
            at_least: 5,
            percent: 2,
        },
        empty_list_members: 1,
        failures_to_quarantine: 20,
        ..BrakePolicy::default()
    }
}
