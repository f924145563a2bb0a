//! The rules of claims to domains.

use super::{Family, Rule, RuleId, RuleKind, rules};

rules! {
    Claim, CLAIM;
    CLAIM_01 = 1, Stated, "Single sign-on is refused for an address whose domain the organization does not hold.";
    CLAIM_02 = 2, Open, "Whether a claim keeps out members of other domains is left open; C-03 decides.";
    CLAIM_03 = 3, Stated, "The only proof of a claim is a TXT record in DNS that carries the issued token.";
    CLAIM_04 = 4, Stated, "Claiming a valid domain opens a pending claim and issues its token.";
    CLAIM_05 = 5, Stated, "A domain that one organization holds cannot be claimed or verified by another.";
    CLAIM_06 = 6, Stated, "A pending claim is listed as pending and grants nothing.";
    CLAIM_07 = 7, Stated, "A pending claim does not fail with time; it is looked at again and again.";
    CLAIM_08 = 8, Stated, "Seeing the token in DNS turns a pending claim into a verified one.";
    CLAIM_09 = 9, Stated, "The record's value must be exactly the prefix and the token; other TXT strings are ignored.";
    CLAIM_10 = 10, Open, "Which name carries the record is left open; C-06 decides.";
    CLAIM_11 = 11, Stated, "An Owner or Admin may read a claim's token at any time, since DNS publishes it.";
    CLAIM_12 = 12, Stated, "A verified claim is looked at again for ever.";
    CLAIM_13 = 13, Stated, "A verified claim whose record stays away for a week is no longer verified.";
    CLAIM_14 = 14, Implied, "Within the week of grace a missing record changes no decision.";
    CLAIM_15 = 15, Implied, "A record that comes back within the week leaves the claim verified, as if nothing had happened.";
    CLAIM_16 = 16, Implied, "A record that comes back after a lapse can verify the claim again; C-08 says with which token.";
    CLAIM_17 = 17, Stated, "Removing the record is the intended way to end sign-on and provisioning for a domain.";
    CLAIM_18 = 18, Implied, "An organization may hold any number of claims, each with its own state and token.";
    CLAIM_19 = 19, Implied, "When a claim lapses, sign-on, joining at sign-in and provisioning end for its domain.";
    CLAIM_20 = 20, Open, "Wherever a claimed domain is meant, C-10 reads it as a verified one.";
    CLAIM_21 = 21, Stated, "Provisioning needs at least one verified domain.";
    CLAIM_22 = 22, Stated, "Setting up an identity provider presumes a collected postback address and a verified domain.";
    CLAIM_23 = 23, Implied, "Claiming a domain again returns the claim that is there, with the same token.";
    CLAIM_24 = 24, Implied, "Input that is not a domain one organization can own is refused as a claim.";
    CLAIM_25 = 25, Open, "Whether a claim covers subdomains is left open; C-12 decides.";
}
