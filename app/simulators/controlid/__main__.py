"""Run one simulated Control iD terminal as a process: print a line of JSON with its addresses, then serve."""

import argparse

from app.simulators.controlid.settings import Make
from app.simulators.controlid.terminal import ControlIdTerminal
from app.simulators.people import person
from app.simulators.process import serve


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    make = Make(serial=options.serial, version=options.version, device_id=options.device_id, speed=options.speed)

    def begin(terminal: ControlIdTerminal) -> dict[str, str]:
        if options.person is not None:
            terminal.present(person(options.person))
        return {"base_url": terminal.base_url, "control_url": terminal.control_url}

    return serve(ControlIdTerminal(make, host=options.host, port=options.port), begin)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m app.simulators.controlid", description="A simulated Control iD terminal."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    parser.add_argument("--serial", default=Make.serial)
    parser.add_argument("--version", default=Make.version)
    parser.add_argument("--device-id", type=int, default=Make.device_id)
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster than life people act")
    parser.add_argument("--person", type=int, help="number of the synthetic person who stands before it")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
