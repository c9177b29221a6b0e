"""From a fresh clone to the running station, or to its tests, with one command and nothing but Python.

    python3 packaging/dev.py demo [options]   the station with simulated devices (options: see `demo --help`)
    python3 packaging/dev.py test [options]   every check and every test (options go to pytest)
    python3 packaging/dev.py app [command]    any command of the station, such as `app check --json`
    python3 packaging/dev.py lint             the checks without the tests
    python3 packaging/dev.py package          the program as an installer of this system, in dist
    python3 packaging/dev.py lock             resolve the three hash locks anew (needs uv)

Looks after the Python version, the shared libraries Qt needs, the environment in .venv and the locked packages;
what is done already is skipped. Standard library only. Exit codes are those of what was started.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUNTIME = ROOT / "packaging" / "requirements.lock"
DEVELOPMENT = ROOT / "packaging" / "requirements-dev.lock"
PACKAGE = ROOT / "packaging" / "requirements-package.lock"
BUILD_VENV = ROOT / "build" / "venv"
OLDEST = (3, 11)

# Shared library → the Debian package that has it. Qt blames xcb-cursor for any missing xcb library, so each is tried.
ANY_SCREEN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
REAL_SCREEN = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}

QT_TESTS = ("tests/ui", "tests/e2e")
GATES = (
    ("ruff check", ["-m", "ruff", "check"]),
    ("ruff format", ["-m", "ruff", "format", "--check"]),
    ("import rules", ["-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-logo"]),
    ("mypy", ["-m", "mypy"]),
)

_STARTED = time.monotonic()


class CannotGoOn(Exception):
    """Something only the person at the keyboard can do; the text says what."""


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    commands = {"demo": demo, "test": test, "app": app, "lint": lint, "package": package, "lock": lock}
    if not arguments or arguments[0] not in commands:
        print(__doc__)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    try:
        check_python(sys.version_info[:2])
        return commands[arguments[0]](arguments[1:])
    except CannotGoOn as cause:
        print(f"\n{cause}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def demo(arguments: list[str]) -> int:
    """The station against its simulators; with a display a window, without one the tour."""
    return app(["demo", *arguments])


def app(arguments: list[str]) -> int:
    """Any command of the station; the caller's folder stays the current one."""
    check_libraries(needed_libraries())
    python = prepare(RUNTIME)
    return run([str(python), "-P", "-m", "app", *arguments])


def test(arguments: list[str]) -> int:
    """The checks, then the tests, then one line for each."""
    check_libraries(needed_libraries())
    python = prepare(DEVELOPMENT)
    results = run_gates(python)
    for name, chosen in test_runs(arguments).items():
        print(f"\n== {name}", flush=True)
        results[name] = timed([str(python), "-m", "pytest", *side_by_side(arguments), *chosen])
    return summary(results)


def test_runs(arguments: list[str]) -> dict[str, list[str]]:
    """What needs Qt runs in processes of its own: Qt's left-over events must not meet a test that knows nothing of it.

    One run with the caller's arguments when they name what to test.
    """
    if any(each.startswith("tests") for each in arguments):
        return {"tests": arguments}
    without = [f"--ignore={folder}" for folder in QT_TESTS]
    return {"tests": [*without, *arguments], "window tests": [*QT_TESTS, *arguments]}


def side_by_side(arguments: list[str]) -> list[str]:
    """A test process per core, each file's tests together in one; the caller's own -n comes first."""
    if any(each.startswith(("-n", "--numprocesses", "--pdb")) for each in arguments):
        return []
    return ["-n", "auto", "--dist", "loadfile"]


def lint(arguments: list[str]) -> int:
    """The checks without the tests."""
    return summary(run_gates(prepare(DEVELOPMENT)))


def package(arguments: list[str]) -> int:
    """The program frozen, tried and packed; made in an environment of its own, so that nothing else slips in."""
    check_libraries(needed_libraries())
    if sys.platform.startswith("linux") and not shutil.which("objdump"):
        install_packages(["binutils"])
    python = prepare(PACKAGE, BUILD_VENV)
    return run([str(python), str(ROOT / "packaging" / "installer.py"), *arguments], ROOT)


def lock(arguments: list[str]) -> int:
    """One resolution for Linux and Windows, with hashes and without host names; the others build on the first."""
    uv = find_uv() or ""
    if not uv:
        raise CannotGoOn("Locking needs uv: python -m pip install uv")
    compile_ = [uv, "pip", "compile", "pyproject.toml", "--universal", "--generate-hashes", "--no-header"]
    compile_ += ["--no-annotate", "--quiet", "--python-version", ".".join(map(str, OLDEST)), *arguments]
    first = run([*compile_, "-o", str(RUNTIME.relative_to(ROOT))], ROOT)
    for extra, target in (("dev", DEVELOPMENT), ("package", PACKAGE)):
        constrained = ["--extra", extra, "-c", str(RUNTIME.relative_to(ROOT)), "-o", str(target.relative_to(ROOT))]
        first = first or run([*compile_, *constrained], ROOT)
    return first


# Python and shared libraries


def check_python(version: tuple[int, ...]) -> None:
    """Raise CannotGoOn for a Python that is too old."""
    if version < OLDEST:
        have, need = (".".join(map(str, each)) for each in (version, OLDEST))
        raise CannotGoOn(f"This is Python {have}; the station needs {need} or newer. Start this file with that one.")


def needed_libraries() -> dict[str, str]:
    """The libraries Qt loads on this computer."""
    if not sys.platform.startswith("linux"):
        return {}
    return {**ANY_SCREEN, **(REAL_SCREEN if has_display() else {})}


def has_display() -> bool:
    """Whether a window can come up."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def check_libraries(needed: dict[str, str], as_root: bool | None = None) -> None:
    """Install what is missing on Debian as root; else raise CannotGoOn with the command."""
    missing = missing_libraries(needed)
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise CannotGoOn(f"Qt needs these shared libraries; install what provides them:\n  {' '.join(missing)}")
    install_packages(sorted({**ANY_SCREEN, **REAL_SCREEN, **needed}[name] for name in missing), as_root)
    missing = missing_libraries(needed)
    if missing:
        raise CannotGoOn(f"Still missing after the installation: {' '.join(missing)}")


def missing_libraries(needed: dict[str, str]) -> list[str]:
    """Those that the loader does not find."""
    return [name for name in needed if not _loads(name)]


def install_packages(packages: list[str], as_root: bool | None = None) -> None:
    """apt-get install, with an update when the lists are too old for it; raises CannotGoOn with the command."""
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not (os.geteuid() == 0 if as_root is None else as_root):
        raise CannotGoOn(f"Some system packages are missing. Please run:\n  sudo {' '.join(install)}")
    say(f"installing {' '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (install, ["apt-get", "update"], install):
        code = subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False).returncode
        if command is install and code == 0:
            return
    raise CannotGoOn(f"The installation failed. Please run it yourself:\n  {' '.join(install)}")


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


# Environment and packages


def prepare(lock_file: Path, venv: Path = VENV) -> Path:
    """The environment's Python, with exactly the locked packages; does nothing the second time."""
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    venv.parent.mkdir(exist_ok=True)
    # What development needs contains what the station needs, pin for pin.
    if python.exists() and any(stamped(each, venv) for each in {lock_file, DEVELOPMENT}):
        return python
    make_environment(venv, python)
    install_locked(lock_file, python)
    stamp_of(lock_file, venv).write_text(fingerprint(lock_file), "utf-8")
    say(f"environment ready in {venv.name}")
    return python


def stamped(lock_file: Path, venv: Path) -> bool:
    """Whether the environment holds what this lock says now."""
    stamp = stamp_of(lock_file, venv)
    return stamp.exists() and stamp.read_text("utf-8") == fingerprint(lock_file)


def stamp_of(lock_file: Path, venv: Path) -> Path:
    """The file that says which lock was installed."""
    return venv / f"installed-{lock_file.stem}.txt"


def fingerprint(lock_file: Path) -> str:
    """Changes with the lock and with the Python that made the environment."""
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{hashlib.sha256(lock_file.read_bytes()).hexdigest()} {version}\n"


def make_environment(venv: Path, python: Path) -> None:
    """A fresh environment when there is none that works; raises CannotGoOn when Python lacks the module for it."""
    if _answers([str(python), "-c", "import sys; sys.exit(sys.version_info[:2] != " + str(sys.version_info[:2]) + ")"]):
        return
    say(f"making the environment {venv.name}")
    uv = find_uv()
    if not uv and not _answers([sys.executable, "-c", "import ensurepip, venv"]):
        explain_venv()
    options = ["--clear", "--without-pip"] if uv else ["--clear"]
    if run([sys.executable, "-m", "venv", *options, str(venv)]) != 0:
        raise CannotGoOn(f"The environment {venv} could not be made; the lines above say why.")


def explain_venv() -> None:
    """Debian ships Python without its venv module: install it as root, else say how."""
    if sys.platform.startswith("linux") and shutil.which("apt-get"):
        install_packages(["python3-venv"])
    if not _answers([sys.executable, "-c", "import ensurepip, venv"]):
        raise CannotGoOn(
            f"{sys.executable} has no venv module; install the one that belongs to it (Debian: python3-venv)."
        )


def install_locked(lock_file: Path, python: Path) -> None:
    """Exactly the locked packages, each checked against its hash, wheels only; uv when there is one, else pip."""
    say(f"installing the packages of {lock_file.name}")
    wanted = ["--require-hashes", "--only-binary", ":all:", "-r", str(lock_file)]
    uv = find_uv()
    if uv and run([uv, "pip", "install", "--quiet", "--python", str(python), *wanted]) == 0:
        return
    pip = [str(python), "-m", "pip"]
    if not _answers([*pip, "--version"]) and run([str(python), "-m", "ensurepip", "--upgrade"]) != 0:
        explain_venv()
    if run([*pip, "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile", *wanted]) != 0:
        raise CannotGoOn(
            "The packages could not be installed; the lines above say why. Is the package index reachable?"
        )


def find_uv() -> str | None:
    """uv on the PATH or in the environment."""
    return shutil.which("uv") or shutil.which("uv", path=str(VENV / ("Scripts" if os.name == "nt" else "bin")))


# Running


def run(command: list[str], folder: Path | None = None) -> int:
    """Run in a folder, or in the caller's with the checkout importable; the exit code, also after an interrupt."""
    environment = dict(os.environ)
    if folder is None:
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(command, cwd=folder, env=environment)
    while True:
        try:
            return _exit_code(process.wait())
        except KeyboardInterrupt:  # the child was interrupted as well and finishes in its own way
            continue


def run_gates(python: Path) -> dict[str, tuple[int, float]]:
    """Exit code and seconds of each check; all run, whatever the first ones say."""
    results = {}
    for name, command in GATES:
        print(f"\n== {name}", flush=True)
        results[name] = timed([str(python), *command])
    return results


def summary(results: dict[str, tuple[int, float]]) -> int:
    """A line per check; 0 when all are 0, else the last one's code that is not."""
    print()
    for name, (code, seconds) in results.items():
        print(f"{'ok  ' if code == 0 else 'FAIL'} {name:14} {seconds:6.1f} s")
    return next((code for code, _ in reversed(list(results.values())) if code), 0)


def timed(command: list[str]) -> tuple[int, float]:
    """The exit code of a check and the seconds it took."""
    start = time.monotonic()
    return run(command, ROOT), time.monotonic() - start


def say(text: str) -> None:
    """A step of the set-up, with the seconds since the start."""
    print(f"[{time.monotonic() - _STARTED:5.1f} s] {text}", flush=True)


def _answers(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _exit_code(code: int) -> int:
    """A death by signal as a shell reports it."""
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
