"""What comes out of compiling a sentence, the same for every author (CONTRACTS section 5)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from document.problems import render
from nodes.kit.problem import Problem

Progress = Callable[[dict[str, Any]], None]
"""Gets {"stage": "plan" | "node" | "setting" | "validate" | "simulate" | "repair" | "budget" | "done", ...} while the author writes."""


@dataclass
class Drafted:
    """What an author hands over: a document that nobody has checked yet (None: nothing), and what it says about it. Its
    `explanation` is believed only as far as the document bears it out. `broken_off`: it is what
    had come when the author failed, as `problems` say. `reading`: how sure it is of each part of the sentence, and which
    words it did not use, where it can tell."""

    document: dict[str, Any] | None
    plan: str = ""
    questions: list[dict[str, Any]] = field(default_factory=list)
    assumptions: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    explanation: str = ""
    broken_off: bool = False
    reading: dict[str, Any] | None = None


@dataclass
class Compilation:
    """`document` is sound or None; `problems` tell what is missing or why there is none. `asked`: the sentence was a question
    about the flow (`explain`, `why`, `suppose`); then `explanation` is the answer, `about` the nodes that it speaks of, and
    nothing is changed. `answers`: those to questions of an earlier round that this was made with."""

    document: dict[str, Any] | None
    plan: str
    questions: list[dict[str, Any]]
    assumptions: list[dict[str, Any]]
    problems: list[Problem]
    evidence: dict[str, Any]
    explanation: str
    author: str
    asked: str = ""
    about: list[str] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)

    def as_json(self, lang: str) -> dict[str, Any]:
        """The keys of CONTRACTS section 5, problems in `lang`; the last three only where there is something in them."""
        written = {
            "document": self.document,
            "plan": self.plan,
            "questions": self.questions,
            "assumptions": self.assumptions,
            "problems": [render(problem, lang) for problem in self.problems],
            "evidence": self.evidence,
            "explanation": self.explanation,
            "author": self.author,
        }
        more = {"asked": self.asked, "about": self.about, "answers": self.answers}
        return written | {key: value for key, value in more.items() if value}
