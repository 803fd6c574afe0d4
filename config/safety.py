"""Refuses to start where an installation can be reached from outside without what that needs."""

import ipaddress

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def is_loopback(host: str) -> bool:
    name = host.strip("[]")
    if name in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def refuse_unsafe(hosts: list[str], *, debug: bool, https: bool) -> None:
    """Raises ImproperlyConfigured when `hosts` reach beyond this machine and a default of development is still on."""
    outside = [host for host in hosts if not is_loopback(host)]
    if not outside:
        return
    missing = []
    if debug:
        missing.append("SUIRO_DEBUG is on; turn it off")
    if not https:
        missing.append("SUIRO_HTTPS is off; put a TLS proxy in front and set SUIRO_HTTPS=1")
    if "*" in outside:
        missing.append("SUIRO_HOST is *; name the hosts")
    if missing:
        raise ImproperlyConfigured(
            f"SUIRO_HOST={','.join(outside)} is not this machine alone, and: {'; '.join(missing)}."
        )
