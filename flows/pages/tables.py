"""Tables of facts to look up: which there are, what they hold, and which flows name them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from flows.access import member_of
from flows.registered import tables_of
from flows.tables.sheet import write_sheet
from flows.tables.showing import table_row
from flows.tables.uses import uses_of_tables

FIRST_COLUMNS = 5


@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    workspace = member_of(request).workspace
    lang = getattr(request, "LANGUAGE_CODE", "en")
    uses = uses_of_tables(workspace)
    rows = [table_row(row, uses.get(row.ref, []), lang) for row in tables_of(workspace)]
    older = {flow["id"]: flow for row in rows for flow in row["flows"] if flow["older"]}
    context = {
        "tables": [_line(row) for row in rows],
        "older": list(older.values()),
        "example": _example(),
        "encodings": [
            ("utf-8", "UTF-8"),
            ("cp932", "Shift_JIS"),
            ("cp1252", _("Windows (Western)")),
            ("utf-16", "UTF-16"),
        ],
        "page_data": {"tables": rows},
    }
    return render(request, "tables.html", context)


@require_GET
def example(request: HttpRequest) -> HttpResponse:
    """A file to try it with, in the language of the page."""
    shown = _example()
    response = HttpResponse(write_sheet(shown["header"], shown["rows"]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="products.csv"'
    return response


def _line(row: dict[str, Any]) -> dict[str, Any]:
    others = [column for column in row["columns"] if column["name"] != row["key"]]
    count = number_format(row["count"], force_grouping=True)
    return {**row, "first": others[:FIRST_COLUMNS], "more": len(others) > FIRST_COLUMNS, "count_shown": count}


def _example() -> dict[str, Any]:
    product, limit, customer = _("product"), _("limit"), _("customer")
    return {
        "header": [product, f"{limit} (°C)", customer],
        "rows": [["A-100", 80, _("Aoba")], ["B-200", 95.5, _("Kisaragi")], ["C-300", 70, None]],
        "event": [(product, "A-100"), (_("temperature"), "84 °C")],
        "found": [(limit, "80 °C"), (customer, _("Aoba"))],
    }
