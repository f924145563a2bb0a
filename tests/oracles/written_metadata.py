#!/usr/bin/env python3
"""Judges the metadata that a service provider publishes by other implementations.

    WRITTEN_METADATA=FILE cargo test --test saml_metadata
    VENV/bin/python tests/oracles/written_metadata.py FILE

Each document is validated against the metadata schema of the standard (as pysaml2 brings it along),
loaded by pysaml2 as a peer's metadata, and its signature verified by signxml and, when the program is
there, by xmlsec1. A changed document must be refused by each that verifies.

Not part of `cargo test`; see README.md beside this file.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections import Counter

import signxml
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree
from saml2 import BINDING_HTTP_POST, md
from saml2.attribute_converter import ac_factory
from saml2.mdstore import InMemoryMetaData
from saml2.xml.schema import validate

XMLSEC1 = shutil.which("xmlsec1")
ENTITY = "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor"


def by_signxml(xml, case):
    try:
        allowed = frozenset({signxml.SignatureMethod(case["algorithm"])})
    except ValueError:
        return "skipped"
    config = signxml.SignatureConfiguration(
        signature_methods=allowed, location="./", require_x509=False
    )
    certificate = x509.load_pem_x509_certificate(case["certificate"].encode())
    try:
        result = signxml.XMLVerifier().verify(
            xml.encode(), x509_cert=certificate, id_attribute="ID", expect_config=config
        )
    except (signxml.InvalidSignature, signxml.InvalidDigest):
        return "refused"
    assert etree.QName(result.signed_xml).localname == "EntityDescriptor"
    return "passed"


def by_xmlsec1(xml, case):
    if XMLSEC1 is None:
        return "skipped"
    with tempfile.TemporaryDirectory() as folder:
        key = x509.load_pem_x509_certificate(case["certificate"].encode()).public_key()
        public = pathlib.Path(folder, "key.pem")
        public.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        document = pathlib.Path(folder, "metadata.xml")
        document.write_text(xml)
        run = subprocess.run(
            [XMLSEC1, "--verify", "--pubkey-pem", public, "--id-attr:ID", ENTITY, document],
            capture_output=True, text=True,
        )
    if run.returncode == 0:
        return "passed"
    if "xmlSecTransformIdListFindByHref" in run.stderr or "failed to load public key" in run.stderr:
        return "skipped"
    return "refused"


def by_pysaml2(xml):
    """The services that pysaml2 finds."""
    entity = md.entity_descriptor_from_string(xml)
    store = InMemoryMetaData(ac_factory(), xml, check_validity=False)
    store.load()
    services = store.service(entity.entity_id, "spsso_descriptor", "assertion_consumer_service")
    assert services[BINDING_HTTP_POST], entity.entity_id
    return entity


def main(path):
    counts = Counter()
    for line in pathlib.Path(path).read_text().splitlines():
        case = json.loads(line)
        for kind in ("signed", "unsigned", "plain"):
            validate(case[kind])
            counts["valid by schema"] += 1
            by_pysaml2(case[kind])
            counts["read by pysaml2"] += 1
        entity = by_pysaml2(case["signed"])
        (role,) = entity.spsso_descriptor
        assert {key.use for key in role.key_descriptor} == {"signing", "encryption"}
        assert entity.organization.organization_name[0].text == "Example & Sons <Ltd>"
        assert entity.contact_person[0].email_address[0].text == "mailto:sign-in@example.com"
        changed = case["signed"].replace("eu.example.com", "eu.example.org")
        assert changed != case["signed"]
        for name, verify in (("signxml", by_signxml), ("xmlsec1", by_xmlsec1)):
            verdict = verify(case["signed"], case)
            assert verdict in ("passed", "skipped"), (name, verdict, case["algorithm"])
            if verdict == "passed":
                assert verify(changed, case) == "refused", (name, case["algorithm"])
            counts[f"{name} {verdict}"] += 1
    for what, count in sorted(counts.items()):
        print(f"{count:4} {what}")


if __name__ == "__main__":
    main(sys.argv[1])
