"""Who may post: configured networks, or else the addresses of the configured terminals."""

import ipaddress
import threading
from collections.abc import Iterable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Guard:
    """From any thread. With `networks` only these count; without, whoever was admitted."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks: tuple[Network, ...] = tuple(ipaddress.ip_network(each, strict=False) for each in networks)
        self._admitted: frozenset[str] = frozenset()
        self._gate = threading.Lock()

    def admit(self, address: str) -> None:
        """Let this address in, unless networks are configured: then they alone decide."""
        if (found := plain(address)) is not None:
            with self._gate:
                self._admitted |= {str(found)}

    def allows(self, address: str) -> bool:
        """Whether a post from there is read at all."""
        found = plain(address)
        if found is None:
            return False
        if self._networks:
            return any(found.version == each.version and found in each for each in self._networks)
        return str(found) in self._admitted


def bare(address: str) -> str:
    """An address as text by which the same peer is known again, however it came."""
    return str(plain(address) or address)


def plain(address: str) -> Address | None:
    """An address without zone, IPv4 also where it is dressed as IPv6; None when it is none."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found
