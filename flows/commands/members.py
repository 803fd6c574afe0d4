"""How a person likes to see the product, and what a workspace is called."""

import zoneinfo

from flows.languages import KNOWN
from flows.models import Membership, Workspace
from flows.rights import OWNER, VIEWER, needs

THEMES = ("", "light", "dark")


@needs(VIEWER)
def choose_language(member: Membership, lang: str) -> None:
    """Raises ValueError for a language the product does not speak."""
    if lang not in KNOWN:
        raise ValueError(lang)
    Membership.objects.of(member.workspace).filter(pk=member.pk).update(lang=lang)
    member.lang = lang


@needs(VIEWER)
def choose_theme(member: Membership, theme: str) -> None:
    """`light`, `dark`, or empty for what the system says. Raises ValueError for others."""
    if theme not in THEMES:
        raise ValueError(theme)
    Membership.objects.of(member.workspace).filter(pk=member.pk).update(theme=theme)
    member.theme = theme


@needs(OWNER)
def choose_workspace_facts(
    member: Membership, *, name: str, zone: str, lang: str, comment_needed: bool = False
) -> Workspace:
    """Raises ValueError for an unknown time zone or language."""
    if lang not in KNOWN or not name.strip() or zone not in zoneinfo.available_timezones():
        raise ValueError(zone)
    workspace = member.workspace
    workspace.name, workspace.zone, workspace.lang = name.strip()[:120], zone, lang
    workspace.comment_needed = comment_needed
    workspace.save(update_fields=["name", "zone", "lang", "comment_needed"])
    return workspace
