"""Every exception httpx can raise has its error, and a made-up peer shows the ones that matter."""

import inspect
import ssl

import httpx
import pytest

from app.devices.http import FAULTS, closed_while_idle, fault_of, faults_told, plain_context
from app.domain.errors import OutcomeUnknown, ProtocolError, StationError, Unreachable, WrongCredential

ABSTRACT = {httpx.HTTPError, httpx.RequestError, httpx.TransportError, httpx.TimeoutException, httpx.NetworkError}
ABSTRACT |= {httpx.ProtocolError}


def test_no_exception_of_httpx_is_unmapped() -> None:
    known = {kind for _, kind in inspect.getmembers(httpx, inspect.isclass) if issubclass(kind, Exception)}
    assert known - ABSTRACT == set(FAULTS)
    assert all(issubclass(leaf, StationError) for leaf in FAULTS.values())


@pytest.mark.parametrize("kind", [httpx.ReadTimeout, httpx.ReadError, httpx.WriteError])
def test_a_lost_answer_of_a_change_is_unknown(kind: type[httpx.TransportError]) -> None:
    assert isinstance(fault_of(kind("lost"), changes=True), OutcomeUnknown)
    assert isinstance(fault_of(kind("lost")), Unreachable)


def test_a_closed_connection_is_not_nonsense() -> None:
    closed = httpx.RemoteProtocolError("Server disconnected without sending a response.")
    nonsense = httpx.RemoteProtocolError("illegal status line")
    assert isinstance(fault_of(closed), Unreachable)
    assert isinstance(fault_of(closed, changes=True), OutcomeUnknown)
    assert isinstance(fault_of(nonsense), ProtocolError)
    assert closed_while_idle(closed)
    assert not closed_while_idle(nonsense)


def test_a_certificate_not_trusted_is_a_wrong_credential() -> None:
    error = httpx.ConnectError("failed")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed")
    assert isinstance(fault_of(error), WrongCredential)


def test_facts_are_kept_and_safe() -> None:
    with pytest.raises(Unreachable) as told, faults_told(device="Desk", step="camera"):
        raise httpx.ConnectTimeout("http://192.0.2.1/?lock_uid=secret")
    assert told.value.facts == {"cause": "connect-timeout", "device": "Desk", "step": "camera"}


def test_the_plain_context_trusts_nobody() -> None:
    context = plain_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert not context.get_ca_certs()
