//! The rules of removal, audit and guard rails.

use super::{Family, Rule, RuleId, RuleKind, rules};

rules! {
    Removal, REMOVE;
    REMOVE_01 = 1, Stated, "The sign-on configuration can be removed only when there is one and it is turned off.";
    REMOVE_02 = 2, Stated, "Removing the sign-on configuration clears settings, certificates and routing; C-36 says what stays.";
    REMOVE_03 = 3, Stated, "The removal is confirmed beforehand and cannot be undone.";
    REMOVE_04 = 4, Implied, "Turning sign-on off keeps its configuration and stops requiring it.";
    REMOVE_05 = 5, Stated, "A removal on one side asks for the removal on the other.";
    REMOVE_06 = 6, Stated, "A provisioning integration is not configured, active or deactivated, and each step is an event.";
    REMOVE_07 = 7, Implied, "Deactivating the provisioning integration leaves sign-on, users and groups as they are.";
    REMOVE_08 = 8, Stated, "A destructive change of many is confirmed by typing how many they are.";
}

rules! {
    Guard, GUARD;
    GUARD_01 = 1, Stated, "Every decision about a user is an audit event, whether it succeeds or fails.";
    GUARD_02 = 2, Stated, "Every decision about a group is an audit event.";
    GUARD_03 = 3, Stated, "Every decision says its reasons, old and new values, actor and correlation.";
    GUARD_04 = 4, Stated, "A failed change notifies the people responsible.";
    GUARD_05 = 5, Stated, "An unhealthy connection is quarantined, and its destructive changes are held.";
    GUARD_06 = 6, Stated, "No change deletes for good by default, and deprovisioning has a budget and a way back.";
    GUARD_07 = 7, Stated, "The first synchronization can be previewed and tried on a few.";
    GUARD_08 = 8, Implied, "An identity provider may disable first and delete much later.";
    GUARD_09 = 9, Implied, "A connection does not deprovision the users of another connection.";
}
