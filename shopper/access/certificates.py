"""Reading certificates: of authorities to trust, and of the client itself (PEM or PKCS #12)."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from envs.access import AccessError
from envs.access.private_files import read_private
from envs.gateway.passes import ClientCertificate
from envs.gateway.place import Place

if TYPE_CHECKING:
    from cryptography import x509

PASSWORD = "SHOPPER_CLIENT_CERT_PASSWORD"
"""The variable with the password of a client certificate's key."""
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def read_authorities(path: Path) -> str:
    """Certificates in PEM.

    Raises:
        AccessError: there are none in the file.
    """
    try:
        text = path.read_text("ascii")
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except OSError as error:
        if not isinstance(error, ssl.SSLError):
            why = error.strerror or error
            raise AccessError(f"--ca {path} cannot be read: {why}") from error
        raise AccessError(f"--ca {path} holds no certificates in PEM") from error
    except ValueError as error:
        raise AccessError(f"--ca {path} holds no certificates in PEM") from error
    return text


def read_client_certificate(
    text: str, place: Place, environ: Mapping[str, str]
) -> ClientCertificate:
    """``FILE`` with certificate and key, or ``FILE,KEYFILE``.

    Raises:
        AccessError: a file cannot be read, or is not what it should be.
    """
    first, _, second = text.partition(",")
    if Path(text).exists():
        first, second = text, ""
    path = Path(first)
    data = read_private(path, "--client-cert")
    key = read_private(Path(second), "--client-cert") if second else data
    password = environ.get(PASSWORD, "").encode() or None
    try:
        if path.suffix.lower() in (".p12", ".pfx"):
            found, private = _from_pkcs12(data, password)
        else:
            found, private = _from_pem(data, key, password)
    except (ValueError, TypeError) as error:
        raise AccessError(f"--client-cert {path}: {_why(error, password)}") from error
    return ClientCertificate(place, path.name, found, private)


def _from_pem(data: bytes, key: bytes, password: bytes | None) -> tuple[bytes, bytes]:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    chain = b"\n".join(_CERTIFICATE.findall(data))
    if not chain:
        raise ValueError("it holds no certificate in PEM")
    if b"PRIVATE KEY-----" not in key:
        raise ValueError("there is no private key: write FILE,KEYFILE where it is in another file")
    encrypted = b"ENCRYPTED" in key
    private = load_pem_private_key(key, password if encrypted else None)
    _check(x509.load_pem_x509_certificate(chain))
    return chain, _pem_of(private)


def _from_pkcs12(data: bytes, password: bytes | None) -> tuple[bytes, bytes]:
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

    private, certificate, others = load_key_and_certificates(data, password)
    if private is None or certificate is None:
        raise ValueError("it lacks the certificate or its key")
    _check(certificate)
    chain = [one.public_bytes(Encoding.PEM) for one in (certificate, *others)]
    return b"".join(chain), _pem_of(private)


def _pem_of(private: object) -> bytes:
    from cryptography.hazmat.primitives import serialization as form

    made: bytes = private.private_bytes(  # type: ignore[attr-defined]
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    )
    return made


def _check(certificate: x509.Certificate) -> None:
    if certificate.not_valid_after_utc < datetime.now(UTC):
        raise ValueError(f"it expired on {certificate.not_valid_after_utc:%Y-%m-%d}")


def _why(error: Exception, password: bytes | None) -> str:
    """What is wrong, without what a library may quote of the file."""
    said = str(error)
    if "password" in said.lower() or "decrypt" in said.lower():
        given = "is wrong" if password else "is wanted"
        return f"the password of its key {given}: it is taken from {PASSWORD}"
    ours = said.startswith(("it ", "there is"))
    return said if ours else "it is no certificate with its key, in PEM or PKCS #12"
