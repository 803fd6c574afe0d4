"""Where notices may go."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from flows import commands
from flows.access import member_of
from flows.models import Destination, Worker
from flows.showing import destination_json, worker_json
from nodes.kit.things import spoken


def list_page(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    if request.method == "POST":
        return _save(request)
    lang = getattr(request, "LANGUAGE_CODE", "en")
    rows = [destination_json(row) for row in Destination.objects.of(member.workspace)]
    shown = [{**row, "shown": spoken(row["label"], lang, row["id"])} for row in rows]
    workers = [worker_json(row) for row in Worker.objects.of(member.workspace)]
    context = {"destinations": shown, "services": commands.SERVICES, "page_data": {"workers": workers}}
    return render(request, "destinations.html", context)


@require_POST
def forget(request: HttpRequest, ref: str) -> HttpResponse:
    try:
        commands.forget_destination(member_of(request), ref)
    except commands.NotRegistered:
        messages.error(request, _("There is no such thing here."))
    return redirect("destinations")


def _save(request: HttpRequest) -> HttpResponse:
    given = request.POST
    label = {lang: given.get(f"label_{lang}", "").strip() for lang in ("ja", "en")}
    try:
        commands.save_destination(
            member_of(request),
            given.get("id", "").strip(),
            service=given.get("service", ""),
            label={lang: text for lang, text in label.items() if text},
            also=[word.strip() for word in given.get("also", "").replace("、", ",").split(",") if word.strip()],
            address=_address(given),
        )
    except commands.BadAddress as wrong:
        messages.error(request, _ADDRESS_PROBLEMS[str(wrong)]())
    except ValueError:
        messages.error(request, _("An id may not hold spaces, slashes, +, # or braces."))
    else:
        messages.success(request, _("Saved."))
    return redirect("destinations")


def _address(given: QueryDict) -> str | None:
    if given.get("service") != "email":
        return given.get("address", "") or None
    if not given.get("mail_to", "").strip():
        return None
    parts = (given.get(f"mail_{name}", "").strip() for name in ("server", "to", "from", "user", "password"))
    return commands.mail_address(*parts)


_ADDRESS_PROBLEMS = {
    "missing": lambda: _("Give an address."),
    "not_email": lambda: _("This is not an e-mail address and a mail server."),
    "not_https": lambda: _("The address has to begin with https://."),
}
