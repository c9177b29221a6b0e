"""The address of this computer as a terminal reaches it: chosen by route, refused where no terminal could use it."""

import ipaddress
import socket
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import Unreachable

CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))


@dataclass(frozen=True)
class Route:
    """`terminal` is its address; `own` is ours towards it, empty with the `problem` when it is of no use to it."""

    terminal: str
    own: str = ""
    problem: str = ""


def find_route(host: str, port: int, chosen: str = "") -> Route:
    """Look up the terminal and the interface that leads to it; blocks for the look-up, sends nothing.

    `chosen` is an address from the configuration, taken instead. Unreachable when the name is not known.
    """
    try:
        family, _, _, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(target)
            terminal, found = (str(name[0]).partition("%")[0] for name in (probe.getpeername(), probe.getsockname()))
    except OSError as error:
        raise Unreachable(step="route", reason="no-route") from error
    own = chosen or found
    problem = problem_of(own, terminal, in_container=not chosen and in_container())
    return Route(terminal, "" if problem else own, problem)


def problem_of(own: str, terminal: str, *, in_container: bool) -> str:
    """Why a terminal could not reach this address: "loopback", "unspecified", "container"; empty when it can."""
    try:
        address, peer = ipaddress.ip_address(own), ipaddress.ip_address(terminal)
    except ValueError:
        return ""  # a name somebody chose
    if address.is_unspecified:
        return "unspecified"
    if address.is_loopback and not peer.is_loopback:
        return "loopback"
    return "container" if in_container and not peer.is_loopback else ""


def in_container() -> bool:
    """Whether this program runs in a container, whose address means nothing outside."""
    return any(mark.exists() for mark in CONTAINER_MARKS)
