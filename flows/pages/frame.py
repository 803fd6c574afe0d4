"""What every page needs: who looks, in which language and theme, and what waits in the inbox."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from flows.commands import what_waits


def frame(request: HttpRequest) -> dict[str, Any]:
    member = getattr(request, "member", None)
    lang = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    waits = what_waits(member.workspace) if member else {"unread": 0, "waiting": 0, "letters": 0}
    return {
        "member": member,
        "workspace": member.workspace if member else None,
        "lang": lang,
        "theme": (member.theme if member else "") or "auto",
        "languages": settings.LANGUAGES,
        "unread": waits["unread"],
        "waiting": waits["waiting"],
        "letters_count": waits["letters"],
        "here": request.resolver_match.url_name if request.resolver_match else "",
    }
