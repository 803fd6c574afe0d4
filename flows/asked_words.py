"""What came of a question to a model, in words, in the language that is active."""

from django.utils.translation import gettext as _

from document.problems import say
from flows.models import AskRecord
from nodes.kit.asking import SAID

Outcome = AskRecord.Outcome
OUTCOMES = {
    Outcome.ANSWER.value: lambda: _("answered"),
    Outcome.UNSURE.value: lambda: _("unsure"),
    Outcome.FAILED.value: lambda: _("failed"),
    Outcome.OVER_BUDGET.value: lambda: _("over budget"),
    Outcome.CACHED.value: lambda: _("answer kept"),
}


def reason_text(row: AskRecord, lang: str) -> str:
    """Why there is no answer; empty where there is one."""
    if not row.reason or row.outcome == Outcome.OVER_BUDGET:
        return ""
    if row.reason in SAID:
        return say(row.reason, {"detail": row.detail or None}, lang)[0]
    if row.reason == "bad_answer":
        return say("bad_answer", {"detail": row.detail or None}, lang)[0]
    return say("ask_failed", {"reason": row.reason, "detail": row.detail or None}, lang)[0]
