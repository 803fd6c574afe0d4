"""Texts cut into passages: what is found, shown and cited."""

import re
from collections.abc import Iterable, Iterator

import msgspec

LENGTH = 500
"""Characters of a passage, about; a paragraph stays whole where it can."""
_BLANK = re.compile(r"\n\s*\n")
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s*")


class Section(msgspec.Struct, frozen=True):
    """A page or a chapter: `place` is how people find it ("p. 12", a heading), `text` what stands there."""

    place: str
    text: str


class Passage(msgspec.Struct, frozen=True):
    """`document` is its id, `title` how people call it."""

    document: str
    title: str
    place: str
    text: str


def passages_of(document: str, title: str, sections: Iterable[Section]) -> Iterator[Passage]:
    for section in sections:
        yield from (Passage(document, title, section.place, text) for text in pieces(section.text))


def pieces(text: str) -> Iterator[str]:
    """Paragraphs put together up to LENGTH; one that is longer is cut between sentences, and one sentence that is longer where
    it must."""
    held = ""
    for part in _parts(text):
        if held and len(held) + len(part) > LENGTH:
            yield held
            held = ""
        held = f"{held}\n{part}" if held else part
    if held:
        yield held


def _parts(text: str) -> Iterator[str]:
    for paragraph in filter(None, map(str.strip, _BLANK.split(text))):
        if len(paragraph) <= LENGTH:
            yield paragraph
            continue
        for sentence in filter(None, _SENTENCE.split(paragraph)):
            yield from (sentence[at : at + LENGTH] for at in range(0, len(sentence), LENGTH))
