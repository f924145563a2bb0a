//! Every bound on hostile input, with its origin.
//!
//! A bound that is met is an error with [`Blame::Limit`](crate::error::Blame::Limit) that names
//! the bound and its value. Bounds that a host may want to widen are fields of a struct here and
//! part of a connection's settings; the others are constants.
