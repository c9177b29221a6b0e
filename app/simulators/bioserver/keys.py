"""Keys and certificates made at start and thrown away: the signing key, the liveness key, and a CA for TLS."""

import ipaddress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_BITS: Final = 2048
_YEAR: Final = timedelta(days=365)
_Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class SigningKey:
    """An RSA key and its self-signed certificate; all PEM is text."""

    private: rsa.RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate

    @cached_property
    def certificate_pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @cached_property
    def public_pem(self) -> str:
        return _public(self.private).decode()


def signing_key(begins: datetime, ends: datetime, name: str = "Synthetic Biometric Services") -> SigningKey:
    """A new key whose certificate is good from `begins` to `ends` (aware)."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    return SigningKey(private, _self_signed(private, name, begins, ends))


def certificate_der(key: SigningKey) -> bytes:
    return key.certificate.public_bytes(serialization.Encoding.DER)


@dataclass(frozen=True)
class ServerIdentity:
    """The files a TLS server needs, and the PEM of the CA that vouches for it."""

    certfile: Path
    keyfile: Path
    ca_pem: str


def server_identity(folder: Path, host: str) -> ServerIdentity:
    """A CA, and a certificate for `host` and localhost by it, written into `folder`."""
    ca_private, private = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    now = datetime.now(UTC)
    ca = _self_signed(ca_private, "Synthetic Test Authority", now - timedelta(days=1), now + _YEAR, authority=True)
    certificate = (
        _builder("Synthetic BioServer", ca.subject, private, now - timedelta(days=1), now + _YEAR)
        .add_extension(x509.SubjectAlternativeName(_names(host)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_private.public_key()), critical=False)
        .sign(ca_private, hashes.SHA256())
    )
    certfile, keyfile = folder / "server.pem", folder / "server.key"
    certfile.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    keyfile.touch(mode=0o600)
    keyfile.write_bytes(_secret(private))
    return ServerIdentity(certfile, keyfile, ca.public_bytes(serialization.Encoding.PEM).decode())


def _self_signed(
    private: _Private, name: str, begins: datetime, ends: datetime, *, authority: bool = False
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = _builder(name, subject, private, begins, ends).add_extension(
        x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True
    )
    if authority:
        builder = builder.add_extension(_may_sign_certificates(), critical=True).add_extension(
            x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False
        )
    return builder.sign(private, hashes.SHA256())


def _builder(
    name: str, issuer: x509.Name, private: _Private, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _may_sign_certificates() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _names(host: str) -> list[x509.GeneralName]:
    try:
        here: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        here = x509.DNSName(host)
    return [here, x509.DNSName("localhost")]


def _public(private: _Private) -> bytes:
    return private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _secret(private: _Private) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
