"""Files that are packed: PDF through pypdf, and DOCX, which is XML in a ZIP. Both are hostile: what they unpack to is bounded."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any
from xml.parsers import expat

from runtime.library.passages import Section

MOST_PAGES = 1_000
MOST_UNPACKED = 32 * 1024 * 1024
"""Bytes of one stream of a PDF, or of the text of a DOCX."""
_ENDS = re.compile(r"[.。:：!?！？]$")
_JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uff9f]")
WHOLE_LINE = 0.7
"""Of the longest line: a shorter one ends where its author ended it, such as a heading."""
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "


class Packed(Exception):
    """`code`: manual_broken, manual_locked, manual_too_long."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def of_pdf(data: bytes) -> Iterator[Section]:
    """A section for each page with text. Raises Packed, or whatever pypdf raises on what was made to break it."""
    import pypdf  # only who uploads a PDF needs it

    pypdf.overwrite_configuration(
        zlib_maximum_output_length=MOST_UNPACKED,
        lzw_maximum_output_length=MOST_UNPACKED,
        run_length_maximum_output_length=MOST_UNPACKED,
        jbig2dec_binary=None,  # no other program is started
    )  # of this thread alone
    reader = pypdf.PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Packed("manual_locked")
    if len(reader.pages) > MOST_PAGES:
        raise Packed("manual_too_long")
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text().strip()
        if text:
            yield Section(f"p. {number}", _joined(text))


def _joined(text: str) -> str:
    """Lines that were broken only because the paper ended: as long as most, and no sentence ends there. Japanese is put
    together without a space."""
    lines = [line.strip() for line in text.splitlines()]
    longest = max(map(len, lines))
    found = lines[0]
    for before, line in pairwise(lines):
        if len(before) < longest * WHOLE_LINE or not line or _ENDS.search(before):
            found += f"\n{line}"
        else:
            found += line if _JAPANESE.match(before[-1]) and _JAPANESE.match(line[0]) else f" {line}"
    return found


def of_docx(data: bytes) -> Iterator[Section]:
    """A section for each heading. Raises Packed."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed, packed.open("word/document.xml") as opened:
            xml = opened.read(MOST_UNPACKED + 1)
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, NotImplementedError, RuntimeError) as broken:
        raise Packed("manual_broken") from broken
    if len(xml) > MOST_UNPACKED:
        raise Packed("manual_too_long")
    reader = _Docx()
    try:
        reader.parser.Parse(xml, True)
    except expat.ExpatError as broken:
        raise Packed("manual_broken") from broken
    reader.end_section()
    yield from reader.sections


class _Docx:
    """Paragraphs of word/document.xml. A file that declares entities is none of Word's."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.StartDoctypeDeclHandler = _no_doctype
        self.sections: list[Section] = []
        self._place, self._lines = "", list[str]()
        self._line, self._reads, self._heading = list[str](), False, False

    def _start(self, name: str, attributes: dict[str, Any]) -> None:
        tag = name.removeprefix(WORD)
        if tag == "p":
            self._line, self._heading = [], False
        elif tag == "pStyle":
            self._heading = bool(
                re.match(r"(heading|見出し|title|\d$)", str(attributes.get(f"{WORD}val", "")), re.IGNORECASE)
            )
        elif tag in ("tab", "br"):
            self._line.append("\t" if tag == "tab" else "\n")
        self._reads = tag == "t"

    def _end(self, name: str) -> None:
        self._reads = False
        if name.removeprefix(WORD) != "p":
            return
        text = "".join(self._line).strip()
        if self._heading and text:
            self.end_section()
            self._place = text[:200]
        else:
            self._lines.append(text)

    def _data(self, data: str) -> None:
        if self._reads:
            self._line.append(data)

    def end_section(self) -> None:
        text = "\n\n".join(filter(None, self._lines))
        if text:
            self.sections.append(Section(self._place, text))
        self._lines = []


def _no_doctype(*_: Any) -> None:
    raise Packed("manual_broken")
