"""The commands for what the station keeps: backup, restore, people as files, receipts, diagnostics."""

import argparse
import getpass
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app import logs
from app.domain.errors import InvalidInput, StationError, StoreDamaged, StoreError, StoreKeyWrong
from app.options import Command
from app.paths import folders

if TYPE_CHECKING:
    from app.config import Configuration
    from app.store import KeySource

Arguments = argparse.Namespace
NO_STORE = (
    "There is no store here yet, and nothing was done. The first start of the window makes one; --data names a folder."
)

PLAIN: tuple[tuple[type[StationError], str, str], ...] = (
    (StoreDamaged, "container", "This is no such file of this program, or it is damaged. Nothing was changed."),
    (StoreKeyWrong, "container", "This file does not open with this passphrase. Nothing was changed; try again."),
    (StoreError, "store-exists", "There is a store already, and it was left alone. Name another folder with --data."),
    (InvalidInput, "passphrase", "A passphrase of at least 8 characters is needed. Nothing was written."),
    (InvalidInput, "unknown", "Nobody here has this identifier. Nothing was written."),
    (InvalidInput, "enrolled", "This person is enrolled here already. Nothing was replaced."),
)


def _backup(parsed: Arguments) -> int:
    from app.backup import back_up_now

    folder, source = store_of(parsed)
    if source is None:
        return _failed(NO_STORE)
    passphrase = "" if parsed.own_key else _asked("Passphrase for the backup, at least 8 characters")
    return _told(back_up_now(folder, source, parsed.file, passphrase))


def _restore(parsed: Arguments) -> int:
    from app.backup import restore_now
    from app.config import load_or_default
    from app.config.sections import KeySource as KeyChoice
    from app.store import KeySource, Passphrase, SystemKeyring
    from app.store.backups import PASSPHRASE, method_of

    places = folders()
    configuration = load_or_default(parsed.config, places.config_file)
    folder = configuration.path(configuration.store.folder) or places.data
    passphrase = _asked("Passphrase of the backup") if method_of(parsed.file) == PASSPHRASE else ""
    plain = configuration.store.key is KeyChoice.PASSPHRASE or not SystemKeyring.available()
    source: KeySource = Passphrase(_asked("Passphrase of the store")) if plain else SystemKeyring()
    return _told(restore_now(parsed.file, folder, source, passphrase, tuple(parsed.erased)))


def _person_export(parsed: Arguments) -> int:
    from app.exchange import export_person

    folder, source = store_of(parsed)
    if source is None:
        return _failed(NO_STORE)
    passphrase = _asked("Passphrase for the file, at least 8 characters")
    return _told(export_person(folder, source, parsed.id, parsed.file, passphrase))


def _person_import(parsed: Arguments) -> int:
    from app.config import load_or_default
    from app.exchange import import_person

    folder, source = store_of(parsed)
    if source is None:
        return _failed(NO_STORE)
    configuration = load_or_default(parsed.config, folders().config_file)
    targets = tuple(each.id for each in configuration.devices if each.enabled and each.deliver)
    return _told(import_person(folder, source, parsed.file, _asked("Passphrase of the file"), targets))


def _person_unpack(parsed: Arguments) -> int:
    from app.exchange import unpack

    return _told(unpack(parsed.file, parsed.folder, _asked("Passphrase of the file")))


def _receipt_verify(parsed: Arguments) -> int:
    from app.proofs import verify

    report, code = verify(parsed.what, parsed.key, parsed.person)
    _told(report)
    return code


def _diagnostics(parsed: Arguments) -> int:
    from app.bundle import write
    from app.parts import build_devices

    return _told(write(parsed.file, parsed.config, folders(), build_devices))


def plain(error: StationError) -> str:
    """What went wrong with a file of these commands; empty when the general sentence says it."""
    about = error.fact("field"), error.fact("why"), error.fact("reason")
    for kind, facts, told in PLAIN:
        if isinstance(error, kind) and facts in about:
            return f"{told} ({error.code})"
    return ""


def store_of(parsed: Arguments) -> "tuple[Path, KeySource | None]":
    """The folder of the real store and what opens it, for a command with the station closed."""
    from app.config import load_or_default

    logs.install(None, logging.ERROR)
    places = folders()
    configuration = load_or_default(parsed.config, places.config_file)
    folder = configuration.path(configuration.store.folder) or places.data
    return folder, key_source(configuration, folder)


def key_source(configuration: "Configuration", folder: Path) -> "KeySource | None":
    """What opens the store: as configured, or a passphrase asked for; None when there is no store."""
    from app.config import SecretResolver
    from app.store import Passphrase, SystemKeyring, key_method_of

    method = key_method_of(folder)
    reference = configuration.store.passphrase
    if method is None:
        return None
    if reference is not None:
        return Passphrase(SecretResolver().resolve("store.passphrase", reference))
    if method != "passphrase":
        return SystemKeyring()
    told = getpass.getpass("Passphrase (not shown): ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    return Passphrase(told)


def _asked(what: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"{what} (not shown): ")
    return sys.stdin.readline().rstrip("\r\n")


def _told(text: str) -> int:
    print(text)  # noqa: T201
    return 0


def _failed(text: str) -> int:
    print(text, file=sys.stderr)  # noqa: T201
    return 1


def _file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument("--own-key", action="store_true", help="no passphrase: it opens with what opens the store")


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    told = "the newest list of who was erased (station.erased), where it is neither beside the backup nor in the folder"
    parser.add_argument("--erased", type=Path, action="append", default=[], metavar="LIST", help=told)


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the person's identifier")
    _file(parser)


def _unpack_arguments(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument("folder", type=Path, metavar="DIR")


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="TEXT|FILE", help="what the QR code says, or a file with it or a certificate")
    parser.add_argument("--key", type=Path, metavar="PEM", help="the station's public key, as `audit key` prints it")
    parser.add_argument("--person", default="", metavar="ID", help="whether it is the receipt of this identifier")


CUSTODY = (
    Command("backup", "back the closed store up into one encrypted file", _backup, _backup_arguments),
    Command("restore", "put the store of a backup where there is none", _restore, _restore_arguments),
    Command("person export", "one person as an encrypted file", _person_export, _export_arguments),
    Command("person import", "add the person of such a file, with the station closed", _person_import, _file),
    Command("person unpack", "write what is in such a file into a folder, readable", _person_unpack, _unpack_arguments),
    Command("receipt verify", "check a receipt or certificate, offline", _receipt_verify, _verify_arguments),
    Command("diagnostics", "write a ZIP for support: nothing biometric, no names, no secrets", _diagnostics, _file),
)
