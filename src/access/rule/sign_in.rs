//! The rules of signing in and joining at sign-in.

use super::{Family, Rule, RuleId, RuleKind, rules};

rules! {
    Login, LOGIN;
    LOGIN_01 = 1, Stated, "Sign-on is not required unless an admin says so.";
    LOGIN_02 = 2, Stated, "Where sign-on is required, a member of a verified domain without an exempt role cannot use a password.";
    LOGIN_03 = 3, Open, "Where sign-on is required, exempt roles may still use a password; C-15 says which.";
    LOGIN_04 = 4, Stated, "Where sign-on is required, an external user who was invited may still use a password.";
    LOGIN_05 = 5, Implied, "A person is external when the organization has not verified their address's domain.";
    LOGIN_06 = 6, Implied, "Where sign-on is on but not required, members may use a password and are offered sign-on.";
    LOGIN_07 = 7, Implied, "Without sign-on turned on there is only the password, and requiring sign-on has no effect.";
    LOGIN_08 = 8, Stated, "Under managed access everybody of a verified domain is sent to sign-on, member or not.";
    LOGIN_09 = 9, Open, "Whether managed access alone forbids passwords is left open; C-17 decides.";
    LOGIN_10 = 10, Stated, "Under managed access a sign-up from a verified domain is sent to sign-on first.";
    LOGIN_11 = 11, Open, "Under managed access a request for project access from a verified domain is sent to sign-on.";
    LOGIN_12 = 12, Stated, "Without managed access a member's sign-on admits the member and changes no membership.";
    LOGIN_13 = 13, Implied, "Without managed access a sign-on by somebody who is no member is refused.";
    LOGIN_14 = 14, Implied, "An identity provider speaks only for the domains that its own organization verified.";
    LOGIN_15 = 15, Implied, "An assertion about a domain that another organization holds is refused and reported.";
    LOGIN_16 = 16, Implied, "A deactivated person cannot sign in by any method, whatever the role.";
    LOGIN_17 = 17, Implied, "When a domain lapses its people count as external; C-09 says what that allows.";
    LOGIN_18 = 18, Implied, "Requiring sign-on is refused or warned about when it would lock the organization out.";
    LOGIN_19 = 19, Stated, "Managed access is off by default, is recommended where sign-on is on, and is a switch of its own.";
}

rules! {
    Jit, JIT;
    JIT_01 = 1, Stated, "Without managed access a sign-on adds nobody.";
    JIT_02 = 2, Stated, "Under managed access a sign-on from a verified domain adds the person as a member.";
    JIT_03 = 3, Stated, "A member who joins by sign-on gets the base role and what is granted to all users.";
    JIT_04 = 4, Stated, "A member who joins by sign-on gets the names that the assertion carries.";
    JIT_05 = 5, Stated, "What is shared with all users is shared with those who join by sign-on.";
    JIT_06 = 6, Stated, "Joining by sign-on needs no invitation, and uses up a pending one.";
    JIT_07 = 7, Implied, "A person who has an account but is no member joins with that account.";
    JIT_08 = 8, Implied, "A sign-on by an active member adds nothing.";
    JIT_09 = 9, Implied, "A sign-on never brings a deactivated member back.";
}

rules! {
    Binding, BIND;
    BIND_01 = 1, Own, "An account that one subject of a connection entered by is not entered by another subject of that connection.";
    BIND_02 = 2, Own, "An account made under an earlier holder of its domain is not bound by its address to the identity provider of a later holder.";
}
