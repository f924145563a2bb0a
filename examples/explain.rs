//! Why a response is refused: `cargo run --example explain -- RESPONSE --cert CERT`.
//!
//! Prints the message as a tree with its signed part marked, who signed what, and every class of
//! checks with its verdict; of each check that failed the place, both sides, whose turn it is and
//! what to change. Of a signature that was not verified it says what the message claims, and whether
//! the certificate that it shows is one of those given. Values that are not given are taken from the message and marked as assumed.
//! Personal values stay hidden. With the feature `encryption` it opens what is encrypted, too. Exit code 0: accepted; 1: refused; 2: wrong usage.

use std::error::Error;
use std::io::{IsTerminal, Read};
use std::process::ExitCode;

#[path = "explain/arguments.rs"]
mod arguments;
#[path = "explain/judge.rs"]
mod judge;
#[path = "explain/report.rs"]
mod report;
#[path = "explain/signatures.rs"]
mod signatures;
#[path = "explain/style.rs"]
mod style;
#[path = "explain/tree.rs"]
mod tree;

use arguments::Arguments;
use judge::{Explanation, Settings};
use style::Style;

fn main() -> ExitCode {
    match explain() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}\n\n{}", arguments::USAGE);
            ExitCode::from(2)
        }
    }
}

fn explain() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    let mut certificates = Vec::new();
    for path in &arguments.certificates {
        certificates.extend(judge::read_certificates(&read(path)?)?);
    }
    let mut settings = Settings::new(&arguments, &certificates)?;
    if let Some(path) = &arguments.decryption_key {
        settings.decryption_keys = Some(judge::read_decryption_key(&read(path)?)?);
    }
    let explanation = Explanation::of(&read(&arguments.response)?, &settings);
    let is_coloured = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let style = match is_coloured {
        true => Style::Coloured,
        false => Style::Plain,
    };
    print!("{}", report::of(&explanation, style, arguments.values));
    Ok(match explanation.refusal {
        None => ExitCode::SUCCESS,
        Some(_) => ExitCode::from(1),
    })
}

/// A file, or standard input by the name `-`.
fn read(path: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    match path {
        "-" => std::io::stdin().lock().read_to_end(&mut bytes).map(|_| ()),
        path => {
            std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes).map(|_| ()))
        }
    }
    .map_err(|error| format!("{path}: {error}"))?;
    Ok(bytes)
}
