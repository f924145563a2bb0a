//! Judging responses, as a ratio to the signature verifications that nobody can avoid.
//!
//! `cargo bench --bench saml` prints the times, and at the end the ratios, measured in turns in
//! the same run so that the machine's moods cancel out.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use ring::rand::SystemRandom;
use ring::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use vestibule::dsig::{TrustedKeys, parse_certificates};
use vestibule::identity::ConnectionId;
use vestibule::saml::{
    EndpointUrl, EntityId, Expectations, IdentityProvider, Login, ParsedResponse, ReplayAnswer,
    SentRequest, ServiceProvider, Solicitation,
};

macro_rules! data {
    ($path:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/", $path)
    };
}

/// One response with the parties that it is between.
struct Case {
    form_value: &'static str,
    idp: IdentityProvider,
    service: ServiceProvider,
    request: SentRequest,
}

impl Case {
    fn new(form_value: &'static str, entity_id: &str, request_id: &str) -> Self {
        let certificates = parse_certificates(include_bytes!(data!("saml/idp.pem"))).unwrap();
        let keys = TrustedKeys::from_certificates(&certificates).unwrap();
        let entity_id = EntityId::parse(entity_id).unwrap();
        Self {
            form_value,
            idp: IdentityProvider::new(ConnectionId::new("bench"), entity_id.clone(), keys),
            service: ServiceProvider::new(
                EntityId::parse("https://sp.example.com/saml/metadata").unwrap(),
                EndpointUrl::parse("https://sp.example.com/saml/acs").unwrap(),
            ),
            request: SentRequest::new(request_id, entity_id).unwrap(),
        }
    }

    /// From the form value to the identity.
    fn judge(&self) -> Login {
        let now = "2026-06-06T07:40:25Z".parse().unwrap();
        let expected = Expectations::new(&self.service, Solicitation::Solicited(&self.request));
        ParsedResponse::from_post(self.form_value)
            .and_then(|parsed| parsed.verify(&self.idp))
            .and_then(|verified| verified.accept(&expected, now))
            .and_then(|pending| pending.confirm(ReplayAnswer::FirstSeen))
            .unwrap()
    }
}

/// One RSA-2048 verification by ring, with nothing around it.
fn floor() -> impl Fn() {
    let key = include_bytes!(data!("certificates/private-key-pkcs8.test-only.der"));
    let key = RsaKeyPair::from_pkcs8(key).unwrap();
    let message = [7; 512];
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        &message,
        &mut signature,
    )
    .unwrap();
    let public = key.public_key().as_ref().to_vec();
    move || {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &public)
            .verify(black_box(&message), &signature)
            .unwrap();
    }
}

/// The median of the ratios of `task` to `floor`, each round measuring both.
fn ratio(task: impl Fn(), floor: impl Fn(), floors: f64) -> f64 {
    const ROUNDS: usize = 60;
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| time(&task).as_secs_f64() / (time(&floor).as_secs_f64() * floors))
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ROUNDS / 2]
}

fn time(task: &impl Fn()) -> Duration {
    let start = Instant::now();
    (0..100).for_each(|_| task());
    start.elapsed()
}

fn main() {
    let one = Case::new(
        include_str!(data!("saml/okta-assertion.b64")),
        "http://www.okta.com/exk1f2c3d4E5G6h7I8j9",
        "_reqfe9e197244f6ada5be89f70666e09d40",
    );
    let two = Case::new(
        include_str!(data!("saml/pysaml2-both.b64")),
        "https://idp.example.org/saml/metadata",
        "_req7f4e7a8b95b48a0e64842578f7c89b52",
    );
    let floor = floor();
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("ring-verify/RSA-2048", |bencher| bencher.iter(&floor));
    criterion.bench_function("response-verify/6KiB-RSA-2048-one-signature", |bencher| {
        bencher.iter(|| one.judge());
    });
    criterion.bench_function("response-verify/7KiB-RSA-2048-two-signatures", |bencher| {
        bencher.iter(|| two.judge());
    });
    criterion.final_summary();

    let judge = |case: &Case| {
        black_box(case.judge());
    };
    println!("\nratio to as many ring RSA-2048 verifications as the message has signatures");
    println!(
        "6 KiB, one signature:  {:.2}",
        ratio(|| judge(&one), &floor, 1.0)
    );
    println!(
        "7 KiB, two signatures: {:.2}",
        ratio(|| judge(&two), &floor, 2.0)
    );
}
