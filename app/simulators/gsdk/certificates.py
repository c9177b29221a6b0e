"""The certificates of a simulated gateway, made anew for each: good ones, and each way in which one can be wrong."""

import datetime as dt
import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAY = dt.timedelta(days=1)


class Certificate(StrEnum):
    """GOOD bears localhost and 127.0.0.1; the others are what goes wrong in practice."""

    GOOD = "good"
    CN_ONLY = "cn_only"
    WRONG_NAME = "wrong_name"
    NAME_WITHOUT_ADDRESS = "name_without_address"
    WRONG_CA = "wrong_ca"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, both PEM."""

    certificate: bytes
    key: bytes = field(repr=False)


class Authority:
    """A certification authority of its own, as the gateway's certificate wizard makes one."""

    def __init__(self, name: str = "Simulated gateway root") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = _builder(self._name, self._name, self._key, -_DAY, 3650 * _DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self._certificate = builder.add_extension(usage, critical=True).sign(self._key, hashes.SHA256())

    @property
    def pem(self) -> bytes:
        """What a client trusts: the gateway's `ca.crt`."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def server(self, kind: Certificate = Certificate.GOOD) -> Pair:
        """A server's certificate of this kind."""
        if kind is Certificate.WRONG_CA:
            return Authority("Somebody else's root").server()
        begins, ends = _VALIDITY.get(kind, (-_DAY, 365 * _DAY))
        return self._issue("127.0.0.1", _names(kind), ExtendedKeyUsageOID.SERVER_AUTH, begins, ends)

    def client(self, name: str) -> Pair:
        """A client's certificate, as a master gateway asks for one; also a tenant's."""
        return self._issue(name, [], ExtendedKeyUsageOID.CLIENT_AUTH, -_DAY, 365 * _DAY)

    def issued(self, pem: bytes) -> bool:
        """Whether this certificate comes from this authority."""
        try:
            x509.load_pem_x509_certificate(pem).verify_directly_issued_by(self._certificate)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    def _issue(
        self,
        name: str,
        names: list[x509.GeneralName],
        purpose: x509.ObjectIdentifier,
        begins: dt.timedelta,
        ends: dt.timedelta,
    ) -> Pair:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_named(name), self._name, key, begins, ends)
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return Pair(
            builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM),
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )


_VALIDITY = {
    Certificate.EXPIRED: (-400 * _DAY, -30 * _DAY),
    Certificate.NOT_YET_VALID: (30 * _DAY, 400 * _DAY),
}


def _names(kind: Certificate) -> list[x509.GeneralName]:
    if kind is Certificate.CN_ONLY:
        return []
    if kind is Certificate.WRONG_NAME:
        return [x509.DNSName("gateway.example")]
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    return [x509.DNSName("localhost"), *([] if kind is Certificate.NAME_WITHOUT_ADDRESS else [address])]


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    begins: dt.timedelta,
    ends: dt.timedelta,
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
    )
