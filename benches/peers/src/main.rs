//! The same SAML responses through vestibule and other Rust libraries.
//!
//! `cargo run --release` prints a Markdown table. Times are the shortest of rounds in which each
//! library has its turn, divided by the shortest of one ring verification with the same key.

#[cfg(feature = "bergshamra")]
mod bergshamra;
mod document;
#[expect(dead_code, reason = "rounds are taken over all libraries here")]
#[path = "../../saml/floor.rs"]
mod floor;
#[expect(dead_code, reason = "only the shape of the message is needed")]
#[path = "../../saml/genuine.rs"]
mod genuine;
#[expect(dead_code, reason = "only the signer is needed")]
#[path = "../../../tests/saml/idp.rs"]
mod idp;
#[cfg(feature = "samael")]
mod samael;
#[cfg(feature = "saml-rs")]
mod saml_rs;
mod vestibule_itself;

use std::time::{Duration, Instant};

use document::Document;

/// A library's answer: what it read as the subject, or why it refused.
type Verdict = Result<String, String>;

struct Peer {
    name: &'static str,
    /// What one run does.
    checks: &'static str,
    judge: Box<dyn Fn() -> Verdict>,
}

const MOST_ROUNDS: usize = 60;
/// Rounds end with this, or with the number above.
const MOST_TIME: Duration = Duration::from_secs(12);

fn main() {
    println!("| response | library | what it does | verdict | ratio to one verification |");
    println!("|---|---|---|---|---:|");
    for groups in [38, 1_000] {
        print_rows(&Document::with_groups(groups));
    }
}

fn print_rows(document: &Document) {
    let tampered = document.tampered();
    let (peers, against) = (peers(document), self::peers(&tampered));
    let times = shortest_times(&peers);
    let (floor, times) = times.split_first().unwrap();
    for ((peer, tampered), time) in peers.iter().zip(&against).zip(times) {
        let (verdict, ratio) = match (peer.judge)() {
            Ok(subject) => {
                assert!(document::SUBJECTS.contains(&&*subject), "{}", peer.name);
                let tampered = match (tampered.judge)() {
                    Ok(_) => "ACCEPTED",
                    Err(_) => "refused",
                };
                let verdict = format!("accepted; tampered: {tampered}");
                (verdict, format!("{:.2}", time / floor))
            }
            Err(reason) => (format!("refused: {reason}"), "none".to_owned()),
        };
        let (bytes, name, checks) = (document.xml.len(), peer.name, peer.checks);
        println!("| {bytes} bytes | {name} | {checks} | {verdict} | {ratio} |");
    }
}

fn peers(document: &Document) -> Vec<Peer> {
    vec![
        vestibule_itself::peer(document),
        #[cfg(feature = "bergshamra")]
        bergshamra::peer(document),
        #[cfg(feature = "saml-rs")]
        saml_rs::peer(document),
        #[cfg(feature = "samael")]
        samael::peer(document),
    ]
}

/// In seconds: of the floor, then of each peer.
fn shortest_times(peers: &[Peer]) -> Vec<f64> {
    let floor = floor::rsa(1);
    let mut shortest = vec![f64::MAX; peers.len() + 1];
    let start = Instant::now();
    for _ in 0..MOST_ROUNDS {
        if start.elapsed() > MOST_TIME {
            break;
        }
        let tasks = peers.iter().map(|peer| {
            let judge = &peer.judge;
            Box::new(move || drop(std::hint::black_box(judge()))) as Box<dyn Fn() + '_>
        });
        let floor: Box<dyn Fn() + '_> = Box::new(&floor);
        for (least, task) in shortest.iter_mut().zip(std::iter::once(floor).chain(tasks)) {
            *least = least.min(time(&task));
        }
    }
    shortest
}

/// Of one of five runs.
fn time(task: &dyn Fn()) -> f64 {
    let start = Instant::now();
    (0..5).for_each(|_| task());
    start.elapsed().as_secs_f64() / 5.0
}
