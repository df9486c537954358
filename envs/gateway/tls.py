"""TLS that the gateway speaks itself, with the browser and with the host, where it must add what a
browser could not: headers within https, a client certificate, trust in an authority of one's own.

The certificates it shows to its own browsers are made for this process and are gone with it; the
host's certificate is verified as strictly as a browser would.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from envs.gateway.host_names import address_of
from envs.gateway.passes import Passes

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_LASTS = timedelta(days=30)


class OpenedTls:
    """Both ends of the connections that a run's gateway opens."""

    def __init__(self, passes: Passes) -> None:
        self._passes = passes
        self._towards_browser: dict[str, ssl.SSLContext] = {}
        self._towards_host: dict[str, ssl.SSLContext] = {}

    @cached_property
    def authority(self) -> str:
        """The run's own authority in PEM, for clients that are no browsers."""
        return _pem(self._authority)

    def towards_browser(self, host: str) -> ssl.SSLContext:
        """For the browser's end of a connection to `host`."""
        if host not in self._towards_browser:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.set_alpn_protocols(["http/1.1"])
            _load(context, _pem(self._leaf(host)).encode(), _key_pem(_own_key()))
            self._towards_browser[host] = context
        return self._towards_browser[host]

    def towards_host(self, host: str, port: int) -> ssl.SSLContext:
        """For the host's end: trusts the system's authorities and the run's, and shows the client
        certificate that is for this place."""
        shown = self._passes.certificate_for(host, port)
        which = "" if shown is None else f"{shown.file} {shown.place}"
        if which not in self._towards_host:
            context = httpx.create_ssl_context()
            context.load_default_certs()
            context.set_alpn_protocols(["http/1.1"])
            if self._passes.authorities:
                context.load_verify_locations(cadata=self._passes.authorities)
            if shown is not None:
                _load(context, shown.chain, shown.key)
            self._towards_host[which] = context
        return self._towards_host[which]

    @cached_property
    def _authority(self) -> x509.Certificate:
        from cryptography import x509

        return self._signed(x509.BasicConstraints(ca=True, path_length=0), critical=True)

    def _leaf(self, host: str) -> x509.Certificate:
        from cryptography import x509

        address = address_of(host)
        named: x509.GeneralName = (
            x509.DNSName(host) if address is None else x509.IPAddress(ipaddress.ip_address(host))
        )
        return self._signed(x509.SubjectAlternativeName([named]), critical=False)

    def _signed(self, what: x509.ExtensionType, critical: bool) -> x509.Certificate:
        """A certificate of the one key, signed by it."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.x509.oid import NameOID

        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Shopper's gateway")])
        leaf = not isinstance(what, x509.BasicConstraints)
        kind = "a host opened" if leaf else "Shopper's gateway"
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, kind)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(_own_key().public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + _LASTS)
            .add_extension(what, critical=critical)
        )
        return made.sign(_own_key(), hashes.SHA256())


def trusted_key(passes: Passes) -> str:
    """The key of the certificates that gateways of this process show for hosts they open, for
    `chromium_flags`: base64 of its SHA-256. Empty where none is opened."""
    from cryptography.hazmat.primitives import serialization as form

    if not (passes.authorities or passes.headers or passes.certificates):
        return ""
    key = (
        _own_key()
        .public_key()
        .public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo)
    )
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


@cache
def _own_key() -> EllipticCurvePrivateKey:
    """Made for this process, and gone with it: runs that share browsers are trusted alike."""
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def why_not_trusted(error: ssl.SSLError) -> str:
    """What is wrong between the gateway and a host, in words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        unknown = "issuer" in error.verify_message or "self" in error.verify_message
        hint = " (--ca trusts an authority of your own)" if unknown else ""
        return f"shows a TLS certificate that is not valid: {error.verify_message}{hint}"
    said = (error.reason or "").replace("_", " ").lower()
    if any(word in said for word in _ASKS_WHO):
        return f"asks for a client certificate, or does not accept the one shown: {said}"
    return f"makes no secure connection: {said or 'TLS failed'}"


_ASKS_WHO = ("certificate required", "bad certificate", "certificate unknown", "unknown ca")
"""What a host says of a client's certificate (RFC 8446, section 6.2)."""


def _load(context: ssl.SSLContext, chain: bytes, key: bytes) -> None:
    """OpenSSL takes certificates from files only; this one is there for a moment, for this account
    alone."""
    with tempfile.TemporaryDirectory(prefix="shopper-tls-") as folder:
        both = Path(folder) / "both.pem"
        both.touch(mode=0o600)
        both.write_bytes(key + b"\n" + chain)
        context.load_cert_chain(both)


def _pem(certificate: x509.Certificate) -> str:
    from cryptography.hazmat.primitives import serialization as form

    return certificate.public_bytes(form.Encoding.PEM).decode()


def _key_pem(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives import serialization as form

    return key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
