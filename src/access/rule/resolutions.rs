//! The rules of what the source of the rules leaves open, resolved.

use super::{Family, Rule, RuleId, RuleKind, rules};

rules! {
    Resolution, C;
    C_01 = 1, Resolution, "When the plan ends, new configuration and new users stop, and nobody is deactivated for it.";
    C_02 = 2, Resolution, "A provisioning token belongs to the organization, not to the admin who made it, unless a switch says otherwise.";
    C_03 = 3, Resolution, "External users may enter with a password unless a switch denies it.";
    C_04 = 4, Resolution, "Only a verified claim keeps others from the domain; the first to prove it holds it.";
    C_05 = 5, Resolution, "A pending claim has no deadline, only a schedule of looks, unless the policy sets one.";
    C_06 = 6, Resolution, "The record stands at a challenge label or at the domain, as the settings say.";
    C_07 = 7, Resolution, "A claim lapses a week after the first authoritative absence, with three consecutive daily ones at its end.";
    C_08 = 8, Resolution, "A record that returns proves a lapsed claim again unless another organization held the domain since.";
    C_09 = 9, Resolution, "When a domain lapses its people may use their own passwords, but recovery by mail waits for an Owner.";
    C_10 = 10, Resolution, "Only a verified claim, the week of grace included, grants anything.";
    C_11 = 11, Resolution, "A claim is a domain in normal form that is no address, public suffix, shared domain or single label.";
    C_12 = 12, Resolution, "A claim covers exactly its domain unless it was made for subdomains too.";
    C_13 = 13, Resolution, "Expiring certificates are announced well before, and two may overlap.";
    C_14 = 14, Resolution, "A contested identity provider may provision at the organization's own risk, under the strictest guard.";
    C_15 = 15, Resolution, "Owners and Admins are exempt from required sign-on, and each use is reported.";
    C_16 = 16, Resolution, "A domain is verified by us, verified by another, unclaimed or invalid; a guest follows their own organization's policy.";
    C_17 = 17, Resolution, "Managed access offers sign-on first and leaves the password unless sign-on is required.";
    C_18 = 18, Resolution, "A request for access from a domain that is not verified takes the ordinary way.";
    C_19 = 19, Resolution, "Sign-on can be required only when it works and an Owner can still enter without it.";
    C_20 = 20, Resolution, "Joining at sign-in takes in an existing account, provisioning does not.";
    C_21 = 21, Resolution, "A deactivated member is brought back by provisioning or an Owner or Admin, never by a sign-on.";
    C_22 = 22, Resolution, "At most one token is active and one retiring.";
    C_23 = 23, Resolution, "Reads list all members or only managed domains, as the settings say; writes touch verified domains only.";
    C_24 = 24, Resolution, "A create adopts a member whom nobody manages and conflicts with one who is managed.";
    C_25 = 25, Resolution, "A created user needs only a user name that is an address of a verified domain; so must be any other address.";
    C_26 = 26, Resolution, "A delete deactivates and keeps a tombstone; deleting for good is an Owner's policy.";
    C_27 = 27, Resolution, "Provisioning without managed access is allowed with a warning.";
    C_28 = 28, Resolution, "A connection may still switch off its own members of a lapsed domain.";
    C_29 = 29, Resolution, "Names of groups and Teams match without regard to case, outer space and Unicode composition, and must match one.";
    C_30 = 30, Resolution, "An incremental change leaves manual members of a Team; a first replacement is planned before it removes any.";
    C_31 = 31, Resolution, "A group without members gets its identifier at once and its Team with the first member.";
    C_32 = 32, Resolution, "A rename to a taken name conflicts.";
    C_33 = 33, Resolution, "A group that goes away deactivates nobody unless a switch says so.";
    C_34 = 34, Resolution, "No effect leaves the organization without an active Owner who can enter without the identity provider.";
    C_35 = 35, Resolution, "An import of one hundred or more runs in the background.";
    C_36 = 36, Resolution, "Removing the configuration keeps claims, members and Teams, and is planned before it is carried out.";
    C_37 = 37, Resolution, "Deprovisioning is bounded by a budget, and what exceeds it is held.";
    C_38 = 38, Resolution, "Deactivated members keep their place in Teams.";
    C_39 = 39, Resolution, "A fresh proof of identity is a recent password or a recent sign-on.";
    C_40 = 40, Resolution, "An Owner counts as able to enter without the identity provider only with a password of their own.";
    C_41 = 41, Resolution, "What one vendor's page says of its groups holds for every provisioning client.";
    C_42 = 42, Resolution, "Provisioning presumes sign-on that is configured and turned on.";
}
