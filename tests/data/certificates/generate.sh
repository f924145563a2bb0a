#!/bin/sh
# Makes everything in this folder except what the README lists as taken from elsewhere.
# Run in an empty folder; needs openssl 3. Keys, and so all files, differ from run to run.
set -eu

printf 'The octets that every signature in this folder is over.\n' > message.txt

key() { # name, genpkey options
    name=$1; shift
    openssl genpkey "$@" -out "$name.test-only.key" 2>/dev/null
    openssl req -x509 -new -key "$name.test-only.key" -subj "/CN=vestibule test $name" \
        -days 3650 ${hash:--sha256} -out "$name.pem"
}
key rsa-1024 -algorithm RSA -pkeyopt rsa_keygen_bits:1024
key rsa-2048 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
key rsa-4096 -algorithm RSA -pkeyopt rsa_keygen_bits:4096
key rsa-512-unsupported -algorithm RSA -pkeyopt rsa_keygen_bits:512
key rsa-pss-only-unsupported -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048
key ec-p256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
key ec-p384 -algorithm EC -pkeyopt ec_paramgen_curve:P-384
key ec-p521-unsupported -algorithm EC -pkeyopt ec_paramgen_curve:P-521
key ec-secp256k1-unsupported -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1
key ec-explicit-unsupported -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit
key ed25519 -algorithm ED25519
key ed448-unsupported -algorithm ED448
openssl dsaparam -genkey -noout -out dsa-unsupported.test-only.key 2048
openssl req -x509 -new -key dsa-unsupported.test-only.key -subj "/CN=vestibule test dsa-unsupported" \
    -days 3650 -out dsa-unsupported.pem

# Signatures. OpenSSL writes ECDSA as DER, which is kept to be refused; XML wants r and s.
sign() { # key, algorithm, openssl options
    signature=$1.$2.sig; key=$1.test-only.key; shift 2
    openssl dgst -sign "$key" "$@" -out "$signature" message.txt
}
for size in 1024 2048 4096; do
    for bits in 1 256 384 512; do sign rsa-$size rsa-pkcs1-sha$bits -sha$bits; done
done
for bits in 256 384 512; do
    for size in 1024 2048; do
        case $size-$bits in 1024-512) continue;; esac
        sign rsa-$size rsa-pss-sha$bits -sha$bits -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest
    done
done
sign rsa-2048 rsa-pss-sha256-wrong-salt -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20
for curve in p256:64 p384:96; do
    for bits in 256 384; do
        name=ec-${curve%:*}.ecdsa-sha$bits
        sign ec-${curve%:*} ecdsa-sha$bits -sha$bits
        mv "$name.sig" "$name.der-form.sig"
        half=$((${curve#*:}))
        openssl asn1parse -inform DER -in "$name.der-form.sig" \
            | sed -n 's/.*INTEGER *://p' \
            | while read -r integer; do printf "%0${half}s" "$integer" | tr ' ' 0; done \
            | xxd -r -p > "$name.sig"
    done
done
openssl pkeyutl -sign -rawin -inkey ed25519.test-only.key -in message.txt -out ed25519.ed25519.sig

# What is taken for a certificate.
openssl req -new -key rsa-2048.test-only.key -subj "/CN=vestibule test" -out request.pem
openssl req -in request.pem -outform DER -out request.der
openssl crl2pkcs7 -nocrl -certfile rsa-2048.pem -out bundle.pkcs7.pem
openssl crl2pkcs7 -nocrl -certfile rsa-2048.pem -outform DER -out bundle.pkcs7.der
openssl pkcs12 -export -inkey rsa-2048.test-only.key -in rsa-2048.pem -passout pass:test-only -out archive.pkcs12.der
openssl pkey -in rsa-2048.test-only.key -pubout -out public-key.pem
openssl pkey -in rsa-2048.test-only.key -pubout -outform DER -out public-key.der
openssl rsa -in rsa-2048.test-only.key -RSAPublicKey_out -outform DER -out public-key-pkcs1.der 2>/dev/null
openssl pkcs8 -topk8 -nocrypt -in rsa-2048.test-only.key -outform DER -out private-key-pkcs8.test-only.der
openssl pkcs8 -topk8 -in rsa-2048.test-only.key -passout pass:test-only -outform DER -out private-key-pkcs8-encrypted.test-only.der
openssl pkcs8 -topk8 -in rsa-2048.test-only.key -passout pass:test-only -out private-key-pkcs8-encrypted.test-only.pem
openssl rsa -in rsa-2048.test-only.key -traditional -outform DER -out private-key-pkcs1.test-only.der 2>/dev/null
openssl rsa -in rsa-2048.test-only.key -traditional -out private-key-pkcs1.test-only.pem 2>/dev/null
openssl pkcs8 -topk8 -nocrypt -in ed25519.test-only.key -outform DER -out private-key-pkcs8-ed25519.test-only.der
openssl ec -in ec-p256.test-only.key -outform DER -out private-key-sec1.test-only.der 2>/dev/null

# Odd certificates.
openssl x509 -in rsa-2048.pem -outform DER -out rsa-2048.der
openssl req -x509 -new -key ec-p256.test-only.key -subj "/CN=vestibule test negative serial" -days 3650 \
    -set_serial -5 -out odd-negative-serial.pem
openssl req -x509 -new -key ec-p256.test-only.key -subj "/CN=vestibule test long serial" -days 3650 \
    -set_serial 0x7f0102030405060708090a0b0c0d0e0f101112131415 -out odd-long-serial.pem
openssl x509 -req -in request.pem -signkey rsa-2048.test-only.key -days 3650 -out version-1.pem 2>/dev/null

# A chain: a leaf with its issuer.
openssl req -new -key ec-p256.test-only.key -subj "/CN=vestibule test leaf" -out leaf.csr
openssl x509 -req -in leaf.csr -CA rsa-2048.pem -CAkey rsa-2048.test-only.key -set_serial 9 -days 3650 \
    -out leaf.pem 2>/dev/null
cat leaf.pem rsa-2048.pem > chain.pem
rm -f leaf.csr leaf.pem

# Nothing is signed with the other keys again.
mv rsa-2048.test-only.key private-key.test-only.pem
rm -f ./*.test-only.key
