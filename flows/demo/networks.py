"""The addresses of this machine, for the one who chooses where a demo is shown."""

import ipaddress
import socket
import struct
import sys

_SIOCGIFADDR = 0x8915
"""Linux: the IPv4 address of an interface (netdevice(7))."""
_SOMEWHERE = ("192.0.2.1", 9)
"""An address for documentation (RFC 5737): the way there is asked for, nothing is sent."""


def addresses() -> list[dict[str, str]]:
    """{"interface", "address"} of each network interface with an IPv4 address; the one towards other machines first, loopback
    (this machine alone) last."""
    found = _of_interfaces() if sys.platform == "linux" else {}
    outward = _outward()
    if outward and outward not in found.values():
        found["network"] = outward
    found.setdefault("lo", "127.0.0.1")
    order = sorted(found, key=lambda name: (is_loopback(found[name]), found[name] != outward, name))
    return [{"interface": name, "address": found[name]} for name in order]


def is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


def _of_interfaces() -> dict[str, str]:
    import fcntl

    found = {}
    for _, name in socket.if_nameindex():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:  # it has none
                continue
        found[name] = socket.inet_ntoa(answer[20:24])
    return found


def _outward() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_SOMEWHERE)
        except OSError:
            return ""
        return str(probe.getsockname()[0])
