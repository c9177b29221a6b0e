"""The commands a person or a service manager needs: run, demo, check, secret; heavy parts load when they are used."""

import argparse
import getpass
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app import __version__, logs
from app.commands import CUSTODY, NO_STORE, key_source, plain, store_of
from app.domain.errors import ConfigurationInvalid, StationError
from app.options import Command, DemoOptions
from app.paths import APP, BASE_VARIABLE, Folders, Profile, folders

if TYPE_CHECKING:
    pass

Arguments = argparse.Namespace
NO_DOORS = "The configuration wants no doors answered: set gateway.enabled and gateway.server_matching."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 is success, 1 failure, 2 a mistake in the command or the configuration."""
    parsed = _parser().parse_args(arguments)
    if parsed.data:
        os.environ[BASE_VARIABLE] = str(Path(parsed.data).expanduser().absolute())
    try:
        command: Callable[[Arguments], int] = _smoke if parsed.smoke else parsed.command
        return command(parsed)
    except ConfigurationInvalid as invalid:
        from app.check import problems_text

        return _failed(problems_text(invalid), 2)
    except StationError as error:
        return _failed(plain(error) or _sentences(error), 1)
    except BrokenPipeError:
        return _unheard()
    except OSError as error:
        return _failed(f"A file or folder cannot be used: {error.strerror} ({error.filename}).", 1)
    except KeyboardInterrupt:
        return 130


def _run(parsed: Arguments) -> int:
    from app.main import run_window

    _log_to(_folders(Profile.REAL), parsed)
    return run_window(parsed.config, Profile.REAL)


def _demo(parsed: Arguments) -> int:
    from app.main import run_demo

    _log_to(_folders(Profile.PRACTICE), parsed)
    return run_demo(DemoOptions(tour=parsed.tour, quiet_doors=parsed.quiet_doors))


def _demo_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--tour", type=Path, metavar="DIR", help="run the scripted tour and write a screenshot per step to DIR"
    )
    parser.add_argument("--quiet-doors", action="store_true", help="nobody comes to the practice doors by themselves")


def _smoke(parsed: Arguments) -> int:
    from app.smoke import run

    logs.install(None, logging.DEBUG if parsed.verbose else logging.WARNING)
    return run()


def _check(parsed: Arguments) -> int:
    from app.check import check
    from app.parts import build_devices

    logs.install(None, logging.ERROR)
    report, code = check(parsed.config, folders(), build_devices, parsed.json)
    print(report, flush=True)
    return code


def _evidence_verify(parsed: Arguments) -> int:
    from app.audit import verify_evidence

    if bool(parsed.id) == parsed.all:
        return _failed("Give the ID of one record, or --all.", 2)
    folder, source = store_of(parsed)
    if source is None:
        return _failed(NO_STORE, 1)
    report, code = verify_evidence(folder, source, parsed.id or "", parsed.json)
    print(report)
    return code


def _audit_verify(parsed: Arguments) -> int:
    from app.audit import verify_export, verify_journal

    if parsed.file is not None:
        report, code = verify_export(parsed.file, parsed.key, parsed.head, parsed.json)
    else:
        folder, source = store_of(parsed)
        if source is None:
            return _failed(NO_STORE, 1)
        report, code = verify_journal(folder, source, parsed.head, parsed.json)
    print(report)
    return code


def _audit_export(parsed: Arguments) -> int:
    from app.audit import export_journal

    folder, source = store_of(parsed)
    if source is None:
        return _failed(NO_STORE, 1)
    print(export_journal(folder, source, parsed.file))
    return 0


def _audit_key(parsed: Arguments) -> int:
    from app.audit import public_key

    folder, source = store_of(parsed)
    if source is None:
        return _failed(NO_STORE, 1)
    print(public_key(folder, source), end="")
    return 0


def _gateway(parsed: Arguments) -> int:
    from app.config import load_or_default
    from app.doors import serve, wanted

    places = folders(Profile.REAL)
    configuration = load_or_default(parsed.config, places.config_file)
    if not wanted(configuration):
        return _failed(NO_DOORS, 2)
    _log_to(places.create(), parsed)
    source = key_source(configuration, configuration.path(configuration.store.folder) or places.data)
    if source is None:
        return _failed(NO_STORE, 1)
    return serve(configuration, places, source)


def _evidence_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID", help="one record, as the window shows it")
    parser.add_argument("--all", action="store_true", help="every record")
    parser.add_argument("--json", action="store_true", help="report as JSON")


def _audit_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="an exported journal instead of the store")
    parser.add_argument("--key", type=Path, metavar="PEM", help="the station's public key, kept apart from the export")
    parser.add_argument(
        "--head", default="", metavar="HEAD", help="the head on a receipt, which must be of the journal"
    )
    parser.add_argument("--json", action="store_true", help="report as JSON")


def _secret_set(parsed: Arguments) -> int:
    from app.config import SecretResolver
    from app.config.values import parse_secret

    try:
        ref = parse_secret(parsed.reference)
    except ValueError:
        ref = None
    if ref is None:
        return _failed('A reference looks like "keyring:enrollment-station/finger-1".', 2)
    secret = getpass.getpass("Secret (not shown): ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not secret:
        return _failed("Nothing was entered; nothing was changed.", 1)
    SecretResolver().remember(parsed.reference, ref, secret)
    print(f"Stored. Write {ref} where the configuration needs it.")
    return 0


COMMANDS = (
    Command("run", "open the window (this is also what no command does)", _run),
    Command(
        "demo",
        "show the station with simulated devices and practice data; without a display, the scripted tour",
        _demo,
        _demo_arguments,
    ),
    Command("gateway", "answer the doors of a Suprema gateway without a window, until it is ended", _gateway),
    Command(
        "check",
        "look over this computer and every configured device; changes nothing",
        _check,
        lambda parser: parser.add_argument("--json", action="store_true", help="report as JSON"),
    ),
    Command(
        "secret set",
        "put a password or key into the system's keyring; it is asked for, or read from standard input",
        _secret_set,
        lambda parser: parser.add_argument("reference", help="such as keyring:enrollment-station/finger-1"),
    ),
    Command(
        "evidence verify",
        "check kept evidence of document matching again, offline, with the station closed",
        _evidence_verify,
        _evidence_arguments,
    ),
    Command(
        "audit verify",
        "look through the journal for tampering, with the station closed; or through an exported FILE, anywhere",
        _audit_verify,
        _audit_arguments,
    ),
    Command(
        "audit export",
        "write the journal to a file that can be verified anywhere; its entries stand in it readably",
        _audit_export,
        lambda parser: parser.add_argument("file", type=Path, metavar="FILE"),
    ),
    Command("audit key", "print the public key that the station's checkpoints are verified with", _audit_key),
    *CUSTODY,
)
_GROUPS = {
    "person": "people as encrypted files",
    "receipt": "receipts and certificates, checked offline",
    "secret": "passwords and keys in the system's keyring",
    "evidence": "what proves a document matching",
    "audit": "what was done, and whether anybody tampered with the record of it",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=APP,
        description="Enroll irises, faces, fingers and cards with devices of several vendors.",
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_common_options()],
    )
    parser.add_argument("--version", action="version", version=f"{APP} {__version__}")
    parser.add_argument(
        "--smoke", action="store_true", help="try every part of the program, a line for each; 0 when all of them work"
    )
    parser.set_defaults(command=_run, config=None, data=None, verbose=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    groups: dict[str, argparse._SubParsersAction[argparse.ArgumentParser]] = {}
    for command in COMMANDS:
        group, _, name = command.name.rpartition(" ")
        if group and group not in groups:
            of_group = commands.add_parser(group, help=_GROUPS[group])
            groups[group] = of_group.add_subparsers(required=True, metavar="COMMAND")
        place = groups[group] if group else commands
        own = place.add_parser(
            name, help=command.help, description=_sentence(command.help), parents=[_common_options()]
        )
        command.arguments(own)
        own.set_defaults(command=command.run)
    return parser


def _common_options() -> argparse.ArgumentParser:
    """Accepted before and after the command; suppressed defaults keep the later from undoing the earlier.

    Made anew for each parser: parsers share the options of a parent, and `set_defaults` would change them for all.
    """
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--config", type=Path, metavar="FILE", help="configuration to read instead of the usual one")
    common.add_argument("--data", metavar="DIR", help="keep data, configuration and logs below DIR")
    common.add_argument("--verbose", action="store_true", help="log more")
    return common


def _epilog() -> str:
    real, practice = folders(), folders(Profile.PRACTICE)
    return f"""\
examples:
  {APP}                            open the window
  {APP} demo                       try everything without any hardware
  {APP} check --json               is everything reachable? for a monitoring system
  {APP} --config desk2.toml check  the same for another configuration
  {APP} secret set keyring:{APP}/finger-1

files:
  configuration  {real.config_file}
  data           {real.data}
  logs           {real.logs}
  practice data  {practice.data}
  {BASE_VARIABLE}=DIR keeps all of them below DIR, as --data does.

exit codes: 0 all is well, 1 something is wrong, 2 a mistake in the command or the configuration
"""


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _folders(profile: Profile) -> Folders:
    return folders(profile).create()


def _log_to(places: Folders, parsed: Arguments) -> None:
    logs.install(places.logs, _level(parsed))
    logs.hook_crashes()


def _level(parsed: Arguments) -> int:
    return logging.DEBUG if parsed.verbose else logging.INFO


def _sentences(error: StationError) -> str:
    from app.ui.messages import sentence_for

    message = sentence_for(error)
    return f"{message.what} {message.safe} {message.now} ({message.code})"


def _unheard() -> int:
    """Whoever read our output has gone, such as `head`: end without a word, also when Python closes the output."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _failed(told: str, code: int) -> int:
    print(told, file=sys.stderr)
    return code
