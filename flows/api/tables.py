"""Tables: looked at, registered from a file, replaced, renamed, taken along, forgotten."""

from typing import Any
from urllib.parse import quote

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Schema, Status
from ninja.files import UploadedFile

from flows import commands
from flows.api.entry import actor, api, language, refuse
from flows.models import Membership, Table
from flows.registered import tables_of
from flows.tables.preview import comparison, preview, proposed_id
from flows.tables.reading import Wish, read_table
from flows.tables.sheet import ENCODINGS, LARGEST, SEPARATORS, Unreadable, write_sheet
from flows.tables.showing import header_of, rows_with, table_row
from flows.tables.uses import uses_of_tables
from flows.tables.words import unreadable

MOST_ROWS = 200


class BadWish(Exception):
    """What was said of a file cannot be read."""


class Words(Schema):
    label: dict[str, str] = {}
    also: list[str] = []


@api.get("/tables")
def list_tables(request: HttpRequest) -> Any:
    """Without their rows; with the flows that name them."""
    workspace, lang = actor(request).workspace, language(request)
    uses = uses_of_tables(workspace)
    return [table_row(row, uses.get(row.ref, []), lang) for row in tables_of(workspace)]


@api.post("/table-preview")
def look(
    request: HttpRequest, file: UploadedFile | None = File(None), wish: str = Form("{}"), ref: str = Form("")  # noqa: B008
) -> Any:  # fmt: skip
    """What a file would make of a new table, or of the table `ref`. Nothing is kept."""
    member, said = actor(request), _wish(wish)
    row = commands.table_of(member, ref, rows=True) if ref else None
    reading = read_table(_bytes(file), said, commands.entry_of(row) if row else None)
    found = preview(reading)
    if row is None:
        taken = tables_of(member.workspace).values_list("ref", flat=True)
        id, label = proposed_id(file.name or "" if file else "", taken)
        return found | {"id": id, "label": label}
    changes = comparison(member.workspace, row, reading, language(request)) if not reading.counts else None
    return found | {"base": str(row.content_id), "changes": changes}


@api.post("/tables", response={201: Any})
def add(request: HttpRequest, file: UploadedFile | None = File(None), wish: str = Form("{}")) -> Any:  # noqa: B008
    """Register the table in a CSV file. `wish` is JSON: see flows.tables.reading.Wish."""
    member = actor(request)
    return Status(
        201, _shown(request, member, commands.add_table(member, _bytes(file), _wish(wish), language(request)))
    )


@api.get("/tables/{ref}")
def read(request: HttpRequest, ref: str, q: str = "", limit: int = 100) -> Any:
    """The table with its first rows, or the first in which `q` stands somewhere; `found` is how many there are."""
    member = actor(request)
    row = commands.table_of(member, ref, rows=True)
    rows, found = rows_with(row, q, max(1, min(limit, MOST_ROWS)))
    return {**_shown(request, member, row), "rows": rows, "found": found}


@api.post("/tables/{ref}/rows")
def replace(request: HttpRequest, ref: str, file: UploadedFile | None = File(None), wish: str = Form("{}")) -> Any:  # noqa: B008
    """Have the table hold what is in the file."""
    member = actor(request)
    commands.table_of(member, ref)
    row = commands.replace_rows(member, ref, _bytes(file), _wish(wish), language(request))
    return _shown(request, member, row)


@api.put("/tables/{ref}")
def rename(request: HttpRequest, ref: str, words: Words) -> Any:
    member = actor(request)
    return _shown(request, member, commands.rename_table(member, ref, words.label, words.also))


@api.delete("/tables/{ref}", response={204: None})
def forget(request: HttpRequest, ref: str) -> Any:
    commands.forget_table(actor(request), ref)
    return Status(204, None)


@api.get("/tables/{ref}/csv")
def download(request: HttpRequest, ref: str) -> HttpResponse:
    """All rows, as spreadsheets open them and as they can be uploaded again."""
    row = commands.table_of(actor(request), ref, rows=True)
    response = HttpResponse(
        write_sheet(header_of(row, language(request)), row.content.rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = (
        f"attachment; filename=\"table.csv\"; filename*=UTF-8''{quote(row.ref, safe='')}.csv"
    )
    return response


@api.exception_handler(BadWish)
def _bad_wish(request: HttpRequest, why: BadWish) -> HttpResponse:
    return refuse(request, 422, "bad_wish", str(why))


@api.exception_handler(Unreadable)
def _unreadable(request: HttpRequest, why: Unreadable) -> HttpResponse:
    return refuse(request, 422, "unreadable", unreadable(why), why=why.code)


@api.exception_handler(commands.NotReady)
def _not_ready(request: HttpRequest, why: commands.NotReady) -> HttpResponse:
    return refuse(request, 422, "not_sound", _("There are problems to solve first."), preview=preview(why.reading))


@api.exception_handler(commands.IdTaken)
def _taken(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 409, "taken", _("There is a table with the id “%s” already.") % why, field="id")


@api.exception_handler(commands.ChangedMeanwhile)
def _changed(request: HttpRequest, why: Exception) -> HttpResponse:
    message = _("Somebody else changed this table in the meantime. Look at the changes once more.")
    return refuse(request, 409, "conflict", message)


@api.exception_handler(commands.TablesFull)
def _full(request: HttpRequest, why: commands.TablesFull) -> HttpResponse:
    if why.code == "too_long":
        message = _("There may be at most %(max)s tables. Delete one that nobody needs.")
        return refuse(request, 422, why.code, message % why.facts)
    message = _("All tables together may hold %(limit)s MB; with this one they would hold %(size)s MB.")
    megabytes = {name: f"{count / 1024 / 1024:.1f}" for name, count in why.facts.items()}
    return refuse(request, 422, why.code, message % megabytes)


def _bytes(file: UploadedFile | None) -> bytes:
    """Nothing is read of a file that is too large, or that is not there."""
    if file is None:
        raise Unreadable("empty")
    if (file.size or 0) > LARGEST:
        raise Unreadable("too_large")
    return bytes(file.read())


def _wish(text: str) -> Wish:
    try:
        wish = msgspec.json.decode(text.encode("utf-8", "surrogatepass"), type=Wish)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeError, RecursionError) as wrong:
        raise BadWish(str(wrong)[:200]) from wrong
    if wish.encoding not in (None, *ENCODINGS) or wish.separator not in (None, *SEPARATORS):
        raise BadWish("unknown encoding or separator")
    return wish


def _shown(request: HttpRequest, member: Membership, row: Table) -> dict[str, Any]:
    return table_row(row, uses_of_tables(member.workspace).get(row.ref, []), language(request))
