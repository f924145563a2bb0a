//! Ratios of the SCIM core; filled in with the tasks that it measures.

fn main() {}
