"""Why a gateway's certificate is not accepted, by name and with its cure: gRPC itself tells next to nothing.

Looks at the certificate in a TLS handshake of its own, without trusting it. Blocks: call from a worker thread.
"""

import ipaddress
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from app.devices.gsdk.channel import GatewayAccess

HANDSHAKE_S = 3.0


class Fault(StrEnum):
    """What is wrong with a gateway's certificate."""

    NONE = "none"
    CA_FILE = "certificate-ca-file"
    """Our copy of the gateway's ca.crt is missing or is no certificate."""
    NO_TLS = "certificate-none"
    """Whatever answers there speaks no TLS."""
    EXPIRED = "certificate-expired"
    NOT_YET = "certificate-not-yet-valid"
    WRONG_CA = "certificate-wrong-ca"
    """Not issued by the authority in our ca.crt: another gateway, or one whose certificates were made anew."""
    NAME_ONLY_IN_CN = "certificate-name-only-in-cn"
    """The name is right but stands in the common name, which nobody reads any more."""
    WRONG_NAME = "certificate-wrong-name"


CURES: dict[Fault, str] = {
    Fault.NONE: "",
    Fault.CA_FILE: "copy-ca-file",
    Fault.NO_TLS: "check-address",
    Fault.EXPIRED: "renew-certificate",
    Fault.NOT_YET: "check-clocks",
    Fault.WRONG_CA: "copy-ca-file",
    Fault.NAME_ONLY_IN_CN: "reissue-with-names",
    Fault.WRONG_NAME: "set-target-name",
}
"""The cure's name for each fault; the diagnosis page has the sentence."""


@dataclass(frozen=True)
class Examined:
    """The fault, and the names the certificate is made out to."""

    fault: Fault
    names: tuple[str, ...] = ()

    @property
    def cure(self) -> str:
        """The cure's name, empty when nothing is wrong."""
        return CURES[self.fault]


def examine(access: GatewayAccess, now: datetime | None = None) -> Examined:
    """Fetch the gateway's certificate and judge it. OSError when nobody answers at all."""
    roots = _roots(access.ca_file)
    if roots is None:
        return Examined(Fault.CA_FILE)
    encoded = _presented(access)
    if encoded is None:
        return Examined(Fault.NO_TLS)
    return judge(x509.load_der_x509_certificate(encoded), roots, access.expected_name, now or datetime.now(UTC))


def judge(certificate: x509.Certificate, roots: list[x509.Certificate], expected: str, now: datetime) -> Examined:
    """The first fault in the order in which it should be cured. No roots means the system's are used: not judged."""
    names = alternative_names(certificate)
    if now > certificate.not_valid_after_utc:
        return Examined(Fault.EXPIRED, names)
    if now < certificate.not_valid_before_utc:
        return Examined(Fault.NOT_YET, names)
    if roots and not any(_issued(certificate, root) for root in roots):
        return Examined(Fault.WRONG_CA, names)
    if any(_matches(name, expected) for name in names):
        return Examined(Fault.NONE, names)
    commons = [str(entry.value) for entry in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    only_common = not names and any(_matches(name, expected) for name in commons)
    return Examined(Fault.NAME_ONLY_IN_CN if only_common else Fault.WRONG_NAME, names)


def alternative_names(certificate: x509.Certificate) -> tuple[str, ...]:
    """DNS names and addresses of the subject alternative name extension, the only ones that count."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = found.get_values_for_type(x509.IPAddress)
    return (*found.get_values_for_type(x509.DNSName), *(str(address) for address in addresses))


def _matches(name: str, expected: str) -> bool:
    try:
        return ipaddress.ip_address(name) == ipaddress.ip_address(expected)
    except ValueError:
        pass
    ours, theirs = expected.casefold().rstrip("."), name.casefold().rstrip(".")
    if theirs.startswith("*."):
        return ours.partition(".")[2] == theirs[2:]
    return ours == theirs


def _issued(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    if certificate == root:
        return True
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _roots(path: str) -> list[x509.Certificate] | None:
    if not path:
        return []
    try:
        return x509.load_pem_x509_certificates(Path(path).read_bytes())
    except (OSError, ValueError):
        return None


def _presented(access: GatewayAccess) -> bytes | None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # looked at, never trusted
    context.set_alpn_protocols(["h2"])
    if access.client_cert_file:
        context.load_cert_chain(access.client_cert_file, access.client_key_file or None)
    with socket.create_connection((access.host, access.port), HANDSHAKE_S) as plain:
        try:
            with context.wrap_socket(plain, server_hostname=access.expected_name) as wrapped:
                return wrapped.getpeercert(binary_form=True)
        except (ssl.SSLError, ConnectionError, TimeoutError):
            return None
