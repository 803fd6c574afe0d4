"""Tables that people register from a spreadsheet's file, and change."""

from typing import Any

from django.db import transaction

from document.problems import render
from document.registry import load_registry, registry_json
from flows import live
from flows.commands.contents import forget_unused, put_table
from flows.commands.registry import NotRegistered, RefusedEntries
from flows.models import Membership, Table
from flows.rights import MEMBER, needs
from flows.tables.reading import Reading, Wish, read_table

Entry = dict[str, Any]


class NotReady(Exception):
    """The file has faults that a person has to solve first; nothing was kept."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(f"{reading.counts.total()} faults")
        self.reading = reading


class IdTaken(Exception):
    """There is a table with this id already."""


class ChangedMeanwhile(Exception):
    """The table holds something else by now than when the person looked at it."""


def table_of(member: Membership, ref: str, *, rows: bool = False) -> Table:
    """The table with what it holds. Raises NotRegistered."""
    found = Table.objects.of(member.workspace).select_related("content").filter(ref=ref)
    row = (found if rows else found.defer("content__rows")).first()
    if row is None:
        raise NotRegistered(ref)
    return row


@needs(MEMBER)
def add_table(member: Membership, data: bytes, wish: Wish, lang: str = "en") -> Table:
    """Register a table from a file. Raises flows.tables.sheet.Unreadable, NotReady, IdTaken, RefusedEntries, TablesFull."""
    entry = _sound(_ready(read_table(data, wish)).entry(wish), lang)
    with transaction.atomic():
        if Table.objects.of(member.workspace).filter(ref=wish.id).exists():
            raise IdTaken(wish.id)
        return _put(member, entry)


@needs(MEMBER)
def replace_rows(member: Membership, ref: str, data: bytes, wish: Wish, lang: str = "en") -> Table:
    """Have the table hold what is in the file. Flows that are deployed go on with what it held. Raises as `add_table`,
    and NotRegistered, ChangedMeanwhile."""
    row = table_of(member, ref, rows=True)
    seen = wish.base or str(row.content_id)
    reading = _ready(read_table(data, wish, entry_of(row)))
    entry = _sound(reading.entry(Wish(id=ref)), lang)
    with transaction.atomic():
        row = table_of(member, ref)
        if str(row.content_id) != seen:
            raise ChangedMeanwhile(ref)
        return _put(member, {**entry, "label": row.label, "also": row.also})


@needs(MEMBER)
def rename_table(member: Membership, ref: str, label: dict[str, str], also: list[str]) -> Table:
    """Other words for the table; flows name it by its id, which stays. Raises NotRegistered."""
    row = table_of(member, ref)
    row.label = {lang: text.strip()[:200] for lang, text in label.items() if lang in ("ja", "en") and text.strip()}
    row.also = [word.strip()[:200] for word in also if word.strip()][:50]
    row.save(update_fields=["label", "also", "updated"])
    _changed(member)
    return row


@needs(MEMBER)
def forget_table(member: Membership, ref: str) -> None:
    """Flows that are deployed go on with what it held; none that names it can be deployed any more. Raises
    NotRegistered."""
    with transaction.atomic():
        gone, _ = Table.objects.of(member.workspace).filter(ref=ref).delete()
        if not gone:
            raise NotRegistered(ref)
        forget_unused(member.workspace)
        _changed(member)


def entry_of(row: Table) -> Entry:
    """What a new file is compared with."""
    return {"id": row.ref, "key": row.content.key, "columns": row.content.columns, "rows": row.content.rows}


def _ready(reading: Reading) -> Reading:
    if reading.counts:
        raise NotReady(reading)
    return reading


def _sound(entry: Entry, lang: str) -> Entry:
    """Whatever was typed or uploaded is read as a registry file is, once more and as a whole."""
    found, problems = load_registry({"tables": [entry]})
    if problems:
        raise RefusedEntries([render(found, lang) for found in problems])
    (clean,) = registry_json(found)["tables"]
    return dict(clean)


def _put(member: Membership, entry: Entry) -> Table:
    row = put_table(member.workspace, entry)
    _changed(member)
    return row


def _changed(member: Membership) -> None:
    """Open pages show it. Workers are told when a flow is deployed."""
    live.to_browsers(member.workspace_id, {"t": "registry"})
