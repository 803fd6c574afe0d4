"""Pages for what went wrong."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400, _("That request could not be read"), "")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, _("This is not open to you"), str(exception) or _("Ask an owner of this workspace."))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request, 403, _("This page was open for too long"), _("Go back, load it again, and send it once more.")
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, _("There is nothing here"), _("It may have been deleted, or the address is mistyped."))


def failed(request: HttpRequest) -> HttpResponse:
    return _page(request, 500, _("Something went wrong on our side"), _("It has been written to the log."))


def _page(request: HttpRequest, status: int, title: str, hint: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"code": f"http_{status}", "message": title}, status=status)
    return render(request, "problem.html", {"title": title, "hint": hint, "number": status}, status=status)
