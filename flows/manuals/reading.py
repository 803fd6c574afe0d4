"""An uploaded file -> its text by page or section, within bounds of size and time."""

import ctypes
import threading
from collections.abc import Callable, Iterator
from typing import Any

from flows.manuals.packed import Packed, of_docx, of_pdf
from flows.manuals.texts import NotText, of_csv, of_html, of_markdown, of_plain
from runtime.library.passages import Section

MOST_BYTES = 16 * 1024 * 1024
"""Of a file."""
MOST_TEXT = 2_000_000
"""Characters of its text."""
MOST_TIME = 20.0
"""Seconds that reading may take."""
MOST_SECTIONS = 20_000
READERS: dict[str, Callable[[bytes], Iterator[Section]]] = {
    "pdf": of_pdf,
    "docx": of_docx,
    "csv": of_csv,
    "html": of_html,
    "md": of_markdown,
    "txt": of_plain,
}
ALIKE = {"htm": "html", "markdown": "md", "tsv": "csv", "text": "txt"}


class ManualRefused(Exception):
    """Why a file is not taken: `code` manual_too_heavy, manual_kind, manual_not_text, manual_broken, manual_locked, manual_empty,
    manual_too_long, manual_too_slow."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def kind_of(name: str, data: bytes) -> str:
    """What a file is, by its content where that says so, else by its name. Raises ManualRefused."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    ending = name.rpartition(".")[2].lower()
    kind = ALIKE.get(ending, ending)
    if data.startswith(b"PK\x03\x04"):
        kind = "docx" if kind == "docx" else ""
    elif kind in ("pdf", "docx"):
        raise ManualRefused("manual_broken")
    if kind not in READERS:
        raise ManualRefused("manual_kind")
    return kind


def read_manual(name: str, data: bytes, *, most_time: float = MOST_TIME) -> tuple[str, list[Section]]:
    """Its kind and what stands in it. Raises ManualRefused."""
    if len(data) > MOST_BYTES:
        raise ManualRefused("manual_too_heavy")
    kind = kind_of(name, data)
    sections = _within(lambda: _bounded(READERS[kind](data)), most_time)
    if not sections:
        raise ManualRefused("manual_empty")
    return kind, sections


def _bounded(found: Iterator[Section]) -> list[Section]:
    sections, size = list[Section](), 0
    for one in found:
        text = "".join(c for c in one.text if c.isprintable() or c in "\n\t").strip()
        place = "".join(c for c in one.place if c.isprintable())
        size += len(text) + len(place)
        if size > MOST_TEXT or len(sections) >= MOST_SECTIONS:
            raise ManualRefused("manual_too_long")
        if text:
            sections.append(Section(place, text))
    return sections


def _within(read: Callable[[], list[Section]], most_time: float) -> list[Section]:
    """On a thread of its own, which is stopped when its time is over: the readers are written in Python, and an exception can be
    raised in them from here. (A child process could be killed; the web process starts none.)"""
    told: list[Any] = []

    def run() -> None:
        try:
            told.append(read())
        except (ManualRefused, Packed) as why:
            told.append(ManualRefused(why.code))
        except NotText:
            told.append(ManualRefused("manual_not_text"))
        except (Exception, _Over):  # a reader may raise anything at all on bytes that were made to break it
            told.append(ManualRefused("manual_broken"))

    thread = threading.Thread(target=run, name="manual", daemon=True)
    thread.start()
    thread.join(most_time)
    if thread.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_Over))
        raise ManualRefused("manual_too_slow")
    if isinstance(told[0], ManualRefused):
        raise told[0]
    return list(told[0])


class _Over(BaseException):
    """The time is over. No reader catches it."""
