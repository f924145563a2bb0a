#!/usr/bin/env bash
# Encrypts the signed assertion of ../okta-assertion.b64 to sp-key.test-only.pem with xmlsec1, and
# with openssl for the digests of RSA-OAEP that xmlsec1 1.2 does not have.
# Session keys are drawn anew at each run, so this is a record and not a build step.
set -euo pipefail
cd "$(dirname "$0")"
folder=$(mktemp -d)
openssl pkey -in sp-key.test-only.pem -pubout -out "$folder/sp.pem"
base64 -d ../okta-assertion.b64 >"$folder/response.xml"
encrypt() { # name, content algorithm, session key, key transport
    cat >"$folder/template.xml" <<XML
<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element"><xenc:EncryptionMethod Algorithm="$2"/><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#$4"/><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>
XML
    xmlsec1 --encrypt --pubkey-pem "$folder/sp.pem" --session-key "$3" \
        --xml-data "$folder/response.xml" \
        --node-name "urn:oasis:names:tc:SAML:2.0:assertion:Assertion" \
        "$folder/template.xml" |
        sed -e 's|<xenc:EncryptedData|<saml2:EncryptedAssertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><xenc:EncryptedData|' \
            -e 's|</xenc:EncryptedData>|</xenc:EncryptedData></saml2:EncryptedAssertion>|' |
        base64 -w 76 >"xmlsec1-$1.b64"
}
for bits in 128 192 256; do
    encrypt "aes$bits-cbc" "http://www.w3.org/2001/04/xmlenc#aes$bits-cbc" "aes-$bits" rsa-oaep-mgf1p
    encrypt "aes$bits-gcm" "http://www.w3.org/2009/xmlenc11#aes$bits-gcm" "aes-$bits" rsa-oaep-mgf1p
done
encrypt "tripledes-cbc" "http://www.w3.org/2001/04/xmlenc#tripledes-cbc" "des-192" rsa-oaep-mgf1p
encrypt "rsa-1_5" "http://www.w3.org/2001/04/xmlenc#aes256-cbc" "aes-256" rsa-1_5

# The key beside the data, as Okta places it.
perl -0ne 'print $& if m|<saml2:Assertion.*</saml2:Assertion>|s' "$folder/response.xml" \
    >"$folder/assertion"
for bits in 256 384 512; do
    key=$(openssl rand -hex 32)
    iv=$(openssl rand -hex 16)
    wrapped=$(printf %s "$key" | xxd -r -p | openssl pkeyutl -encrypt -pubin -inkey "$folder/sp.pem" \
        -pkeyopt rsa_padding_mode:oaep -pkeyopt "rsa_oaep_md:sha$bits" -pkeyopt "rsa_mgf1_md:sha$bits" |
        base64 -w 0)
    content=$({ printf %s "$iv" | xxd -r -p
        openssl enc -aes-256-cbc -K "$key" -iv "$iv" -in "$folder/assertion"; } | base64 -w 0)
    digest="http://www.w3.org/2001/04/xmlenc#sha$bits"
    cat >"$folder/encrypted" <<XML
<saml2:EncryptedAssertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Id="_data" Type="http://www.w3.org/2001/04/xmlenc#Element"><xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:RetrievalMethod Type="http://www.w3.org/2001/04/xmlenc#EncryptedKey" URI="#_key"/></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>$content</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData><xenc:EncryptedKey xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Id="_key"><xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#rsa-oaep"><ds:DigestMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Algorithm="$digest"/><xenc11:MGF xmlns:xenc11="http://www.w3.org/2009/xmlenc11#" Algorithm="http://www.w3.org/2009/xmlenc11#mgf1sha$bits"/></xenc:EncryptionMethod><xenc:CipherData><xenc:CipherValue>$wrapped</xenc:CipherValue></xenc:CipherData><xenc:ReferenceList><xenc:DataReference URI="#_data"/></xenc:ReferenceList></xenc:EncryptedKey></saml2:EncryptedAssertion>
XML
    truncate -s -1 "$folder/encrypted"
    export encrypted="$folder/encrypted"
    perl -0pe 's|<saml2:Assertion.*</saml2:Assertion>|`cat $ENV{encrypted}`|se' \
        "$folder/response.xml" | base64 -w 76 >"openssl-oaep-sha$bits.b64"
done
rm -r "$folder"
