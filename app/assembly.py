"""Builds the running station from a configuration, in order, and takes it down in reverse."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from app import bundle, custody, documents, doors, logs, terminals
from app.config import Configuration, SecretResolver
from app.config.sections import KeySource as KeyChoice
from app.devices.camera import Webcams
from app.domain.device import Device, RecoversAfterCrash
from app.domain.errors import KeyFileMissing, StationError, StoreKeyWrong
from app.domain.modality import Modality
from app.fingers import FingerService
from app.journeys.operators import Operators
from app.journeys.provisioning import Provisioning
from app.journeys.station import Station, utc_now
from app.journeys.supervision import SecretSource, Supervision
from app.parts import RECOVERY, devices_of, operator_rules, policy_of, supervisor_secret
from app.paths import Folders, make_private
from app.store import KeySource, Passphrase, Store, SystemKeyring, key_method_of
from app.store.opening import DATABASE
from app.store.sources import PASSPHRASE
from app.ui import application, sounds
from app.ui.main_window import MainWindow
from app.ui.messages import MessageService
from app.ui.preferences import Preferences
from app.ui.start_window import StartWindow
from app.ui.tasks import Tasks
from app.ui.theme import Look

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ready:
    """The running station and its window."""

    station: Station
    store: Store
    window: MainWindow
    tasks: Tasks
    messages: MessageService


@dataclass(frozen=True)
class Assembly:
    """How to build a station. `read` gives the configuration each time it is asked, so that a mistake can be put
    right without starting anew. `key` and `supervisor` replace what the configuration names (practice, tests);
    `present` decorates the finished station."""

    read: Callable[[], Configuration]
    folders: Folders
    key: KeySource | None = None
    supervisor: SecretSource | None = None
    secrets: SecretResolver = field(default_factory=SecretResolver, repr=False)
    practice: bool = False
    present: Callable[[Station], Station] = lambda station: station

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Ready | None]:
        """The station, built; None when the clerk gave up at the passphrase or at a start problem."""
        async with contextlib.AsyncExitStack() as stack:
            yield await self._build(stack)

    async def _build(self, stack: contextlib.AsyncExitStack) -> Ready | None:
        application.dress_start(Preferences(self.folders.config))
        start = StartWindow(application.NAME)
        try:
            return await self._until_built(stack, start)
        finally:
            start.finished()

    async def _until_built(self, stack: contextlib.AsyncExitStack, start: StartWindow) -> Ready | None:
        while True:
            try:
                start.opening()
                return await self._once(stack, start)
            except StationError as error:
                logs.event(LOG, "start-failed", logging.ERROR, error=error)
                if not await start.ask_retry(error):
                    return None

    async def _once(self, stack: contextlib.AsyncExitStack, start: StartWindow) -> Ready | None:
        configuration = await asyncio.to_thread(self.read)
        preferences = self._wear(configuration)
        recovery = make_private(self.folders.data / RECOVERY)
        devices = await asyncio.to_thread(devices_of, configuration, recovery, self.secrets)
        store = await self._open_store(configuration, start)
        if store is None:
            return None
        stack.push_async_callback(store.close)
        await terminals.listen(stack, configuration, store, devices, self.folders.data)
        station = self._station(configuration, store, devices)
        station = custody.with_custody(station, store, self.folders.data)
        station = replace(station, diagnostics=bundle.of_running(self.read, self.folders, devices))
        station = self.present(await self._with_documents(stack, configuration, station, store))
        fingers = FingerService(store)
        stack.push_async_callback(fingers.close)
        opened = doors.opened(configuration, store, fingers.index, self.folders.data / RECOVERY)
        station = replace(station, fingers=fingers, doors=await stack.enter_async_context(opened))
        return await self._with_window(stack, configuration, station, store, preferences, fingers)

    async def _with_documents(
        self, stack: contextlib.AsyncExitStack, configuration: Configuration, station: Station, store: Store
    ) -> Station:
        client = await documents.connect(configuration, self.secrets)
        if client is None:
            return station
        stack.push_async_callback(client.close)
        match = await documents.document_match(configuration, client, store, lambda: station.actor)
        stack.push_async_callback(match.close)
        return replace(station, documents=match, cameras=Webcams())

    async def _with_window(
        self,
        stack: contextlib.AsyncExitStack,
        configuration: Configuration,
        station: Station,
        store: Store,
        preferences: Preferences,
        fingers: FingerService,
    ) -> Ready:
        messages = MessageService({each.device_id: each.label for each in station.devices.values()})
        application.install_hooks(messages, asyncio.get_running_loop())
        tasks = Tasks(messages)
        stack.push_async_callback(tasks.close)
        window = _window(station, tasks, messages, preferences, self.folders.config_file)
        for device in station.devices.values():
            stack.push_async_callback(device.close)
        services = _services(station, store, window, configuration, self.folders.data)
        stack.push_async_callback(_end, asyncio.create_task(services, name="services"))
        learning = fingers.run(needed=any(Modality.FINGER in each.modalities for each in station.devices.values()))
        stack.push_async_callback(_end, asyncio.create_task(learning, name="fingers"))
        return Ready(station, store, window, tasks, messages)

    def _wear(self, configuration: Configuration) -> Preferences:
        """Look, text size and language as configured, as far as the clerk did not choose otherwise."""
        chosen = configuration.station
        preferences = Preferences(self.folders.config, Look(chosen.theme.value), chosen.text_percent)
        sounds.use(application.create([], preferences, chosen.language), wanted=chosen.sounds)
        return preferences

    def _station(self, configuration: Configuration, store: Store, devices: list[Device]) -> Station:
        secret = self.supervisor or supervisor_secret(configuration)
        operators = Operators(store.operators, store.journal, operator_rules(configuration))
        deliver = {each.id for each in configuration.devices if each.enabled and each.deliver}
        return Station(
            name=configuration.station.name,
            policy=policy_of(configuration.policy),
            devices={device.device_id: device for device in devices},
            drafts=store.drafts,
            people=store.people,
            outbox=store.outbox,
            journal=store.journal,
            queue=store.questions,
            operators=operators,
            supervision=Supervision(secret, vouch=operators.vouch if operators.required else None),
            deliver_to=frozenset(deliver),
            practice=self.practice,
        )

    async def _open_store(self, configuration: Configuration, start: StartWindow) -> Store | None:
        folder = configuration.path(configuration.store.folder) or self.folders.data
        source = self.key or await asyncio.to_thread(_configured_key, configuration, folder)
        if source is not None:
            return await Store.open(folder, source)
        return await _open_with_passphrase(folder, start)


async def _open_with_passphrase(folder: Path, start: StartWindow) -> Store | None:
    """Ask until the passphrase opens the store, or nobody knows it."""
    new = await asyncio.to_thread(key_method_of, folder) is None
    wrong = False
    while True:
        passphrase = await start.ask_passphrase(new=new, wrong=wrong)
        if passphrase is None:
            return None
        start.opening()
        try:
            return await Store.open(folder, Passphrase(passphrase))
        except StoreKeyWrong:
            wrong = True


def _configured_key(configuration: Configuration, folder: Path) -> KeySource | None:
    """The key source to use, or None when a passphrase must be asked. Slow: a keyring may take 200 ms."""
    reference = configuration.store.passphrase
    if reference is not None:
        return Passphrase(SecretResolver().resolve("store.passphrase", reference))
    method = key_method_of(folder)
    if method is None and (folder / DATABASE).exists():
        raise KeyFileMissing()  # nobody shall be asked to choose a new passphrase for it
    if method == PASSPHRASE or (method is None and configuration.store.key is KeyChoice.PASSPHRASE):
        return None
    if method is None and not SystemKeyring.available():
        return None
    return SystemKeyring()


def _window(
    station: Station, tasks: Tasks, messages: MessageService, preferences: Preferences, config_file: Path
) -> MainWindow:
    from app.ui.pages.settings import SettingsPage
    from app.ui.wizard.page import EnrollPage

    settings = partial(SettingsPage, path=config_file)
    return MainWindow(station, tasks, messages, preferences, EnrollPage, settings)


async def _services(
    station: Station, store: Store, window: MainWindow, configuration: Configuration, folder: Path
) -> None:
    """What goes on beside the window: undoing a crash, forgetting what is old, backing up, delivering."""
    retention = configuration.policy.retention
    await asyncio.gather(store.people.warm(), *(_recover(device) for device in station.devices.values()))
    if retention.drafts_days:
        await store.purge_drafts(utc_now() - timedelta(days=retention.drafts_days))
    if retention.evidence_days:
        await store.evidence.purge(utc_now() - timedelta(days=retention.evidence_days))
    provisioning = Provisioning(station)
    provisioning.listen(window.refresh_deliveries)
    terms = custody.terms_of(configuration)
    look = custody.watching_space(configuration.path(configuration.store.folder) or folder, window.tell_low_space)
    provisioning.afterwards(custody.after_deliveries(station, store, terms))
    await asyncio.gather(provisioning.run(), custody.keep(station, store, terms, look))


async def _recover(device: Device) -> None:
    """A terminal that cannot be reached now keeps its note and is put right at its next opening."""
    if isinstance(device, RecoversAfterCrash):
        try:
            if await device.recover():
                logs.event(LOG, "device-recovered", device=device.device_id)
        except StationError as error:
            logs.event(LOG, "device-not-recovered", logging.WARNING, device=device.device_id, error=error)


async def _end(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
