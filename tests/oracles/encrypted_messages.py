#!/usr/bin/env python3
"""Responses signed and encrypted by other libraries, in every combination, and what must become of them.

    VENV/bin/python tests/oracles/encrypted_messages.py make FILE
    cargo run --release --all-features --example conformance -- saml FILE > ANSWERS
    VENV/bin/python tests/oracles/encrypted_messages.py check FILE ANSWERS

Signatures and encryption are OpenSSL's by way of `cryptography`, canonical forms libxml2's. Every
combination of content algorithm, key transport, place of the key and what is signed is made once, with
keys and octets drawn anew. Not part of `cargo test`; see README.md beside this file.
"""

import base64
import hashlib
import itertools
import json
import os
import pathlib
import sys
from collections import Counter

from cryptography import x509
from cryptography.hazmat.primitives import hashes, padding as block, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree

try:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
except ImportError:
    from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES

DS = "http://www.w3.org/2000/09/xmldsig#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
NAME = "grace@example.org"
CONTENTS = [XENC11 + f"aes{bits}-gcm" for bits in (128, 192, 256)]
CONTENTS += [XENC + f"aes{bits}-cbc" for bits in (128, 192, 256)]
CONTENTS += [XENC + "tripledes-cbc"]
HASHES = {1: hashes.SHA1, 256: hashes.SHA256, 384: hashes.SHA384, 512: hashes.SHA512}
# Identifier, digest of the label, digest of the mask, whether the ready key offers it.
TRANSPORTS = [("mgf1p", 1, 1, True), ("mgf1p", 256, 1, False), ("rsa-1_5", None, None, True)]
TRANSPORTS += [("oaep", bits, bits, True) for bits in HASHES]
TRANSPORTS += [("oaep", 256, 1, False), ("oaep", 512, 256, False)]
# As OpenSSL encrypts when it is told of one digest.
TRANSPORTS += [("mgf1p", 256, 256, True)]
PLACES = ["inside", "beside", "named"]
STANDINGS = ["assertion", "response", "both", "nothing"]


def private(bits=2048):
    return rsa.generate_private_key(65537, bits)


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def certificate(key):
    import datetime

    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp")])
    start = datetime.datetime(2026, 1, 1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(start).not_valid_after(start.replace(year=2126))
    made = builder.sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def text(octets):
    return base64.b64encode(octets).decode()


def canonical(element):
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def sign(xml, tag, key):
    """`xml` with an enveloped signature behind the issuer of its first element `tag`."""
    root = etree.fromstring(xml)
    element = next(root.iter(tag))
    alone = etree.fromstring(canonical(element))
    digest = text(hashlib.sha256(canonical(alone)).digest())
    info = (
        f'<ds:SignedInfo xmlns:ds="{DS}"><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
        f'<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
        f'<ds:Reference URI="#{element.get("ID")}"><ds:Transforms>'
        f'<ds:Transform Algorithm="{DS}enveloped-signature"/>'
        f'<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{XENC}sha256"/><ds:DigestValue>{digest}</ds:DigestValue>'
        f"</ds:Reference></ds:SignedInfo>"
    )
    value = key.sign(canonical(etree.fromstring(info)), padding.PKCS1v15(), hashes.SHA256())
    signature = f'<ds:Signature xmlns:ds="{DS}">{info}<ds:SignatureValue>{text(value)}</ds:SignatureValue></ds:Signature>'
    element.insert(1, etree.fromstring(signature))
    return etree.tostring(root).decode()


def encrypt(algorithm, plaintext):
    """The key that was drawn, and the cipher's octets."""
    if algorithm.endswith("gcm"):
        key, iv = os.urandom(int(algorithm[-7:-4]) // 8), os.urandom(12)
        return key, iv + AESGCM(key).encrypt(iv, plaintext, None)
    if "tripledes" in algorithm:
        key, size, cipher = os.urandom(24), 8, TripleDES
    else:
        key, size, cipher = os.urandom(int(algorithm[-7:-4]) // 8), 16, algorithms.AES
    padder = block.PKCS7(size * 8).padder()
    padded = padder.update(plaintext) + padder.finalize()
    iv = os.urandom(size)
    encryptor = Cipher(cipher(key), modes.CBC(iv)).encryptor()
    return key, iv + encryptor.update(padded) + encryptor.finalize()


def digest_uri(bits):
    return DS + "sha1" if bits == 1 else XENC + f"sha{bits}"


def wrap(transport, key, public):
    kind, label, mask, _ = transport
    if kind == "rsa-1_5":
        method = f'<xenc:EncryptionMethod Algorithm="{XENC}rsa-1_5"/>'
        return method, public.encrypt(key, padding.PKCS1v15())
    oaep = padding.OAEP(padding.MGF1(HASHES[mask]()), HASHES[label](), None)
    digest = f'<ds:DigestMethod xmlns:ds="{DS}" Algorithm="{digest_uri(label)}"/>'
    uri, generator = XENC + "rsa-oaep-mgf1p", ""
    if kind == "oaep":
        uri = XENC11 + "rsa-oaep"
        generator = f'<xenc11:MGF xmlns:xenc11="{XENC11}" Algorithm="{XENC11}mgf1sha{mask}"/>'
    method = f'<xenc:EncryptionMethod Algorithm="{uri}">{digest}{generator}</xenc:EncryptionMethod>'
    return method, public.encrypt(key, oaep)


def encrypted(name, plaintext, algorithm, transport, place, public):
    key, octets = encrypt(algorithm, plaintext.encode())
    method, wrapped = wrap(transport, key, public)
    number = text(os.urandom(9)).translate(str.maketrans("+/", "ab"))
    key_element = (
        f'<xenc:EncryptedKey xmlns:xenc="{XENC}" Id="_k{number}">{method}<xenc:CipherData>'
        f"<xenc:CipherValue>{text(wrapped)}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>"
    )
    info, beside = {
        "inside": (f'<ds:KeyInfo xmlns:ds="{DS}">{key_element}</ds:KeyInfo>', ""),
        "beside": ("", key_element),
        "named": (
            f'<ds:KeyInfo xmlns:ds="{DS}"><ds:RetrievalMethod Type="{XENC}EncryptedKey" URI="#_k{number}"/></ds:KeyInfo>',
            key_element,
        ),
    }[place]
    return (
        f'<saml:{name} xmlns:saml="{SAML}"><xenc:EncryptedData xmlns:xenc="{XENC}" Id="_d{number}" Type="{XENC}Element">'
        f'<xenc:EncryptionMethod Algorithm="{algorithm}"/>{info}<xenc:CipherData><xenc:CipherValue>{text(octets)}'
        f"</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>{beside}</saml:{name}>"
    )


def assertion(name_id, attribute):
    return (
        f'<saml:Assertion xmlns:saml="{SAML}" ID="_a1" Version="2.0" IssueInstant="2026-06-06T07:40:21Z">'
        f"<saml:Issuer>https://idp.example.org/m</saml:Issuer><saml:Subject>{name_id}"
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
        '<saml:SubjectConfirmationData Recipient="https://sp.example.com/acs" InResponseTo="_q1"'
        ' NotOnOrAfter="2026-06-06T07:45:20Z"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions>'
        "<saml:AudienceRestriction><saml:Audience>https://sp.example.com/m</saml:Audience>"
        '</saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="2026-06-06T07:39:00Z">'
        "<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
        "</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
        f"<saml:AttributeStatement>{attribute}</saml:AttributeStatement></saml:Assertion>"
    )


def response(content):
    return (
        f'<samlp:Response xmlns:samlp="{PROTOCOL}" xmlns:saml="{SAML}" ID="_r1" Version="2.0"'
        ' IssueInstant="2026-06-06T07:40:20Z" InResponseTo="_q1" Destination="https://sp.example.com/acs">'
        "<saml:Issuer>https://idp.example.org/m</saml:Issuer><samlp:Status>"
        '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
        f"{content}</samlp:Response>"
    )


CLEAR_NAME = f"<saml:NameID>{NAME}</saml:NameID>"
CLEAR_ATTRIBUTE = '<saml:Attribute Name="team"><saml:AttributeValue>ops</saml:AttributeValue></saml:Attribute>'


def cases(idp, service):
    public = service.public_key()
    for algorithm, transport, place, standing, whole in itertools.product(
        CONTENTS, TRANSPORTS, PLACES, STANDINGS, (True, False)
    ):
        hide = lambda name, xml: encrypted(name, xml, algorithm, transport, place, public)
        if whole:
            inner = assertion(CLEAR_NAME, CLEAR_ATTRIBUTE)
        else:
            name_id = hide("EncryptedID", CLEAR_NAME.replace("<saml:NameID", f'<saml:NameID xmlns:saml="{SAML}"'))
            inner = assertion(name_id, hide("EncryptedAttribute", CLEAR_ATTRIBUTE))
        if standing in ("assertion", "both"):
            inner = sign(inner, f"{{{SAML}}}Assertion", idp)
        xml = response(hide("EncryptedAssertion", inner) if whole else inner)
        if standing in ("response", "both"):
            xml = sign(xml, f"{{{PROTOCOL}}}Response", idp)
        legacy = "tripledes" in algorithm or transport[0] == "rsa-1_5"
        for level in ("legacy", "modern"):
            sound = transport[3] and standing != "nothing" and (level == "legacy" or not legacy)
            yield xml, level, sound, (algorithm, transport, place, standing, whole)


def make(path):
    idp, service = private(), private()
    shared = {
        "binding": "post", "message": "response", "certs_pem": [certificate(idp)],
        "idp_entity_id": "https://idp.example.org/m", "sp_entity_id": "https://sp.example.com/m",
        "acs_url": "https://sp.example.com/acs", "request_id": "_q1", "now": "2026-06-06T07:40:25Z",
        "sp_decrypt_key_pem": pem(service),
    }
    with open(path, "w") as file:
        for number, (xml, level, sound, what) in enumerate(cases(idp, service)):
            case = dict(shared, id=f"{number} {what} {level}", saml_response_b64=text(xml.encode()))
            case["policy"] = {"level": level}
            case["expect"] = "accept" if sound else "reject"
            file.write(json.dumps(case) + "\n")


def check(path, answers):
    counts = Counter()
    lines = zip(pathlib.Path(path).open(), pathlib.Path(answers).open(), strict=True)
    for case, answer in ((json.loads(case), json.loads(answer)) for case, answer in lines):
        assert case["id"] == answer["id"]
        assert answer["verdict"] == case["expect"], (case["id"], answer)
        if answer["verdict"] == "accept":
            assert answer["name_id"] == NAME, answer
            assert answer["attributes"] == {"team": ["ops"]}, answer
        counts[answer["verdict"] + " " + answer.get("code", "")] += 1
    for what, count in sorted(counts.items()):
        print(f"{count:5} {what}")


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](*sys.argv[2:])
