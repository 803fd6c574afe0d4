"""Who works here: added, given a role, let in by a link, removed. A part of the settings, for owners."""

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
from flows.models import Membership
from flows.pages import preferences


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    given = request.POST
    do = DOINGS.get(given.get("do", ""))
    try:
        if do is None:
            raise ValueError
        return do(request, given)
    except commands.NameTaken:
        messages.error(request, _("Somebody else has this name."))
    except commands.LastOwner:
        messages.error(request, _("One owner has to be left."))
    except commands.TooManyPeople:
        messages.error(request, _("This workspace has as many people as it may have."))
    except (commands.NoSuchPerson, ValueError):
        messages.error(request, _("There is no such thing here."))
    return redirect("settings")


def _add(request: HttpRequest, given: QueryDict) -> HttpResponse:
    person = commands.add_person(member_of(request), given.get("name", ""), given.get("role", ""))
    return _with_link(request, person)


def _link(request: HttpRequest, given: QueryDict) -> HttpResponse:
    found = [one for one in commands.people_of(member_of(request)) if str(one.id) == given.get("person")]
    if not found:
        raise commands.NoSuchPerson
    return _with_link(request, found[0])


def _with_link(request: HttpRequest, person: Membership) -> HttpResponse:
    """The settings with a fresh link: it stands on this answer alone, and nowhere else."""
    url = commands.link_for(member_of(request), person.id, request.build_absolute_uri("/"))
    response = preferences.page(request, fresh={"name": person.user.username, "url": url})
    add_never_cache_headers(response)
    return response


def _role(request: HttpRequest, given: QueryDict) -> HttpResponse:
    commands.change_role(member_of(request), uuid.UUID(given.get("person", "")), given.get("role", ""))
    messages.success(request, _("Saved."))
    return redirect("settings")


def _remove(request: HttpRequest, given: QueryDict) -> HttpResponse:
    commands.remove_person(member_of(request), uuid.UUID(given.get("person", "")))
    return redirect("settings")


DOINGS: dict[str, Callable[[HttpRequest, QueryDict], HttpResponse]] = {
    "add": _add,
    "link": _link,
    "role": _role,
    "remove": _remove,
}
