"""Serving: an address that listens when it says so, keeps its port, and stops within a bound."""

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.simulators.serving import Serving


class Slow:
    """An application with a quick answer, and one that takes a minute."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.app = Starlette(routes=[Route("/quick", self._quick), Route("/slow", self._slow)])

    async def _quick(self, _request: Request) -> Response:
        return PlainTextResponse("here")

    async def _slow(self, request: Request) -> Response:
        self.entered.set()
        await request.receive()
        await request.receive()
        return PlainTextResponse("late")


def test_it_listens_when_start_returns_and_is_gone_when_stop_does() -> None:
    serving = Serving(Slow().app, name="serving-test")
    url = serving.start()
    assert httpx.get(f"{url}/quick").text == "here"
    serving.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/quick")
    assert "serving-test" not in {thread.name for thread in threading.enumerate()}


def test_it_comes_back_at_the_same_port() -> None:
    serving = Serving(Slow().app)
    first = serving.start()
    with httpx.Client(base_url=first) as client:
        assert client.get("/quick").text == "here"
    serving.stop()
    with serving:
        assert serving.base_url == first
        assert httpx.get(f"{first}/quick").text == "here"


def test_starting_twice_and_stopping_twice_is_harmless() -> None:
    serving = Serving(Slow().app)
    assert serving.start() == serving.start()
    serving.stop()
    serving.stop()
    assert not serving.running


def test_a_taken_port_is_an_os_error() -> None:
    with Serving(Slow().app) as first, pytest.raises(OSError, match=r"in use|only one usage"):
        Serving(Slow().app, port=first.port).start()


def test_stop_does_not_wait_for_an_open_request() -> None:
    slow = Slow()
    errors: list[httpx.HTTPError] = []

    def ask(url: str) -> None:
        try:
            httpx.get(f"{url}/slow", timeout=30)
        except httpx.HTTPError as error:
            errors.append(error)

    serving = Serving(slow.app)
    asking = threading.Thread(target=ask, args=(serving.start(),))
    asking.start()
    assert slow.entered.wait(5)
    begin = time.monotonic()
    serving.stop()
    asking.join(5)
    assert time.monotonic() - begin < 3
    assert errors


def test_it_serves_from_several_threads_at_once() -> None:
    with Serving(Slow().app) as serving:
        answers: list[str] = []
        threads = [
            threading.Thread(target=lambda: answers.append(httpx.get(f"{serving.base_url}/quick").text))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert answers == ["here"] * 8


def test_it_speaks_tls_with_a_certificate(tmp_path: Path) -> None:
    certfile, keyfile = _certificate(tmp_path)
    with Serving(Slow().app, certfile=certfile, keyfile=keyfile) as serving:
        assert serving.base_url.startswith("https://")
        trust = ssl.create_default_context(cafile=str(certfile))
        assert httpx.get(f"{serving.base_url}/quick", verify=trust).text == "here"
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{serving.port}/quick")


def test_an_idle_connection_does_not_hold_it_up() -> None:
    with Serving(Slow().app) as serving, socket.create_connection((serving.host, serving.port)):
        begin = time.monotonic()
        serving.stop()
        assert time.monotonic() - begin < 2


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "simulator")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    certfile, keyfile = folder / "certificate.pem", folder / "key.pem"
    certfile.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pem = serialization.PrivateFormat.PKCS8
    keyfile.write_bytes(key.private_bytes(serialization.Encoding.PEM, pem, plain))
    return certfile, keyfile
