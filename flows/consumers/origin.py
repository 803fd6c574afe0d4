"""Where a socket comes from."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from flows.models import Membership


def header(scope: dict[str, Any], name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def from_our_page(scope: dict[str, Any]) -> bool:
    """A browser says where its page is from: that has to be the very host and port it calls."""
    origin, host = header(scope, b"origin"), header(scope, b"host")
    if not origin or not host or not validate_host(host.rpartition(":")[0] or host, settings.ALLOWED_HOSTS):
        return False
    return origin in settings.CSRF_TRUSTED_ORIGINS or urlsplit(origin).netloc.lower() == host.lower()


def membership_of(user: Any, chosen: str | None) -> Membership | None:
    """The same membership that pages of this session use."""
    mine = Membership.everywhere.filter(user=user).select_related("workspace").order_by("created")
    return (mine.filter(workspace__id=chosen).first() if chosen else None) or mine.first()
