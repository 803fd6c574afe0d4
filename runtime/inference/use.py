"""What one question to a model took: told beside its answer, never seen by the flow."""

import msgspec

from nodes.kit.effect import Answer


class Use(msgspec.Struct):
    """`model` is its id here, `served` what the server says answered (of a local model the start of its file's hash).
    `calls` are requests to the server; `tokens_in` and `tokens_out` are as the server counts them, `estimated` where it does
    not say; `cost` is by the model's price, None without one. `ms` is how long it took, waiting in the queue not counted.
    `cached`: an earlier answer was given again."""

    model: str = ""
    served: str = ""
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    estimated: bool = False
    cost: float | None = None
    ms: int = 0
    cached: bool = False

    def count(self, tokens_in: int, tokens_out: int, *, estimated: bool) -> None:
        """One request came to its end."""
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.estimated = self.estimated or estimated


class Answered(Answer, frozen=True):
    """An answer, and what it took."""

    use: Use = msgspec.field(default_factory=Use)


def answered(answer: Answer, use: Use) -> Answered:
    """`answer` with what it took."""
    return Answered(answer.value, answer.error, answer.detail, use=use)


def about_tokens(text: str) -> int:
    """How many tokens a text has, roughly, where nobody counts them: a token for four ASCII characters, and one for each
    other one."""
    others = sum(1 for character in text if ord(character) > 127)
    return others + (len(text) - others + 3) // 4


def picture_tokens(width: int, height: int) -> int:
    """The same of a picture: one for 750 pixels."""
    return (width * height + 749) // 750
