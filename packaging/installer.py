"""Freeze the station, try it, and make an installer of this system in dist: a .deb, a tar, or a Windows installer.

    python packaging/installer.py             all of it (as `dev.py package` does, in an environment of its own)
    python packaging/installer.py --made      only the installer, around the program that is in dist already

The version comes from app/__init__.py, every date from $SOURCE_DATE_EPOCH or the last commit.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "packaging"
NAME = "enrollment-station"
BUILD = ROOT / "build"
DIST = ROOT / "dist"
BUNDLE = DIST / NAME
ICON = BUILD / f"{NAME}.ico"
SUFFIX = ".exe" if os.name == "nt" else ""
LAID_OUT = {
    "copyright": f"usr/share/doc/{NAME}/copyright",
    "README.md": f"usr/share/doc/{NAME}/README.md",
    f"{NAME}.desktop": f"usr/share/applications/{NAME}.desktop",
    f"{NAME}.metainfo.xml": f"usr/share/metainfo/{NAME}.metainfo.xml",
    f"{NAME}-gateway.service": f"usr/lib/systemd/system/{NAME}-gateway.service",
    f"{NAME}.sysusers": f"usr/lib/sysusers.d/{NAME}.conf",
}
"""Files of packaging/linux and where a package puts them."""


class Failed(Exception):
    """A step that did not come to its end; the text says which."""


def main(arguments: list[str]) -> int:
    """Everything, step by step; 0 when there is an installer at the end."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(last_change()))
    try:
        BUILD.mkdir(exist_ok=True)
        draw_icon(ICON)
        if "--made" not in arguments:
            step("freeze", freeze)
        step("try", smoke)
        step("pack", windows_installer if os.name == "nt" else linux_package)
    except Failed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    return 0


def step(name: str, work: object) -> None:
    """One step, with what came out and the seconds it took."""
    assert callable(work)
    started = time.monotonic()
    made = work()
    print(f"== {name}: {made} ({time.monotonic() - started:.0f} s)", flush=True)


def freeze() -> str:
    """The program in dist, from packaging/station.spec."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR"]
    command += ["--workpath", str(BUILD / "pyinstaller"), "--distpath", str(DIST), str(HERE / "station.spec")]
    run(command, {"PYTHONHASHSEED": "1"})
    return f"{BUNDLE.relative_to(ROOT)}, {size_of(BUNDLE) / 1e6:.0f} MB"


def smoke() -> str:
    """The program as somebody else would start it: in another folder, with no environment of ours."""
    with tempfile.TemporaryDirectory() as folder:
        surroundings = {"ENROLLMENT_STATION_DATA": folder, "QT_QPA_PLATFORM": "offscreen"}
        run([str(BUNDLE / (NAME + SUFFIX)), "--smoke"], surroundings, Path(folder))
    return "every part works"


def linux_package() -> str:
    """A .deb where dpkg-deb is, else a tar with the same tree."""
    tree = BUILD / "tree"
    lay_out(tree)
    if not shutil.which("dpkg-deb"):
        return tar(tree)
    made = DIST / f"{NAME}_{version()}_{architecture()}.deb"
    describe(tree)
    run(["dpkg-deb", "--root-owner-group", "-Zzstd", "-z10", "--build", str(tree), str(made)])
    return told(made)


def tar(tree: Path) -> str:
    """To be unpacked at the root of a system; `usr/bin` has the command."""
    made = DIST / f"{NAME}-{version()}-linux.tar.gz"
    alike = ["--owner=0", "--group=0", "--sort=name", f"--mtime=@{os.environ['SOURCE_DATE_EPOCH']}"]
    run(["tar", "--create", "--gzip", *alike, "--file", str(made), "--directory", str(tree), "opt", "usr"])
    return told(made)


def lay_out(tree: Path) -> None:
    """The files as they lie on the computer they are installed on."""
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(BUNDLE, tree / "opt" / NAME, symlinks=True)
    (tree / "usr/bin").mkdir(parents=True)
    (tree / "usr/bin" / NAME).symlink_to(f"/opt/{NAME}/{NAME}")
    for source, target in LAID_OUT.items():
        put(tree / target, filled(HERE / "linux" / source))
    put(tree / f"usr/share/icons/hicolor/scalable/apps/{NAME}.svg", (HERE / f"{NAME}.svg").read_text("utf-8"))
    example = (ROOT / "resources" / "station.example.toml").read_text("utf-8")
    put(tree / f"usr/share/doc/{NAME}/examples/station.toml", example)
    for path in tree.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def describe(tree: Path) -> None:
    """What the package manager wants to know."""
    for name in ("control", "postinst", "prerm"):
        put(tree / "DEBIAN" / name, filled(HERE / "linux" / name))
        (tree / "DEBIAN" / name).chmod(0o644 if name == "control" else 0o755)


def filled(template: Path) -> str:
    """A template's text, with what is known only now."""
    text = template.read_text("utf-8")
    date = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC).strftime("%Y-%m-%d")
    for name, value in (("VERSION", version), ("ARCHITECTURE", architecture), ("SIZE", kibibytes), ("GLIBC", glibc)):
        if f"@{name}@" in text:
            text = text.replace(f"@{name}@", str(value()))
    return text.replace("@DATE@", date)


def windows_installer() -> str:
    """An installer where makensis is, which Windows does not bring along."""
    makensis = shutil.which("makensis") or shutil.which("makensis", path=r"C:\Program Files (x86)\NSIS")
    if not makensis:
        return f"nothing: makensis (NSIS 3) is not on the PATH; the program is in {BUNDLE.relative_to(ROOT)}"
    made = DIST / f"{NAME}-{version()}-windows.exe"
    run([makensis, *nsis_options(BUNDLE, made), str(HERE / "windows" / "installer.nsi")])
    return told(made)


def nsis_options(bundle: Path, made: Path) -> list[str]:
    """What the script is told."""
    known = {"VERSION": version(), "BUNDLE": bundle, "ICON": ICON, "LICENSE": ROOT / "LICENSE"}
    known |= {"SIZE": size_of(bundle) // 1024, "OUTPUT": made}
    return ["-V2", "-WX", *(f"-D{name}={value}" for name, value in known.items())]


def draw_icon(target: Path) -> None:
    """The icon in the sizes Windows asks for; every picture in the file is a PNG."""
    pictures = [_png(side) for side in (16, 24, 32, 48, 256)]
    offset = 6 + 16 * len(pictures)
    entries = []
    for side, data in pictures:
        entries.append(struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(data), offset))
        offset += len(data)
    head = struct.pack("<HHH", 0, 1, len(pictures))
    target.write_bytes(b"".join([head, *entries, *(data for _, data in pictures)]))


def _png(side: int) -> tuple[int, bytes]:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(HERE / f"{NAME}.svg")).render(painter)
    painter.end()
    picture = BUILD / "icon.png"
    image.save(str(picture))
    return side, picture.read_bytes()


def version() -> str:
    """As app/__init__.py says it."""
    found = re.search(r'^__version__ = "([^"]+)"', (ROOT / "app" / "__init__.py").read_text("utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]


def architecture() -> str:
    """This computer's, in Debian's word."""
    return subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()


def glibc() -> str:
    """The oldest C library that has everything the bundled libraries ask for."""
    asked = re.compile(rb"GLIBC_2\.(\d+)\x00")
    files = [path for path in BUNDLE.rglob("*") if path.is_file() and not path.is_symlink() and ".so" in path.name]
    newest = max(int(number) for path in files for number in asked.findall(path.read_bytes()))
    return f"2.{newest}"


def kibibytes() -> int:
    """The room the program takes on disk."""
    return size_of(BUNDLE) // 1024


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder; a link counts nothing."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def last_change() -> int:
    """When the sources were last committed, in seconds; the beginning of time where there is no history."""
    try:
        asked = ["git", "log", "-1", "--format=%ct"]
        return int(subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return 315_532_800  # 1980: what an archive can hold


def put(path: Path, text: str) -> None:
    """Write a file with the line ends of its system, and the folders it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


def run(command: list[str], surroundings: dict[str, str] | None = None, folder: Path = ROOT) -> None:
    """Run one tool; raises Failed with its name."""
    done = subprocess.run(command, cwd=folder, env={**os.environ, **(surroundings or {})}, check=False)
    if done.returncode:
        raise Failed(f"{Path(command[0]).name} ended with {done.returncode}; the lines above say why.")


def told(made: Path) -> str:
    """A file and how large it is."""
    return f"{made.relative_to(ROOT)}, {made.stat().st_size / 1e6:.0f} MB"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
