"""A header that Django has no setting for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_NOTHING = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()"


class PermissionsPolicy:
    """No page of ours asks the browser for a device of the person who looks at it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _NOTHING)
        return response
