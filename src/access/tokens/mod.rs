//! Provisioning tokens: made, shown once, replaced, revoked and recognized.
//!
//! A connection has at most one active token and one that retires (rule C-22); each belongs to one
//! organization and one connection. Only hashes are stored. This module draws no random number: the
//! entropy of a secret is the host's.

mod decide;
mod record;
mod secret;

pub use decide::{TokenFacts, decide_token_issue, decide_token_read, decide_token_revoke};
pub use record::{AcceptedToken, ConnectionTokens, TokenIssuer, TokenRecord, TokenState};
pub use secret::{TokenHash, TokenSecret};
