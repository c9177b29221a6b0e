"""The key stays in its header, TLS is checked, every fault of the library becomes one of ours."""

import ssl
from pathlib import Path

import httpx
import pytest

from app.bioserver.client import BioServerClient
from app.bioserver.faults import FAULTS, fault_of
from app.bioserver.transport import Access, Transport
from app.domain.errors import ConfigurationInvalid, ProtocolError, StationError, Unreachable, WrongCredential
from app.simulators.bioserver import DEFAULT_KEY, BioServer
from tests.bioserver.conftest import API_KEY, CONTEXT
from tests.bioserver.scripted import Says, Scripted


async def test_the_key_is_in_its_header_alone(
    server: Scripted, client: BioServerClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    server.say(Says(503), Says(200, "{}"))
    await client.capabilities()
    asked = server.asked[1]
    assert asked.headers["apikey"] == API_KEY
    assert [name for name, value in asked.headers.items() if API_KEY in value] == ["apikey"]
    assert API_KEY not in caplog.text + repr(client) + repr(Access(server.url, API_KEY))


async def test_the_headers_name_is_a_setting(server: Scripted) -> None:
    made = BioServerClient(Transport(Access(server.url, API_KEY, header="X-Api-Key"), CONTEXT))
    server.say(Says(200, "{}"))
    await made.capabilities()
    await made.close()
    assert server.asked[0].headers["x-api-key"] == API_KEY
    assert "apikey" not in server.asked[0].headers


async def test_tls_is_checked_against_the_configured_certificates(tmp_path: Path) -> None:
    with BioServer(tls=True) as secure:
        ca = tmp_path / "ca.pem"
        ca.write_text(secure.ca_pem)
        trusting = await BioServerClient.connect(Access(secure.base_url, DEFAULT_KEY), ca_file=ca)
        assert (await trusting.capabilities()).modes
        await trusting.close()
        strict = await BioServerClient.connect(Access(secure.base_url, DEFAULT_KEY))
        with pytest.raises(WrongCredential) as caught:
            await strict.capabilities()
        await strict.close()
    assert caught.value.fact("reason") == "certificate"


async def test_a_certificate_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(ConfigurationInvalid) as caught:
        await BioServerClient.connect(Access("https://bioserver.example.org", "x"), ca_file=tmp_path / "ca.pem")
    assert list(caught.value.problems) == ["bioserver.ca_file"]


async def test_a_wrong_key_says_so() -> None:
    with BioServer() as simulated:
        made = BioServerClient(Transport(Access(simulated.base_url, "wrong"), CONTEXT))
        with pytest.raises(WrongCredential) as caught:
            await made.capabilities()
        await made.status()
        await made.close()
    assert caught.value.fact("http_status") == "401"


async def test_an_endless_answer_is_cut_off(server: Scripted, client: BioServerClient) -> None:
    server.say(Says(200, b" " * (33 * 1024 * 1024)))
    with pytest.raises(ProtocolError):
        await client.capabilities()


async def test_a_slow_server_is_given_up() -> None:
    made = BioServerClient(Transport(Access("http://127.0.0.1:9", API_KEY, timeout_s=0.2), CONTEXT, _at_once))
    with pytest.raises(Unreachable):
        await made.capabilities()
    await made.close()


async def _at_once(_seconds: float) -> None:
    return


def _concrete(kind: type[Exception]) -> set[type[Exception]]:
    below = kind.__subclasses__()
    return {kind} if not below else set().union(*(_concrete(each) for each in below))


def test_every_fault_of_a_call_has_its_error() -> None:
    for kind in _concrete(httpx.TransportError) | {httpx.TooManyRedirects, httpx.DecodingError, httpx.InvalidURL}:
        assert kind in FAULTS, kind
        assert isinstance(fault_of(kind("x"), "step"), StationError)
    distrusted = httpx.ConnectError("x")
    distrusted.__cause__ = ssl.SSLCertVerificationError("x")
    assert isinstance(fault_of(distrusted, "step"), WrongCredential)
