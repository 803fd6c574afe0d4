"""What the pages' scripts say: they have no words of their own."""

from django.utils.translation import gettext as _


def script_words() -> dict[str, str]:
    """By key, in the language of the request."""
    return {**_everywhere(), **_things(), **_registering()}


def _everywhere() -> dict[str, str]:
    return {
        "offline": _("The server cannot be reached."),
        "failed": _("That did not work."),
        "saved": _("Saved."),
        "deleted": _("Deleted: %s"),
        "undo": _("Undo"),
        "running": _("running"),
        "starting": _("starting"),
        "stopped": _("stopped"),
        "failed_status": _("failed"),
        "draft": _("draft"),
        "confirm_delete_running": _("“%s” is running. Stop and delete it?"),
        "yes_delete": _("Delete"),
        "no": _("Cancel"),
        "no_answer": _("The worker did not answer in time."),
        "acknowledge": _("Acknowledge"),
        "acknowledged": _("acknowledged"),
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
        "retained": _("retained"),
        "test_text": _("Test notice from Suiro"),
        "no_flows": _("runs no flow"),
        "yes_word": _("yes"),
        "no_word": _("no"),
        "color_red": _("red"),
        "color_yellow": _("yellow"),
        "color_green": _("green"),
        "color_blue": _("blue"),
        "color_white": _("white"),
        "color_off": _("off"),
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
