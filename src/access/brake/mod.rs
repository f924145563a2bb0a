//! The brake: how much a directory may take away before somebody has looked.
//!
//! Each connection has a budget over the last day and the last week ([`BudgetLimit`]), kept in an
//! [`HourlyLedger`]. What exceeds it, or comes when something is odd with the connection, is held
//! ([`Hold`]): nothing is destroyed, the Owners are told, and the directory gets an answer that it
//! takes for a success unless the policy says otherwise. A held change is carried out by a
//! [`Plan`](super::Plan) that an Owner or Admin commits.
//!
//! The brake does not judge whether a change is allowed, and it stops no sign-in.

mod held;
mod judge;
mod ledger;
mod policy;
mod state;

pub use held::{HeldChange, HeldTarget, Hold, HoldCause};
pub(super) use judge::is_first_sync;
pub(super) use judge::{Demand, cause};
pub use ledger::HourlyLedger;
pub use policy::{BrakePolicy, BudgetLimit, BudgetWindow, HeldAccess, HoldResponse};
pub use state::{Brake, BrakeFacts, BrakeState, FirstSync, SetupTarget};
