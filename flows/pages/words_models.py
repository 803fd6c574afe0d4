"""What the scripts of the pages of local models say."""

from django.utils.translation import gettext as _


def model_words() -> dict[str, str]:
    return {**_files(), **_versions(), **_measured(), **_drift()}


def _files() -> dict[str, str]:
    return {
        "task_classify": _("classify (one label)"),
        "task_score": _("estimate numbers"),
        "task_detect": _("find objects"),
        "add_model": _("Add a model"),
        "add_the_model": _("Add the model"),
        "new_version_of": _("New version of %s"),
        "add_version": _("Add the version"),
        "model_heavy": _("This file is larger than 64 MB."),
        "labels_needed": _("Name the labels of the model, one a line, in the order of its outputs."),
        "model_inputs": _("Takes"),
        "model_outputs": _("Gives"),
        "opset": _("Opset"),
        "output_scores": _("scores from 0 to 1"),
        "output_logits": _("logits (a softmax is applied)"),
        "output_boxes": _("boxes and scores"),
        "output_yolo": _("YOLO, without its own suppression"),
        "upload_rows": _("Upload rows (CSV)"),
        "upload_pictures": _("Upload pictures"),
        "rows_hint": _("A CSV file with the columns %s; a new file replaces the rows. At most 20,000."),
        "set_pictures": _("%s pictures with the label that they show."),
        "set_rows": _("%s rows of which the truth is known."),
        "shows": _("Shows"),
        "shows_nothing": _("nothing of it"),
        "show_more": _("Show more"),
    }


def _versions() -> dict[str, str]:
    return {
        "version": _("Version"),
        "version_n": _("Version %s"),
        "note": _("Note"),
        "added": _("Added"),
        "delete": _("Delete"),
        "role_current": _("current"),
        "role_trial": _("on trial"),
        "role_spare": _("before"),
        "all_now": _("Version %s answers for all devices."),
        "trial_now": _("Version %s is tried by: %s"),
        "trial_rest": _("Version %s answers for all others."),
        "percent_of_others": _("%s percent of the others"),
        "for_all": _("Version %s for all"),
        "for_all_short": _("For all"),
        "for_all_title": _("Version %s for all devices?"),
        "for_all_text": _("Each worker goes on with the version before until version %s is loaded. You can go back with one click."),
        "for_all_yes": _("Let it answer"),
        "stop_trial": _("Stop the trial"),
        "go_back": _("Back to version %s"),
        "try_some": _("Try on some"),
        "try_title": _("Try version %s on some devices"),
        "choose_devices": _("Choose a device, or a percentage above 0."),
        "worker_runs": _("runs version %s"),
        "worker_runs_none": _("runs no version yet"),
        "worker_fetching": _("is fetching version %s"),
        "worker_failed": _("cannot use version %s: %s"),
        "forget_version": _("Delete version %s?"),
        "forget_version_text": _("Its file and its figures are gone then."),
        "forget_model": _("Delete the model “%s”?"),
        "forget_model_text": _("All its versions, test pictures and figures are gone then."),
        "does_not_fit": _("This version does not fit"),
        "understood": _("Understood"),
        "deployed_one": _("deployed, version %s"),
        "no_flow_yet": _("No flow asks it yet. Use it in the nodes “Classify”, “Estimate numbers” or “Detect objects”."),
        "change_added": _("Version %s added"),
        "change_tried": _("Version %s tried"),
        "change_stopped": _("Trial of version %s stopped"),
        "change_current": _("Version %s for all"),
        "change_back": _("Back to version %s"),
    }  # fmt: skip


def _measured() -> dict[str, str]:
    return {
        "measure": _("Measure"),
        "measuring": _("measuring…"),
        "measuring_done": _("measuring: %s of %s"),
        "needs_test_set": _("Add test pictures or rows first."),
        "measured_head": _("Measured"),
        "not_measured_yet": _("not yet"),
        "measured_right": _("%s right"),
        "measured_error": _("mean error %s"),
        "measured_failed": _("%s not answered"),
        "measured_none": _("No version was measured yet. Add a test set, then press “Measure” beside a version."),
        "measured_how": _("Precision / recall of each label (how often the truth). Precision: of those that it named so, how many are. Recall: of those that are, how many it named so."),
        "other_set": _("other test set"),
        "other_set_long": _("The test set was changed since. Measure again to compare."),
        "all_right": _("All right"),
        "always_most_frequent": _("Who always says the most frequent"),
        "how_many": _("Test cases"),
        "mean_error": _("Mean error"),
        "bias": _("Bias (estimate − truth)"),
        "always_mean": _("Error of who always says the mean"),
    }  # fmt: skip


def _drift() -> dict[str, str]:
    return {
        "drift_too_few": _("too few answers yet"),
        "drift_first_week": _("still in its first week"),
        "drift_steady": _("steady"),
        "drift_shifting": _("shifting"),
        "drift_drifted": _("drifted"),
        "drift_psi": _("PSI %s (drifted from %s)"),
        "drift_nothing": _("Workers count how sure the answers are, or how large, and send that up every minute. Nothing has been counted yet."),
        "drift_measure_first": _("Measure the version on test rows first: the bins of its numbers come from there."),
        "drift_rule": _("The last seven days are compared with the first week of this version (population stability index). From 0.25, where that is more than chance, people are told: something in front of the model has changed. Measure again on fresh cases before you trust it."),
        "spread_title": _("How the answers are spread"),
        "spread_first": _("first week (%s)"),
        "spread_recent": _("last seven days (%s)"),
        "spread_tested": _("test set (%s)"),
    }  # fmt: skip
