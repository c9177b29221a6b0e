"""A server in a process of its own, steered over HTTP."""

import json
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509

from app.simulators.bioserver import DEFAULT_KEY

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, str]]:
    command = [sys.executable, "-m", "app.simulators.bioserver", "--port", "0", "--tls"]
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


def test_it_prints_its_addresses_and_is_steered_from_outside(addresses: dict[str, str]) -> None:
    trusting = ssl.create_default_context(cadata=addresses["ca"])
    assert x509.load_pem_x509_certificate(addresses["signing_certificate"].encode())
    with httpx.Client(verify=trusting, trust_env=False, timeout=20) as client:
        base, control = addresses["base_url"], addresses["control_url"]
        answer = client.post(f"{base}/bio-sessions", json={}, headers={"apikey": DEFAULT_KEY})
        session = answer.headers["location"].rpartition("/")[2]
        assert [each["id"] for each in client.get(f"{control}/state").json()["sessions"]] == [session]
        client.post(f"{control}/act/end_session", json={"session_id": session})
        client.post(f"{control}/vary", json={"monitor_status": "OK"})
        client.post(f"{control}/faults", json={"kind": "refuse", "operation": "GetStatus", "status": 503})
        assert client.get(f"{control}/state").json()["sessions"] == []
        assert [client.get(f"{base}/monitor").status_code for _ in range(2)] == [503, 200]
        assert client.get(f"{base}/monitor").json()["status"] == "OK"
        assert client.get(f"{control}/requests").json()[0]["operation"] == "CreateBioSession"
        assert client.post(f"{control}/vary", json={"nonsense": 1}).status_code == 400
