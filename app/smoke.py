"""The check of a packaged program, part by part: what a freezer or an installer lost shows here by its name."""

import asyncio
import importlib
import math
import os
import pkgutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from app.devices.gsdk.pb import Services

Part = Callable[[Path], str]
"""Tries one part, in an empty folder of its own; what to say of it. Whatever it raises is its failure."""

FEWEST_MODULES = 200
CASCADES = (
    *(f"haarcascade_frontalface_{kind}.xml" for kind in ("alt", "alt2", "default")),
    *("haarcascade_eye.xml", "haarcascade_eye_tree_eyeglasses.xml"),
)
SERVED_WITHIN_S = 20.0


def run() -> int:
    """Try every part, print a line for each; 0 when all of them work, else 1."""
    failed = [name for name, part in PARTS.items() if not _worked(name, part)]
    _say(f"Does not work: {', '.join(failed)}." if failed else "Everything works.")
    return 1 if failed else 0


def _worked(name: str, part: Part) -> bool:
    started = time.perf_counter()
    try:
        with tempfile.TemporaryDirectory(prefix="enrollment-station-") as folder:
            told = part(Path(folder))
    except Exception as error:  # the next part is tried all the same
        _say(f"FAIL  {name:10} {type(error).__name__}: {error}")
        return False
    _say(f"ok    {name:10} {told} ({time.perf_counter() - started:.1f} s)")
    return True


def _modules(_folder: Path) -> str:
    """Every module of the program."""
    import app

    names = [each.name for each in pkgutil.walk_packages(app.__path__, "app.") if not each.name.endswith("__main__")]
    for name in names:
        importlib.import_module(name)
    if len(names) < FEWEST_MODULES:
        raise ImportError(f"only {len(names)} modules are there")
    return f"{len(names)} of the station"


def _resources(_folder: Path) -> str:
    """What the window reads from disk."""
    from app import paths

    paths.resource("station.example.toml")
    kinds = {"icons": "*.svg", "styles": "*.qss", "translations": "*.qm"}
    found = {kind: len(list(paths.resource(kind).glob(pattern))) for kind, pattern in kinds.items()}
    for kind, count in found.items():
        if not count:
            raise FileNotFoundError(kind)
    return ", ".join(f"{count} {kind}" for kind, count in found.items())


def _pictures(_folder: Path) -> str:
    """OpenCV's decoders, and the files by which it finds faces and eyes."""
    import cv2
    import numpy as np

    for kind in (".jpg", ".png", ".bmp"):
        written, data = cv2.imencode(kind, np.zeros((8, 8, 3), np.uint8))
        if not written or cv2.imdecode(data, cv2.IMREAD_COLOR) is None:
            raise OSError(kind)
    for name in CASCADES:
        if cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / name)).empty():
            raise FileNotFoundError(name)
    return f"{len(CASCADES)} finders of faces and eyes"


def _fingers(_folder: Path) -> str:
    """A picture's minutiae, compared with themselves; compiles the engine, once per user and version."""
    from app.matching import jit
    from app.matching.extraction import extract
    from app.matching.features import features_of
    from app.matching.matcher import Matcher, Probe

    found = extract(_ridges())
    probe = [Probe(features_of(found.minutiae))]
    with Matcher(1) as matcher:
        score = matcher.verify(probe, probe)
    if not score.value:
        raise RuntimeError("a print does not match itself")
    return f"{len(found.minutiae)} minutiae, score {score.value:.0f}, {'compiled' if jit.COMPILED else 'plain'}"


def _ridges() -> "npt.NDArray[np.uint8]":
    """Ridges nine pixels apart that fork and end at 24 places; of nobody."""
    import numpy as np

    y, x = np.mgrid[:320, :260].astype(np.float32)
    phase = x * (math.tau / 9)
    for at in range(24):
        phase += (-1) ** at * np.arctan2(y - 40 - 10 * at, x - 40 - 70 * at % 180)
    gray: npt.NDArray[np.uint8] = (128 + 100 * np.cos(phase)).astype(np.uint8)
    return gray


def _store(folder: Path) -> str:
    """A new store through all its migrations, closed and opened again."""
    from app.store import MemoryVault, Store, SystemKeyring
    from app.store.migrations import HEAD

    async def twice() -> None:
        key = SystemKeyring(MemoryVault())
        for _ in range(2):
            async with await Store.open(folder, key):
                pass

    asyncio.run(twice())
    return f"schema {HEAD}"


def _keyring(_folder: Path) -> str:
    """The system's keyring: which one is up to the computer, but a package must bring the choice along."""
    from importlib import metadata

    import keyring

    backends = [found.load() for found in metadata.entry_points(group="keyring.backends")]
    if not backends:
        raise ImportError("no keyring backends")
    return f"{len(backends)} kinds, here {type(keyring.get_keyring()).__module__.rpartition('.')[2]}"


def _https(_folder: Path) -> str:
    """The certificates that vendors' addresses are checked against."""
    import httpx

    return f"{len(httpx.create_ssl_context(trust_env=False).get_ca_certs())} certificate authorities"


def _callbacks(folder: Path) -> str:
    """The server that terminals post to, asked over a socket."""
    import httpx

    from app.callbacks.guard import Guard
    from app.callbacks.office import PostOffice
    from app.callbacks.server import CallbackServer
    from app.callbacks.spool import Spool

    office = PostOffice(Spool(folder, os.urandom(32)), Guard(["127.0.0.1"]))
    server = CallbackServer(office, "127.0.0.1", 0, "/", max_body=1000)
    server.start()
    try:
        url = f"http://127.0.0.1:{server.port}/session_is_valid.fcgi"
        httpx.post(url, timeout=SERVED_WITHIN_S, trust_env=False).raise_for_status()
    finally:
        server.stop()
    return "answered"


def _gateway(_folder: Path) -> str:
    """The gateway's messages in every generation, and a question over a socket in each."""
    from app.devices.gsdk.pb import Generation, wire

    for generation in Generation:
        services = wire(generation)
        for package in vars(services).values():
            if not package.methods:
                raise ImportError(f"{package.service} of generation {generation}")
        _ask(services)
    return f"generations {', '.join(each.value.upper() for each in Generation)}"


def _ask(services: "Services") -> None:
    import grpc

    from app.devices.gsdk.pb import served

    admin = services.admin
    handler = admin.GetInfo.handler(lambda _question, _context: admin.GetInfoResponse())
    server = grpc.server(ThreadPoolExecutor(1))
    server.add_generic_rpc_handlers((served(admin, {"GetInfo": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.enable_http_proxy", 0)]) as channel:
            admin.GetInfo.on(channel)(admin.GetInfoRequest(), timeout=SERVED_WITHIN_S)
    finally:
        server.stop(1).wait()


def _window(folder: Path) -> str:
    """The window on an empty store, opened and closed; on the screen where there is one."""
    from app.main import OFFSCREEN, run_qt
    from app.ui.application import display_problem

    if display_problem():
        os.environ["QT_QPA_PLATFORM"] = OFFSCREEN
    return run_qt(lambda: _open_and_close(folder))


async def _open_and_close(folder: Path) -> str:
    from PySide6.QtGui import QGuiApplication

    from app.assembly import Assembly
    from app.config import Configuration
    from app.paths import Profile, folders
    from app.store import MemoryVault, SystemKeyring
    from app.ui import icons

    places = folders(Profile.PRACTICE, folder).create()
    key = SystemKeyring(MemoryVault())
    async with Assembly(Configuration, places, key=key, practice=True).running() as ready:
        if ready is None:
            raise RuntimeError("the station did not open")
        if icons.icon("enroll").isNull():
            raise RuntimeError("no icons are drawn")
        ready.window.show()
        ready.window.close_for_real()
    return f"on {QGuiApplication.platformName()}"


PARTS: dict[str, Part] = {
    "modules": _modules,
    "resources": _resources,
    "pictures": _pictures,
    "fingers": _fingers,
    "store": _store,
    "keyring": _keyring,
    "https": _https,
    "callbacks": _callbacks,
    "gateway": _gateway,
    "window": _window,
}


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 (what a packager reads)
