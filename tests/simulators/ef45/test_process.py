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

from tests.simulators.ef45.bench import wait_for

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, str]]:
    command = [sys.executable, "-m", "app.simulators.ef45", "--port", "0", "--speed", "100"]
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
    with httpx.Client(base_url=addresses["base_url"], verify=False) as client:
        yield client


@pytest.fixture
def steer(addresses: dict[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=addresses["control_url"], verify=False) as client:
        yield client
        client.delete("/faults")


def state(steer: httpx.Client) -> Any:
    return steer.get("/state").json()


def test_a_capture_is_steered_from_outside(device: httpx.Client, steer: httpx.Client) -> None:
    query = {"lock_uid": device.put("/lock").json()["lock_uid"]}
    device.post("/camera", params=query, json={"camera_mode": "Slave", "audio_enabled": True})
    device.post("/camera/control/start", params={**query, "both_eye_mode": "true"})
    assert steer.post("/present", json={"person": 2, "hold": "iris"}).status_code == 200
    wait_for(lambda: state(steer)["phase"] == "iris")
    steer.post("/present", json={"person": 2})
    (encounter,) = wait_for(lambda: state(steer)["buffer"])
    assert device.get("/biometric-data/ver1", params=query).json()["items"][0]["encounter_id"] == encounter
    steer.post("/present", json={"person": None})


def test_faults_and_variants_are_set_from_outside(device: httpx.Client, steer: httpx.Client) -> None:
    steer.post("/faults", json=[{"kind": "html", "operation": "GET /version"}, {"kind": "slow", "delay": 0.01}])
    assert [device.get("/version").status_code for _ in range(2)] == [500, 200]
    steer.post("/vary", json={"lock_refusal": 403})
    assert device.get("/camera").status_code == 403
    steer.post("/vary", json={"lock_refusal": 401})


def test_actions_and_the_request_log(device: httpx.Client, steer: httpx.Client) -> None:
    assert steer.post("/act/store", json={"person": 4}).json() == {"result": "1004"}
    assert "1004" in state(steer)["subjects"]
    assert steer.post("/act/steal_lock").json()["result"] == state(steer)["lock_uid"]
    device.get("/camera")
    assert steer.get("/requests").json()[-1]["operation"] == "GET /camera"


def test_a_reboot_from_outside(device: httpx.Client, steer: httpx.Client) -> None:
    steer.post("/act/steal_lock")
    steer.post("/act/reboot")

    def is_back() -> bool:
        try:
            return state(steer)["lock_uid"] is None
        except httpx.TransportError:
            return False

    assert wait_for(is_back)
    assert device.get("/version").status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [("/present", {}), ("/present", {"person": 1, "mood": "good"}), ("/vary", {"x": 1}), ("/faults", {"no": 1})],
)
def test_mistakes_are_told(steer: httpx.Client, path: str, body: object) -> None:
    answer = steer.post(path, json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
