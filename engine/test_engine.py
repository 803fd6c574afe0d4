from engine.engine import Engine
from engine.harness import Watch, flow, hot, node, plan_of, reading
from nodes.kit.effect import Answer
from nodes.kit.event import Arrival


def test_a_hold_fires_once_at_its_end() -> None:
    watch = Watch(hot(for_="30s"))
    for second in range(0, 60, 10):
        watch.at(second)
    assert watch.seen == [(30, "tell", "k1")]


def test_a_hold_broken_at_exactly_its_end_does_not_fire() -> None:
    watch = Watch(hot(for_="30s"))
    watch.at(0)
    watch.at(30, 20)
    watch.pass_to(1000)
    assert watch.seen == []


def test_a_hold_broken_after_its_end_fires_at_its_end_even_when_no_time_passed_in_between() -> None:
    watch = Watch(hot(for_="30s"))
    watch.at(0, arrived=0)
    watch.at(31, 20, arrived=0)
    assert watch.seen == [(30, "tell", "k1"), (31, "calm", "k1")]


def test_a_hold_fires_in_silence_as_time_passes() -> None:
    watch = Watch(hot(for_="30s"))
    watch.at(0)
    assert watch.engine.next_due() == 30_000
    assert watch.pass_to(30) == []
    assert watch.pass_to(30, inclusive=True) == [(30, "tell", "k1")]
    assert watch.engine.next_due() is None


def test_the_clock_of_a_key_lags_behind_now_as_its_events_do() -> None:
    watch = Watch(hot(for_="30s"))
    watch.at(0, arrived=5)
    assert watch.pass_to(34) == []
    assert watch.pass_to(36) == [(30, "tell", "k1")]


def test_a_new_event_sets_the_clock_of_its_key_anew() -> None:
    watch = Watch(hot(for_="30s"))
    watch.at(0, arrived=0)
    watch.at(10, arrived=20)
    assert watch.pass_to(35) == []
    assert watch.pass_to(41) == [(30, "tell", "k1")]
    watch = Watch(hot(for_="30s"))
    watch.at(0, arrived=20)
    watch.at(10, arrived=21)
    assert watch.pass_to(42) == [(30, "tell", "k1")]


def test_keys_do_not_disturb_each_other() -> None:
    watch = Watch(hot(for_="30s"))
    watch.at(0, device="k1")
    watch.at(10, device="k2")
    watch.at(20, 20, device="k1")
    watch.pass_to(100)
    assert watch.seen == [(40, "tell", "k2")]


def test_timers_of_one_moment_go_by_due_time_then_document_order_then_key() -> None:
    plan = plan_of(
        node("in", "readings"),
        node("b", "threshold", "in", field="t", above=80, for_="30s"),
        node("a", "threshold", "in", field="t", above=80, for_="20s"),
        node("c", "threshold", "in", field="t", above=80, for_="30s"),
        *(node(f"tell_{id}", "tell", id) for id in "abc"),
    )
    watch = Watch(plan)
    watch.at(0, device="k2")
    watch.at(0, device="k1")
    assert watch.pass_to(40) == [
        (20, "tell_a", "k1"),
        (20, "tell_a", "k2"),
        (30, "tell_b", "k1"),
        (30, "tell_b", "k2"),
        (30, "tell_c", "k1"),
        (30, "tell_c", "k2"),
    ]


def test_an_event_older_than_its_keys_newest_is_late_and_counted() -> None:
    watch = Watch(hot())
    watch.at(10, 20)
    watch.at(5, 90, arrived=11)
    counts = watch.engine.counts
    assert watch.seen == []
    assert counts.nodes["hot"].late == 1
    assert counts.sources["in"].late == 1
    assert [trace.code for trace in watch.engine.traces.recent] == ["late"]
    assert watch.at(12, 90) == [(12, "tell", "k1")]


def test_a_kind_that_takes_late_events_gets_them() -> None:
    engine = Engine(plan_of(node("in", "readings"), node("n", "count_all", "in"), node("tell", "tell", "n")), now=0)
    engine.push(reading(10_000))
    effects = engine.push(reading(5_000, arrived=11_000))
    assert effects[0].data["event"]["count"] == 2
    assert effects[0].time == 5_000


def test_a_time_too_far_from_now_is_replaced_by_the_arrival_and_flagged() -> None:
    day = 86_400
    for time, used in (
        (day * 2 - 1, day * 3),
        (day * 2, day * 2),
        (day * 3 + 120, day * 3 + 120),
        (day * 3 + 121, day * 3),
    ):
        watch = Watch(hot(), now=day * 3000)
        assert watch.at(time, arrived=day * 3) == [(used, "tell", "k1")]
        troubles = [trace.code for trace in watch.engine.traces.recent]
        assert troubles == ([] if used == time else ["untrusted_time"])


def test_an_untrusted_event_does_not_move_the_clock_of_a_key_that_has_a_trusted_one() -> None:
    day = 86_400
    watch = Watch(hot(for_="30s"), now=day * 2000)
    watch.at(day * 2 - 60, arrived=day * 2)
    watch.at(1, arrived=day * 2 + 10)
    assert watch.at(day * 2 - 45, 20, arrived=day * 2 + 15) == []
    assert watch.engine.counts.nodes["hot"].late == 0


def test_a_key_with_only_untrusted_times_runs_on_arrivals() -> None:
    day = 86_400
    watch = Watch(hot(for_="30s"), now=day * 2000)
    watch.at(1, arrived=day * 2)
    assert watch.pass_to(day * 2 + 31) == [(day * 2 + 30, "tell", "k1")]


def test_an_event_sent_by_a_timer_carries_the_last_data_of_its_key() -> None:
    engine = Engine(hot(for_="30s"), now=0)
    engine.push(reading(0, 90))
    engine.push(reading(20_000, 95))
    (effect,) = engine.advance(40_000)
    assert effect.data["event"] == {"t": 95}
    assert effect.time == 30_000


def test_the_device_is_null_once_a_shared_key_has_seen_two() -> None:
    watch = Watch(plan_of(node("in", "readings"), node("n", "count", "in", per="all"), node("tell", "tell", "n")))
    assert watch.at(0, device="k1") == [(0, "tell", "k1")]
    assert watch.at(1, device="k2") == [(1, "tell", None)]
    assert watch.at(2, device="k1") == [(2, "tell", None)]


def test_per_a_field_keeps_one_memory_for_each_value_and_names_events_without_it() -> None:
    engine = Engine(
        plan_of(node("in", "readings"), node("n", "count", "in", per="t"), node("tell", "tell", "n")), now=0
    )
    got = [engine.push(reading(i, value, f"k{i}")) for i, value in enumerate((1, 2, 1.0, None))]
    assert [effects[0].data["event"]["count"] for effects in got[:3]] == [1, 1, 2]
    assert [effects[0].device for effects in got[:3]] == ["k0", "k1", None]
    assert got[3] == []
    assert engine.traces.recent[-1].code == "no_key"


def test_a_node_that_fails_is_a_problem_on_its_trace_and_the_flow_goes_on() -> None:
    engine = Engine(plan_of(node("in", "readings"), node("b", "broken", "in"), node("tell", "tell", "b")), now=0)
    assert engine.push(Arrival(0, "a", device="k1", data={"break": True})) == []
    trace = engine.traces.recent[-1]
    assert (trace.node, trace.code, trace.args) == ("b", "node_failed", {"detail": "RuntimeError: broken on purpose"})
    assert len(engine.push(Arrival(1, "b", device="k1", data={}))) == 1


def test_a_node_that_is_off_passes_nothing() -> None:
    watch = Watch(
        plan_of(node("in", "readings"), {**node("b", "broken", "in"), "off": True}, node("tell", "tell", "b"))
    )
    assert watch.at(0) == []
    watch = Watch(plan_of({**node("in", "readings"), "off": True}, node("tell", "tell", "in")))
    assert watch.at(0) == []
    assert watch.engine.counts.unread == 1


def test_the_order_in_which_inputs_are_written_changes_nothing() -> None:
    def plan(*inputs: str) -> Watch:
        return Watch(
            plan_of(
                node("in", "readings"),
                node("hot", "threshold", "in", field="t", above=80, for_="30s"),
                node("n", "count", *inputs),
                node("tell", "tell", "n"),
            )
        )

    seen = []
    for watch in (plan("in", "hot", "hot.cleared"), plan("hot.cleared", "hot", "in")):
        for second in (0, 10, 31, 40, 80):
            watch.at(second, 20 if second == 40 else 90, arrived=second if second < 80 else 40)
        seen.append(watch.seen)
    assert seen[0] == seen[1]
    assert watch.engine.counts.nodes["n"].late == 0


def test_an_event_reaches_a_node_only_after_everything_upstream_has_seen_it() -> None:
    watch = Watch(
        plan_of(
            node("in", "readings"),
            node("n", "count", "in", "hot", per="all"),
            node("tell", "tell", "n"),
            node("hot", "threshold", "in", field="t", above=80, for_="30s"),
        )
    )
    watch.at(0, arrived=0)
    watch.at(60, 20, arrived=0)
    assert [time for time, _, _ in watch.seen] == [0, 30, 60]


def test_every_arrival_has_one_fate() -> None:
    engine = Engine(hot(for_="30s"), now=0)
    for arrival in (
        reading(0, 20),
        reading(1_000, 90),
        reading(500, 90, arrived=1_500),
        Arrival(2_000, "x", device="k1", data={"unreadable": True}),
        reading(40_000, 70),
    ):
        engine.push(arrival)
    fates = engine.counts.sources["in"]
    assert (fates.received, fates.delivered, fates.kept, fates.filtered) == (5, 1, 1, 1)
    assert (fates.late, fates.dropped, fates.dead) == (1, 0, 1)


def test_what_no_source_reads_is_counted() -> None:
    engine = Engine(hot(), now=0)
    engine.push(Arrival(0, "a", topic="somewhere/else", payload=b"x"))
    assert engine.counts.unread == 1


def test_a_schedule_of_its_own_ticks_on_now() -> None:
    watch = Watch(plan_of(node("clock", "every", every="10s"), node("tell", "tell", "clock")), now=0)
    assert watch.pass_to(35) == [(10, "tell", None), (20, "tell", None), (30, "tell", None)]
    assert watch.engine.counts.sources["clock"].delivered == 3
    assert len({effect.key for effect in watch.engine.advance(100_000)}) == 6


def test_timers_on_now_ignore_the_clock_of_the_key() -> None:
    watch = Watch(plan_of(node("in", "readings"), node("q", "quiet", "in", limit="60s"), node("tell", "tell", "q")))
    watch.at(0, arrived=30)
    assert watch.pass_to(89) == []
    assert watch.pass_to(91) == [(90, "tell", "k1")]


def test_effects_have_keys_of_their_own_that_a_replay_gives_again() -> None:
    plan = plan_of(
        node("in", "readings"), node("a", "broken", "in"), node("b", "broken", "in"), node("t", "tell", "a", "b")
    )
    runs = [[e.key for second in range(3) for e in Engine(plan, now=0).push(reading(second))] for _ in range(2)]
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 6
    assert all(len(key) == 32 for key in runs[0])


def test_the_outcome_of_an_action_comes_out_of_its_ports() -> None:
    plan = plan_of(
        node("in", "readings"),
        node("tell", "tell", "in"),
        node("ok", "tell", "tell.sent"),
        node("no", "tell", "tell.failed"),
    )
    engine = Engine(plan, now=0)
    (effect,) = engine.push(reading(0))
    (after,) = engine.answer(effect.key, Answer(error="http_500"), 2_000)
    assert (after.node, after.time, after.data["event"]["reason"]) == ("no", 2_000, "http_500")
    assert engine.answer(effect.key, Answer(), 3_000) == []


def test_an_action_that_nobody_listens_to_is_not_waited_for() -> None:
    engine = Engine(hot(), now=0)
    engine.push(reading(0))
    assert engine.waiting == {}


def test_an_ask_is_answered_or_times_out() -> None:
    plan = plan_of(
        node("in", "readings"),
        node("q", "question", "in", timeout="10s"),
        node("ok", "tell", "q"),
        node("no", "tell", "q.failed"),
    )
    engine = Engine(plan, now=0)
    (ask,) = engine.push(reading(0))
    assert (ask.ask, ask.timeout, ask.data) == (True, 10_000, {"about": {"t": 90}})
    (told,) = engine.answer(ask.key, Answer(value="yes"), 10_000)
    assert (told.node, told.time, told.data["event"]["answer"]) == ("ok", 10_000, "yes")
    (ask,) = engine.push(reading(20_000))
    assert engine.advance(30_000) == []
    (told,) = engine.advance(30_001)
    assert (told.node, told.time, told.data["event"]["reason"]) == ("no", 30_000, "timeout")
    assert engine.answer(ask.key, Answer(value="late"), 31_000) == []
    assert (engine.counts.asked, engine.counts.answered, engine.counts.timed_out) == (2, 2, 1)


def test_a_timer_that_asks_for_the_past_again_and_again_cannot_hold_the_engine() -> None:
    plan = plan_of(node("in", "readings"), node("r", "repeat", "in", every="0s"), node("tell", "tell", "r"))
    engine = Engine(plan, now=0)
    engine.push(reading(0))
    assert [effect.time for effect in engine.advance(5)] == [0, 1, 2, 3, 4]


def test_a_flood_inside_a_flow_is_cut_off_and_said() -> None:
    layers = [node("in", "readings"), node("a0", "broken", "in"), node("b0", "broken", "in")]
    for i in range(1, 18):
        layers += [node(f"{x}{i}", "broken", f"a{i - 1}", f"b{i - 1}") for x in "ab"]
    engine = Engine(plan_of(*layers), now=0)
    engine.push(reading(0))
    assert engine.traces.recent[-1].code == "too_many_passes"


def test_now_never_goes_back() -> None:
    watch = Watch(hot(for_="30s"))
    watch.at(0, arrived=0)
    watch.pass_to(20)
    watch.at(5, arrived=10)
    assert watch.engine.now == 20_000
    watch.pass_to(10)
    assert watch.engine.now == 20_000


def test_a_tap_sees_every_event_on_every_wire() -> None:
    seen = []
    engine = Engine(hot(), now=0, tap=lambda node, port, event: seen.append((node, port, event.data["t"])))
    engine.push(reading(0, 90))
    engine.push(reading(1, 20))
    assert seen == [("in", "out", 90), ("hot", "entered", 90), ("in", "out", 20), ("hot", "cleared", 20)]


def test_hostile_data_stays_short_on_the_trace() -> None:
    engine = Engine(hot(), now=0)
    engine.push(Arrival(0, "a", device="k1", data={"x" * 10_000: 1, "t": "y" * 10_000, "z": [[]]}))
    (trace,) = engine.traces.recent
    assert trace.code == "wrong_type"
    assert {len(name) for name in trace.data} == {200, 1}
    assert trace.data["z"] == "…"
    assert len(trace.data["t"]) == 200


def test_settings_act_from_the_next_event_and_move_running_holds() -> None:
    settings = {"limit": {"value": 80}, "wait": {"value": "60s"}}
    document = flow(
        node("in", "readings"),
        node("hot", "threshold", "in", field="t", above="$limit", for_="$wait"),
        node("tell", "tell", "hot"),
        settings=settings,
    )
    plan = plan_of(*document["nodes"], settings=settings)
    watch = Watch(plan)
    watch.at(0)
    watch.at(40)
    assert watch.note(watch.engine.change_settings({"wait": "30s"}, 40_000)) == [(40, "tell", "k1")]
    assert watch.note(watch.engine.change_settings({"limit": 50}, 41_000)) == []
    watch.at(50, 60, device="k2")
    assert watch.pass_to(81) == [(80, "tell", "k2")]
    assert watch.engine.plan.version == plan.version


def test_a_refused_setting_changes_nothing() -> None:
    settings = {"limit": {"value": 80}}
    plan = plan_of(
        node("in", "readings"),
        node("hot", "threshold", "in", field="t", above="$limit"),
        node("tell", "tell", "hot"),
        settings=settings,
    )
    watch = Watch(plan)
    for values in ({"limit": "hot"}, {"nothing": 1}):
        try:
            watch.engine.change_settings(values, 0)
        except ValueError:
            continue
        raise AssertionError(values)
    assert watch.at(1, 81) == [(1, "tell", "k1")]


def test_a_node_whose_identity_param_is_changed_while_running_starts_fresh() -> None:
    plan = plan_of(
        node("clock", "every", every="$pace"), node("tell", "tell", "clock"), settings={"pace": {"value": "60s"}}
    )
    watch = Watch(plan)
    assert watch.note(watch.engine.change_settings({"pace": "10s"}, 55_000)) == []
    assert watch.pass_to(80) == [(65, "tell", None), (75, "tell", None)]
