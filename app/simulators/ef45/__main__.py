"""Run one simulated EF-45 as a process: print a line of JSON with its addresses, then serve until told to stop."""

import argparse

from app.simulators.ef45.settings import Make
from app.simulators.ef45.terminal import Ef45Terminal
from app.simulators.people import person
from app.simulators.process import serve


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    make = Make(serial_number=options.serial, version=options.version, speed=options.speed, eye_format=options.eyes)

    def begin(terminal: Ef45Terminal) -> dict[str, str]:
        if options.person is not None:
            terminal.present(person(options.person))
        return {"base_url": terminal.base_url, "control_url": terminal.control_url}

    return serve(Ef45Terminal(make, host=options.host, port=options.port), begin)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m app.simulators.ef45", description="A simulated EF-45 terminal.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9980, help="0 takes a free one")
    parser.add_argument("--serial", default=Make.serial_number)
    parser.add_argument("--version", default=Make.version)
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster than life captures go")
    parser.add_argument("--eyes", choices=("bmp", "jpeg"), default="bmp", help="format of the live eyes")
    parser.add_argument("--person", type=int, help="number of the synthetic person who stands before it")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
