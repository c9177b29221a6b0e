"""Run one simulated gateway as a process: print a line of JSON with its addresses, then serve."""

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path

from starlette.applications import Starlette

from app.simulators.gsdk.gateway import SimulatedGateway
from app.simulators.gsdk.remote import control_routes
from app.simulators.gsdk.settings import DEFAULT_PORT, EVERY_MODEL, Make, devices
from app.simulators.people import person
from app.simulators.process import serve
from app.simulators.serving import Serving


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    chosen = EVERY_MODEL if options.devices == 0 else devices(options.devices)
    make = Make(options.version, chosen, master=options.master, speed=options.speed)
    gateway = SimulatedGateway(make, host=options.host, port=options.port)

    def begin(control: Serving) -> dict[str, str]:
        if options.person is not None:
            gateway.present(person(options.person))
        if options.ca:
            options.ca.write_bytes(gateway.ca_pem)
        told = {"target": gateway.target, "control_url": f"{control.base_url}/_simulator"}
        return told | {"ca": gateway.ca_pem.decode()}

    return serve(_both(gateway, Serving(Starlette(routes=control_routes(gateway)), name="gsdk-steering")), begin)


@contextlib.contextmanager
def _both(gateway: SimulatedGateway, control: Serving) -> Iterator[Serving]:
    with gateway, control:
        yield control


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m app.simulators.gsdk", description="A simulated G-SDK gateway.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 takes a free one")
    parser.add_argument("--version", default=Make.version, help="decides the wire generation, such as 1.6.0")
    parser.add_argument("--devices", type=int, default=0, help="so many BioStation 2; 0: one of each model")
    parser.add_argument("--master", action="store_true", help="a master gateway: client certificate and login")
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster than life people act")
    parser.add_argument("--person", type=int, help="number of the synthetic person who stands before the devices")
    parser.add_argument("--ca", type=Path, help="write the root certificate to this file")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
