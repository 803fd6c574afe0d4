"""Which network addresses may be dialled, decided at the moment of dialling and not before."""

import ipaddress
import os
import socket
from collections.abc import Callable, Iterable, Iterator

from runtime.lookup import lookup

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

ALLOW = "SUIRO_EGRESS_ALLOW"
METADATA = frozenset(map(ipaddress.ip_address, ("169.254.169.254", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254")))
NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
COMPATIBLE = ipaddress.IPv6Network("::/96")


class AddressRefused(OSError):
    """The name resolves to nothing that may be dialled. Permanent: trying again does not help."""


class Egress:
    """A policy and the dialling that keeps it.

    Public addresses are open. Loopback, private and other local ones only where `trusted` (the address was given by
    the operator on this machine) or inside a network of `allow`. Link-local, cloud metadata, multicast, unspecified
    and reserved addresses never are, in whatever IPv6 dress an IPv4 address comes.
    """

    def __init__(self, allow: Iterable[Network] = (), *, trusted: bool = False) -> None:
        self.allow, self.trusted = tuple(allow), trusted

    def refusal(self, address: Address) -> str | None:
        """Why `address` may not be dialled, in one word; None when it may."""
        for one in (address, *_inside(address)):
            reason = self._refusal(one, carrier=one is address)
            if reason:
                return reason
        return None

    def _refusal(self, address: Address, *, carrier: bool) -> str | None:
        if address in METADATA or address.is_link_local:
            return "link-local"
        if address.is_multicast or address.is_unspecified:
            return "not a host"
        if carrier and any(True for _ in _inside(address)):
            return None  # judged by the address inside
        if address.version == 4 and address.is_reserved:
            return "not a host"
        if address.is_global or self.trusted or any(address in n for n in self.allow if n.version == address.version):
            return None
        return "loopback" if address.is_loopback else "private"

    def resolve(self, host: str, port: int, timeout: float | None = None) -> list[str]:
        """The addresses of `host` that may be dialled. Raises AddressRefused when there is none, OSError when the
        name is unknown or nobody says so within `timeout` (seconds; see runtime/lookup.py)."""
        names = lookup(host, port, timeout)
        good = []
        reasons = set()
        for name in names:
            reason = self.refusal(ipaddress.ip_address(name.partition("%")[0]))
            if reason is None:
                good.append(name)
            else:
                reasons.add(reason)
        if not good:
            raise AddressRefused(f"{host} is at a {' / '.join(sorted(reasons))} address, which may not be dialled")
        return good

    def checked_address(self, host: str, port: int) -> tuple[str, int]:
        """One address of `host` that may be dialled, with `port`."""
        return self.resolve(host, port)[0], port

    def connect(self, host: str, port: int, timeout: float | Callable[[], float | None] | None) -> socket.socket:
        """A TCP connection to a checked address: the name is not resolved a second time. Each address has `timeout`
        (seconds), or what it says when it is asked."""
        last: OSError | None = None
        for address in self.resolve(host, port, timeout() if callable(timeout) else timeout):
            try:
                return socket.create_connection((address, port), timeout() if callable(timeout) else timeout)
            except OSError as failed:
                last = failed
        raise last or OSError(f"{host} has no address")


def _inside(address: Address) -> Iterator[Address]:
    """IPv4 addresses that an IPv6 address stands for: mapped, compatible, NAT64, 6to4, Teredo."""
    if not isinstance(address, ipaddress.IPv6Address):
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    elif address.sixtofour:
        yield address.sixtofour
    elif address.teredo:
        yield from address.teredo
    elif any(address in network for network in NAT64) or (address in COMPATIBLE and int(address) > 0xFFFF):
        yield ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)


def allowed_networks(text: str | None = None) -> list[Network]:
    """The comma-separated networks of `text`, by default of SUIRO_EGRESS_ALLOW. Raises ValueError on others, naming
    the variable."""
    listed = os.environ.get(ALLOW, "") if text is None else text
    parts = [part.strip() for part in listed.split(",") if part.strip()]
    try:
        return [ipaddress.ip_network(part, strict=False) for part in parts]
    except ValueError as bad:
        raise ValueError(f"{ALLOW}: {bad}; expected networks such as 10.0.0.0/8,192.168.1.20/32") from bad
