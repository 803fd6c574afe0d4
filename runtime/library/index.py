"""The file in which passages are searched: SQLite with its full-text index (FTS5), ranked by BM25.

Found is a passage whose terms cover enough of the question's: each term counts by how rare it is in the documents (a term that
occurs nowhere as much as the rarest), less where it is only an ending. `LEAST` was chosen on other documents and questions
than those on which bench/ai measures it, in the middle between the worst score of what is there and the best of what is not.
"""

import hashlib
import math
import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from runtime.library.passages import Passage
from runtime.library.terms import asked_terms, terms, weight

LEAST = 0.4
"""Part of a question that a passage covers at least."""
CONSIDERED = 30
"""Passages of which that is looked at: the best by BM25."""
MOST_TERMS = 60
"""Terms of a question that are searched by; the first ones."""
FORM = 1
"""Of the file; one of another form is not read."""


class Found(msgspec.Struct, frozen=True):
    """`score`: which part of the question it covers, 0 to 1."""

    passage: Passage
    score: float


class Unreadable(Exception):
    """The file is not one of ours."""


def build(passages: Iterable[Passage], place: Path) -> str:
    """Write the file of these passages to `place`. Returns its sha256. Raises OSError, sqlite3.Error."""
    place.unlink(missing_ok=True)
    with closing(sqlite3.connect(place)) as db, db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute(f"PRAGMA user_version = {FORM}")
        db.execute("CREATE TABLE passage (id INTEGER PRIMARY KEY, document TEXT, title TEXT, place TEXT, text TEXT)")
        db.execute(
            "CREATE VIRTUAL TABLE term USING fts5(title, text, content='', tokenize=\"unicode61 remove_diacritics 0\")"
        )
        for id, one in enumerate(passages, 1):
            db.execute("INSERT INTO passage VALUES (?, ?, ?, ?, ?)", (id, one.document, one.title, one.place, one.text))
            about = " ".join(terms(f"{one.title} {one.place}"))
            db.execute("INSERT INTO term (rowid, title, text) VALUES (?, ?, ?)", (id, about, " ".join(terms(one.text))))
        db.execute("INSERT INTO term (term) VALUES ('optimize')")
    with place.open("rb") as written:
        return hashlib.file_digest(written, "sha256").hexdigest()


def search(place: Path, question: str, *, only: Sequence[str] = (), most: int = 5, least: float = LEAST) -> list[Found]:
    """The best passages that cover at least `least` of the question, the best first; `only`: in documents whose title has one
    of these words. Raises Unreadable."""
    asked = asked_terms(question)[:MOST_TERMS]
    if not asked:
        return []
    try:
        with closing(sqlite3.connect(f"{place.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            return _searched(db, asked, only, most, least)
    except sqlite3.Error as broken:
        raise Unreadable(str(broken)) from broken


def _searched(db: sqlite3.Connection, asked: list[str], only: Sequence[str], most: int, least: float) -> list[Found]:
    if db.execute("PRAGMA user_version").fetchone() != (FORM,):
        raise Unreadable("another form of file")
    rarity = _rarity(db, asked)
    whole = sum(rarity.values())
    chosen, wanted = "", [f"%{_literal(word)}%" for word in only]
    if wanted:
        chosen = f"AND ({' OR '.join(['passage.title LIKE ? ESCAPE ' + _ESCAPE] * len(wanted))})"
    rows = db.execute(
        "SELECT document, passage.title, place, passage.text FROM term JOIN passage ON passage.id = term.rowid "  # noqa: S608  (only marks are put in)
        f"WHERE term MATCH ? {chosen} ORDER BY bm25(term, 0.5, 1.0), term.rowid LIMIT {CONSIDERED}",
        (" OR ".join(f'"{term}"' for term in asked), *wanted),
    ).fetchall()
    found = []
    for row in rows:
        passage = Passage(*row)
        has = set(terms(f"{passage.title} {passage.place} {passage.text}"))
        found.append(Found(passage, round(sum(rarity[term] for term in asked if term in has) / whole, 4)))
    found.sort(key=lambda one: -one.score)  # of equal ones the better by BM25 stays first
    return [one for one in found if one.score >= least][:most]


_ESCAPE = "'!'"


def _literal(word: str) -> str:
    """Without a meaning for LIKE."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _rarity(db: sqlite3.Connection, asked: list[str]) -> dict[str, float]:
    """What each term weighs: the rarer, the more."""
    count = db.execute("SELECT count(*) FROM passage").fetchone()[0]
    db.execute("CREATE VIRTUAL TABLE temp.seen USING fts5vocab(main, 'term', 'row')")
    found = {}
    for term in asked:
        row = db.execute("SELECT doc FROM temp.seen WHERE term = ?", (term,)).fetchone()
        often = row[0] if row else 0
        found[term] = weight(term) * math.log(1 + (count - often + 0.5) / (max(often, 1) + 0.5))
    return found


def sync(place: Path) -> None:
    """Have it on the disk for sure."""
    with place.open("rb") as written:
        os.fsync(written.fileno())
