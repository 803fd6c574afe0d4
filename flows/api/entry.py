"""The API object, how it reads bodies, and how refusals look: {"code", "message"} and what belongs to them."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from flows import commands
from flows.access import SignedIn, member_of, why_not
from flows.commands import connection, deploying, destinations, flows, jobs, notices, registry
from flows.models import Membership
from flows.rights import NotAllowed
from flows.showing import approval_json


class StrictJson(Parser):
    """JSON as the standard has it: no NaN, and no text that the database cannot hold."""

    def parse_body(self, request: HttpRequest) -> Any:
        body = request.body
        try:
            if b"\\u" in body and _unstorable(body.lower()):
                raise ValueError("text that cannot be stored")
            return json.loads(body, parse_constant=_refuse)
        except (ValueError, RecursionError, UnicodeDecodeError) as failed:
            raise HttpError(400, "The body is not JSON that can be read.") from failed


def _unstorable(body: bytes) -> bool:
    if b"\\u0000" in body:
        return True
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


class PlainJson(JSONRenderer):
    """Japanese as it is, not as escapes."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="Suiro",
    version="1",
    auth=SignedIn(),
    docs_url=None,
    openapi_url="/openapi.json",
    parser=StrictJson(),
    renderer=PlainJson(),
)


def actor(request: HttpRequest) -> Membership:
    return member_of(request)


def language(request: HttpRequest) -> str:
    return str(getattr(request, "LANGUAGE_CODE", "en"))


def refuse(request: HttpRequest, status: int, code: str, message: str, **more: Any) -> HttpResponse:
    return api.create_response(request, {"code": code, "message": message, **more}, status=status)


@api.exception_handler(flows.FlowGone)
@api.exception_handler(jobs.JobGone)
@api.exception_handler(commands.ApprovalGone)
@api.exception_handler(notices.NoticeGone)
@api.exception_handler(commands.SnoozeGone)
@api.exception_handler(registry.NotRegistered)
def _gone(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 404, "not_found", _("There is no such thing here."))


@api.exception_handler(NotAllowed)
def _not_allowed(request: HttpRequest, why: NotAllowed) -> HttpResponse:
    return refuse(request, 403, "not_allowed", why_not(why.least), least=why.least.value)


@api.exception_handler(flows.Conflict)
def _conflict(request: HttpRequest, why: flows.Conflict) -> HttpResponse:
    message = _("Somebody else changed this flow in the meantime.")
    return refuse(request, 409, "conflict", message, revision=why.flow.revision, document=why.flow.document)


@api.exception_handler(deploying.NotSound)
@api.exception_handler(registry.RefusedEntries)
def _not_sound(request: HttpRequest, why: deploying.NotSound) -> HttpResponse:
    return refuse(request, 422, "not_sound", _("There are problems to solve first."), problems=why.problems)


@api.exception_handler(deploying.NeedsApproval)
def _needs_approval(request: HttpRequest, why: deploying.NeedsApproval) -> HttpResponse:
    message = _("This flow will switch things. Somebody has to approve that.")
    return refuse(request, 409, "approval", message, approval=why.waiting)


@api.exception_handler(deploying.NotDeployed)
def _not_deployed(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 409, "not_deployed", _("This flow is not deployed."))


@api.exception_handler(deploying.NeedsComment)
def _needs_comment(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 422, "needs_comment", _("Say in a few words what this deploy is for."), field="comment")


@api.exception_handler(deploying.UnknownSetting)
def _unknown_setting(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 422, "unknown_setting", _("The running version has no such setting: %s.") % why)


@api.exception_handler(jobs.TooBusy)
def _too_busy(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 429, "busy", _("Too many jobs are waiting. Try again in a moment."))


@api.exception_handler(destinations.BadAddress)
@api.exception_handler(connection.BadAddress)
def _bad_address(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 422, "bad_address", _("This address does not fit."), field="address")


@api.exception_handler(commands.NoWorker)
def _no_worker(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 503, "no_worker", _("No worker is connected, so nothing reaches the devices just now."))


@api.exception_handler(commands.AnsweredAlready)
def _answered_already(request: HttpRequest, why: commands.AnsweredAlready) -> HttpResponse:
    message = _("This was answered already, or its time is over.")
    return refuse(request, 409, "answered", message, approval=approval_json(why.approval))
