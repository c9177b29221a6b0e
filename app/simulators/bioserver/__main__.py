"""Run one simulated BioServer as a process: print a line of JSON with its addresses, then serve until told to stop."""

import argparse

from app.simulators.bioserver.server import BioServer
from app.simulators.bioserver.settings import DEFAULT_KEY, Make
from app.simulators.process import serve


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    make = Make(api_key=options.api_key)
    server = BioServer(make, tls=options.tls, host=options.host, port=options.port)
    return serve(server, lambda started: _addresses(started, tls=options.tls))


def _addresses(server: BioServer, *, tls: bool) -> dict[str, str]:
    known = {
        "base_url": server.base_url,
        "control_url": server.control_url,
        "signing_certificate": server.certificate_pem,
    }
    return known | ({"ca": server.ca_pem} if tls else {})


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m app.simulators.bioserver", description="A simulated BioServer.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9443, help="0 takes a free one")
    parser.add_argument("--tls", action="store_true", help="HTTPS with a certificate of a throw-away CA")
    parser.add_argument("--api-key", default=DEFAULT_KEY)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
