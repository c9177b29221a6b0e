"""What goes wrong at a terminal, on demand."""

import time

import httpx
import pytest

from app.simulators.ef45 import Ef45Terminal, Mischief, Phase
from app.simulators.faults import Fault, Kind
from app.simulators.people import person
from tests.simulators.ef45.bench import Bench, wait_for

SUBJECT = {"user_uuid": "1", "last_name": "Sample"}
FACE = {"user_uuid": "1", "sub_id": 0, "face_feature": "YWJj"}
LOST = (httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError)


def capturing(bench: Bench, hold: Phase | None = Phase.IRIS) -> None:
    bench.terminal.present(person(1), hold=hold)
    bench.set_mode("Slave")
    assert bench.start()["success"]


def test_the_lock_is_stolen_in_mid_capture(bench: Bench) -> None:
    capturing(bench)
    bench.terminal.faults.add(Fault(Mischief.STEAL_LOCK, "GET /preview", after=2))
    assert [bench.ask("GET", "/preview").status_code for _ in range(4)] == [200, 200, 401, 401]
    assert bench.terminal.state.phase is not None


def test_another_client_already_holds_the_lock(unlocked: Bench) -> None:
    held = unlocked.terminal.steal_lock()
    assert unlocked.client.post("/lock").status_code == 423
    assert unlocked.terminal.state.lock_uid == held


def test_somebody_elses_capture_lies_in_the_buffer(bench: Bench) -> None:
    stale = bench.terminal.leave_stale(person(9))
    bench.terminal.present(person(1))
    assert bench.capture()["encounter_id"] == stale
    assert len(wait_for(lambda: bench.items() if len(bench.items()) > 1 else [])) == 2


def test_a_reboot_in_mid_capture_loses_lock_mode_and_buffer(bench: Bench) -> None:
    bench.terminal.store(person(7))
    bench.terminal.leave_stale(person(9))
    capturing(bench)
    bench.terminal.faults.add(Fault(Mischief.REBOOT, "GET /preview", after=1))
    assert bench.ask("GET", "/preview").status_code == 200
    with pytest.raises(LOST):
        bench.ask("GET", "/preview")
    bench.terminal.wait_until_back()
    state = bench.terminal.state
    assert (state.mode, state.lock_uid, state.phase, state.buffer) == ("Recog", None, None, ())
    assert bench.ask("GET", "/camera").status_code == 401
    bench.lock()
    assert bench.get("/subjects")["total"] == 1


def test_while_rebooting_nobody_answers(bench: Bench) -> None:
    bench.terminal.reboot()
    with pytest.raises(LOST):
        bench.client.get("/version")
    bench.terminal.wait_until_back()
    assert bench.client.get("/version").status_code == 200


def test_stop_in_mid_reboot_is_bounded() -> None:
    terminal = Ef45Terminal()
    terminal.start()
    terminal.reboot()
    begin = time.monotonic()
    terminal.stop()
    assert time.monotonic() - begin < 2


def test_a_full_database(bench: Bench) -> None:
    bench.terminal.faults.add(Fault(Mischief.DATABASE_FULL, "POST /camera/control/start"))
    bench.set_mode("Slave")
    assert bench.start() == {"success": False, "status": "DB is full"}
    assert bench.start()["success"] is True


def test_items_with_another_terminals_serial_number(bench: Bench) -> None:
    bench.terminal.leave_stale(person(1))
    bench.terminal.faults.add(Fault(Mischief.WRONG_SERIAL, "GET /biometric-data/ver1"))
    assert bench.items()[0]["serial_number"] != bench.terminal.make.serial_number
    assert bench.items()[0]["serial_number"] == bench.terminal.make.serial_number


@pytest.mark.parametrize(("idle", "status"), [("204", 204), ("empty", 200)])
def test_empty_previews_between_full_ones(bench: Bench, idle: str, status: int) -> None:
    capturing(bench)
    bench.terminal.vary(preview_idle=idle)
    bench.terminal.faults.add(Fault(Mischief.EMPTY_PREVIEW, "GET /preview", times=2))
    answers = [bench.ask("GET", "/preview") for _ in range(3)]
    assert [len(answer.content) > 0 for answer in answers] == [False, False, True]
    assert answers[0].status_code == status


@pytest.mark.parametrize(
    ("method", "path", "body"), [("POST", "/subjects", SUBJECT), ("POST", "/faces", FACE), ("POST", "/user", SUBJECT)]
)
def test_a_terminal_that_says_yes_and_forgets(bench: Bench, method: str, path: str, body: object) -> None:
    bench.terminal.faults.add(Fault(Mischief.FORGETS, f"{method} {path}"))
    assert bench.ask(method, path, body).is_success
    state = bench.terminal.state
    assert (state.subjects, state.user_info, state.faces) == ({}, {}, {})


def test_a_delete_that_deletes_nothing(bench: Bench) -> None:
    uuid = bench.terminal.store(person(1))
    bench.terminal.faults.add(Fault(Mischief.FORGETS, "DELETE /user/{user_uuid}"))
    assert bench.ask("DELETE", f"/user/{uuid}").status_code == 204
    assert bench.get(f"/subjects/{uuid}")["user_uuid"] == uuid


def test_a_registration_that_fails_half_way(bench: Bench) -> None:
    bench.terminal.faults.add(Fault(Kind.REFUSE, "POST /faces", status=500, body="disk error"))
    assert bench.ask("POST", "/subjects", SUBJECT).status_code == 201
    assert bench.ask("POST", "/faces", FACE).status_code == 500
    state = bench.terminal.state
    assert (set(state.subjects), state.faces) == ({"1"}, {})


@pytest.mark.parametrize("kind", [Kind.HTML, Kind.REFUSE])
def test_a_server_error(bench: Bench, kind: Kind) -> None:
    bench.terminal.faults.add(Fault(kind, "GET /biometric-data/ver1"))
    assert bench.ask("GET", "/biometric-data/ver1").status_code == 500
    assert bench.items() == []


def test_a_cut_connection_in_the_five_megabytes(bench: Bench) -> None:
    bench.terminal.leave_stale(person(1))
    bench.terminal.faults.add(Fault(Kind.CUT, "GET /biometric-data/ver1", keep=0.7))
    with pytest.raises(LOST):
        bench.items()
    assert len(bench.items()) == 1


def test_a_cut_answer_to_a_registration_that_happened(bench: Bench) -> None:
    bench.terminal.faults.add(Fault(Kind.DROP, "GET /camera"), Fault(Kind.EMPTY, "POST /lock"))
    with pytest.raises(LOST):
        bench.ask("GET", "/camera")
    bench.terminal.expire_lock()
    assert bench.client.post("/lock").content == b""
    assert bench.terminal.state.lock_uid is not None


def test_a_slow_preview_does_not_hold_up_the_rest(bench: Bench) -> None:
    capturing(bench)
    bench.terminal.faults.add(Fault(Kind.SLOW, "GET /preview", delay=30))
    with pytest.raises(httpx.ReadTimeout):
        bench.client.get("/preview", params={"lock_uid": bench.lock_uid}, timeout=0.1)
    assert bench.ask("GET", "/camera").status_code == 200


def test_the_request_log_shows_an_unanswered_request(bench: Bench) -> None:
    bench.terminal.forget_requests()
    bench.terminal.faults.add(Fault(Kind.DROP, "GET /camera"))
    with pytest.raises(LOST):
        bench.ask("GET", "/camera")
    assert [(seen.operation, seen.status) for seen in bench.terminal.requests] == [("GET /camera", 0)]
