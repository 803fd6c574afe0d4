"""The closed lists of the gallery, in the language of the page, and how a time since the start is written."""

from typing import Any

from django.utils.translation import gettext as _

from nodes.kit.things import spoken


def industries() -> dict[str, str]:
    return {
        "factory": _("Factory"),
        "construction": _("Construction"),
        "logistics": _("Logistics"),
        "food": _("Food"),
        "energy": _("Energy supply"),
        "building": _("Buildings"),
        "office": _("Office"),
        "farm": _("Farming"),
        "care": _("Care"),
        "town": _("Towns"),
        "retail": _("Retail"),
    }


def industry_needs() -> dict[str, str]:
    return {
        "safety": _("Safety"),
        "quality": _("Quality"),
        "maintenance": _("Maintenance"),
        "energy": _("Energy"),
        "compliance": _("Records and rules"),
        "comfort": _("Comfort"),
        "care": _("Looking after people"),
        "usage": _("Use and billing"),
    }


def said_offset(ms: int) -> str:
    """ "0:05", "1:20:00", "3 d 4:00": minutes and seconds, hours, or days since the start."""
    seconds = ms // 1000
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return _("%s d %s") % (days, f"{hours}:{minutes:02}")
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def in_lang(text: Any, lang: str) -> str:
    """A text of a scenario, which is there in both languages."""
    return spoken(text, lang, "")
