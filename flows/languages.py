"""Which language a person reads: their own choice, else the cookie, else the browser's, else the workspace's."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

KNOWN = tuple(code for code, _ in settings.LANGUAGES)


class ChosenLanguage:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        lang = chosen(request)
        request.LANGUAGE_CODE = lang
        with translation.override(lang):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", lang)
        return response


def chosen(request: HttpRequest) -> str:
    member = getattr(request, "member", None)
    wishes = [getattr(member, "lang", ""), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")]
    for part in request.headers.get("Accept-Language", "").split(","):
        wishes.append(part.split(";")[0].strip().split("-")[0].lower())
    wishes.append(member.workspace.lang if member else "")
    return next((wish for wish in wishes if wish in KNOWN), settings.LANGUAGE_CODE)
