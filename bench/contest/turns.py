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


Entry = tuple[str, Case, Options]
"""A contender, its case, and the generator's options."""


class Player:
    """One that takes part. `outcome`: what it took, or why it failed; None until then."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._run: Run | None = None
        self.outcome: Taken | Failed | None = None

    def start(self, entry: Entry) -> None:
        """Alone, until its first output came."""
        contender, case, options = entry
        self._run = self._stack.enter_context(running(contender, case, None, options))
        self._run.ready()
        self._run.pause()

    @property
    def waits(self) -> bool:
        """Whether it has not been measured yet."""
        return self.outcome is None and not self.run.measured

    @property
    def run(self) -> Run:
        assert self._run is not None, "it has not started"
        return self._run

    def turn(self) -> None:
        self.run.go_on()
        self.run.look(TURN)
        self.run.pause()

    def end(self) -> None:
        self.run.go_on()
        taken = self.run.end()
        self._stack.close()
        self.outcome = taken

    def do(self, what: Callable[[], None]) -> None:
        """Something of the above; a failure ends it, and is told with its last words."""
        if self.outcome is None:
            try:
                what()
            except Failed as failed:
                self.outcome = self.close(failed)

    def close(self, failed: Failed | None = None) -> Failed | None:
        """Stop it; gives what `failed`, with its last words."""
        try:
            with self._stack:
                if failed is not None:
                    raise failed
        except Failed as told:
            return told
        return None


def by_turns(entries: list[Entry]) -> list[Taken | Failed]:
    """What each took, or why it failed. Seconds are those of its own turns."""
    players = [Player() for _ in entries]
    try:
        for player, entry in zip(players, entries, strict=True):
            player.do(partial(player.start, entry))
        while waiting := [player for player in players if player.waits]:
            for player in waiting:
                player.do(player.turn)
        for player in players:
            player.do(player.end)
    finally:
        for player in players:
            player.close()
    return [player.outcome for player in players if player.outcome is not None]
