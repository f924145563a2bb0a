//! The rules of the plan, the sign-on configuration and shared families.

use super::{Family, Rule, RuleId, RuleKind, rules};

rules! {
    Plan, PLAN;
    PLAN_01 = 1, Stated, "Single sign-on can be configured and turned on only under a plan that includes it.";
    PLAN_02 = 2, Stated, "A provisioning token is issued, and provisioning writes are taken, only under an active plan that includes it.";
    PLAN_03 = 3, Open, "What happens to live sign-on and provisioning when the plan ends is left open; C-01 decides.";
    PLAN_04 = 4, Stated, "Single sign-on cannot be turned on before an identity provider is configured.";
    PLAN_05 = 5, Stated, "Only Owners and Admins read or change settings of sign-on, claims and managed access.";
    PLAN_06 = 6, Stated, "Only Owners and Admins generate a provisioning token.";
    PLAN_07 = 7, Stated, "Adding a domain asks for a fresh proof of identity; nothing changes before it.";
    PLAN_08 = 8, Stated, "Changing the certificate or the sign-on address asks for a fresh proof of identity when the last one is stale.";
    PLAN_09 = 9, Implied, "An Owner or Admin may change a provisioned member's role, and provisioning never sets it back.";
    PLAN_10 = 10, Implied, "Whether a token loses its force when the admin who made it loses the role is left open; C-02 decides.";
}

rules! {
    Sso, SSO;
    SSO_01 = 1, Stated, "A sign-on configuration is complete only with certificate, sign-on address and issuer.";
    SSO_02 = 2, Stated, "The uploaded certificate must be an X.509 certificate.";
    SSO_03 = 3, Stated, "A metadata document uploaded as a certificate is refused with a hint of its own.";
    SSO_04 = 4, Stated, "With an expired certificate no sign-on succeeds.";
    SSO_05 = 5, Stated, "A certificate belongs to one connection and can be replaced.";
    SSO_06 = 6, Stated, "Replacing a certificate changes no claim, member or token.";
    SSO_07 = 7, Stated, "The postback address is shown only while sign-on is turned on.";
    SSO_08 = 8, Stated, "A sign-on fails when the identity provider posts to another address than ours.";
    SSO_09 = 9, Stated, "An issuer must be a URI, and no two organizations share one.";
    SSO_10 = 10, Implied, "A new issuer or sign-on address makes a new connection, not an edited one.";
    SSO_11 = 11, Stated, "An assertion without an e-mail address admits nobody.";
    SSO_12 = 12, Stated, "An assertion without names admits the person; the names stay unset and a warning says so.";
    SSO_13 = 13, Stated, "An identity provider that cannot provision leaves joining at sign-in as the only way.";
    SSO_14 = 14, Open, "Whether provisioning by a contested identity provider is supported is left open; C-14 decides.";
    SSO_15 = 15, Stated, "One identity provider needs only the postback address and a token.";
    SSO_16 = 16, Stated, "One identity provider supports sign-on and provisioning alike.";
    SSO_17 = 17, Stated, "A custom identity provider gets sign-on; provisioning is not promised.";
    SSO_18 = 18, Stated, "Provisioning needs sign-on that is configured and turned on.";
    SSO_19 = 19, Stated, "Sign-on that is configured but turned off admits nobody and keeps its configuration.";
    SSO_20 = 20, Stated, "A sign-on that the identity provider starts is judged like one that we start.";
    SSO_21 = 21, Stated, "A person who types an address is sent to the connection of the organization that holds its domain.";
    SSO_22 = 22, Implied, "A person whom the identity provider does not let in never reaches us.";
}

rules! {
    Shared, SHARED;
    SHARED_01 = 1, Stated, "A linked organization is governed by the settings and claims of its Admin organization.";
    SHARED_02 = 2, Stated, "A shared domain is held once, by the Admin organization; linked ones inherit it.";
    SHARED_03 = 3, Stated, "Linking needs the feature to be turned on for the organization.";
}

rules! {
    Siblings, X;
    X_01 = 1, Shared, "A linked organization uses the Admin organization's settings and claims; its own are kept but shadowed.";
    X_02 = 2, Shared, "An organization can be linked only once.";
    X_03 = 3, Shared, "An Admin organization may have many linked ones.";
    X_04 = 4, Shared, "An Admin organization has no projects, Teams, plans or service accounts.";
    X_05 = 5, Shared, "Shared settings are changed by Owners and Admins of the Admin organization only.";
    X_06 = 6, Shared, "Membership of the Admin organization and of a linked one are independent.";
    X_07 = 7, Shared, "The Admin organization is hidden from those who do not administer it.";
    X_08 = 8, Shared, "A provisioned user becomes a member of the Admin organization only.";
    X_09 = 9, Shared, "A group with a linked organization's name gives membership of that organization.";
    X_10 = 10, Shared, "In a shared family groups do not become Teams.";
    X_11 = 11, Shared, "A group that matches no linked organization has no effect, and deleting a group deletes no organization.";
    X_12 = 12, Shared, "Linking is agreed by both sides with a code that works once.";
    X_13 = 13, Shared, "A claim may move between linked organizations at once and stays verified.";
    X_14 = 14, Shared, "Withdrawing a claim before linking interrupts sign-on, and the plan says so.";
    X_15 = 15, Shared, "A shared family needs the same plan as sign-on.";
    X_16 = 16, Shared, "No two organizations of a family share an issuer.";
}
