"""The 21 operations of BioServer's "Biometric Services" v2, typed; each sends exactly the documented form first.

Where the document leaves a form open, a 400 is answered once with the other form, and the form that worked stays.
Everything raises StationError leaves with the step, the status and the server's support id.
"""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.bioserver import codec, jsontext
from app.bioserver.codec import (
    IMAGE_TYPES,
    Capabilities,
    FaceReply,
    LivenessParameters,
    MatchReply,
    ReplayReply,
    SessionReply,
    id_in_location,
    object_of,
    objects_of,
)
from app.bioserver.faults import DEVICE, nonsense
from app.bioserver.transport import Access, Answer, Call, Part, Pause, Transport, trusting
from app.domain.document import PictureKind
from app.domain.errors import InvalidInput, ProtocolError, RemoteRefused, SessionEnded, TemplateVersionMixed

JPEG = "image/jpeg"
_ENDINGS = {JPEG: "jpg", "image/png": "png"}


class BioServerClient:
    """Make it with `await BioServerClient.connect(...)`; close it. Used on one event loop."""

    def __init__(self, transport: Transport, *, array_bodies: bool = False) -> None:
        self._transport = transport
        self._arrays = array_bodies
        self._match_form = 0
        self._images_form = 0
        self._modes: frozenset[str] | None = None

    @classmethod
    async def connect(
        cls, access: Access, *, ca_file: Path | None = None, array_bodies: bool = False, pause: Pause = asyncio.sleep
    ) -> "BioServerClient":
        """Read the certificates on a thread, then be ready; nothing is asked yet."""
        context = await asyncio.to_thread(trusting, ca_file)
        return cls(Transport(access, context, pause), array_bodies=array_bodies)

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.close()

    # Service

    async def status(self) -> Capabilities:
        """GetStatus, without the key: 200 and status "ok" in any case, or none."""
        answer = await self._transport.ask(Call("status", "GET", "/monitor", keyed=False))
        told = codec.capabilities(object_of(answer.body, "status")[0]) if answer.body.strip() else Capabilities()
        if answer.status != 200 or told.status.lower() not in {"", "ok"}:
            raise RemoteRefused(device=DEVICE, step="status", http_status=answer.status, reason="not-ok")
        return told

    async def capabilities(self) -> Capabilities:
        """GetCapabilities."""
        told = codec.capabilities((await self._get("capabilities", "/capabilities"))[0])
        self._modes = told.modes
        return told

    # Sessions

    async def create_session(self, *, ttl_s: int, correlation_id: str = "", keep_images: bool = False) -> str:
        """CreateBioSession: the new session's id. The call to be told by (callbackURL) is never used: we poll."""
        body: dict[str, Any] = {"ttlSeconds": ttl_s, "imageStorageEnabled": keep_images}
        if correlation_id:
            body["correlationId"] = correlation_id
        answer = await self._posted("create-session", "/bio-sessions", body)
        return self._created_id(answer, "bio-sessions", "create-session")

    async def session(self, session_id: str) -> SessionReply:
        """GetBioSession."""
        return codec.session(*await self._get("session", _session(session_id)))

    # Faces

    async def create_face(
        self, session_id: str, image: bytes, kind: PictureKind, *, media_type: str = JPEG, mode: str = "",
        friendly_name: str = "", rotate: bool | None = None,
    ) -> str:  # fmt: skip
        """CreateFaceFromImage: the new face's id. `friendly_name` must be random: never a name of a person."""
        about = await self._about(kind, mode, friendly_name, rotate)
        parts = [_json_part("face", about), _image_part("image", image, media_type)]
        answer = await self._in_session("create-face", "POST", session_id, "/faces", parts=tuple(parts))
        return self._created_id(answer, "faces", "create-face")

    async def create_direct_face(
        self, image: bytes, kind: PictureKind, *, media_type: str = JPEG, mode: str = "", friendly_name: str = "",
        rotate: bool | None = None, correlation_id: str = "",
    ) -> FaceReply:  # fmt: skip
        """CreateDirectFaceFromImage: nothing is kept. Signatures are never switched off."""
        about = await self._about(kind, mode, friendly_name, rotate)
        parts = [_json_part("face", about), _image_part("image", image, media_type), *_correlation(correlation_id)]
        answer = await self._transport.ask(Call("direct-face", "POST", "/faces", parts=tuple(parts)))
        return codec.face(*object_of(answer.body, "direct-face"))

    async def create_face_from_json(self, session_id: str, face: str, *, template_version: str = "") -> str:
        """CreateFaceFromJson: `face` goes out byte for byte as it was received; its id in this session comes back.

        TemplateVersionMixed when its template is of another version than `template_version`, or refused by a server
        whose algorithm changed: the picture has to be enrolled again.
        """
        same_version(face, template_version)
        try:
            answer = await self._in_session("face-from-json", "POST", session_id, "/faces", text=face)
        except RemoteRefused as refused:
            raise _reuse_refused(refused, "face-from-json") from refused
        return self._created_id(answer, "faces", "face-from-json")

    async def face(self, session_id: str, face_id: str) -> FaceReply:
        """GetFace."""
        answer = await self._in_session("face", "GET", session_id, f"/faces/{_id(face_id)}")
        return codec.face(*object_of(answer.body, "face"))

    async def face_image(self, session_id: str, face_id: str, *, compressed: bool = True) -> bytes | None:
        """GetFaceImage; None when the session keeps no images."""
        query = {"compression": "true"} if compressed else {}
        path = f"/faces/{_id(face_id)}/image"
        answer = await self._in_session("face-image", "GET", session_id, path, query=query)
        return None if answer.status == 204 or not answer.body else answer.body

    async def faces(self, session_id: str) -> tuple[FaceReply, ...]:
        """GetFaces."""
        answer = await self._in_session("faces", "GET", session_id, "/faces")
        return tuple(codec.face(*each) for each in objects_of(answer.body, "faces"))

    async def delete_face(self, session_id: str, face_id: str) -> None:
        """DeleteFace; one that is gone already is deleted."""
        await self._deleted("delete-face", f"{_session(session_id)}/faces/{_id(face_id)}")

    async def delete_faces(self, session_id: str) -> None:
        """DeleteFaces; a session that ended has none."""
        await self._deleted("delete-faces", f"{_session(session_id)}/faces")

    # Comparisons

    async def matches(self, session_id: str, reference_id: str) -> tuple[MatchReply, ...]:
        """GetMatches: best first, without the reference; empty is no match."""
        path = f"/faces/{_id(reference_id)}/matches"
        answer = await self._in_session("matches", "GET", session_id, path)
        if not answer.body.strip():
            return ()
        return codec.ranked(tuple(codec.match(*each) for each in objects_of(answer.body, "matches")), reference_id)

    async def match_images(
        self, reference: bytes, candidate: bytes, kinds: tuple[PictureKind, PictureKind], *,
        media_types: tuple[str, str] = (JPEG, JPEG), correlation_id: str = "", rotate: bool | None = None,
    ) -> MatchReply:  # fmt: skip
        """Images Match: nothing is kept. `kinds` and `media_types` are of the reference and of the candidate."""
        images = [
            _image_part("referenceImage", reference, media_types[0]),
            _image_part("candidateImage", candidate, media_types[1]),
        ]
        types = {"referenceImageType": kinds[0], "candidateImageType": kinds[1]}
        rest = [*_correlation(correlation_id), *_rotation(rotate)]
        forms = [(*images, *_types(types, as_files=as_files), *rest) for as_files in (False, True)]
        self._images_form, answer = await self._one_of("match-images", "/match/images", forms, self._images_form)
        return codec.match(*object_of(answer.body, "match-images"))

    async def match(
        self, reference_face: str, candidate: bytes, kind: PictureKind, *, media_type: str = JPEG,
        correlation_id: str = "", rotate: bool | None = None, template_version: str = "",
    ) -> MatchReply:  # fmt: skip
        """Match a stored face, sent byte for byte as it was received, with a picture; errors as face_from_json."""
        same_version(reference_face, template_version)
        image, types = _image_part("candidateImage", candidate, media_type), {"candidateImageType": kind}
        rest = [*_correlation(correlation_id), *_rotation(rotate)]
        forms = [
            (("referenceFace", ("face", text.encode(), "application/json")), image, *_types(types, files), *rest)
            for text, files in ((reference_face, False), (f"[{reference_face}]", False), (reference_face, True))
        ]
        try:
            self._match_form, answer = await self._one_of("match", "/match", forms, self._match_form)
        except RemoteRefused as refused:
            raise _reuse_refused(refused, "match") from refused
        return codec.match(*object_of(answer.body, "match"))

    # Liveness

    async def init_liveness_deprecated(self, session_id: str, parameters: Mapping[str, object]) -> None:
        """initLivenessParameters of the first generation (SLAM, CR2D)."""
        path = f"{_session(session_id)}/liveness-parameters"
        await self._posted("init-liveness", path, dict(parameters))

    async def liveness_parameters_deprecated(self, session_id: str) -> LivenessParameters:
        """getLivenessParameters of the first generation."""
        answer = await self._in_session("liveness-parameters", "GET", session_id, "/liveness-parameters")
        return codec.liveness_parameters(*object_of(answer.body, "liveness-parameters"))

    async def init_liveness(
        self, session_id: str, kind: str, *, security_level: str, timeout_s: float, challenges: int = 1
    ) -> LivenessParameters | None:
        """initLivenessParameters: `kind` MEDIUM or HIGH, `timeout_s` sent in milliseconds; None for an empty answer."""
        if challenges < 1:
            raise InvalidInput(device=DEVICE, field="challenges", minimum=1)
        body = {"type": kind, "timeout": round(timeout_s * 1000), "securityLevel": security_level}
        path = f"{_session(session_id)}/init-liveness-parameters"
        answer = await self._posted("init-liveness", path, body | {"nbChallenge": challenges})
        if not answer.body.strip():
            return None
        return codec.liveness_parameters(*object_of(answer.body, "init-liveness"))

    async def liveness_result(self, session_id: str, mode: str) -> tuple[dict[str, Any], str] | None:
        """getLivenessChallengeResult of the mode asked for: the object and its text; None while there is none.

        Newer servers know it without the mode: a 404 on the documented form is answered once with the other.
        """
        path = f"{_session(session_id)}/liveness-challenge-result"
        for each in (f"{path}/{_id(mode)}", path):
            try:
                answer = await self._transport.ask(Call("liveness-result", "GET", each))
            except RemoteRefused as refused:
                if refused.facts.get("http_status") != 404:
                    raise
                continue
            empty = answer.status == 204 or not answer.body.strip()
            return None if empty else object_of(answer.body, "liveness-result")
        if await self._ended(session_id):
            raise SessionEnded(device=DEVICE, step="liveness-result", http_status=404, reason="session-ended")
        return None

    async def replay_liveness(
        self, session_id: str, metadata: bytes, master_secret: bytes, device_info: Mapping[str, str]
    ) -> None:
        """replayLivenessMetadata: what IDEMIA's capture library encrypted."""
        parts = (
            ("encryptedMetaData", ("encryptedMetaData", metadata, "application/octet-stream")),
            ("encryptedMasterSecret", ("encryptedMasterSecret", master_secret, "application/octet-stream")),
            _json_part("livenessDeviceInfo", dict(device_info)),
        )
        await self._in_session("replay", "POST", session_id, "/replay-liveness-metadata", parts=parts)

    async def replay_status(self, session_id: str) -> ReplayReply:
        """getReplayStatus, also while there is none; its signature is detached.

        The image may be megabytes: read on a thread.
        """
        try:
            answer = await self._in_session("replay-status", "GET", session_id, "/replay-liveness-metadata")
        except RemoteRefused as refused:
            if refused.facts.get("reason") != "gone":  # of a session that lives
                raise
            return ReplayReply("IN_PROGRESS", "", "")
        if answer.status == 204 or not answer.body.strip():
            return ReplayReply("IN_PROGRESS", "", "")
        return codec.replay(*await asyncio.to_thread(object_of, answer.body, "replay-status"))

    # What the operations share

    async def _get(self, step: str, path: str) -> tuple[dict[str, Any], str]:
        return object_of((await self._transport.ask(Call(step, "GET", path))).body, step)

    async def _deleted(self, step: str, path: str) -> None:
        try:
            await self._transport.ask(Call(step, "DELETE", path))
        except RemoteRefused as refused:
            if refused.facts.get("http_status") != 404:
                raise

    async def _posted(self, step: str, path: str, body: dict[str, Any]) -> Answer:
        """One plain object, or a list of one as set; a 400 is answered once with the other form."""
        forms = [json.dumps(body), json.dumps([body])]
        for place, text in enumerate(reversed(forms) if self._arrays else forms):
            try:
                answer = await self._transport.ask(Call(step, "POST", path, json=text))
            except RemoteRefused as refused:
                if place or refused.facts.get("http_status") != 400:
                    raise
            else:
                self._arrays ^= bool(place)
                return answer
        raise AssertionError("the second form returns or raises")

    async def _one_of(self, step: str, path: str, forms: list[tuple[Part, ...]], known: int) -> tuple[int, Answer]:
        """The answer to the first form that is not refused with 400, beginning with the one known to work."""
        order = [known, *(number for number in range(len(forms)) if number != known)]
        for number in order:
            try:
                return number, await self._transport.ask(Call(step, "POST", path, parts=forms[number]))
            except RemoteRefused as refused:
                if refused.facts.get("http_status") != 400 or number == order[-1]:
                    raise
        raise AssertionError("the last form returns or raises")

    async def _in_session(
        self, step: str, method: str, session_id: str, path: str, *,
        parts: tuple[Part, ...] = (), text: str | None = None, query: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """A call below a session. On 404 the session is looked at, so that its end is told as such."""
        call = Call(step, method, _session(session_id) + path, json=text, parts=parts, query=query or {})
        try:
            return await self._transport.ask(call)
        except RemoteRefused as refused:
            if refused.facts.get("http_status") == 404 and await self._ended(session_id):
                raise SessionEnded(**{**refused.facts, "reason": "session-ended"}) from None
            raise

    async def _ended(self, session_id: str) -> bool:
        try:
            await self._transport.ask(Call("session", "GET", _session(session_id)))
        except RemoteRefused as refused:
            return refused.facts.get("http_status") == 404
        return False

    async def _about(self, kind: PictureKind, mode: str, friendly_name: str, rotate: bool | None) -> dict[str, Any]:
        """What goes with a picture; a mode only when configured, and only one the server lists."""
        about: dict[str, Any] = {"imageType": IMAGE_TYPES[kind]}
        if mode:
            modes = self._modes if self._modes is not None else (await self.capabilities()).modes
            if mode not in modes:
                raise InvalidInput(device=DEVICE, field="mode", reason="not-offered")
            about["mode"] = mode
        if friendly_name:
            about["friendlyName"] = friendly_name
        return about if rotate is None else about | {"imageRotationEnabled": rotate}

    def _created_id(self, answer: Answer, after: str, step: str) -> str:
        """From Location, wherever it points; else from the body."""
        found = id_in_location(answer.headers.get("location", ""), after)
        if found or not answer.body.strip():
            return found or _none_told(step)
        try:
            told = codec.text_of(object_of(answer.body, step)[0].get("id"))
        except ProtocolError:
            return _none_told(step)
        return told if codec.is_id(told) else _none_told(step)


def same_version(face: str, template_version: str) -> None:
    """TemplateVersionMixed when a stored face's template is of another version; an unknown version passes."""
    try:
        stored = codec.remote_face(jsontext.parse(face)).template_version
    except jsontext.NotJson:
        raise InvalidInput(device=DEVICE, field="reference", reason="unreadable") from None
    if stored and template_version and stored != template_version:
        raise TemplateVersionMixed(device=DEVICE, step="reuse", reason="enroll-again")


def _reuse_refused(refused: RemoteRefused, step: str) -> RemoteRefused | TemplateVersionMixed:
    if refused.facts.get("http_status") != 400:
        return refused
    support_id = refused.facts.get("support_id")
    return TemplateVersionMixed(device=DEVICE, step=step, reason="enroll-again", http_status=400, support_id=support_id)


def _none_told(step: str) -> str:
    raise nonsense(step, "location")


def _id(text: str) -> str:
    if not codec.is_id(text):
        raise InvalidInput(device=DEVICE, field="id", reason="form")
    return text


def _session(session_id: str) -> str:
    return f"/bio-sessions/{_id(session_id)}"


def _json_part(name: str, value: Mapping[str, object]) -> Part:
    return name, (name, json.dumps(value).encode(), "application/json")


def _image_part(name: str, image: bytes, media_type: str) -> Part:
    return name, (f"{name}.{_ENDINGS.get(media_type, 'bin')}", image, media_type)


def _text_part(name: str, text: str) -> Part:
    return name, (None, text.encode(), "text/plain")


def _types(types: Mapping[str, PictureKind], as_files: bool) -> list[Part]:
    """Plain text parts, or the file parts that the document's command lines show."""
    return [
        (name, (name if as_files else None, IMAGE_TYPES[kind].encode(), "text/plain")) for name, kind in types.items()
    ]


def _correlation(correlation_id: str) -> list[Part]:
    return [_text_part("correlationId", correlation_id)] if correlation_id else []


def _rotation(rotate: bool | None) -> list[Part]:
    return [] if rotate is None else [_text_part("imageRotationEnabled", json.dumps(rotate))]
