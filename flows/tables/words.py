"""What is wrong with a file, in the language of the request."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from flows.tables.reading import Fault, Reading
from flows.tables.sheet import LARGEST, Unreadable


def unreadable(why: Unreadable) -> str:
    return _UNREADABLE[why.code]() % {"line": why.line, "mb": LARGEST // 1024 // 1024}


def fault_json(fault: Fault, reading: Reading) -> dict[str, Any]:
    """`text` is without the place, which is shown beside it."""
    header = next((c.header or c.name for c in reading.columns if c.place == fault.place), None)
    place = {"row": fault.row, "place": fault.place, "column": header}
    return {"code": fault.code, **place, "text": _FAULTS[fault.code]() % fault.facts}


_UNREADABLE: dict[str, Callable[[], str]] = {
    "too_large": lambda: _("This file is larger than %(mb)s MB."),
    "too_wide": lambda: _("This file has rows with more than 200 cells."),
    "workbook": lambda: _(
        "This is an Excel workbook. In Excel, choose “Save as” and “CSV UTF-8”, then take that file."
    ),
    "not_text": lambda: _("The letters in this file cannot be read. Save it as CSV in UTF-8 or Shift_JIS."),
    "empty": lambda: _("This file is empty."),
    "broken": lambda: _("Line %(line)s cannot be read: is a quotation mark missing there, or one too many?"),
}
_FAULTS: dict[str, Callable[[], str]] = {
    "no_number": lambda: _("“%(cell)s” is not a number"),
    "no_integer": lambda: _("“%(cell)s” is not a whole number"),
    "no_boolean": lambda: _("“%(cell)s” is neither yes nor no"),
    "empty_key": lambda: _("the key is empty"),
    "key_again": lambda: _("the key “%(cell)s” stands in row %(first)s already"),
    "key_left_out": lambda: _("the key column has to be taken over"),
    "bad_name": lambda: _("“%(name)s” cannot be a name: use letters, digits and _, not beginning with a digit"),
    "reserved_name": lambda: _("“%(name)s” means something else in flows: choose another name"),
    "name_again": lambda: _("the name “%(name)s” is there twice"),
    "too_many_columns": lambda: _("a table has at most %(most)s columns, these are %(count)s"),
    "too_many_rows": lambda: _("a table has at most %(most)s rows, these are %(count)s"),
    "no_rows": lambda: _("there is no row below the names of the columns"),
}
