//! Signature verifications by ring with nothing around them, and measuring in turns.

use std::hint::black_box;
use std::time::{Duration, Instant};

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};

const MESSAGE: [u8; 512] = [7; 512];

pub(crate) type Floor = Box<dyn Fn()>;

/// `count` verifications of one signature by an RSA key of 2048 bits.
pub(crate) fn rsa(count: usize) -> Floor {
    let key = include_bytes!("../../tests/data/saml/keys/rsa-2048.test-only.der");
    let key = RsaKeyPair::from_pkcs8(key).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    let random = SystemRandom::new();
    key.sign(&RSA_PKCS1_SHA256, &random, &MESSAGE, &mut signature)
        .unwrap();
    let public = key.public_key().as_ref().to_vec();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public);
    verifications(count, move || {
        key.verify(black_box(&MESSAGE), &signature).unwrap();
    })
}

/// One verification of a signature on the curve P-256.
pub(crate) fn p256() -> Floor {
    let key = include_bytes!("../../tests/data/saml/keys/ec-p256.test-only.der");
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key, &random).unwrap();
    let signature = key.sign(&random, &MESSAGE).unwrap();
    let public = key.public_key().as_ref().to_vec();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public);
    verifications(1, move || {
        key.verify(black_box(&MESSAGE), signature.as_ref()).unwrap();
    })
}

fn verifications(count: usize, verify: impl Fn() + 'static) -> Floor {
    Box::new(move || (0..count).for_each(|_| verify()))
}

/// The quotient of the shortest times of `task` and `floor`, which are measured in turns.
///
/// Whatever else the machine does can only make a time longer, so that the shortest is the truest.
pub(crate) fn ratio(task: &dyn Fn(), floor: &dyn Fn()) -> f64 {
    let (task_runs, floor_runs) = (runs(task), runs(floor));
    let shortest = (0..ROUNDS).fold((f64::MAX, f64::MAX), |(one, other), _| {
        (
            one.min(time(task, task_runs)),
            other.min(time(floor, floor_runs)),
        )
    });
    shortest.0 / shortest.1
}

/// The shortest time of `task`.
pub(crate) fn shortest(task: &dyn Fn()) -> Duration {
    let times = (0..5).map(|_| time(task, 1));
    Duration::from_secs_f64(times.fold(f64::MAX, f64::min))
}

/// How often a task is run in one round, so that a round takes about a millisecond.
fn runs(task: &dyn Fn()) -> u32 {
    let once = time(task, 10).max(1e-9);
    ((1e-3 / once) as u32).clamp(1, 1_000)
}

fn time(task: &dyn Fn(), runs: u32) -> f64 {
    let start = Instant::now();
    (0..runs).for_each(|_| task());
    start.elapsed().as_secs_f64() / f64::from(runs)
}

const ROUNDS: usize = 200;
