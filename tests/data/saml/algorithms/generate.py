#!/usr/bin/env python3
"""Responses signed by other libraries, with every algorithm that a message may name.

    python3 -m venv VENV && VENV/bin/pip install lxml cryptography
    VENV/bin/python generate.py

Writes messages.jsonl and one certificate for each key. Keys and random octets are drawn anew at each
run, so this is a record and not a build step. Canonical forms are libxml2's, signatures OpenSSL's.
"""

import base64
import datetime
import hashlib
import json
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa, utils
from lxml import etree

HERE = pathlib.Path(__file__).parent
DS = "http://www.w3.org/2000/09/xmldsig#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
MORE_2007 = "http://www.w3.org/2007/05/xmldsig-more#"
MORE_2021 = "http://www.w3.org/2021/04/xmldsig-more#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
HASHES = {
    "md5": hashes.MD5(),
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
DIGESTS = {
    "md5": MORE + "md5",
    "sha1": DS + "sha1",
    "sha224": MORE + "sha224",
    "sha256": "http://www.w3.org/2001/04/xmlenc#sha256",
    "sha384": MORE + "sha384",
    "sha512": "http://www.w3.org/2001/04/xmlenc#sha512",
}
RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response-1" Version="2.0" IssueInstant="2026-06-06T07:40:20Z" InResponseTo="_request-1"><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion ID="_assertion-1" Version="2.0" IssueInstant="2026-06-06T07:40:21Z"><saml:Issuer>https://idp.example.org/metadata</saml:Issuer><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="{method}"/><ds:Reference URI="#_assertion-1"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="{digest_method}"/><ds:DigestValue></ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue></ds:SignatureValue></ds:Signature><saml:Subject><saml:NameID>ada.lovelace@acme.example</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData Recipient="https://sp.example.com/acs" InResponseTo="_request-1" NotOnOrAfter="2026-06-06T07:45:20Z"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions><saml:AudienceRestriction><saml:Audience>https://sp.example.com/metadata</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="2026-06-06T07:39:00Z"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement></saml:Assertion></samlp:Response>"""


def keys():
    return {
        "rsa-1024": rsa.generate_private_key(65537, 1024),
        "rsa-2048": rsa.generate_private_key(65537, 2048),
        "ec-p256": ec.generate_private_key(ec.SECP256R1()),
        "ec-p384": ec.generate_private_key(ec.SECP384R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
        "dsa-2048": dsa.generate_private_key(2048),
    }


def certificate(name, key):
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    start = datetime.datetime(2026, 1, 1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start.replace(year=2126))
    )
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, digest).public_bytes(serialization.Encoding.PEM)


def methods():
    """Name of the key, identifier of the method, how it signs."""
    for bits in ("rsa-1024", "rsa-2048"):
        yield bits, MORE + "rsa-md5", pkcs1("md5")
        yield bits, DS + "rsa-sha1", pkcs1("sha1")
        for name in ("sha224", "sha256", "sha384", "sha512"):
            yield bits, MORE + "rsa-" + name, pkcs1(name)
        for name in ("sha1", "sha256", "sha384"):
            yield bits, MORE_2007 + name + "-rsa-MGF1", pss(name)
    yield "rsa-2048", MORE_2007 + "sha512-rsa-MGF1", pss("sha512")
    yield "rsa-2048", MORE_2007 + "rsa-pss", pss("sha256")
    for curve in ("ec-p256", "ec-p384"):
        for name in ("sha1", "sha224", "sha256", "sha384", "sha512"):
            yield curve, MORE + "ecdsa-" + name, ecdsa(name)
    yield "ed25519", MORE_2021 + "eddsa-ed25519", lambda key, octets: key.sign(octets)
    yield "dsa-2048", DS + "dsa-sha1", dsa_with("sha1")
    yield "dsa-2048", "http://www.w3.org/2009/xmldsig11#dsa-sha256", dsa_with("sha256")


def pkcs1(name):
    return lambda key, octets: key.sign(octets, padding.PKCS1v15(), HASHES[name])


def pss(name):
    digest = HASHES[name]
    salt = padding.PSS(padding.MGF1(digest), digest.digest_size)
    return lambda key, octets: key.sign(octets, salt, digest)


def fixed(value, octets):
    r, s = utils.decode_dss_signature(value)
    return r.to_bytes(octets, "big") + s.to_bytes(octets, "big")


def ecdsa(name):
    def sign(key, octets):
        return fixed(key.sign(octets, ec.ECDSA(HASHES[name])), (key.key_size + 7) // 8)

    return sign


def dsa_with(name):
    return lambda key, octets: fixed(key.sign(octets, HASHES[name]), 32)


def canonical(element):
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def message(key, method, sign, digest="sha256"):
    text = RESPONSE.format(method=method, digest_method=DIGESTS[digest])
    root = etree.fromstring(text)
    assertion = root.find(f"{{{SAML}}}Assertion")
    signature = assertion.find(f"{{{DS}}}Signature")
    bare = etree.fromstring(text)
    unsigned = bare.find(f"{{{SAML}}}Assertion")
    unsigned.remove(unsigned.find(f"{{{DS}}}Signature"))
    value = hashlib.new(digest, canonical(unsigned)).digest()
    signature.find(f".//{{{DS}}}DigestValue").text = base64.b64encode(value).decode()
    octets = canonical(signature.find(f"{{{DS}}}SignedInfo"))
    value = base64.b64encode(sign(key, octets)).decode()
    signature.find(f"{{{DS}}}SignatureValue").text = value
    return etree.tostring(root).decode()


def main():
    made = keys()
    for name, key in made.items():
        (HERE / f"{name}.pem").write_bytes(certificate(name, key))
    with (HERE / "messages.jsonl").open("w") as file:
        for name, method, sign in methods():
            write(file, name, method, "sha256", message(made[name], method, sign))
        for digest in DIGESTS:
            if digest != "sha256":
                method = MORE + "rsa-sha256"
                xml = message(made["rsa-2048"], method, pkcs1("sha256"), digest)
                write(file, "rsa-2048", method, digest, xml)
        both = message(made["rsa-1024"], DS + "rsa-sha1", pkcs1("sha1"), "sha1")
        write(file, "rsa-1024", DS + "rsa-sha1", "sha1", both)


def write(file, key, method, digest, xml):
    line = {"key": key, "method": method, "digest": digest, "xml": xml}
    file.write(json.dumps(line) + "\n")


main()
