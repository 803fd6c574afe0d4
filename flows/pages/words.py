"""What the pages' scripts say: they have no words of their own."""

from django.utils.translation import gettext as _

from flows.pages.words_dashboard import dashboard_words
from flows.pages.words_manuals import manual_words
from flows.pages.words_models import model_words


def script_words() -> dict[str, str]:
    """By key, in the language of the request."""
    return {
        **_everywhere(),
        **_things(),
        **_values(),
        **_registering(),
        **_tables(),
        **_plans(),
        **manual_words(),
        **_letters(),
        **_snoozing(),
        **_gallery(),
        **dashboard_words(),
        **model_words(),
    }


def _everywhere() -> dict[str, str]:
    return {
        "offline": _("The server cannot be reached."),
        "failed": _("That did not work."),
        "saved": _("Saved."),
        "only_owners": _("Only owners may do this."),
        "only_looking": _("You may look, but not change anything."),
        "deleted": _("Deleted: %s"),
        "undo": _("Undo"),
        "running": _("running"),
        "starting": _("starting"),
        "stopped": _("stopped"),
        "failed_status": _("failed"),
        "draft": _("draft"),
        "rolled_back": _("rolled back"),
        "confirm_delete_running": _("“%s” is running. Stop and delete it?"),
        "yes_delete": _("Delete"),
        "no": _("Cancel"),
        "no_answer": _("The worker did not answer in time."),
        "acknowledge": _("Acknowledge"),
        "acknowledged": _("acknowledged"),
        "picture_of": _("Picture: %s"),
        "acknowledged_by": _("seen by %s, %s"),
        "acknowledge_all": _("Acknowledge all"),
        "acknowledge_flow": _("Acknowledge all of this flow"),
        "leave_id": _("Leave as it is"),
        "take_over": _("Take it over from the file"),
        "section_types": _("Device type"),
        "section_devices": _("Device"),
        "section_commands": _("Command"),
        "section_destinations": _("Destination"),
        "section_models": _("Model"),
        "section_tables": _("Table"),
        "copy": _("Copy"),
        "copied": _("Copied."),
        "approve": _("Approve"),
        "reject": _("Reject"),
        "minutes_left": _("%s:%s left"),
        "hours_left": _("%s h %s min left"),
        "state_approved": _("approved"),
        "state_rejected": _("rejected"),
        "state_expired": _("expired: nobody answered in time"),
        "state_gone": _("not sent any more"),
        "firings_day": _("Firings of the last 24 hours: %s"),
        "firings_hour": _("%s–%s: fired %s times"),
        "waits_for_you": _("waiting for you: %s"),
        "dead_letters": _("dead letters: %s"),
        "failed_firings": _("failed: %s"),
    }


def _things() -> dict[str, str]:
    return {
        "send": _("Send"),
        "send_command": _("Send “%s” to %s?"),
        "sent": _("Sent."),
        "not_sent": _("Not sent: %s"),
        "fault_on": _("%s: fault switched on"),
        "fault_off": _("%s: back to normal"),
        "connected": _("connected"),
        "not_connected": _("not connected"),
        "trying": _("Trying to connect…"),
        "broker_ok": _("Connected. The worker reads this broker now."),
        "broker_bad": _("The worker cannot connect: %s"),
        "never": _("never"),
        "received": _("received"),
        "delivered": _("delivered"),
        "kept": _("kept"),
        "filtered": _("filtered"),
        "late": _("late"),
        "dropped": _("dropped"),
        "dead": _("dead letter"),
        "why_oldest": _("%s oldest"),
        "why_outdated": _("%s outdated"),
        "why_no_room": _("%s without room"),
        "why_replaced": _("%s replaced"),
        "why_snoozed": _("%s snoozed"),
        "why_refused": _("%s refused"),
        "why_withdrawn": _("%s withdrawn"),
        "retained": _("retained"),
        "test_text": _("Test notice from Suiro"),
        "no_flows": _("runs no flow"),
        "testing": _("Sending a test…"),
        "test_arrived": _("Arrived, %s"),
        "see_inbox": _("See it in the inbox"),
        "waiting_there": _("waiting: %s"),
        "not_known": _("not known while the worker is away"),
        "window_limits": _("It waits after %s unacknowledged messages (max_inflight_messages): this limits the rate."),
        "commands_to_devices": _("Devices (commands)"),
        "questions_to": _("Model %s (questions)"),
        "used_in": _("used in flows: %s"),
        "flows_count": _("flows: %s"),
        "used_nowhere": _("not used in any flow"),
        "where_used": _("Where “%s” is used"),
        "only_draft": _("only in the draft"),
        "close": _("Close"),
        "connect_again": _("Connect again"),
        "lasted": _("over, after %s"),
        "still": _("still so"),
    }


def _values() -> dict[str, str]:
    return {
        "yes_word": _("yes"),
        "no_word": _("no"),
        "color_red": _("red"),
        "color_yellow": _("yellow"),
        "color_green": _("green"),
        "color_blue": _("blue"),
        "color_white": _("white"),
        "color_off": _("off"),
        "choice_on": _("switched on"),
        "choice_off": _("switched off"),
        "choice_pass": _("pass"),
        "choice_reject": _("reject"),
    }


def _registering() -> dict[str, str]:
    return {
        "line": _("line %s, column %s"),
        "listening": _("Listening…"),
        "nothing_heard": _("Nothing came in that time."),
        "nothing_new": _("Nothing new: everything that came is registered already."),
        "registered": _("Registered."),
        "topics_heard": _("%s topics"),
        "remove": _("Remove"),
        "register": _("Register"),
        "type_id": _("Type id"),
        "label_ja": _("Japanese name"),
        "label_en": _("English name"),
        "devices": _("Devices"),
        "field": _("Field"),
        "path": _("Path in the payload"),
        "type": _("Type"),
        "unit": _("Unit"),
        "confirm_forget": _("Forget “%s”? Flows that name it will have a problem."),
        "yes_forget": _("Forget"),
        "fields": _("Fields"),
        "commands": _("Commands"),
        "add_field": _("Add a field"),
        "add_command": _("Add a command"),
        "new_type": _("New type"),
        "change_type": _("Change the type “%s”"),
        "new_device": _("New device of the type “%s”"),
        "change_device": _("Change “%s”"),
        "topic": _("Topic"),
        "topic_hint": _("{device} stands where the device’s id is."),
        "time_path": _("Time in the payload"),
        "time_hint": _("Empty: the time of arrival."),
        "format": _("Format"),
        "id": _("Id"),
        "also": _("Also called"),
        "attributes": _("Attributes"),
        "attributes_hint": _("One a line, such as hall = A"),
        "values_schema": _("Values (JSON Schema)"),
        "cooldown": _("At most once in"),
        "approval": _("A person approves every time"),
        "save": _("Save"),
        "forget": _("Forget"),
        "bad_json": _("This is not JSON."),
        "imported": _("Imported: %s"),
        "listen_again": _("Listen again"),
        "new_devices": _("%s new devices"),
    }


def _snoozing() -> dict[str, str]:
    return {
        "snooze_title": _("Snooze “%s”"),
        "snooze_how_long": _("How long"),
        "snooze_hour": _("1 hour"),
        "snooze_morning": _("Until tomorrow, 8:00"),
        "snooze_until": _("Until a time"),
        "snooze_maintenance": _("Planned maintenance"),
        "snooze_planned": _("planned: %s – %s"),
        "snooze_from": _("Begins"),
        "snooze_to": _("Ends"),
        "snooze_commands": _("Hold back commands too"),
        "snooze_with_commands": _("commands too"),
        "snooze_reason": _("Reason (optional)"),
        "snooze_about": _(
            "Notices are not sent meanwhile. They are counted, and listed in the inbox under “Held back”."
        ),
        "snooze_do": _("Snooze"),
        "snooze_end": _("End now"),
        "snooze_call_off": _("Call off"),
        "snoozed_until": _("snoozed until %s"),
        "held_back": _("held back: %s"),
        "held_back_one": _("held back"),
    }


def _letters() -> dict[str, str]:
    return {
        "replay": _("Replay"),
        "discard": _("Discard"),
        "replay_all": _("Replay all (%s)"),
        "discard_all": _("Discard all (%s)"),
        "replayed": _("Sent again. What cannot be sent comes back here."),
        "discarded": _("Discarded."),
        "confirm_replay": _("Send %s dead letters again?"),
        "confirm_discard": _("Forget %s dead letters for good?"),
        "attempts": _("(%s attempts)"),
        "message": _("Message"),
        "letter_gone": _("The worker has this one no more."),
        "letter_time_over": _("Its time to live is over, so it is not sent any more."),
        "letter_flow_stopped": _("The flow is stopped. Deploy it again, then replay."),
        "letter_flow_failed": _("The flow has failed. Deploy it again first."),
        "state_closed": _("works"),
        "state_open": _("does not answer"),
        "state_half_open": _("trying again"),
        "next_try": _("next attempt in %s s"),
    }


def _plans() -> dict[str, str]:
    return {
        "plan_heavy": _("This file is larger than 16 MB."),
        "plan_wide": _("%s m wide"),
        "confirm_forget_plan": _("Delete the plan “%s”?"),
        "plan_used": _("These dashboards show it; they get a plain grid instead:"),
        "tie_plan": _("Tie “%s” to the earth"),
        "tie_point": _("Point %s"),
        "tie_coordinates": _("Latitude and longitude of point %s"),
        "tie_missing": _("Point %s needs its latitude and longitude, such as 35.6812, 139.7671."),
    }


def _gallery() -> dict[str, str]:
    return {
        "gallery_found": _("%s scenarios"),
        "gallery_again": _("Start it again"),
        "gallery_deleted": _("Its flow was deleted."),
        "gallery_stopped": _("Its flow is stopped."),
        "gallery_remove": _("Remove this copy?"),
        "gallery_remove_about": _(
            "Its flow goes into the bin. Devices, types and destinations that came with it go where no other flow uses them, and "
            "the virtual devices are switched off."
        ),
        "gallery_remove_yes": _("Remove"),
        "report_delete": _("Delete the report “%s”?"),
        "report_link": _("Link to the report"),
        "report_link_once": _("Copy it now: it is not shown again."),
        "report_link_made": _("made %s"),
        "report_link_opened": _("last opened %s"),
        "report_link_unopened": _("not opened yet"),
        "report_revoke": _("Revoke"),
        "mine_leave": _("Leave it virtual"),
        "mine_none": _("Choose…"),
        "mine_virtual": _("virtual here: %s"),
        "mine_stays": _("It stays virtual."),
        "mine_read": _("Which devices are read"),
        "mine_all": _("All of the type (%s)"),
        "mine_some": _("Only these"),
        "mine_value": _("Value “%s”"),
        "mine_tests": _("Its tests pass on your devices too: %s of %s."),
        "mine_some_tests": _("%s of %s tests come along; the others speak of the virtual devices."),
    }


def _tables() -> dict[str, str]:
    return {
        "new_table": _("Add a table"),
        "add_table": _("Add the table"),
        "replace_rows_of": _("Replace the rows of “%s”"),
        "replace_rows": _("Replace the rows"),
        "reading": _("Reading the file…"),
        "flows_troubled": _("Flows would have problems: see above."),
        "file_facts": _("%s rows, %s columns"),
        "rows_shown": _("%s of %s rows"),
        "key": _("Key"),
        "take": _("Use"),
        "in_file": _("In the file"),
        "column_name": _("Name"),
        "shown_as": _("Shown as"),
        "type_number": _("number"),
        "type_integer": _("whole number"),
        "type_boolean": _("yes or no"),
        "type_string": _("text"),
        "no_header": _("Column %s"),
        "new_column": _("new"),
        "row": _("Row %s:"),
        "row_column": _("Row %s, %s:"),
        "row_number": _("Row in the file"),
        "faults": _("%s problems to solve"),
        "more": _("and %s more"),
        "faults_hint": _("Put the file right and choose it again, or choose another type, key or name below."),
        "bad_id": _("An id may not hold spaces, slashes, +, # or braces."),
        "nothing_changes": _("Nothing changes: the table holds exactly this already."),
        "rows_added": _("Added"),
        "rows_changed": _("Changed"),
        "rows_removed": _("Removed"),
        "rows_same": _("As before"),
        "which_rows": _("Which rows"),
        "columns_new": _("New columns: %s"),
        "columns_gone": _("Columns that go away: %s"),
        "columns_other": _("Columns with another type, unit or name: %s"),
        "key_other": _("The key was “%s” and becomes “%s”."),
        "flow_troubled": _("A flow would have problems with these columns:"),
        "flows_redeploy": _(
            "Running flows keep the rows that they were deployed with. To have them use the new ones, deploy them again:"
        ),
        "confirm_forget_table": _("Delete the table “%s” with all its rows?"),
        "table_used": _("These flows name it:"),
        "table_used_still": _(
            "What is running goes on with the rows it has. No flow that names the table can be deployed any more."
        ),
    }
