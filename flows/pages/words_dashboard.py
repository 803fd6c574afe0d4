"""What the scripts of a dashboard say."""

from django.utils.translation import gettext as _


def dashboard_words() -> dict[str, str]:
    return {
        "dash_alerts": _("Alerts"),
        "dash_no_picture": _("No picture has come yet."),
        "dash_picture_of": _("%s of %s"),
        "dash_map": _("Map"),
        "map_outside": _("outside the plan"),
        "map_unplaced": _("not on the plan: %s"),
        "map_nowhere": _("without a position yet: %s"),
        "map_place": _("Put on the plan, then drag or move with the arrow keys (Delete takes it off):"),
        "dash_hour": _("last hour"),
        "dash_no_hour": _("No value in the last hour yet."),
        "dash_no_value": _("No value has come yet."),
        "dash_nothing_yet": _("nothing yet"),
        "dash_old": _("Nothing new for longer than usual."),
        "dash_more": _("and %s more"),
        "dash_no_state": _("No state yet: it comes with the first value after the flow has started."),
        "dash_entered": _("Triggered"),
        "dash_waiting": _("Waiting"),
        "dash_ok": _("OK"),
        "dash_all": _("all together"),
        "dash_since": _("since %s"),
        "dash_for": _("for %s"),
        "dash_no_alerts": _("The flow has not fired yet."),
        "dash_not_sent": _("not sent"),
        "dash_open": _("not acknowledged"),
        "dash_away": _("The server cannot be reached. What stands here is what came last."),
        "dash_no_worker": _("The worker of this flow is not connected. What stands here is what came last."),
        "dash_stopped": _("This flow is not running: nothing is watched. Values of devices go on."),
        "dash_draft": _("This flow was never deployed. The dashboard shows what its draft would watch."),
        "dash_move": _("Move"),
        "dash_size": _("Size"),
        "dash_hide": _("Hide"),
        "dash_hidden": _("Hidden:"),
        **_links(),
    }


def _links() -> dict[str, str]:
    return {
        "dash_link": _("Link"),
        "dash_no_links": _("No link yet: only people who sign in see this dashboard."),
        "dash_made_by": _("made by %s, %s"),
        "dash_until": _("ends %s"),
        "dash_no_end": _("no end"),
        "dash_over": _("its time is over"),
        "dash_opened": _("last opened %s"),
        "dash_never_opened": _("never opened"),
        "dash_revoke": _("Revoke"),
        "dash_revoke_title": _("Revoke this link?"),
        "dash_revoke_text": _("Whoever looks at the dashboard by it is cut off at once. It cannot be brought back."),
        "dash_fresh": _("This is the link. It is shown this once: copy it now."),
        "dash_link_over": _("This dashboard is not shared any more"),
        "dash_link_over_text": _("Ask the person who gave you the link for a new one."),
    }
