"""Incidents in words, in the language that is active."""

from datetime import timedelta

from django.utils.translation import gettext as _

from flows.models import Incident

Kind = Incident.Kind


def begun(row: Incident) -> str:
    """What is wrong."""
    if row.kind == Kind.DESTINATION and row.detail:
        words = _("The destination “%(name)s” takes nothing now. What goes there waits: %(detail)s")
        return words % {"name": row.name, "detail": row.detail}
    return _TEXTS[Kind(row.kind)]() % {"name": row.name, "detail": row.detail or "–"}


def over(row: Incident) -> str:
    """What is well again, and how long it was not."""
    since = (row.healed or row.since) - row.since
    return _HEALED[Kind(row.kind)]() % {"name": row.name, "length": length(since)}


def unused(row: Incident) -> str:
    """Of a lost destination: nobody asks any more whether it is well."""
    since = (row.healed or row.since) - row.since
    words = _("No running flow uses the destination “%(name)s” any more, %(length)s after it was lost.")
    return words % {"name": row.name, "length": length(since)}


def length(passed: timedelta) -> str:
    """As people say it: 40 s, 12 min, 3 h 5 min, 2 d 4 h."""
    seconds = max(1, round(passed.total_seconds()))
    if seconds < 60:
        return _("%s s") % seconds
    minutes = seconds // 60
    if minutes < 60:
        return _("%s min") % minutes
    hours = minutes // 60
    return _("%s h %s min") % (hours, minutes % 60) if hours < 48 else _("%s d %s h") % (hours // 24, hours % 24)


_TEXTS = {
    Kind.WORKER: lambda: _("The worker “%(name)s” is not connected any more."),
    Kind.BROKER: lambda: _("The worker “%(name)s” cannot reach the broker: %(detail)s"),
    Kind.TAKEN_OVER: lambda: _("Another client uses the broker session of the worker “%(name)s”: %(detail)s"),
    Kind.TWIN: lambda: _(
        "A second process has signed in as the worker “%(name)s”. The older one stands still: end one of them, or add a worker of its own for it."
    ),
    Kind.STORE: lambda: _("The worker “%(name)s” takes no messages until its disk is writable again: %(detail)s"),
    Kind.CLOCK: lambda: _(
        "The clock of the worker “%(name)s” was set back by %(detail)s. It goes slower until it fits."
    ),
    Kind.SOURCE: lambda: _("Nothing comes from “%(name)s”: %(detail)s"),
    Kind.DESTINATION: lambda: _("The destination “%(name)s” does not answer. What goes there waits."),
    Kind.REFUSED: lambda: _("What goes to “%(name)s” does not arrive: %(detail)s"),
    Kind.ROLLED_BACK: lambda: _("“%(name)s”: %(detail)s"),
    Kind.MODEL_DRIFT: lambda: _(
        "The answers of the local model “%(name)s” are not spread as in its first week: %(detail)s"
    ),
    Kind.BUDGET: lambda: _("“%(name)s” asks no language model for now. %(detail)s"),
}
_HEALED = {
    Kind.WORKER: lambda: _("The worker “%(name)s” is connected again, after %(length)s."),
    Kind.BROKER: lambda: _("The worker “%(name)s” reaches the broker again, after %(length)s."),
    Kind.TAKEN_OVER: lambda: _("The worker “%(name)s” has its broker session for itself again, after %(length)s."),
    Kind.TWIN: lambda: _("The worker “%(name)s” runs once again, after %(length)s."),
    Kind.STORE: lambda: _("The worker “%(name)s” writes to its disk again, after %(length)s."),
    Kind.CLOCK: lambda: _("The clock of the worker “%(name)s” fits again, after %(length)s."),
    Kind.SOURCE: lambda: _("What comes from “%(name)s” is taken again, or wanted no more, after %(length)s."),
    Kind.DESTINATION: lambda: _("The destination “%(name)s” answers again, after %(length)s."),
    Kind.REFUSED: lambda: _("What goes to “%(name)s” arrives again, after %(length)s."),
    Kind.ROLLED_BACK: lambda: _("“%(name)s” runs a new version, after %(length)s."),
    Kind.MODEL_DRIFT: lambda: _(
        "The answers of the local model “%(name)s” are spread as before again, after %(length)s."
    ),
    Kind.BUDGET: lambda: _("“%(name)s” asks language models again, after %(length)s."),
}
