"""Operations on liveness: both generations of parameters, the challenge's result, the replay of metadata."""

import base64
import secrets
import string
from dataclasses import dataclass
from typing import Final

from app.simulators.bioserver.keys import certificate_der
from app.simulators.bioserver.memory import Face, Memory, Outcome, Session
from app.simulators.bioserver.operations.making import face_from_image
from app.simulators.bioserver.operations.operation import Answer, Operation
from app.simulators.bioserver.settings import Mischief
from app.simulators.bioserver.wire import (
    Call,
    Document,
    Part,
    Refused,
    json_of,
    one_object,
    only_members,
    text_member,
    truth,
    whole_number,
)

_LEVELS: Final = ("VERY_LOW", "LOW", "MEDIUM", "HIGH", "VERY_HIGH")
_RANDOM: Final = 32
_S: Final = "/bio-sessions/{bioSessionId}"
_DEVICE: Final = ("osType", "osVersion", "deviceModel")
_REPLAY: Final = ("encryptedMetaData", "encryptedMasterSecret", "livenessDeviceInfo")


@dataclass(frozen=True)
class _Parameters:
    """What one generation of parameters allows; `choices` are required texts, `flags` and `thresholds` optional."""

    choices: dict[str, tuple[str, ...]]
    optional: dict[str, tuple[str, ...]]
    flags: tuple[str, ...]

    def read(self, body: Document) -> Document:
        only_members(body, (*self.choices, *self.optional, *self.flags, "timeout", "nbChallenge", "matchThreshold"))
        for name, allowed in (self.choices | self.optional).items():
            value = text_member(body, name)
            if value not in allowed and (value is not None or name in self.choices):
                raise Refused(400, f"{name} must be one of {', '.join(allowed)}")
        for name in self.flags:
            truth(body.get(name), name)
        whole_number(body, "timeout", least=1, required=True)
        whole_number(body, "nbChallenge", least=1, required=True)
        whole_number(body, "matchThreshold", least=0)
        return {name: value for name, value in body.items() if value is not None}


_DEPRECATED: Final = _Parameters(
    choices={
        "type": ("SLAM", "CR2D"),
        "securityLevel": tuple(f"FACEFLOW_SECURITY_{level}" for level in _LEVELS),
        "purpose": ("FACEFLOW_PURPOSE_TRACK", "FACEFLOW_PURPOSE_ENROLL"),
        "cr2dMode": tuple(f"FACEFLOW_CR2DMODE_{mode}" for mode in ("RANDOM", "PATH", "TARGET_FIXED", "TRAINING")),
    },
    optional={"illuminationMode": ("FACEFLOW_ILLUMINATION_MODE_ON", "FACEFLOW_ILLUMINATION_MODE_OFF")},
    flags=("useAccurateMatch", "enableLighting"),
)
_CURRENT: Final = _Parameters(
    choices={
        "type": ("MEDIUM", "HIGH"),
        "securityLevel": (*_LEVELS[1:], *(f"VERY_HIGH{step}" for step in range(2, 6))),
    },
    optional={},
    flags=("useAccurateMatch",),
)


def init_deprecated(memory: Memory, call: Call) -> Answer:
    body = call.document(arrays=memory.variants.bodies == "array")
    with memory.gate:
        _challenge(memory, memory.session(call.path["bioSessionId"]), _DEPRECATED.read(body))
    return Answer(204)


def get_deprecated(memory: Memory, call: Call) -> Answer:
    with memory.gate:
        session = memory.session(call.path["bioSessionId"])
        if session.liveness is None:
            raise Refused(404, "Unable to find liveness parameters for the given identifier")
        return Answer(200, dict(session.liveness), signed=True)


def init_liveness(memory: Memory, call: Call) -> Answer:
    body = call.document(arrays=memory.variants.bodies == "array")
    with memory.gate:
        challenge = _challenge(memory, memory.session(call.path["bioSessionId"]), _CURRENT.read(body))
    status = memory.variants.liveness_status
    return Answer(status) if status == 204 else Answer(status, dict(challenge), signed=True)


def challenge_result(memory: Memory, call: Call) -> Answer:
    _right_path(memory, call)
    with memory.gate:
        session = memory.session(call.path["bioSessionId"])
        outcome, pending = _progress(memory, session)
        if pending is not None or outcome is None:
            return _not_ready(memory, pending)
        face = _best_image(memory, session, outcome)
        asked = call.path.get("livenessMode", "LIVENESS_HIGH")
        return Answer(200, _result(memory, call, outcome, asked, face), signed=True)


def replay_metadata(memory: Memory, call: Call) -> Answer:
    parts = call.parts(_REPLAY)
    if missing := [name for name in _REPLAY if name not in parts or not parts[name].body]:
        raise Refused(400, f"part {missing[0]} is missing or empty")
    _device(parts["livenessDeviceInfo"])
    with memory.gate:
        session = memory.session(call.path["bioSessionId"])
        if session.liveness is None:
            raise Refused(400, "liveness parameters were not initialized")
        session.outcome = memory.next_outcome or session.outcome or Outcome(pending=("INITIALIZED", "IN_PROGRESS"))
        session.polls = 0
    return Answer(memory.variants.replay_status, place=f"/bio-sessions/{session.session_id}")


def replay_state(memory: Memory, call: Call) -> Answer:
    with memory.gate:
        session = memory.session(call.path["bioSessionId"])
        outcome, pending = _progress(memory, session)
        if outcome is None:
            raise Refused(404, "Unable to find liveness metadata for the given identifier")
        document: Document = {"status": pending or outcome.status}
        if pending is None and outcome.status == "SUCCESS" and outcome.image:
            document["image"] = base64.b64encode(outcome.image).decode("ascii")
    return Answer(200, document, signed=True, detached=True)


def _challenge(memory: Memory, session: Session, parameters: Document) -> Document:
    alphabet = string.ascii_letters + string.digits
    random: str | int = "".join(secrets.choice(alphabet) for _ in range(_RANDOM))
    if memory.variants.server_random == "number":
        random = secrets.randbelow(2**31)
    certificate = base64.b64encode(certificate_der(memory.liveness_key)).decode("ascii")
    listed = memory.variants.certificate_form == "list"
    session.liveness = {
        "seed": secrets.randbelow(2**31),
        "serverRandom": random,
        **parameters,
        memory.variants.certificates: [certificate] if listed else certificate,
    }
    return session.liveness


def _progress(memory: Memory, session: Session) -> tuple[Outcome | None, str | None]:
    """How the challenge ends, and the state this poll finds it in while it has not."""
    outcome = session.outcome or memory.next_outcome
    if outcome is None or session.polls >= len(outcome.pending):
        return outcome, None
    session.polls += 1
    return outcome, outcome.pending[session.polls - 1]


def _not_ready(memory: Memory, pending: str | None) -> Answer:
    form = memory.variants.not_ready
    if form == "204":
        return Answer(204)
    if form == "404":
        raise Refused(404, "Unable to find a liveness challenge result for the given identifier")
    return Answer(200, {"livenessStatus": form if pending is None else pending}, signed=True)


def _best_image(memory: Memory, session: Session, outcome: Outcome) -> str | None:
    if outcome.image is not None and outcome.status == "SUCCESS" and session.best_image_id is None:
        face: Face = face_from_image(memory, Part("image", None, None, outcome.image), "VIDEO_FRAME")
        memory.keep(session, face)
        session.best_image_id = face.face_id
    return session.best_image_id


def _result(memory: Memory, call: Call, outcome: Outcome, asked: str, face_id: str | None) -> Document:
    other = Mischief.OTHER_MODE in call.strikes
    mode = "LIVENESS_MEDIUM" if other and asked != "LIVENESS_MEDIUM" else "NO_LIVENESS" if other else None
    members = {
        "livenessStatus": outcome.status,
        "bestImageId": face_id,
        "livenessMode": mode or outcome.mode or asked,
        "diagnostic": outcome.diagnostic,
        "numberOfChallenge": outcome.challenges,
    }
    fake = True if Mischief.FAKE_WEBCAM in call.strikes else outcome.fake_webcam
    if memory.variants.fake_webcam != "missing":
        members[memory.variants.fake_webcam] = fake or False
    return {name: value for name, value in members.items() if value is not None}


def _right_path(memory: Memory, call: Call) -> None:
    given = "level" if "securityLevel" in call.path else "mode" if "livenessMode" in call.path else "bare"
    if given != memory.variants.result_path:
        raise Refused(404, "Not Found")


def _device(part: Part) -> None:
    device = one_object(json_of(part.body, part.name), part.name, arrays=False)
    only_members(device, _DEVICE)
    if missing := [name for name in _DEVICE if not text_member(device, name)]:
        raise Refused(400, f"{missing[0]} is missing")


_RESULT: Final = _S + "/liveness-challenge-result"
OPERATIONS: Final = (
    Operation("initLivenessParameters (deprecated)", "POST", _S + "/liveness-parameters", init_deprecated),
    Operation("getLivenessParameters (deprecated)", "GET", _S + "/liveness-parameters", get_deprecated),
    Operation("initLivenessParameters", "POST", _S + "/init-liveness-parameters", init_liveness),
    Operation("getLivenessChallengeResult", "GET", _RESULT + "/{livenessMode}", challenge_result),
    Operation("replayLivenessMetadata", "POST", _S + "/replay-liveness-metadata", replay_metadata),
    Operation("getReplayStatus", "GET", _S + "/replay-liveness-metadata", replay_state),
)
OTHER_RESULT_PATHS: Final = (
    Operation("getLivenessChallengeResult", "GET", _RESULT, challenge_result),
    Operation(
        "getLivenessChallengeResult", "GET", _RESULT + "/{livenessMode}/{securityLevel}", challenge_result,
        query=frozenset({"numberOfChallenge"}),
    ),
)  # fmt: skip
