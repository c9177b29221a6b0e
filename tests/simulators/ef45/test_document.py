"""The simulator serves exactly the operations of the document, each behind the lock where the document says so."""

import re

import pytest

from app.simulators.ef45 import DOCUMENTED
from tests.simulators.ef45.bench import Bench

TABLE = """
POST /lock 200
PUT /lock 200
DELETE /lock/{lock_uid} 200
GET /version 200
GET /camera 200
POST /camera 200
POST /camera/control/setDeviceTime/{device_time} 200
POST /camera/control/start 200
POST /camera/control/stop 200
POST /camera/control/start/matchtemplate/{seq_uid} 200
GET /biometric-data 200
GET /biometric-data/ver1 200
DELETE /biometric-data/{encounter_id} 200
PUT /biometric-data/save-8bmp 200
PUT /biometric-data/save-24bmp 200
GET /biometric-data/load-file 200
PUT /biometric-data/save-file 200
GET /subjects 200
POST /subjects 201
GET /subjects/{user_uuid} 200
PUT /subjects/{user_uuid} 204
DELETE /subjects/{user_uuid} 204
PUT /subjects/is-exist/template 200
GET /subjects/record-version 200
GET /user-info 200
POST /user-info 201
GET /user-info/card/{card} 200
GET /user-info/uuid/{user_uuid} 200
PUT /user-info/uuid/{user_uuid} 204
DELETE /user-info/uuid/{user_uuid} 200
POST /user 200
DELETE /user/{user_uuid} 204
GET /faces 200
POST /faces 201
GET /faces/{user_uuid} 200
PUT /faces/{user_uuid} 204
DELETE /faces/{user_uuid} 204
GET /config/{title}/{type} 200
PUT /config/{title}/{type} 204
GET /config/door-status 200
PUT /config/relay 204
GET /match-data 200
DELETE /match-data/{encounter_id} 200
GET /logs 200
DELETE /logs 204
GET /logs/from/to 200
GET /logs/{id} 200
DELETE /logs/{id} 204
DELETE /logs/db 204
GET /preview 200
POST /update/start 200
PUT /update/start 204
POST /update/continous 200
PUT /update/continous 204
POST /update/done 200
PUT /update/done 204
POST /control 200
POST /control/card/start 200
GET /control/card/data 200
POST /control/card/stop 200
POST /control/apb/clear/{user_uuid} 200
POST /control/apb/clearall 200
"""
ROWS = [tuple(line.split()) for line in TABLE.strip().splitlines()]
FREE = {("POST", "/lock"), ("PUT", "/lock"), ("DELETE", "/lock/{lock_uid}"), ("GET", "/version")}
LOCKED = [(method, path) for method, path, _ in ROWS if (method, path) not in FREE]


def filled(path: str) -> str:
    return re.sub(r"\{\w+\}", "1", path)


def test_the_operations_are_those_of_the_document() -> None:
    served = {(operation.method, operation.path, str(operation.success)) for operation in DOCUMENTED}
    assert served == set(ROWS)
    assert len(ROWS) == len(DOCUMENTED) == 62


@pytest.mark.parametrize(("method", "path"), LOCKED)
def test_a_locked_operation_refuses_who_does_not_hold_the_lock(unlocked: Bench, method: str, path: str) -> None:
    assert unlocked.client.request(method, filled(path)).status_code == 401
    unlocked.lock_uid = "13dbb896-ed1e-11e6-9822-503f98000109"
    assert unlocked.ask(method, filled(path)).status_code == 401


def test_other_addresses_and_methods_do_not_exist(bench: Bench) -> None:
    assert bench.ask("GET", "/nothing").status_code == 404
    assert bench.ask("GET", "/camera/control/start").status_code == 405
    assert bench.ask("POST", "/update/continuos").status_code == 404
    assert bench.client.get(f"http://127.0.0.1:{bench.terminal.port}/version").status_code == 404


def test_the_request_log_names_operations_and_statuses_and_no_bodies(bench: Bench) -> None:
    bench.terminal.forget_requests()
    bench.ask("GET", "/subjects/none")
    bench.ask("POST", "/user-info", {"user_uuid": "1", "pin": "4711"})
    seen = bench.terminal.requests
    assert [(one.operation, one.status) for one in seen] == [
        ("GET /subjects/{user_uuid}", 404),
        ("POST /user-info", 201),
    ]
    assert seen[0].path == "/1.0/subjects/none"
    assert "4711" not in repr(seen)
