#!/bin/sh
# Makes the keys in this folder, with which tests sign what a service provider sends.
# Run in this folder; needs openssl 3. Keys differ from run to run.
set -eu

key() { # name, genpkey options
    name=$1; shift
    openssl genpkey "$@" 2>/dev/null \
        | openssl pkcs8 -topk8 -nocrypt -outform DER -out "$name.test-only.der"
    openssl req -x509 -new -key "$name.test-only.der" -keyform DER -subj "/CN=vestibule test sp $name" \
        -days 3650 -sha256 -out "$name.pem"
}
key ec-p256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
key ec-p384 -algorithm EC -pkeyopt ec_paramgen_curve:P-384
key ed25519 -algorithm ED25519
key rsa-2048 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
