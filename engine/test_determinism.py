import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.engine import Engine
from engine.harness import hot, node, plan_of
from nodes.kit.event import Arrival

PLAN = hot(for_="30s", margin=5)
rows = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(0, 5_000), st.integers(0, 3), st.integers(60, 100)), max_size=40
)


def arrivals_of(written: list[tuple[int, int, int, int]]) -> list[Arrival]:
    now, made = 0, []
    for number, (gap, lag, device, value) in enumerate(written):
        now += gap
        made.append(Arrival(now, str(number), max(now - lag, 0), device=f"k{device}", type="kiln", data={"t": value}))
    return made


def effects_of(arrivals: list[Arrival], *, ticks: int | None = None) -> bytes:
    engine, made, ticked = Engine(PLAN, now=0), [], 0
    for arrival in arrivals:
        while ticks and ticked + ticks <= arrival.arrived:
            ticked += ticks
            made += engine.advance(ticked)
        made += engine.push(arrival)
    return msgspec.json.encode(made + engine.advance(10_000_000))


@settings(max_examples=100, deadline=None)
@given(rows)
def test_the_same_inputs_give_the_same_effects_byte_for_byte(written: list[tuple[int, int, int, int]]) -> None:
    assert effects_of(arrivals_of(written)) == effects_of(arrivals_of(written))


@settings(max_examples=100, deadline=None)
@given(rows, st.sampled_from([1_000, 7_000]))
def test_ticks_change_nothing_but_when_it_is_noticed(written: list[tuple[int, int, int, int]], ticks: int) -> None:
    assert effects_of(arrivals_of(written)) == effects_of(arrivals_of(written), ticks=ticks)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 100_000), st.sampled_from(["k1", "k2"]), st.booleans()), max_size=30))
def test_timers_fire_in_the_order_in_which_they_are_due(written: list[tuple[int, str, bool]]) -> None:
    plan = plan_of(
        node("in", "readings"),
        node("a", "threshold", "in", field="t", above=80, for_="30s"),
        node("b", "threshold", "in", field="t", above=80, for_="20s"),
        node("ta", "tell", "a.entered"),
        node("tb", "tell", "b.entered"),
    )
    engine, fired = Engine(plan, now=0), []
    for number, (time, device, high) in enumerate(sorted(written)):
        data = {"t": 90 if high else 10}
        fired += engine.push(Arrival(time, str(number), time, device=device, type="kiln", data=data))
    fired += engine.advance(1_000_000)
    due = [(effect.time, effect.node, effect.device) for effect in fired]
    assert due == sorted(due)
