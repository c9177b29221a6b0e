"""The way to a gateway: deadlines, codes, limits and certificates, over real TLS."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest

from app.devices.gsdk.certificates import CURES, Fault, examine
from app.devices.gsdk.channel import FAULTS, GatewayAccess, answered, faults_told, open_channel
from app.domain.errors import (
    DeviceError,
    MissingRights,
    NotCapable,
    OutcomeUnknown,
    ProtocolError,
    RemoteRefused,
    StationError,
    Unreachable,
    WrongCredential,
)
from tests.devices.gsdk.authority import DAY, Authority, Leaf
from tests.devices.gsdk.echo import PATH, STREAM, bytes_of, peer

ROOT = Authority()
GOOD = ROOT.leaf("127.0.0.1")


@contextmanager
def call_of(access: GatewayAccess) -> Iterator[Any]:
    with open_channel(access) as channel:
        yield channel.unary_unary(PATH, bytes_of, bytes_of)


def echo(request: bytes, _context: grpc.ServicerContext) -> bytes:
    return request


def told(access: GatewayAccess, *, changes: bool = False) -> StationError:
    with call_of(access) as call, pytest.raises(StationError) as error, faults_told(changes=changes, step="test"):
        call(b"x")
    return error.value


@pytest.fixture
def ca_file(tmp_path: Path) -> str:
    return ROOT.file(tmp_path)


def test_no_code_of_grpc_is_unmapped() -> None:
    assert set(FAULTS) == set(grpc.StatusCode)
    assert all(issubclass(leaf, DeviceError) for leaf in FAULTS.values())


@pytest.mark.parametrize(
    ("code", "leaf"),
    [
        (grpc.StatusCode.PERMISSION_DENIED, MissingRights),
        (grpc.StatusCode.UNAUTHENTICATED, WrongCredential),
        (grpc.StatusCode.UNIMPLEMENTED, NotCapable),
        (grpc.StatusCode.INTERNAL, RemoteRefused),
        (grpc.StatusCode.UNAVAILABLE, Unreachable),
    ],
)
def test_a_code_becomes_what_someone_can_act_on(ca_file: str, code: grpc.StatusCode, leaf: type[StationError]) -> None:
    def refuse(_request: bytes, context: grpc.ServicerContext) -> bytes:
        context.abort(code, "device error -759 for a person of whom nothing may be told")
        raise AssertionError

    with peer(GOOD, refuse) as address:
        error = told(GatewayAccess(address, ca_file))
    assert type(error) is leaf
    assert error.facts["remote"] == -759
    assert "person" not in str(error)


def test_every_call_has_a_deadline_and_a_change_without_answer_is_unknown(ca_file: str) -> None:
    release = threading.Event()

    def never(request: bytes, _context: grpc.ServicerContext) -> bytes:
        release.wait(10)
        return request

    with peer(GOOD, never) as address:
        access = GatewayAccess(address, ca_file, call_timeout_s=0.2)
        started = time.monotonic()
        assert type(told(access)) is Unreachable
        assert type(told(access, changes=True)) is OutcomeUnknown
        assert time.monotonic() - started < 5
        release.set()


def test_a_stream_outlives_the_deadline_of_calls_and_ends_by_cancelling(ca_file: str) -> None:
    with peer(GOOD, echo) as address, open_channel(GatewayAccess(address, ca_file, call_timeout_s=0.05)) as channel:
        stream = channel.unary_stream(STREAM, bytes_of, bytes_of)(b"first")
        assert next(stream) == b"first"
        assert stream.time_remaining() is None
        stream.cancel()
        with pytest.raises(Unreachable), faults_told():
            next(stream)


def test_an_answer_above_four_megabytes_passes_and_one_above_our_limit_is_named(ca_file: str) -> None:
    def large(_request: bytes, _context: grpc.ServicerContext) -> bytes:
        return bytes(6 * 1024 * 1024)

    with peer(GOOD, large) as address:
        access = GatewayAccess(address, ca_file)
        with call_of(access) as call:
            assert len(call(b"")) == 6 * 1024 * 1024
        error = told(replace(access, receive_limit_mb=4))
    assert isinstance(error, ProtocolError)
    assert error.fact("reason") == "answer-too-long"


def test_garbage_is_a_protocol_error(ca_file: str) -> None:
    def fail(_data: bytes) -> bytes:
        raise ValueError

    with peer(GOOD, echo) as address, open_channel(GatewayAccess(address, ca_file)) as channel:
        call = channel.unary_unary(PATH, bytes_of, fail)
        with pytest.raises(ProtocolError), faults_told():
            call(b"x")


def test_the_token_travels_with_every_call(ca_file: str) -> None:
    def token_of(_request: bytes, context: grpc.ServicerContext) -> bytes:
        return str(dict(context.invocation_metadata()).get("token", "")).encode()

    with peer(GOOD, token_of) as address, open_channel(GatewayAccess(address, ca_file), lambda: "jwt") as channel:
        assert channel.unary_unary(PATH, bytes_of, bytes_of)(b"") == b"jwt"


async def test_a_call_is_awaited_without_a_thread_and_cancelled_with_its_task(ca_file: str) -> None:
    arrived, ended = threading.Event(), threading.Event()

    def wait(request: bytes, context: grpc.ServicerContext) -> bytes:
        if request == b"now":
            return b"answer"
        context.add_callback(ended.set)
        arrived.set()
        ended.wait(10)
        return b""

    with peer(GOOD, wait) as address, call_of(GatewayAccess(address, ca_file)) as call:
        assert await answered(call.future(b"now")) == b"answer"
        task = asyncio.create_task(answered(call.future(b"later")))
        assert await asyncio.to_thread(arrived.wait, 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(ended.wait, 5)


def test_nobody_there_is_unreachable_even_for_a_change(ca_file: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert type(told(GatewayAccess(address, ca_file), changes=True)) is Unreachable


def test_a_file_that_is_not_there_is_a_wrong_credential(tmp_path: Path) -> None:
    with pytest.raises(WrongCredential):
        open_channel(GatewayAccess("127.0.0.1:4000", str(tmp_path / "none.crt")))


OLD = (-30 * DAY, -DAY)
SOON = (timedelta(hours=5), 30 * DAY)


@pytest.mark.parametrize(
    ("leaf", "fault"),
    [
        (ROOT.leaf(common="127.0.0.1"), Fault.NAME_ONLY_IN_CN),
        (ROOT.leaf("gateway.example"), Fault.WRONG_NAME),
        (Authority("Another root").leaf("127.0.0.1"), Fault.WRONG_CA),
        (ROOT.leaf("127.0.0.1", valid=OLD), Fault.EXPIRED),
        (ROOT.leaf("127.0.0.1", valid=SOON), Fault.NOT_YET),
    ],
    ids=lambda value: value.value if isinstance(value, Fault) else "",
)
def test_each_certificate_fault_is_refused_and_has_its_name_and_cure(ca_file: str, leaf: Leaf, fault: Fault) -> None:
    with peer(leaf, echo) as address:
        access = GatewayAccess(address, ca_file)
        assert isinstance(told(access), WrongCredential)
        found = examine(access)
    assert found.fault is fault
    assert found.cure == CURES[fault]


def test_a_certificate_for_another_name_is_accepted_when_that_name_is_expected(ca_file: str) -> None:
    with peer(ROOT.leaf("gateway.example"), echo) as address:
        access = GatewayAccess(address, ca_file, target_name="gateway.example")
        with call_of(access) as call:
            assert call(b"x") == b"x"
        assert examine(access).fault is Fault.NONE


def test_mutual_tls_shows_our_certificate(ca_file: str, tmp_path: Path) -> None:
    def who(_request: bytes, context: grpc.ServicerContext) -> bytes:
        return b"ours" if b"station-1" in context.auth_context()["x509_common_name"] else b"another"

    ours = ROOT.leaf(common="station-1")
    (tmp_path / "client.crt").write_bytes(ours.certificate)
    (tmp_path / "client.key").write_bytes(ours.key)
    with peer(GOOD, who, ROOT.pem) as address:
        access = GatewayAccess(
            address,
            ca_file,
            client_cert_file=str(tmp_path / "client.crt"),
            client_key_file=str(tmp_path / "client.key"),
        )
        with call_of(access) as call:
            assert call(b"") == b"ours"
        assert examine(access).fault is Fault.NONE


def test_what_speaks_no_tls_and_a_missing_root_are_named(tmp_path: Path, ca_file: str) -> None:
    with socket.socket() as plain:
        plain.bind(("127.0.0.1", 0))
        plain.listen()

        def answer() -> None:
            connection, _ = plain.accept()
            with connection:
                connection.sendall(b"220 mail.example\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        address = f"127.0.0.1:{plain.getsockname()[1]}"
        assert examine(GatewayAccess(address, ca_file)).fault is Fault.NO_TLS
        thread.join()
    assert examine(GatewayAccess(address, str(tmp_path / "none.crt"))).fault is Fault.CA_FILE
