"""A terminal in a process of its own, steered over HTTP, as a kill test needs it."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.simulators.controlid.bench import wait_for

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, str]]:
    command = [sys.executable, "-m", "app.simulators.controlid", "--port", "0", "--speed", "100", "--person", "2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        addresses: dict[str, str] = json.loads(process.stdout.readline())
        yield addresses
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.fixture
def device(addresses: dict[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=addresses["base_url"], verify=False, timeout=20) as client:
        session = client.post("/login.fcgi", json={"login": "admin", "password": "admin"}).json()["session"]
        client.params = client.params.set("session", session)
        yield client


@pytest.fixture
def steer(addresses: dict[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=addresses["control_url"], verify=False) as client:
        yield client
        client.delete("/faults")


def test_an_enrollment_is_steered_from_outside(device: httpx.Client, steer: httpx.Client) -> None:
    order = {"type": "card", "sync": True, "user_id": 3}
    assert device.post("/remote_enroll.fcgi", json=order).json()["success"]
    steer.post("/present", json={"person": 2, "fingers": [2, 2, 2], "card": 12})
    assert device.post("/remote_enroll.fcgi", json=order).json()["card_value"] == 12
    steer.post("/present", json={"person": None})
    assert steer.get("/requests").json()[-1]["command"] == "remote_enroll"
    assert steer.get("/deliveries").json() == []
    assert steer.get("/state").json()["status"]["last_enroll"] is True


def test_faults_variants_and_actions(device: httpx.Client, steer: httpx.Client) -> None:
    steer.post("/faults", json=[{"kind": "html", "operation": "system_information"}])
    assert [device.post("/system_information.fcgi").status_code for _ in range(2)] == [500, 200]
    steer.post("/vary", json={"system_id_text": False})
    assert isinstance(device.post("/system_information.fcgi").json()["device_id"], int)
    assert steer.post("/act/store", json={"person": 4}).json() == {"result": 1004}
    assert steer.get("/state").json()["users"] == [1004]
    assert steer.post("/act/store", json={"person": 4}).status_code == 400


def test_a_reboot_from_outside(device: httpx.Client, steer: httpx.Client) -> None:
    steer.post("/act/reboot")

    def is_back() -> bool:
        try:
            state: Any = steer.get("/state").json()
            return bool(state["sessions"] == 0)
        except httpx.TransportError:
            return False

    assert wait_for(is_back)
    assert device.post("/system_information.fcgi").status_code == 401


@pytest.mark.parametrize(
    ("path", "body"),
    [("/present", {}), ("/present", {"person": 1, "finger": 11}), ("/vary", {"x": 1}), ("/faults", {"no": 1})],
)
def test_mistakes_are_told(steer: httpx.Client, path: str, body: object) -> None:
    answer = steer.post(path, json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
