"""Who may use the terminal: login, dead sessions, rights."""

from urllib.parse import quote

import httpx
import pytest

from app.simulators.controlid import ControlIdTerminal, Make, Mischief
from app.simulators.faults import Fault, Kind
from tests.simulators.controlid.bench import Bench, wait_for


def test_a_token_is_24_characters_that_must_be_percent_encoded(bench: Bench) -> None:
    assert len(bench.session) == 24
    assert "/" in bench.session
    assert "+" in bench.session
    bare = bench.client.post(f"/system_information.fcgi?session={bench.session}")
    assert (bare.status_code, bare.json()) == (401, {"error": "Invalid session"})
    assert bench.client.post(f"/system_information.fcgi?session={quote(bench.session, safe='')}").status_code == 200


def test_wrong_credentials(bench: Bench) -> None:
    answer = bench.client.post("/login.fcgi", json={"login": "admin", "password": "x"})
    assert (answer.status_code, answer.json()) == (401, {"error": "Invalid login or password"})


def test_session_is_valid_needs_no_session_and_logout_ends_one(bench: Bench) -> None:
    assert bench.told("session_is_valid") == {"session_is_valid": True}
    assert bench.told("session_is_valid", method="GET") == {"session_is_valid": True}
    assert bench.ask("logout").content == b""
    assert bench.told("session_is_valid") == {"session_is_valid": False}
    assert bench.client.post("/session_is_valid.fcgi").json() == {"session_is_valid": False}


def test_a_session_dies_of_disuse() -> None:
    with ControlIdTerminal(Make(session_seconds=0.05)) as terminal, httpx.Client(base_url=terminal.base_url) as client:
        bench = Bench(terminal, client)
        bench.login()
        wait_for(lambda: terminal.state.sessions == 0)
        assert bench.refused("system_information", status=401) == "Invalid session"


def test_sessions_end_with_the_credentials_or_by_a_fault(bench: Bench) -> None:
    bench.terminal.faults.add(Fault(Mischief.SESSION_DIES, "load_objects"))
    assert bench.refused("load_objects", {"object": "users"}, status=401) == "Invalid session"
    bench.login()
    bench.told("change_login", {"login": "clerk", "password": "secret"})
    assert bench.terminal.state.sessions == 0
    again = bench.client.post("/login.fcgi", json={"login": "clerk", "password": "secret"})
    assert len(again.json()["session"]) == 24


def test_a_cookie_is_taken_except_for_the_configuration(bench: Bench) -> None:
    cookie = {"Cookie": f"session={bench.session}"}
    assert bench.client.post("/system_information.fcgi", headers=cookie).status_code == 200
    assert bench.client.post("/get_configuration.fcgi", headers=cookie).status_code == 401


def test_a_rebadged_terminal_knows_hidlogin_only(bench: Bench) -> None:
    body = {"login": "admin", "password": "admin"}
    assert bench.client.post("/hidlogin.fcgi", json=body).json() == {"error": "Invalid command: hidlogin"}
    bench.terminal.vary(rebadged=True)
    assert bench.client.post("/login.fcgi", json=body).status_code == 400
    assert len(bench.client.post("/hidlogin.fcgi", json=body).json()["session"]) == 24
    assert len(bench.client.post("/hidlogin.fcgi", data=body).json()["session"]) == 24


def test_factory_credentials_are_told_and_have_few_rights(bench: Bench) -> None:
    bench.terminal.vary(factory_credentials=True)
    answer = bench.client.post("/login.fcgi", json={"login": "admin", "password": "admin"})
    assert answer.json()["message"] == "First Web Login. Please Change the Credentials"
    error = bench.refused("set_configuration", {}, status=401)
    assert error == "Invalid access level for command set_configuration"
    assert bench.told("system_information")


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        (Fault(Mischief.RIGHTS), 401, "Invalid access level for command system_information"),
        (Fault(Kind.HTML), 500, "<!DOCTYPE html>"),
        (Fault(Kind.EMPTY), 200, ""),
        (Fault(Kind.REFUSE, status=400, body='{"error":"Busy"}'), 400, "Busy"),
    ],
)
def test_faults_at_any_command(bench: Bench, fault: Fault, status: int, text: str) -> None:
    bench.terminal.faults.add(fault)
    answer = bench.ask("system_information")
    assert answer.status_code == status
    assert text in answer.text
    assert bench.told("system_information")


def test_unknown_commands_methods_and_bodies(bench: Bench) -> None:
    assert bench.refused("make_coffee") == "Invalid command: make_coffee"
    assert bench.ask("remote_enroll", method="GET").status_code == 405
    assert bench.client.post("/login.fcgi", content=b"{").json() == {"error": "Failed: Invalid JSON"}
    assert bench.client.post("/login.fcgi", content=b"\xff\xfe").status_code == 400
    assert "expected, got array" in bench.refused("load_objects", [1])


def test_a_reboot_ends_every_session(bench: Bench) -> None:
    bench.terminal.faults.add(Fault(Mischief.REBOOT, "system_information"))
    with pytest.raises(httpx.TransportError):
        bench.ask("system_information")
    bench.terminal.wait_until_back()
    assert bench.refused("system_information", status=401) == "Invalid session"


def test_the_request_log_keeps_no_session(bench: Bench) -> None:
    bench.told("system_information")
    seen = bench.terminal.requests[-1]
    assert (seen.method, seen.command, seen.status, seen.query) == ("POST", "system_information", 200, {})
