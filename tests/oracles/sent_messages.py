#!/usr/bin/env python3
"""Judges what a service provider sends by other implementations.

    python3 -m venv VENV && VENV/bin/pip install lxml signxml pysaml2
    SENT_MESSAGES=FILE cargo test --test saml_requests
    VENV/bin/python tests/oracles/sent_messages.py FILE

Each message is validated against the SAML schemas that pysaml2 brings along, parsed
by pysaml2, its enveloped signature verified by signxml and, when the program is there, by
xmlsec1; its query's signature by cryptography; and its page read by Python's reader of HTML. A message in
a SOAP envelope is taken out of its body first.

Not part of `cargo test`. A kind of signature that a verifier does not know is counted as skipped.
"""

import base64
import html.parser
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import zlib
from collections import Counter

import signxml
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree
from saml2 import samlp
from saml2.xml.schema import validate

XMLSEC1 = shutil.which("xmlsec1")
PARSERS = {
    "ArtifactResolve": samlp.artifact_resolve_from_string,
    "AuthnRequest": samlp.authn_request_from_string,
    "LogoutRequest": samlp.logout_request_from_string,
    "LogoutResponse": samlp.logout_response_from_string,
}


def verify_enveloped_signxml(case):
    method = case["algorithm"]
    try:
        allowed = frozenset({signxml.SignatureMethod(method)})
    except ValueError:
        return "skipped"
    config = signxml.SignatureConfiguration(
        signature_methods=allowed,
        location="./",
        require_x509=False,
    )
    certificate = x509.load_pem_x509_certificate(case["certificate"].encode())
    try:
        result = signxml.XMLVerifier().verify(
            case["xml"].encode(), x509_cert=certificate, id_attribute="ID", expect_config=config
        )
    except (signxml.InvalidSignature, signxml.InvalidDigest):
        return "refused"
    assert etree.QName(result.signed_xml).localname == case["name"]
    return "passed"


def verify_enveloped_xmlsec1(case):
    if XMLSEC1 is None:
        return "skipped"
    with tempfile.TemporaryDirectory() as folder:
        key = x509.load_pem_x509_certificate(case["certificate"].encode()).public_key()
        public = pathlib.Path(folder, "key.pem")
        public.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        message = pathlib.Path(folder, "message.xml")
        message.write_text(case["xml"])
        run = subprocess.run(
            [XMLSEC1, "--verify", "--pubkey-pem", public, "--id-attr:ID",
             "urn:oasis:names:tc:SAML:2.0:protocol:" + case["name"], message],
            capture_output=True, text=True,
        )
    if run.returncode == 0:
        return "passed"
    if "xmlSecTransformIdListFindByHref" in run.stderr or "failed to load public key" in run.stderr:
        return "skipped"
    return "refused"


def verify_query(case):
    query = case["url"].split("?", 1)[1]
    signed, signature = query.split("&Signature=")
    name = "SAMLResponse" if case["name"].endswith("Response") else "SAMLRequest"
    signed = signed[signed.index(name + "="):]
    signature = base64.b64decode(urllib.parse.unquote(signature), validate=True)
    key = x509.load_pem_x509_certificate(case["certificate"].encode()).public_key()
    octets, method = signed.encode(), case["algorithm"]
    if isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, octets)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        half = len(signature) // 2
        r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
        digest = hashes.SHA384() if "sha384" in method else hashes.SHA256()
        key.verify(utils.encode_dss_signature(r, s), octets, ec.ECDSA(digest))
    elif "MGF1" in method:
        key.verify(signature, octets, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    else:
        key.verify(signature, octets, padding.PKCS1v15(), hashes.SHA256())
    parameters = urllib.parse.parse_qs(query, strict_parsing=True)
    xml = zlib.decompress(base64.b64decode(parameters[name][0], validate=True), -15)
    assert etree.QName(etree.fromstring(xml)).localname == case["name"]
    return xml


class Form(html.parser.HTMLParser):
    """The tags of a page, as Python's HTML reader sees them."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def read_page(case):
    reader = Form()
    reader.feed(case["page"])
    reader.close()
    tags = [tag for tag, _ in reader.tags]
    inputs = [(pairs["name"], pairs["value"]) for tag, pairs in reader.tags if tag == "input"]
    assert inputs == [tuple(field) for field in case["fields"]], inputs
    assert [pairs["action"] for tag, pairs in reader.tags if tag == "form"] == [case["target"]]
    known = {"html", "head", "meta", "title", "body", "form", "input", "noscript", "button", "script"}
    assert set(tags) <= known, tags


VERIFIERS = {"signxml": verify_enveloped_signxml, "xmlsec1": verify_enveloped_xmlsec1}


def main(path):
    counts = Counter()
    for line in pathlib.Path(path).read_text().splitlines():
        case = json.loads(line)
        if "soap" in case:
            (body,) = etree.fromstring(case["soap"])
            (message,) = body
            case["xml"] = etree.tostring(message).decode()
            messages = [case["xml"].encode()]
        else:
            messages = [case["xml"].encode(), verify_query(case)]
            counts["query verified"] += 1
            read_page(case)
            counts["page read"] += 1
        for xml in messages:
            validate(xml.decode())
            counts["valid by schema"] += 1
            parsed = PARSERS[case["name"]](xml)
            assert parsed is not None and parsed.issuer.text, case["name"]
            counts["read by pysaml2"] += 1
        tampered = dict(case, xml=case["xml"].replace("2026-06-06", "2026-06-07", 1))
        for name, verify in VERIFIERS.items():
            verdict = verify(case)
            assert verdict in ("passed", "skipped"), (name, verdict, case)
            if verdict == "passed":
                assert verify(tampered) == "refused", (name, case)
            counts[f"{name} {verdict}"] += 1
    for what, count in sorted(counts.items()):
        print(f"{count:4} {what}")


if __name__ == "__main__":
    main(sys.argv[1])
