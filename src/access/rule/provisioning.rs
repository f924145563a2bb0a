//! The rules of tokens, users, groups and imports.

use super::{Family, Rule, RuleId, RuleKind, rules};

rules! {
    Token, TOKEN;
    TOKEN_01 = 1, Stated, "A token is issued to an Owner or Admin of an entitled organization with sign-on; its secret is shown once.";
    TOKEN_02 = 2, Stated, "A token's secret cannot be read again.";
    TOKEN_03 = 3, Stated, "A request is authentic only with the secret of an active token.";
    TOKEN_04 = 4, Stated, "A new token ends the one before it.";
    TOKEN_05 = 5, Implied, "Whether a token can be revoked without a new one is left open; C-22 decides.";
    TOKEN_06 = 6, Stated, "Silence while a token is being replaced deprovisions nobody.";
    TOKEN_07 = 7, Stated, "A valid token lists the organization's users; C-23 says which.";
    TOKEN_08 = 8, Stated, "A probing request succeeds and changes nothing.";
}

rules! {
    User, USER;
    USER_01 = 1, Stated, "Provisioning touches only users whose domain the organization has verified.";
    USER_02 = 2, Stated, "A user of a domain that is not verified cannot be created; they can be invited.";
    USER_03 = 3, Stated, "A user name that is not an e-mail address is refused.";
    USER_04 = 4, Stated, "An account that exists outside the organization is not taken in by provisioning; it can be invited.";
    USER_05 = 5, Stated, "After the invitation is accepted the next attempt finds the member and succeeds.";
    USER_06 = 6, Implied, "A create for a member finds that member and makes no second one.";
    USER_07 = 7, Stated, "A create for a new address of a verified domain makes an account and a membership.";
    USER_08 = 8, Stated, "A provisioned member starts with the default member role.";
    USER_09 = 9, Stated, "Roles and entitlements in a message are ignored, with a diagnostic.";
    USER_10 = 10, Open, "Which attributes a create must carry differs between senders; C-25 decides.";
    USER_11 = 11, Implied, "An attribute that a message does not carry keeps its value.";
    USER_12 = 12, Stated, "An update of a managed member's names and address is applied.";
    USER_13 = 13, Implied, "An address cannot be changed to a domain that is not verified; the old one stays.";
    USER_14 = 14, Implied, "An address that another account has cannot be taken.";
    USER_15 = 15, Stated, "Switching a managed member off deactivates the membership.";
    USER_16 = 16, Open, "What a delete means is left open; C-26 decides.";
    USER_17 = 17, Stated, "Switching on, or creating again, a member whom provisioning switched off brings the same member back.";
    USER_18 = 18, Stated, "Create, update and deactivate can each be turned off.";
    USER_19 = 19, Stated, "Deactivating and deleting are different operations with different events.";
    USER_20 = 20, Stated, "A lookup that failed is never reported as nobody found.";
    USER_21 = 21, Stated, "A filter that cannot be evaluated is an error, never an empty list.";
    USER_22 = 22, Open, "Whether provisioning needs managed access is left open; C-27 decides.";
    USER_23 = 23, Implied, "External users are never touched by provisioning.";
    USER_24 = 24, Stated, "A user who leaves the sender's scope looks like a leaver, so guard rails apply.";
    USER_25 = 25, Stated, "Repeating a change has no effect.";
    USER_26 = 26, Implied, "Whether a lapsed domain's leavers can be switched off is left open; C-28 decides.";
}

rules! {
    Group, GROUP;
    GROUP_01 = 1, Stated, "Without group management every group change is refused.";
    GROUP_02 = 2, Stated, "With group management a group is a Team.";
    GROUP_03 = 3, Stated, "A group of the same name as an unmanaged Team takes that Team over.";
    GROUP_04 = 4, Stated, "Once a Team is taken over, the identity provider says who is in it.";
    GROUP_05 = 5, Implied, "A Team that is managed already is not taken over.";
    GROUP_06 = 6, Stated, "Roles and project access of a managed Team are set in the product, never by a group.";
    GROUP_07 = 7, Open, "What a group without members creates is left open; C-31 decides.";
    GROUP_08 = 8, Implied, "A managed group that loses its last member stays.";
    GROUP_09 = 9, Stated, "Changes of an associated group are applied one by one and can be repeated.";
    GROUP_10 = 10, Stated, "Renaming a group renames its Team in place.";
    GROUP_11 = 11, Implied, "A group is not renamed to the name of another Team.";
    GROUP_12 = 12, Stated, "A group that is disassociated leaves an unmanaged Team with the members it had.";
    GROUP_13 = 13, Stated, "Members of a disassociated group are deactivated unless another active managed group has them; C-33 says when.";
    GROUP_14 = 14, Stated, "Deleting a managed group deletes its Team.";
    GROUP_15 = 15, Implied, "An unmanaged Team is never deleted by provisioning.";
    GROUP_16 = 16, Stated, "Members of a deleted group are judged like those of a disassociated one.";
    GROUP_17 = 17, Stated, "Turning group management off unmanages all Teams and deactivates nobody.";
    GROUP_18 = 18, Stated, "Turning group management off does not stop the provisioning of users.";
    GROUP_19 = 19, Implied, "A group is active and managed while it is neither deleted nor disassociated and group management is on.";
    GROUP_20 = 20, Implied, "An external member of a group that goes away leaves the Team and is not deactivated.";
    GROUP_21 = 21, Implied, "The last Owner is not deactivated because a group goes away.";
    GROUP_22 = 22, Stated, "Of a group only its name and its members are managed.";
    GROUP_23 = 23, Implied, "A member whom provisioning does not manage is skipped with a diagnostic; the rest applies.";
    GROUP_24 = 24, Stated, "Without group management there are no group events.";
}

rules! {
    Import, IMPORT;
    IMPORT_01 = 1, Stated, "An import only reads.";
    IMPORT_02 = 2, Stated, "Deactivated users are marked as such, so that an import can leave them out.";
    IMPORT_03 = 3, Stated, "A user in an import listing is either new or imported.";
    IMPORT_04 = 4, Stated, "An import may take a part of the list, new users first.";
    IMPORT_05 = 5, Open, "Whether an import of exactly one hundred waits is left open; C-35 decides.";
    IMPORT_06 = 6, Stated, "An imported user outside every bound group is not managed.";
}
