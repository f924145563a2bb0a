//! Who signed what: what was verified, what a message claims, and which certificates it shows.

use std::fmt::Write as _;

use vestibule::dsig::{Certificate, parse_certificates};
use vestibule::error::Shown;
use vestibule::saml::{Part, SignedPart};
use vestibule::xml::Element;

use super::judge::Explanation;
use super::report::name;
use super::style::Style;
use super::tree::{is_signature, part};

pub(crate) fn of(explanation: &Explanation, style: Style) -> String {
    let mut lines = String::new();
    for part in [Part::Response, Part::Assertion] {
        let mut signatures = explanation.signatures.iter();
        match signatures.find(|signed| signed.part == part) {
            Some(signed) => verified(signed, explanation, style, &mut lines),
            None => unverified(&part, explanation, style, &mut lines),
        }
    }
    if lines.is_empty() {
        lines.push_str("  none that can be read\n");
    }
    lines
}

fn verified(signed: &SignedPart, explanation: &Explanation, style: Style, lines: &mut String) {
    let (part, algorithm) = (name(&signed.part), signed.algorithm);
    let verdict = style.good(format!("verified, {algorithm}"));
    let _ = writeln!(lines, "  {part}: {verdict}, by the certificate");
    let mut uploaded = explanation.certificates.iter();
    match uploaded.find(|one| one.fingerprint() == signed.certificate) {
        Some(certificate) => describe(certificate, lines),
        None => {
            let _ = writeln!(lines, "    {}", signed.certificate);
        }
    }
    for warning in &signed.warnings {
        let _ = writeln!(lines, "    {}", style.warning(name(warning)));
    }
}

fn describe(certificate: &Certificate, lines: &mut String) {
    let (subject, end) = (Shown::new(certificate.subject()), certificate.not_after());
    let _ = writeln!(lines, "    {}", certificate.fingerprint());
    let _ = writeln!(lines, "    {subject}, valid until {end}");
}

/// What the message says of a signature, which proves nothing.
fn unverified(part: &Part, explanation: &Explanation, style: Style, lines: &mut String) {
    let Some(document) = &explanation.document else {
        return;
    };
    let of_part = |element: &Element<'_>| self::part(*element).as_ref() == Some(part);
    let Some(element) = document.elements().find(of_part) else {
        return;
    };
    let part = name(part);
    if element.local_name() == "EncryptedAssertion" {
        let _ = writeln!(
            lines,
            "  {part}: encrypted, and so is a signature inside it"
        );
        return;
    }
    let Some(signature) = element.children().find(|child| is_signature(*child)) else {
        let _ = writeln!(lines, "  {part}: not signed by itself");
        return;
    };
    let claims = style.warning("not verified");
    let _ = writeln!(
        lines,
        "  {part}: {claims}; it claims {}",
        algorithms(signature)
    );
    for shown in certificates(signature) {
        let _ = writeln!(
            lines,
            "    it shows the certificate, {}",
            standing(&shown, explanation)
        );
        describe(&shown, lines);
    }
}

/// The last part of each algorithm's identifier, as the message names them.
fn algorithms(signature: Element<'_>) -> String {
    let mut named = Vec::new();
    for element in signature.descendants() {
        let is_named = matches!(element.local_name(), "SignatureMethod" | "DigestMethod");
        if let Some(uri) = element.attribute("Algorithm").filter(|_| is_named) {
            named.push(Shown::new(uri.rsplit('#').next().unwrap_or(uri)).to_string());
        }
    }
    match named.is_empty() {
        true => "no algorithm".to_owned(),
        false => named.join(", "),
    }
}

/// Those in `KeyInfo`; the first few, because nothing bounds them.
fn certificates(signature: Element<'_>) -> Vec<Certificate> {
    let elements = signature.descendants();
    let shown = elements.filter(|one| one.local_name() == "X509Certificate");
    let read = |one: Element<'_>| parse_certificates(one.text().as_bytes()).ok();
    shown.take(3).filter_map(read).flatten().collect()
}

fn standing(shown: &Certificate, explanation: &Explanation) -> &'static str {
    let uploaded = &explanation.certificates;
    if uploaded.iter().any(|one| one.as_der() == shown.as_der()) {
        "which is among those given"
    } else if uploaded.iter().any(|one| one.has_key_of(shown)) {
        "another one for a key of those given"
    } else {
        "which is not among those given"
    }
}
