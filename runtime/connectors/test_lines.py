"""Of which connections a broker may send messages again."""

from runtime.connectors.lines import MOST, Lines


def made(*numbers: int) -> tuple[Lines, list[list[int]]]:
    told: list[list[int]] = []
    return Lines(numbers, told.append), told


def test_each_connection_has_a_number_of_its_own_and_those_before_count_until_it_has_settled() -> None:
    lines, told = made(5)
    lines.dial()
    lines.opened(anew=False)
    (_, first) = lines.numbers
    assert (lines.numbers[0], told) == (5, [[5, first]])
    lines.dial()
    lines.opened(anew=False)
    assert lines.numbers[:2] == (5, first)
    assert len(set(lines.numbers)) == 3
    last = lines.numbers[-1]
    lines.settled()
    lines.settled()
    assert lines.numbers == (last,)
    assert told[-1] == [last]
    assert len(told) == 3, "nothing has changed, and it was told"


def test_what_the_broker_has_forgotten_does_not_come_again() -> None:
    lines, told = made(5)
    lines.dial()
    lines.opened(anew=True)
    assert len(lines.numbers) == 1
    assert 5 not in lines.numbers
    assert told[-1] == list(lines.numbers)


def test_an_attempt_that_fails_uses_no_number() -> None:
    lines, told = made()
    lines.dial()
    tried = lines.numbers
    assert tried[0] == 0, "an earlier release named none"
    lines.dial()
    assert lines.numbers == tried
    assert len(told) == 1


def test_a_connection_that_breaks_again_and_again_fills_nothing() -> None:
    lines, _ = made()
    for _ in range(2 * MOST):
        lines.dial()
        lines.opened(anew=False)
    assert len(lines.numbers) == MOST
