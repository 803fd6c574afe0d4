"""An author that is watched: what its first draft was worth, and how often it was asked again."""

from typing import Any

from document.problems import has_errors
from document.validate import validate
from llm.compilation import Drafted
from llm.compile import Author, Request
from nodes.kit.problem import Problem


class Watched:
    """Hands everything on to `author`. `first`: whether the first document was sound (None: there was none); `rounds`: how
    often a better one was wanted and given."""

    def __init__(self, author: Author) -> None:
        self.author, self.name = author, author.name
        self.first: bool | None = None
        self.rounds = 0

    def write(self, prompt: str, request: Request) -> Drafted:
        drafted = self.author.write(prompt, request)
        if drafted.document is not None:
            self.first = not has_errors(validate(drafted.document, request.catalog, request.registry))
        return drafted

    def repair(self, drafted: Drafted, problems: list[Problem], request: Request) -> Drafted | None:
        repaired = self.author.repair(drafted, problems, request)
        self.rounds += repaired is not None
        return repaired

    def answer(self, prompt: str, request: Request) -> Drafted:
        return self.author.answer(prompt, request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.author, name)
