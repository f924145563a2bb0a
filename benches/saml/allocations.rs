//! How often and how much memory is asked for.

use std::hint::black_box;

pub(crate) struct Allocations {
    pub(crate) count: u64,
    pub(crate) peak_bytes: u64,
}

/// The allocations of this thread while `task` runs.
pub(crate) fn of<T>(task: impl Fn() -> T) -> Allocations {
    let info = allocation_counter::measure(|| drop(black_box(task())));
    Allocations {
        count: info.count_total,
        peak_bytes: info.bytes_max,
    }
}
