//! Judging responses, as a ratio to the signature verifications that nobody can avoid.
//!
//! `cargo bench --bench saml` prints the times, and then three tables: the ratio of each genuine
//! message to its floor, measured in turns in one run so that the machine's moods cancel out; its
//! allocations, which are the same in every run; and what each hostile input costs until it is
//! refused. `-- --quick` leaves the first part out.

#[path = "saml/allocations.rs"]
mod allocations;
#[path = "saml/floor.rs"]
mod floor;
#[path = "saml/genuine.rs"]
mod genuine;
#[path = "saml/hostile.rs"]
mod hostile;
#[expect(dead_code, reason = "the bench needs only a part of what the tests do")]
#[path = "../tests/saml/idp.rs"]
mod idp;

use std::hint::black_box;

use criterion::Criterion;

use genuine::Case;

fn main() {
    settle_memory();
    let cases = genuine::cases();
    if !std::env::args().any(|argument| argument == "--quick") {
        let mut criterion = Criterion::default().configure_from_args();
        for case in &cases {
            criterion.bench_function(&format!("response-verify/{}", case.name), |bencher| {
                bencher.iter(|| case.judge());
            });
        }
        criterion.final_summary();
    }
    print_genuine(&cases);
    print_growth();
    print_hostile();
}

/// A process that has run for a while keeps the memory that it freed. One that has just begun gives
/// large blocks back to the system each time, and fresh pages would count as the library's time. For
/// the C library of Linux, the first large block that is freed makes the difference.
fn settle_memory() {
    drop(black_box(vec![1_u8; 24 << 20]));
}

fn print_genuine(cases: &[Case]) {
    println!("\n| message | bytes | ratio to its verifications | allocations | peak / bytes |");
    println!("|---|---:|---:|---:|---:|");
    for case in cases {
        let ratio = floor::ratio(&|| drop(case.judge()), &case.floor);
        let used = allocations::of(|| case.judge());
        println!(
            "| {} | {} | {ratio:.2} | {} | {:.1} |",
            case.name,
            case.bytes,
            used.count,
            used.peak_bytes as f64 / case.bytes as f64,
        );
    }
}

/// Eight times the values against the values, each round measuring both.
fn print_growth() {
    println!("\n| signed | 8,000 values / 1,000 values |");
    println!("|---|---:|");
    for parts in [idp::ASSERTION, idp::RESPONSE_ONLY, idp::BOTH] {
        let (one, eight) = (genuine::groups(parts, 1_000), genuine::groups(parts, 8_000));
        let ratio = floor::ratio(&|| drop(eight.judge()), &|| drop(one.judge()));
        println!("| {} | {ratio:.2} |", parts.join(" and "));
    }
}

fn print_hostile() {
    println!("\n| hostile input | bytes | refused with | ms | peak bytes |");
    println!("|---|---:|---|---:|---:|");
    for input in hostile::inputs() {
        let time = floor::shortest(&|| {
            black_box(input.refusal());
        });
        let used = allocations::of(|| input.refusal());
        println!(
            "| {} | {} | `{}` | {:.2} | {} |",
            input.name,
            input.bytes(),
            input.refusal(),
            time.as_secs_f64() * 1e3,
            used.peak_bytes,
        );
    }
}
