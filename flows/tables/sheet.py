"""A file as spreadsheets write it -> rows of texts, and back. Nothing is known of columns and types here."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

LARGEST = 5 * 1024 * 1024
"""Bytes of a file."""
WIDEST = 200
"""Cells of a row that are looked at."""
ENCODINGS = ("utf-8", "cp932", "cp1252", "utf-16")
"""As people choose them: UTF-8, Shift_JIS, Windows (Western), UTF-16."""
SEPARATORS = (",", ";", "\t")
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks of Excel (.xlsx, .xls) begin."""
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet takes for a formula, however often it was marked as text."""
_SAID = re.compile("sep=([,;\t])\r?\n", re.IGNORECASE)
"""With which files of some spreadsheets begin."""
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_LONELY = re.compile(r"(?<![\uff61-\uff9f])[\uff61-\uff9f](?![\uff61-\uff9f])")


class Unreadable(Exception):
    """The file is no table of texts; `code` says why: too_large, too_wide, workbook, not_text, empty, broken."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(code)
        self.code, self.line = code, line


class Row(NamedTuple):
    """`number` is the one that a spreadsheet shows beside it; `cells` are without the white space around them."""

    number: int
    cells: list[str]


class Sheet(NamedTuple):
    """`header` is the first row that is not empty; `rows` are the others that are not, the first of them where there are
    very many; `count` is how many there are."""

    encoding: str
    separator: str
    header: Row
    rows: list[Row]
    total: int


def read_sheet(data: bytes, most: int, encoding: str | None = None, separator: str | None = None) -> Sheet:
    """The first `most` rows of a CSV file and its header. What is not said is found out. Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable("too_large")
    if data.startswith(_BINARY):
        raise Unreadable("workbook")
    encoding, text = _decoded(data, encoding)
    said = _SAID.match(text)
    separator = separator or (said[1] if said else _separator(text))
    count, rows = -1, []
    for row in _rows(text, separator):
        if any(row.cells) and not (said and row.number == 1):
            count += 1
            if count <= most:
                rows.append(row)
    if not rows:
        raise Unreadable("empty")
    if any(len(row.cells) > WIDEST for row in rows):
        raise Unreadable("too_wide")
    return Sheet(encoding, separator, rows[0], rows[1:], count)


def write_sheet(header: Iterable[str], rows: Iterable[Iterable[str | int | float | bool | None]]) -> bytes:
    """A file that spreadsheets open as it is meant: UTF-8 with a mark, texts that look like formulas marked as texts
    (`read_sheet` takes that mark away again)."""
    text = io.StringIO()
    written = csv.writer(text, lineterminator="\r\n")
    written.writerow([_as_text(name) for name in header])
    written.writerows([[_cell(value) for value in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _decoded(data: bytes, encoding: str | None) -> tuple[str, str]:
    if encoding is None and data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    for tried in [encoding] if encoding else ENCODINGS[:-1]:
        try:
            text = data.decode("utf-8-sig" if tried == "utf-8" else tried)
        except UnicodeDecodeError:
            continue
        if encoding is None and tried == "cp932" and _is_western(text):
            continue
        if "\x00" in text:
            break
        return tried, text.removeprefix("\ufeff")
    raise Unreadable("not_text")


def _is_western(text: str) -> bool:
    """Letters with accents, read as Japanese, are signs of nobody's or kana that stand alone."""
    if _PRIVATE.search(text):
        return True
    others = [sign for sign in text if not sign.isascii()]
    return bool(others) and len(_LONELY.findall(text)) == len(others)


def _separator(text: str) -> str:
    """The one that splits most of the first lines into as many cells as the header."""
    best, most = ",", 0
    for separator in SEPARATORS:
        first = islice(_rows(text[:65_536], separator, strict=False), 50)
        try:
            widths = [len(row.cells) for row in first if any(row.cells)]
        except Unreadable:
            continue
        fitting = widths.count(widths[0]) if widths and widths[0] > 1 else 0
        if fitting > most:
            best, most = separator, fitting
    return best


def _rows(text: str, separator: str, *, strict: bool = True) -> Iterator[Row]:
    read = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
    try:
        for number, cells in enumerate(read, 1):
            if not cells:
                continue  # an empty line
            yield Row(number, [_plain(cell) for cell in cells[: WIDEST + 1]])
    except csv.Error as wrong:
        raise Unreadable("broken", read.line_num) from wrong


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _cell(value: str | int | float | bool | None) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return _as_text(value) if isinstance(value, str) else "" if value is None else str(value)


def _as_text(value: str) -> str:
    return f"'{value}" if _FORMULA.match(value) else value


def folded(text: str) -> str:
    """What two spellings of a name have in common: full and half width, upper and lower case, white space."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def language_of(text: str) -> str:
    """`ja` where it is written in Japanese, else `en`."""
    return "ja" if re.search(r"[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]", text) else "en"
