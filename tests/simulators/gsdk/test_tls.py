"""Certificates, the master gateway's login, and a gateway in a process of its own."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import httpx
import pytest

from app.devices.gsdk.pb import Generation, wire
from app.simulators.gsdk import FIRST_DEVICE, Certificate, Make, SimulatedGateway
from app.simulators.people import person
from tests.simulators.gsdk.bench import Client, connected

ROOT = Path(__file__).parents[3]
NO_OPTIONS: list[tuple[str, str]] = []
BY_NAME = [("grpc.ssl_target_name_override", "localhost")]


def reached(gateway: SimulatedGateway, options: list[tuple[str, str]]) -> bool:
    credentials = grpc.ssl_channel_credentials(gateway.ca_pem)
    at = wire(Generation.C)
    with grpc.secure_channel(gateway.target, credentials, options) as channel:
        try:
            return bool(at.admin.GetInfo.on(channel)(at.admin.GetInfoRequest(), timeout=5).version)
        except grpc.RpcError:
            return False


@pytest.mark.parametrize(
    ("kind", "options", "works"),
    [
        (Certificate.GOOD, NO_OPTIONS, True),
        (Certificate.CN_ONLY, NO_OPTIONS, False),
        (Certificate.WRONG_NAME, NO_OPTIONS, False),
        (Certificate.NAME_WITHOUT_ADDRESS, NO_OPTIONS, False),
        (Certificate.NAME_WITHOUT_ADDRESS, BY_NAME, True),
        (Certificate.WRONG_CA, NO_OPTIONS, False),
        (Certificate.EXPIRED, NO_OPTIONS, False),
        (Certificate.NOT_YET_VALID, NO_OPTIONS, False),
    ],
)
def test_a_certificate_is_trusted_or_not(kind: Certificate, options: list[tuple[str, str]], works: bool) -> None:
    with SimulatedGateway(Make(certificate=kind, workers=2)) as gateway:
        assert reached(gateway, options) is works


def test_a_certificate_is_changed_at_the_same_address() -> None:
    with SimulatedGateway(Make(certificate=Certificate.EXPIRED, workers=2)) as gateway:
        gateway.use_certificate(Certificate.GOOD)
        assert reached(gateway, NO_OPTIONS)


def test_a_taken_port_is_told() -> None:
    with SimulatedGateway(Make(workers=2)) as first, pytest.raises(OSError, match="taken"):
        SimulatedGateway(Make(workers=2), port=first.port).start()


@pytest.fixture(scope="module")
def master() -> Iterator[SimulatedGateway]:
    with SimulatedGateway(Make(master=True, workers=8)) as gateway:
        yield gateway


def test_a_master_wants_a_client_certificate(master: SimulatedGateway) -> None:
    with connected(master) as client:
        assert client.refused("admin", "GetInfo", timeout=5)[0] is grpc.StatusCode.UNAVAILABLE


def test_a_master_wants_a_token_and_does_no_server_matching(master: SimulatedGateway) -> None:
    pair = master.client_pair()
    credentials = grpc.ssl_channel_credentials(master.ca_pem, pair.key, pair.certificate)
    with grpc.secure_channel(master.target, credentials) as channel:
        client = Client(master, channel)
        assert client.refused("admin", "GetInfo")[0] is grpc.StatusCode.UNAUTHENTICATED
        assert client.refused("login", "Login", tenantCert="nothing")[0] is grpc.StatusCode.UNAUTHENTICATED
        token = client.call("login", "Login", tenantCert=pair.certificate.decode()).jwtToken
        client.metadata = (("token", token),)

        assert client.call("admin", "GetInfo").version == "1.8.0"
        listed = client.call("connect_master", "GetDeviceList", gatewayID="simulated-gateway").deviceInfos
        assert [info.deviceID for info in listed] == [FIRST_DEVICE]
        assert client.refused("connect_master", "GetDeviceList", gatewayID="?")[0] is grpc.StatusCode.NOT_FOUND
        assert client.call("gateway", "GetList").gatewayIDs == ["simulated-gateway"]
        assert client.refused("server", "Unsubscribe")[0] is grpc.StatusCode.UNIMPLEMENTED
        client.call("login", "Logout")
        assert client.refused("admin", "GetInfo")[0] is grpc.StatusCode.UNAUTHENTICATED


def test_a_process_is_steered_from_outside(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app.simulators.gsdk", "--port", "0", "--version", "1.6.0", "--person", "1"]
    options = ["--speed", "100", "--ca", str(tmp_path / "ca.crt")]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        at = wire(Generation.A)
        credentials = grpc.ssl_channel_credentials((tmp_path / "ca.crt").read_bytes())
        with (
            grpc.secure_channel(told["target"], credentials) as channel,
            httpx.Client(base_url=told["control_url"], trust_env=False) as steer,
        ):
            scanned = at.card.Scan.on(channel)(at.card.ScanRequest(deviceID=FIRST_DEVICE), timeout=10)
            assert scanned.cardData.CSNCardData.data.endswith(bytes.fromhex(person(1).card_number))
            visit = steer.post("/visit", json={"device_id": FIRST_DEVICE, "person": 1}).json()
            assert (visit["granted"], visit["event"]) == (False, 0x1100)
            steer.post("/act/unplug", json={"device_id": FIRST_DEVICE})
            state = steer.get("/state").json()
            assert (state["generation"], state["devices"][str(FIRST_DEVICE)]["connected"]) == ("a", False)
            assert steer.get("/requests").json()[-1]["operation"] == "Card/Scan"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
