//! What two sets of settings differ in.

use serde::{Deserialize, Serialize};

use super::{SettingValue, Settings};

/// One setting that differs, by its field in [`Settings`] and both values.
#[expect(clippy::exhaustive_structs, reason = "a plain record")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SettingDifference {
    /// Such as `require_sso`.
    pub name: String,
    /// Such as `off`.
    pub old: String,
    /// Such as `on`.
    pub new: String,
}

impl Settings {
    /// Each setting whose value in `new` is another one, in the order of the fields.
    ///
    /// Two settings are equal when there is no difference.
    ///
    /// ```
    /// use vestibule::access::Settings;
    /// use vestibule::domain::RecordPrefix;
    ///
    /// let prefix = RecordPrefix::parse("product")?;
    /// let recommended = Settings::recommended(prefix.clone());
    /// let strict = Settings::seed_strict(prefix);
    /// let differences = recommended.diff(&strict);
    /// assert_eq!(differences[0].name, "empty_group");
    /// assert_eq!(differences[0].old, "defer-until-first-member");
    /// assert_eq!(differences[0].new, "ignore");
    /// assert!(strict.diff(&strict).is_empty());
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    #[must_use]
    pub fn diff(&self, new: &Self) -> Vec<SettingDifference> {
        let mut differences = Vec::new();
        macro_rules! compare {
            ($($($field:ident).+),* $(,)?) => {
                $(if self.$($field).+ != new.$($field).+ {
                    differences.push(SettingDifference {
                        name: stringify!($($field).+).replace(' ', ""),
                        old: self.$($field).+.text(),
                        new: new.$($field).+.text(),
                    });
                })*
            };
        }
        compare! {
            entitlement, sso, require_sso, idp_managed_access, exemption, external_users, operations,
            existing_account, confirm_adoption, group_management, empty_group, group_removal,
            direct_assignment_counts, deletion, brake.day, brake.week, brake.groups, brake.response,
            brake.creation_response, brake.access, brake.setup_minutes, brake.first_sync_hours, brake.token_change_hours,
            brake.canary_users, brake.empty_list_members, brake.failures_to_quarantine, list_scope,
            token_authority, token_overlap_minutes, lapsed_domain_leavers,
            claims.grace_days, claims.absences_to_lapse, claims.presence,
            claims.pending_expiry_days, record_prefix, record_placement, record_label, step_up_minutes,
            idp_initiated, on_lapse, directory, shared_sso, domain_lists,
        }
        differences
    }
}
