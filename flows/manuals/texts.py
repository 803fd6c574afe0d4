"""Files that are text -> sections: plain text, Markdown, HTML, CSV. Nothing of them is run, fetched or shown as it is."""

import html.parser
import re
from collections.abc import Iterator

from flows.tables.sheet import Unreadable, read_sheet
from runtime.library.passages import Section

MOST_ROWS = 20_001
"""One more than there may be sections: a longer file is refused, not cut off."""
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_FENCE = re.compile(r"^(```|~~~)")
_MARKS = re.compile(
    r"!?\[([^\]]{0,500})\]\([^)\s]{0,2000}\)|[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}|^\s{0,3}>\s?", re.MULTILINE
)
_PRIVATE = re.compile("[\ue000-\uf8ff]")
SILENT = frozenset({"script", "style", "template", "noscript", "svg", "math", "head", "iframe", "object"})
BLOCKS = frozenset(
    [
        "p",
        "div",
        "li",
        "tr",
        "br",
        "table",
        "ul",
        "ol",
        "section",
        "article",
        "pre",
        "blockquote",
        "dt",
        "dd",
        "figcaption",
    ]
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class NotText(Exception):
    """The bytes are no text in an encoding that we know."""


def decoded(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or Shift_JIS. Raises NotText."""
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotText
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _PRIVATE.search(text):  # Shift_JIS takes nearly any bytes for signs of nobody
            return text
    raise NotText


def of_plain(data: bytes) -> Iterator[Section]:
    yield Section("", decoded(data))


def of_markdown(data: bytes) -> Iterator[Section]:
    """A section for each heading, called by it; headings inside code are code."""
    place, held, code = "", list[str](), False
    for line in decoded(data).splitlines():
        if _FENCE.match(line):
            code = not code
            continue
        heading = None if code else _HEADING.match(line)
        if heading is None:
            held.append(line)
            continue
        yield from _section(place, held)
        place, held = _unmarked(heading[2])[:200], []
    yield from _section(place, held)


def _section(place: str, lines: list[str]) -> Iterator[Section]:
    text = _unmarked("\n".join(lines)).strip()
    if text:
        yield Section(place, text)


def _unmarked(text: str) -> str:
    """Without links' addresses and signs of emphasis."""
    return _MARKS.sub(lambda found: found[1] or "", text)


def of_html(data: bytes) -> Iterator[Section]:
    reader = _Html()
    reader.feed(decoded(data))
    reader.close()
    reader.end_section()
    yield from reader.sections


class _Html(html.parser.HTMLParser):
    """What a person would read, by heading."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sections: list[Section] = []
        self._place, self._text = "", list[str]()
        self._heading: list[str] | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent += 1
        elif tag in HEADINGS:
            self.end_section()
            self._heading = []
        elif tag in BLOCKS:
            self._text.append("\n\n" if tag in ("p", "div", "section", "article", "table") else "\n")
        elif tag in ("td", "th"):
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in HEADINGS and self._heading is not None:
            self._place, self._heading = " ".join("".join(self._heading).split())[:200], None
        elif tag in BLOCKS:
            self._text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            (self._heading if self._heading is not None else self._text).append(data)

    def end_section(self) -> None:
        lines = [" ".join(line.split()) for line in "".join(self._text).splitlines()]
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        if text:
            self.sections.append(Section(self._place, text))
        self._text = []


def of_csv(data: bytes) -> Iterator[Section]:
    """A section for each row, with the names of the columns: a past case is found whole. Raises NotText."""
    try:
        sheet = read_sheet(data, MOST_ROWS)
    except Unreadable as why:
        raise NotText from why
    for row in sheet.rows:
        cells = [
            (name or str(at + 1), cell)
            for at, (name, cell) in enumerate(_beside(sheet.header.cells, row.cells))
            if cell
        ]
        yield Section(f"#{row.number}", "\n".join(f"{name}: {cell}" for name, cell in cells))


def _beside(names: list[str], cells: list[str]) -> Iterator[tuple[str, str]]:
    for at, cell in enumerate(cells):
        yield (names[at] if at < len(names) else ""), cell
