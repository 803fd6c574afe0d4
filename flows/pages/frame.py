"""What every page needs: who looks, in which language and theme, and what waits in the inbox."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from flows.commands import waiting_approvals
from flows.models import DeadLetter, Notice


def frame(request: HttpRequest) -> dict[str, Any]:
    member = getattr(request, "member", None)
    lang = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    unread = Notice.objects.of(member.workspace).filter(acked=None).count() if member else 0
    return {
        "member": member,
        "workspace": member.workspace if member else None,
        "lang": lang,
        "theme": (member.theme if member else "") or "auto",
        "languages": settings.LANGUAGES,
        "unread": unread,
        "waiting": waiting_approvals(member.workspace).count() if member else 0,
        "letters_count": DeadLetter.objects.of(member.workspace).count() if member else 0,
        "here": request.resolver_match.url_name if request.resolver_match else "",
    }
