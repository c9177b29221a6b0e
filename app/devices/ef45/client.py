"""All 62 operations of the terminal's REST API 1.0.0, typed; one method each, in the document's order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.devices.ef45 import calls, codec, wire
from app.devices.ef45.codec import (
    CameraState,
    CommandReply,
    ConfigScalar,
    DoorStatus,
    Face,
    LogEntry,
    Page,
    StoredFile,
    Subject,
    UserInfo,
    read_page,
)
from app.devices.ef45.files import TerminalFile
from app.devices.ef45.frames import Preview
from app.devices.ef45.paging import PAGE_SIZE
from app.devices.ef45.replies import Call, accepted
from app.devices.ef45.results import Encounter, MatchItem
from app.devices.ef45.sender import Sender, members_of
from app.devices.ef45.transport import PREVIEW_S, Transport
from app.domain.errors import InvalidInput, ProtocolError, RemoteRefused

PREVIEW_CALL = Call("preview", "GET", "/preview", read_s=PREVIEW_S)


@dataclass(frozen=True)
class Dialect:
    """Readings of the document that differ between firmwares; the defaults are the documented ones."""

    bare_file_names: bool = False
    """Files by name alone instead of by the full terminal path."""
    bare_file_bodies: bool = False
    """save-file and firmware pieces as bare base64 instead of {file, size}."""


class Ef45Client(Sender):
    """Speaks for one lock.

    Every method raises Unreachable, OutcomeUnknown, ProtocolError, RemoteRefused, DeviceFull, and, when locked,
    LockLost: the caller makes sure of that last one before believing it. None of them retries by itself.
    """

    def __init__(self, transport: Transport, dialect: Dialect | None = None) -> None:
        super().__init__(transport)
        self._dialect = dialect or Dialect()
        self._old_results = False

    # lock

    async def take_lock(self) -> str:
        """POST /lock: LockHeld when another client holds the terminal; the API does not say which."""
        return await self._take_lock("POST")

    async def force_lock(self) -> str:
        """PUT /lock: take it from whoever holds it. Only ever on the clerk's consent."""
        return await self._take_lock("PUT")

    async def release_lock(self, lock_uid: str) -> None:
        """DELETE /lock/{lock_uid}."""
        path = f"/lock/{calls.segment(lock_uid, 'lock_uid')}"
        await self._send(Call("lock.release", "DELETE", path, locked=False, read_s=5.0), _nothing)

    # version

    async def version(self) -> str:
        """GET /version: needs no lock; remembers which result endpoint this firmware has."""
        call = Call("version", "GET", "/version", locked=False, read_s=5.0)
        found = await self._send(call, members_of(call))
        version = wire.text(found, "version")
        if not version:
            raise ProtocolError(step="version", expected="version")
        self._old_results = calls.is_before_ver1(version)
        return version

    # camera

    async def camera(self) -> CameraState:
        """GET /camera."""
        return await self._read("camera", "/camera", CameraState.read)

    async def set_camera(self, state: CameraState) -> CommandReply:
        """POST /camera: mode and audio; the terminal clears its preview by itself."""
        return await self._command("camera.set", "POST", "/camera", body=state.write())

    async def set_device_time(self, when: datetime) -> CommandReply:
        """POST /camera/control/setDeviceTime/{MMddHHmmyyyy.ss}, in the terminal's local time."""
        return await self._command("camera.time", "POST", f"/camera/control/setDeviceTime/{wire.device_time(when)}")

    async def start(self, modes: calls.Modes) -> CommandReply:
        """POST /camera/control/start; the mode must be Slave."""
        return await self._command("camera.start", "POST", "/camera/control/start", query=modes.query())

    async def stop(self) -> CommandReply:
        """POST /camera/control/stop."""
        return await self._command("camera.stop", "POST", "/camera/control/stop")

    async def start_template_match(self, seq_uid: str, subject: Subject) -> CommandReply:
        """POST /camera/control/start/matchtemplate/{seq_uid}: match the next iris against `subject`'s templates.

        The document shows no body; the templates under their usual names say what is meant.
        """
        path = f"/camera/control/start/matchtemplate/{calls.segment(seq_uid, 'seq_uid')}"
        return await self._command("camera.match", "POST", path, body=subject.templates())

    # biometric-data

    async def results(self) -> Page[Encounter]:
        """GET /biometric-data/ver1, or its predecessor on firmware that lacks it; up to about 5 MB."""
        if not self._old_results:
            try:
                return await self.results_ver1()
            except RemoteRefused as error:
                if error.facts.get("remote") not in {404, 405}:
                    raise
        page = await self.results_old()
        self._old_results = True
        return page

    async def results_ver1(self) -> Page[Encounter]:
        """GET /biometric-data/ver1 (app 1.2.34 and later)."""
        return await self._results("/biometric-data/ver1")

    async def results_old(self) -> Page[Encounter]:
        """GET /biometric-data (app 1.2.33 and earlier, deprecated)."""
        return await self._results("/biometric-data")

    async def delete_result(self, encounter_id: str) -> None:
        """DELETE /biometric-data/{encounter_id}; gone already is fine."""
        await self._delete("results.delete", f"/biometric-data/{calls.segment(encounter_id, 'encounter_id')}")

    async def save_iris_image(self, name: str, image: bytes, width: int, height: int) -> Page[None]:
        """PUT /biometric-data/save-8bmp: an 8-bit gray BMP under one of the two documented names."""
        return await self._save_bmp("save-8bmp", calls.iris_file(name), image, width, height)

    async def save_face_image(self, name: str, image: bytes, width: int, height: int) -> Page[None]:
        """PUT /biometric-data/save-24bmp: a 24-bit BMP under one of the five documented names."""
        return await self._save_bmp("save-24bmp", calls.face_file(name), image, width, height)

    async def load_file(self, file: TerminalFile) -> StoredFile:
        """GET /biometric-data/load-file."""
        query = (("filename", file.written(bare=self._dialect.bare_file_names)),)
        call = Call("file.load", "GET", "/biometric-data/load-file", query, bulk=True, read_s=30.0)
        return await self._send(call, lambda payload: StoredFile.read(wire.members(payload, call.step)))

    async def save_file(self, file: TerminalFile, data: bytes) -> None:
        """PUT /biometric-data/save-file."""
        query = (("filename", file.written(bare=self._dialect.bare_file_names)),)
        path, body = "/biometric-data/save-file", self._file_body(data)
        await self._send(Call("file.save", "PUT", path, query, body, bulk=True, read_s=30.0, changes=True), _nothing)

    # subjects

    async def subjects(self, page: int | None = None, page_size: int | None = None) -> Page[Subject]:
        """GET /subjects; without a page, all of them."""
        return await self._page("subjects", "/subjects", Subject.read, calls.paging(page, page_size))

    async def add_subject(self, subject: Subject) -> None:
        """POST /subjects."""
        await self._write("subject.add", "POST", "/subjects", subject.write())

    async def subject(self, user_uuid: str) -> Subject | None:
        """GET /subjects/{user_uuid}; None when there is none."""
        return await self._find("subject", f"/subjects/{calls.person(user_uuid)}", Subject.read)

    async def update_subject(self, subject: Subject) -> None:
        """PUT /subjects/{user_uuid}."""
        path = f"/subjects/{calls.person(subject.user_uuid)}"
        await self._write("subject.update", "PUT", path, subject.write())

    async def delete_subject(self, user_uuid: str) -> None:
        """DELETE /subjects/{user_uuid}; gone already is fine."""
        await self._delete("subject.delete", f"/subjects/{calls.person(user_uuid)}")

    async def find_duplicate(self, subject: Subject) -> str:
        """PUT /subjects/is-exist/template: whose templates these are, empty when nobody's."""
        call = Call(
            "duplicate", "PUT", "/subjects/is-exist/template", body=subject.write(), read_s=30.0, own_codes=calls.ABSENT
        )
        found = await self._or_absent(call, members_of(call))
        return wire.text(found or {}, "duplicate_uuid")

    async def record_version(self) -> int:
        """GET /subjects/record-version: algorithm type and version of every template this terminal makes."""
        path = "/subjects/record-version"
        return await self._read("record-version", path, lambda source: wire.integer(source, "record_version"))

    # user-info

    async def users(self, page: int | None = None, page_size: int | None = None) -> Page[UserInfo]:
        """GET /user-info."""
        return await self._page("users", "/user-info", UserInfo.read, calls.paging(page, page_size))

    async def add_user(self, info: UserInfo) -> None:
        """POST /user-info."""
        await self._write("user.add", "POST", "/user-info", info.write())

    async def user_by_card(self, card: str) -> UserInfo | None:
        """GET /user-info/card/{card}; InvalidInput unless the card is hexadecimal."""
        return await self._find("user.card", f"/user-info/card/{calls.card(card)}", UserInfo.read)

    async def user(self, user_uuid: str) -> UserInfo | None:
        """GET /user-info/uuid/{user_uuid}."""
        return await self._find("user", f"/user-info/uuid/{calls.person(user_uuid)}", UserInfo.read)

    async def update_user(self, info: UserInfo) -> None:
        """PUT /user-info/uuid/{user_uuid}."""
        await self._write("user.update", "PUT", f"/user-info/uuid/{calls.person(info.user_uuid)}", info.write())

    async def delete_user(self, user_uuid: str) -> None:
        """DELETE /user-info/uuid/{user_uuid}: without a body; once with an empty one when that is refused."""
        path = f"/user-info/uuid/{calls.person(user_uuid)}"
        try:
            await self._delete("user.delete", path)
        except RemoteRefused as error:
            if error.facts.get("remote") not in {400, 415}:
                raise
            await self._delete("user.delete", path, body={})

    # user

    async def register(self, subject: Subject, info: UserInfo, faces: tuple[Face, ...]) -> None:
        """POST /user: everything of one person in one call."""
        await self._write("register", "POST", "/user", codec.batch(subject, info, faces))

    async def unregister(self, user_uuid: str) -> None:
        """DELETE /user/{user_uuid}: everything of one person; gone already is fine."""
        await self._delete("unregister", f"/user/{calls.person(user_uuid)}")

    # faces

    async def faces(self, page: int | None = None, page_size: int | None = None) -> Page[Face]:
        """GET /faces."""
        return await self._page("faces", "/faces", Face.read, calls.paging(page, page_size))

    async def add_face(self, face: Face) -> None:
        """POST /faces."""
        await self._write("face.add", "POST", "/faces", face.write())

    async def faces_of(self, user_uuid: str, sub_id: int | None = None) -> tuple[Face, ...]:
        """GET /faces/{user_uuid}: all, or the one of a sub id; empty when there is none."""
        query = () if sub_id is None else calls.sub_id(sub_id)
        page = await self._faces(f"/faces/{calls.person(user_uuid)}", query)
        if page is None and sub_id is not None:
            page = await self._faces(f"/faces/subId/{calls.person(user_uuid)}", query)  # where older firmware has it
        return page.items if page else ()

    async def update_face(self, face: Face) -> None:
        """PUT /faces/{user_uuid}?sub_id=."""
        path, query = f"/faces/{calls.person(face.user_uuid)}", calls.sub_id(face.sub_id)
        await self._write("face.update", "PUT", path, face.write(), query)

    async def delete_face(self, user_uuid: str, sub_id: int) -> None:
        """DELETE /faces/{user_uuid}?subId=; gone already is fine."""
        await self._delete("face.delete", f"/faces/{calls.person(user_uuid)}", query=calls.sub_id(sub_id))

    # config

    async def config(self, title: str, kind: str) -> ConfigScalar:
        """GET /config/{title}/{type}; `kind` is bool, float, int or string."""
        path = calls.config_path(title, kind)
        return await self._read("config", path, lambda source: codec.read_config(source, kind))

    async def set_config(self, title: str, kind: str, value: ConfigScalar) -> None:
        """PUT /config/{title}/{type}."""
        path = calls.config_path(title, kind)
        await self._write("config.set", "PUT", path, {"title": title, kind: calls.config_value(kind, value)})

    async def door_status(self) -> DoorStatus:
        """GET /config/door-status."""
        return await self._read("door", "/config/door-status", DoorStatus.read)

    async def set_relay(self, *, forced: bool, duration_s: int) -> None:
        """PUT /config/relay: opens a door."""
        query = (("forced", calls.boolean(forced)), ("duration", str(calls.seconds(duration_s))))
        await self._send(Call("relay", "PUT", "/config/relay", query, changes=True), _nothing)

    # match-data

    async def matches(self) -> Page[MatchItem]:
        """GET /match-data."""
        call = Call("matches", "GET", "/match-data", bulk=True, read_s=30.0)
        return await self._send(call, lambda payload: read_page(payload, call.step, MatchItem.read))

    async def delete_match(self, encounter_id: str) -> None:
        """DELETE /match-data/{encounter_id}; gone already is fine."""
        await self._delete("matches.delete", f"/match-data/{calls.segment(encounter_id, 'encounter_id')}")

    # logs

    async def logs(
        self, page: int | None = None, page_size: int | None = None, *, newest: bool = True
    ) -> Page[LogEntry]:
        """GET /logs; sorted by id here, because a terminal may ignore the order."""
        order = (("order", "desc"),) if newest else ()
        found = await self._page("logs", "/logs", LogEntry.read, (*calls.paging(page, page_size), *order))
        return calls.sorted_logs(found, newest=newest)

    async def delete_logs(self, first: int, last: int) -> None:
        """DELETE /logs over a range of ids, both included."""
        await self._delete("logs.delete", "/logs", query=calls.log_range(first, last))

    async def logs_between(self, first: int, last: int, page: int | None = None) -> Page[LogEntry]:
        """GET /logs/from/to over a range of ids, both included; oldest first."""
        query = (*calls.paging(page, PAGE_SIZE if page else None), *calls.log_range(first, last))
        found = await self._page("logs.range", "/logs/from/to", LogEntry.read, query)
        return calls.sorted_logs(found, newest=False)

    async def log(self, log_id: int) -> LogEntry | None:
        """GET /logs/{id}."""
        return await self._find("log", f"/logs/{calls.log_id(log_id)}", LogEntry.read)

    async def delete_log(self, log_id: int) -> None:
        """DELETE /logs/{id}; gone already is fine."""
        await self._delete("log.delete", f"/logs/{calls.log_id(log_id)}")

    async def wipe_logs(self) -> None:
        """DELETE /logs/db: the whole log."""
        await self._delete("logs.wipe", "/logs/db")

    # preview

    async def preview(self) -> Preview:
        """GET /preview; empty between two pictures. The preview thread sends PREVIEW_CALL itself instead."""
        return await self._send(PREVIEW_CALL, lambda payload: Preview.read(wire.members(payload, "preview")))

    # firmware

    async def update_start(self, *, forced: bool) -> None:
        """POST /update/start, or PUT for a forced upgrade or a downgrade; drops an unfinished upload."""
        await self._update("start", forced, None)

    async def update_chunk(self, chunk: bytes, *, forced: bool) -> None:
        """POST or PUT /update/continous (sic): every piece but the last, about 1 MB encoded."""
        await self._update("continous", forced, chunk)

    async def update_done(self, chunk: bytes, *, forced: bool) -> str:
        """POST or PUT /update/done: the last piece; the terminal then checks, reboots and upgrades by itself."""
        return wire.text(await self._update("done", forced, chunk), "file")

    # control

    async def control(self, parameters: Mapping[str, bool]) -> CommandReply:
        """POST /control: manual commands by name; needs "Use manual command" switched on at the terminal."""
        if not parameters:
            raise InvalidInput(field="parameters", reason="at-least-one")
        return await self._command("control", "POST", "/control", body=dict(parameters))

    async def start_card(self) -> None:
        """POST /control/card/start; the mode must be Slave."""
        await self._send(Call("card.start", "POST", "/control/card/start"), _nothing)

    async def card(self) -> str:
        """GET /control/card/data: empty until a card was presented."""
        call = Call("card.data", "GET", "/control/card/data", own_codes=calls.ABSENT)
        return wire.text(await self._or_absent(call, members_of(call)) or {}, "card")

    async def stop_card(self) -> None:
        """POST /control/card/stop."""
        await self._send(Call("card.stop", "POST", "/control/card/stop"), _nothing)

    async def clear_passback(self, user_uuid: str) -> None:
        """POST /control/apb/clear/{user_uuid}."""
        path = f"/control/apb/clear/{calls.person(user_uuid)}"
        await self._send(Call("passback", "POST", path, changes=True, own_codes=calls.ABSENT), _nothing)

    async def clear_all_passback(self) -> None:
        """POST /control/apb/clearall."""
        await self._send(Call("passback.all", "POST", "/control/apb/clearall", changes=True), _nothing)

    # shared by a few

    async def _results(self, path: str) -> Page[Encounter]:
        call = Call("results", "GET", path, bulk=True, read_s=30.0, own_codes=frozenset({404, 405}))
        return await self._send(call, lambda payload: read_page(payload, call.step, Encounter.read))

    async def _save_bmp(self, name: str, file: str, image: bytes, width: int, height: int) -> Page[None]:
        body: codec.Body = {"filename": file, "image": wire.write_base64(image), "width": width, "height": height}
        call = Call(name, "PUT", f"/biometric-data/{name}", body=body, bulk=True, read_s=30.0, changes=True)
        return await self._send(call, lambda payload: read_page(payload, name, lambda _: None))

    async def _faces(self, path: str, query: calls.Query) -> Page[Face] | None:
        call = Call("faces.of", "GET", path, query, own_codes=frozenset({404, 405, 410}))
        try:
            return await self._or_absent(call, lambda payload: read_page(payload, call.step, Face.read))
        except RemoteRefused as error:
            if error.facts.get("remote") != 405:
                raise
            return None

    async def _update(self, stage: str, forced: bool, chunk: bytes | None) -> wire.Members:
        body = None if chunk is None else self._file_body(chunk)
        method, path = "PUT" if forced else "POST", f"/update/{stage}"
        call = Call(f"firmware.{stage}", method, path, body=body, bulk=True, read_s=60.0, changes=True)
        return await self._send(call, lambda payload: accepted(call, payload))

    def _file_body(self, data: bytes) -> codec.Body | str:
        encoded = wire.write_base64(data)
        return encoded if self._dialect.bare_file_bodies else {"file": encoded, "size": len(data)}


def _nothing(_payload: object) -> None:
    """An answer nobody needs, whatever it holds."""
