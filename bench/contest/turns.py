"""Products under their generators at once, of which only one at a time runs, for a moment each: whatever else the machine does
meets all alike."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from bench.contest.cases import Case
from bench.contest.measure import Options, Run, Taken, running
from bench.load.generator import Failed

TURN = 0.25
"""Seconds."""


class Player:
    """One that takes part, until it is done or has failed."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._run: Run | None = None
        self.taken: Taken | None = None
        self.failure: Failed | None = None

    def start(self, contender: str, case: Case, options: Options) -> None:
        """Alone, until its first output came."""
        self._run = self._stack.enter_context(running(contender, case, None, options))
        self._run.ready()
        self._run.pause()

    def turn(self) -> None:
        if self._run is not None and not self._run.measured:
            self._run.go_on()
            self._run.look(TURN)
            self._run.pause()

    def end(self) -> None:
        if self._run is not None:
            self._run.go_on()
            self.taken = self._run.end()
        self._stack.close()

    @property
    def waits(self) -> bool:
        """Whether it has not been measured yet."""
        return self.failure is None and self._run is not None and not self._run.measured

    def do(self, what: Callable[[], None]) -> None:
        """Something of the above; a failure ends it, and is told with its last words."""
        if self.failure is None:
            try:
                what()
            except Failed as failed:
                self.failure = self.close(failed)

    def close(self, failed: Failed | None = None) -> Failed | None:
        """Stop it; gives what `failed`, with its last words."""
        try:
            with self._stack:
                if failed is not None:
                    raise failed
        except Failed as told:
            return told
        return None


def by_turns(pairs: list[tuple[str, Case]], options: list[Options]) -> list[Taken | Failed]:
    """Of contenders in their cases, each with the generator's options, what each took or why it failed. Seconds are those of its
    own turns."""
    players = [Player() for _ in pairs]
    try:
        for player, (contender, case), given in zip(players, pairs, options, strict=True):
            player.do(partial(player.start, contender, case, given))
        while any(player.waits for player in players):
            for player in players:
                player.do(player.turn)
        for player in players:
            player.do(player.end)
    finally:
        for player in players:
            player.close()
    return [player.taken or player.failure or Failed("it was not measured") for player in players]
