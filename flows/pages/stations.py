"""Workers that are added, given a new token or removed, and flows that move between them: forms of the workers page."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from flows import commands
from flows.access import member_of
from flows.models import Worker
from flows.pages import workers


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    given = request.POST
    do = DOINGS.get(given.get("do", ""))
    try:
        if do is None:
            raise ValueError
        return do(request, given)
    except commands.WorkerNameTaken:
        messages.error(request, _("Another worker has this name."))
    except commands.TooManyWorkers:
        messages.error(request, _("This workspace has as many workers as it may have."))
    except commands.WorkerBusy:
        messages.error(request, _("Flows run on this worker. Stop them, or move them to another one, before."))
    except (commands.WorkerGone, commands.FlowGone, ValueError):
        messages.error(request, _("There is no such thing here."))
    return redirect("workers")


def _add(request: HttpRequest, given: QueryDict) -> HttpResponse:
    return _with_token(request, *commands.add_worker(member_of(request), given.get("name", "")))


def _token(request: HttpRequest, given: QueryDict) -> HttpResponse:
    return _with_token(request, *commands.renew_token(member_of(request), uuid.UUID(given.get("worker", ""))))


def _with_token(request: HttpRequest, worker: Worker, token: str) -> HttpResponse:
    """The page with the token: it stands on this answer alone, and nowhere else."""
    server = request.build_absolute_uri("/ws/worker").replace("http", "ws", 1)
    response = workers.list_page(request, {"name": worker.name, "token": token, "server": server})
    add_never_cache_headers(response)
    return response


def _remove(request: HttpRequest, given: QueryDict) -> HttpResponse:
    commands.remove_worker(member_of(request), uuid.UUID(given.get("worker", "")))
    return redirect("workers")


def _move(request: HttpRequest, given: QueryDict) -> HttpResponse:
    flow = commands.move_flow(
        member_of(request), uuid.UUID(given.get("flow", "")), uuid.UUID(given.get("worker", ""))
    )  # fmt: skip
    messages.success(request, _("“%s” runs there now. It begins with an empty memory.") % flow.name)
    return redirect("workers")


DOINGS: dict[str, Callable[[HttpRequest, QueryDict], HttpResponse]] = {
    "add": _add,
    "token": _token,
    "remove": _remove,
    "move": _move,
}
