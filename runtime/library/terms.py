"""What a text is searched by: words of scripts with spaces between them, and pairs of neighbouring characters of those without.

Japanese has no spaces; pairs need no dictionary and find every word of two characters or more (SQLite's own trigrams would not
find 温度). The same function cuts passages and questions, so both are cut alike.
"""

import re
import unicodedata
from collections.abc import Iterator

_RUNS = re.compile(
    r"[a-z0-9\u00c0-\u024f]+(?:[-_.'][a-z0-9\u00c0-\u024f]+)*|[\u3040-\u309f]+|[\u30a0-\u30ff\u3400-\u9fff々〇]+|[\u0370-\u1fff]+"
)
_JOINTS = re.compile(r"[-_.']")
_HIRAGANA = re.compile(r"^[\u3040-\u309f]+$")
_DOUBLED = re.compile(r"([^aeiouls])\1$")
LONGEST = 40
"""Characters of a word that count."""
COMMON = frozenset(
    (
        *(
            "a",
            "an",
            "the",
            "of",
            "to",
            "in",
            "on",
            "at",
            "for",
            "from",
            "by",
            "with",
            "without",
            "and",
            "or",
            "not",
            "no",
        ),
        *(
            "is",
            "are",
            "was",
            "were",
            "be",
            "been",
            "do",
            "doe",
            "did",
            "have",
            "ha",
            "had",
            "will",
            "would",
            "can",
            "could",
        ),
        *(
            "should",
            "must",
            "may",
            "might",
            "it",
            "this",
            "that",
            "these",
            "those",
            "there",
            "i",
            "we",
            "you",
            "they",
            "he",
            "she",
        ),
        *(
            "my",
            "our",
            "your",
            "their",
            "how",
            "what",
            "which",
            "when",
            "where",
            "who",
            "why",
            "if",
            "then",
            "than",
            "as",
            "so",
        ),
        *(
            "into",
            "about",
            "any",
            "some",
            "all",
            "more",
            "most",
            "please",
            "tell",
            "me",
            "us",
            "often",
            "much",
            "many",
            "long",
        ),
        *("mean", "happen", "need", "get", "out", "up", "one", "somebody", "something"),
    )
)
"""English words (as `_stem` leaves them) that say nothing of what a text is about."""


def terms(text: str) -> list[str]:
    """All terms of a text, in its order."""
    return [term for run in _RUNS.findall(unicodedata.normalize("NFKC", text).lower()) for term in _of_run(run)]


def asked_terms(question: str) -> list[str]:
    """The terms that a question is searched by: each once, without common words and Japanese particles."""
    kept = (term for term in terms(question) if term not in COMMON and not (len(term) == 1 and _HIRAGANA.match(term)))
    return list(dict.fromkeys(kept))


def weight(term: str) -> float:
    """How much a term says by its kind alone: endings and particles are written in hiragana."""
    return 0.25 if _HIRAGANA.match(term) else 1.0


def _of_run(run: str) -> Iterator[str]:
    if run[0] < "\u0250" or "\u0370" <= run[0] < "\u2000":
        parts = [part for part in _JOINTS.split(run) if part]
        yield from (_stem(part[:LONGEST]) for part in parts)
        if len(parts) > 1:
            yield "".join(parts)[:LONGEST]
    elif len(run) == 1:
        yield run
    else:
        yield from (run[index : index + 2] for index in range(len(run) - 1))


def _stem(word: str) -> str:
    """Without the commonest English endings, so that "filters" finds "filter" and "cleaning" "clean"."""
    if not word.isalpha() or len(word) < 4:
        return word
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if (
            word.endswith(ending)
            and len(word) - len(ending) >= 3
            and not (ending in ("s", "es") and word.endswith("ss"))
        ):
            word = (
                _DOUBLED.sub(r"\1", word[: -len(ending)] + instead)
                if ending in ("ing", "ed")
                else word[: -len(ending)] + instead
            )
            break
    return word[:-1] if word.endswith("e") and len(word) > 4 else word
