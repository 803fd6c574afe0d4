"""Which version of a local model answers: for all devices, for some of them first, or the one before again."""

from typing import Any

from django.db import transaction

from flows.commands.incidents import heal_incident
from flows.commands.trained import model_changed, model_of, model_version, note_change
from flows.incident_words import Kind
from flows.models import Device, Membership, ModelChange, ModelVersion, TrainedModel
from flows.rights import MEMBER, needs
from flows.trained.uses import misfits

MOST_DEVICES = 10_000
What = ModelChange.What


class NothingChosen(Exception):
    """No device would try the version."""


class NothingBefore(Exception):
    """There is no version to go back to, or none is tried."""


class DoesNotFit(Exception):
    """Flows that are deployed could not ask this version: `flows` has their problems by name."""

    def __init__(self, flows: dict[str, list[str]]) -> None:
        super().__init__(", ".join(flows))
        self.flows = flows


@needs(MEMBER)
def roll_out(member: Membership, ref: str, number: int, lang: str = "en") -> TrainedModel:
    """Let a version answer for all devices. Raises ModelGone, DoesNotFit."""
    with transaction.atomic():
        row = model_of(member, ref, lock=True)
        version = _fitting(row, number, lang)
        if row.current_id != version.pk:
            row.spare, row.current = row.current, version
            note_change(member, version, What.CURRENT)
        return _kept(row, None)


@needs(MEMBER)
def try_version(
    member: Membership, ref: str, number: int, devices: list[str], percent: float, lang: str = "en"
) -> TrainedModel:
    """Let a version answer for these devices and for `percent` (0 to 100) of the others. Raises ModelGone, DoesNotFit,
    NothingChosen."""
    with transaction.atomic():
        row = model_of(member, ref, lock=True)
        version = _fitting(row, number, lang)
        known = Device.objects.of(member.workspace).filter(ref__in=devices[:MOST_DEVICES])
        named = sorted(known.values_list("ref", flat=True))
        share = min(max(percent, 0.0), 100.0)
        if version.pk == row.current_id or not (named or share > 0):
            raise NothingChosen
        note_change(member, version, What.TRIED, devices=named, percent=share)
        return _kept(row, version, named, share)


@needs(MEMBER)
def stop_trial(member: Membership, ref: str) -> TrainedModel:
    """Let the current version answer for all devices. Raises ModelGone, NothingBefore."""
    with transaction.atomic():
        row = model_of(member, ref, lock=True)
        if row.trial is None:
            raise NothingBefore
        note_change(member, row.trial, What.STOPPED)
        return _kept(row, None)


@needs(MEMBER)
def go_back(member: Membership, ref: str, lang: str = "en") -> TrainedModel:
    """Let the version that was current before answer for all devices; twice is where one was. Raises ModelGone,
    NothingBefore, DoesNotFit."""
    with transaction.atomic():
        row = model_of(member, ref, lock=True)
        if row.spare is None:
            raise NothingBefore
        version = _fitting(row, row.spare.number, lang)
        row.spare, row.current = row.current, version
        note_change(member, version, What.BACK)
        return _kept(row, None)


def _fitting(row: TrainedModel, number: int, lang: str) -> ModelVersion:
    version = model_version(row, number)
    if wrong := misfits(version, lang):
        raise DoesNotFit(wrong)
    return version


def _kept(row: TrainedModel, trial: ModelVersion | None, devices: Any = (), percent: float = 0.0) -> TrainedModel:
    row.trial, row.trial_devices, row.trial_percent = trial, list(devices), percent
    row.save(update_fields=["current", "spare", "trial", "trial_devices", "trial_percent", "updated"])
    for version in row.versions.exclude(pk__in=[one for one in (row.current_id, row.trial_id) if one]):
        heal_incident(row.workspace, Kind.MODEL_DRIFT, str(version.pk))  # it answers no more
    model_changed(row)
    return row
