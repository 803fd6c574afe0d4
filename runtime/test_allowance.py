"""An allowance saves up to its bound, and each flow has its own."""

from runtime.allowance import Allowance


def test_what_is_saved_up_is_bounded_and_grows_with_time() -> None:
    now = 0.0
    allowance = Allowance(10, 2, lambda: now)
    assert [allowance.take("f", 4) for _ in range(4)] == [4, 4, 2, 0]
    assert allowance.take("g") == 1
    now = 1.6
    assert [allowance.take("f"), allowance.take("f", 9)] == [1, 2]
    now = 60.0
    assert allowance.take("f", 100) == 10
