"""The way results take to us: read what was set, note it, set ours, read it back; and put everything back."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from app import logs
from app.devices.base import Worker
from app.devices.controlid import wire
from app.devices.controlid.client import ControlIdClient
from app.devices.controlid.push import Place
from app.devices.controlid.recovery import Modules, Note, NoteBook
from app.devices.controlid.wire import Members
from app.domain.errors import NotCapable, NotWritten, RemoteRefused, StoreError

LOG = logging.getLogger(__name__)

MONITOR_TIMEOUT_MS = "5000"
SERVER_NAME = "Enrollment Station"
MONITOR_NEEDS = frozenset({"hostname", "port"})


class Setup:
    """One terminal's reporting. `note` is what lies on disk; None while nothing of ours is set."""

    def __init__(self, client: ControlIdClient, book: NoteBook, worker: Worker, base: str) -> None:
        self._client = client
        self._book = book
        self._worker = worker
        self.note: Note | None = None
        self._base = base

    async def claim(self) -> None:
        """Note that the terminal is in use, before anything is done to it."""
        await self._keep(Note(self._base))

    async def monitor(self, own: str, place: Place) -> None:
        """Have results and heartbeats sent to us; changes nothing at the door. Raises NotWritten, MissingRights."""
        wanted = {
            "hostname": own,
            "port": str(place.port),
            "path": place.path,
            "request_timeout": MONITOR_TIMEOUT_MS,
            "alive_interval": str(place.heartbeat_s * 1000),
            "enable_photo_upload": "0",
            "inform_access_event_id": "0",
        }
        await self._apply({"monitor": wanted}, MONITOR_NEEDS)

    async def online(self, own: str, place: Place) -> None:
        """Make us the access server, which gives pictures of fingers: the door then asks us at every access, and we
        open nothing. NotCapable without the license for it."""
        if not (await self._client.system_information()).online_available:
            raise NotCapable(step="online", reason="license")
        row = await self._server_row(f"{own}:{place.port}")
        link = {"server_id": str(row), "extract_template": "0", "max_request_attempts": "3"}
        await self._apply({"online_client": link}, frozenset(link))
        mode = {"online": "1", "local_identification": "0"}
        await self._apply({"general": mode}, frozenset(mode))

    async def restore(self) -> bool:
        """Put back what was set before, as far as it still is as we left it; True when the terminal was in use."""
        note = self.note or await self._worker.run(self._book.read)
        if note is None:
            return False
        for module in reversed(list(note.before)):
            await self._put_back(module, note.before[module], note.ours.get(module, {}))
        if note.server_row:
            await self._client.destroy_objects("devices", {"devices": {"id": note.server_row}})
        self.note = None
        await self._worker.run(self._book.tear_up)
        return True

    async def _apply(self, wanted: Modules, needed: frozenset[str]) -> None:
        before = await self._client.get_configuration({name: tuple(keys) for name, keys in wanted.items()})
        known = {
            name: {key: value for key, value in keys.items() if key in before[name]} for name, keys in wanted.items()
        }
        for keys in known.values():
            if missing := needed - keys.keys():
                raise NotCapable(step="configuration", reason="no-such-setting", count=len(missing))
        note = self.note or Note(self._base)
        await self._keep(replace(note, before=note.before | before, ours=note.ours | known))
        await self._client.set_configuration(known)
        await self._check(known)

    async def _check(self, wanted: Mapping[str, Mapping[str, str]]) -> None:
        held = await self._client.get_configuration({name: tuple(keys) for name, keys in wanted.items()})
        wrong = sum(held[name].get(key) != value for name, keys in wanted.items() for key, value in keys.items())
        if wrong:
            raise NotWritten(step="configuration", count=wrong)

    async def _put_back(self, module: str, before: Mapping[str, str], ours: Mapping[str, str]) -> None:
        """What somebody changed since then is theirs and stays."""
        held = (await self._client.get_configuration({module: tuple(before)}))[module]
        back = {
            key: value for key, value in before.items() if held.get(key) == ours.get(key) and held.get(key) != value
        }
        if not back:
            return
        await self._client.set_configuration({module: back})
        try:
            await self._check({module: back})
        except NotWritten as error:
            logs.event(LOG, "settings-not-restored", logging.WARNING, error=error)

    async def _server_row(self, address: str) -> int:
        """The row that names us among the terminal's servers: made once, used again."""
        found = await self._client.load_objects("devices", _server)
        for row_id, ip in found:
            if ip == address:
                return row_id
        ids = await self._client.create_objects("devices", [{"name": SERVER_NAME, "ip": address, "public_key": ""}])
        if not ids:
            raise RemoteRefused(step="online", reason="no-server-row")
        note = self.note or Note(self._base)
        await self._keep(replace(note, server_row=ids[0]))
        return ids[0]

    async def _keep(self, note: Note) -> None:
        """On disk before the terminal is touched."""
        try:
            await self._worker.run(self._book.write, note)
        except OSError as error:
            raise StoreError(step="recovery", reason="not-written") from error
        self.note = note


def _server(source: Members) -> tuple[int, str]:
    return wire.integer(source, "id"), wire.text(source, "ip")
