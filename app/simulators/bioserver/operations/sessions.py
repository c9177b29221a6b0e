"""Operations on bio-sessions, and what the server says about itself."""

from typing import Final
from urllib.parse import urlsplit

from app.simulators.bioserver.memory import Memory
from app.simulators.bioserver.operations.operation import Answer, Operation
from app.simulators.bioserver.shapes import session_object
from app.simulators.bioserver.wire import (
    Call,
    Document,
    Refused,
    only_members,
    text_member,
    truth,
    whole_number,
)

_MEMBERS: Final = ("correlationId", "imageStorageEnabled", "ttlSeconds", "callbackURL")


def create_session(memory: Memory, call: Call) -> Answer:
    body = call.document(arrays=memory.variants.bodies == "array")
    only_members(body, _MEMBERS)
    seconds = whole_number(body, "ttlSeconds", least=1)
    if seconds is not None and seconds > memory.make.maximum_ttl:
        raise Refused(400, f"ttlSeconds is higher than the configured maximum of {memory.make.maximum_ttl}")
    callback = text_member(body, "callbackURL")
    if callback is not None and urlsplit(callback).scheme not in {"http", "https"}:
        raise Refused(400, "callbackURL is not a URL")
    storage = truth(body.get("imageStorageEnabled"), "imageStorageEnabled") or False
    session = memory.open_session(text_member(body, "correlationId"), storage, seconds or memory.make.default_ttl)
    return Answer(201, session_object(session), place=f"/bio-sessions/{session.session_id}")


def get_session(memory: Memory, call: Call) -> Answer:
    return Answer(200, session_object(memory.session(call.path["bioSessionId"])), signed=True)


def get_capabilities(memory: Memory, _call: Call) -> Answer:
    make, form = memory.make, memory.variants.capabilities
    accepted = list(make.accepted_modes)
    if form == "sample":
        document: Document = {"status": "ok", "currentMode": [memory.mode], "acceptedModes": accepted}
    else:
        document = {"modes": accepted if form == "text" else ",".join(accepted)}
    return Answer(200, document | {"version": make.version})


def get_status(memory: Memory, _call: Call) -> Answer:
    status = memory.variants.monitor_status
    document: Document = {} if status == "missing" else {"status": status}
    modes = [mode for mode in memory.make.accepted_modes if mode != memory.mode]
    return Answer(200, document | {"modes": [memory.mode, *modes], "version": memory.make.version})


OPERATIONS: Final = (
    Operation("CreateBioSession", "POST", "/bio-sessions", create_session),
    Operation("GetBioSession", "GET", "/bio-sessions/{bioSessionId}", get_session),
    Operation("GetCapabilities", "GET", "/capabilities", get_capabilities),
    Operation("GetStatus", "GET", "/monitor", get_status, free=True),
)
