"""What the script of the page “Documents” says."""

from django.utils.translation import gettext as _


def manual_words() -> dict[str, str]:
    return {
        "manual_heavy": _("This file is larger than 16 MB."),
        "manual_reading": _("Reading the file…"),
        "confirm_forget_manual": _("Delete the document “%s”?"),
        "manual_used": _("These flows ask it; they will not find it any more:"),
        "manual_not_there": _("That is not in the documents."),
        "manual_covers": _("covers %s of the question"),
        "manual_part": _("Part %s"),
    }
