"""Texts: what they print, what is missing, and that a value is never read as a template."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from nodes.kit.event import Event
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.template import BadText
from nodes.kit.text import check_text, check_value, compile_text, compile_value, format_number
from nodes.kit.things import Device, Registry

REGISTRY = Registry(
    devices={"k1": Device(id="k1", type="kiln", label={"ja": "1号炉", "en": "Kiln 1"}, attributes={"hall": "A"})}
)
ANYTHING = Shape()
CLOSED = Shape({"temperature": FieldShape("number", "°C"), "where": FieldShape("location")}, False, "always", ("kiln",))


def scope(lang: str = "ja", shape: Shape = ANYTHING) -> Scope:
    settings = {"limit": {"value": 80, "unit": "°C"}}
    zone = ZoneInfo("Asia/Tokyo")
    return Scope(node="n", lang=lang, zone=zone, settings=settings, registry=REGISTRY, shape=shape)


def said(template: str, lang: str = "ja", device: str | None = "k1", **data: Any) -> str:
    return compile_text(template, scope(lang))(Event(1_767_538_861_000, 0, device, "kiln", data, "c"))[0]


def test_a_text_knows_the_device_its_fields_the_time_and_the_settings() -> None:
    template = "{device}({device.id}/{device.hall}){time} {temperature} > {settings.limit}"
    assert said(template, temperature=85.5) == "1号炉(k1/A)00:01:01 85.5 > 80"
    assert said("{device}", "en") == "Kiln 1"
    assert said("{device}", device="k9") == "k9"


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (85.0, "85"), (0.1 + 0.2, "0.3"), (81.23456789, "81.2346"), (1234567.8, "1234570"), (1234567, "1234567"),
        (0.00001234, "0.00001234"), (1.5e-9, "1.5e-09"), (1e20, "1e+20"), (-0.0, "0"), (10**30, "1e+30"),
    ],
)  # fmt: skip
def test_a_number_prints_shortest_with_at_most_six_significant_digits(x: float, text: str) -> None:
    assert format_number(x) == text


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("{x|round:1}", "85.3"), ("{x|round:0}", "85"), ("{ x | round:1 }", "85.3"), ("{big|round:2}", "1234567.89"),
        ("{word|upper}", "ABC"), ("{word|upper|lower}", "abc"), ('{gone|default:"{none}"}', "{none}"),
        ("{start|time}", "00:01:01"), ("{start|date}", "2026-01-05"), ("{yes}", "true"), ("{gone|default:0}", "0"),
        ("{a.b}/{list.1}/{where}", "7/20/35.5, 139"), ('{gone|default:"a\\"|b"}', 'a"|b'),
    ],
)  # fmt: skip
def test_filters_and_paths_print_what_they_say(template: str, printed: str) -> None:
    data = {"x": 85.25, "big": 1234567.894, "word": "abc", "start": 1_767_538_861_000, "yes": True, "a": {"b": 7},
            "list": [10, 20], "where": {"lat": 35.5, "lon": 139}}  # fmt: skip
    assert said(template, **data) == printed


def test_a_missing_field_prints_a_dash_and_is_a_trouble() -> None:
    text, troubles = compile_text("{gone} {device}", scope())(Event(0, 0, None, None, {}, "c"))
    assert text == "– –"
    assert [(t.code, t.args) for t in troubles] == [
        ("missing_field", {"field": "gone"}),
        ("missing_field", {"field": "device"}),
    ]


def test_a_value_is_never_read_as_a_template() -> None:
    assert said("{word}", word="{settings.limit} {{ {device|upper}") == "{settings.limit} {{ {device|upper}"


def test_doubled_braces_print_braces_and_a_dollar_is_a_dollar() -> None:
    assert said("{{x}} costs $5 }}") == "{x} costs $5 }"


def test_control_characters_are_left_out_and_long_values_are_cut() -> None:
    assert said("{word}", word="a\x1b[31m\x00b\nc") == "a[31mb\nc"
    assert len(said("{word}", word="x" * 100_000)) < 2_100


@pytest.mark.parametrize("template", ["{", "}", "a {b", "{}", "{a b{", "{a|}", "{a|round:}", "{{{", '{a|default:"x}'])
def test_braces_that_do_not_fit_are_refused(template: str) -> None:
    with pytest.raises(BadText):
        compile_text(template, scope())
    assert check_text(template, scope())[0].code in ("text_syntax", "text_bad_filter")


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("{x|shout}", "text_unknown_filter"), ("{x|round:99}", "text_bad_filter"), ("{x|round}", "text_bad_filter"),
        ("{x|upper:1}", "text_bad_filter"), ("{__class__.__init__}", "text_unknown_name"),
        ("{settings.no}", "text_unknown_name"), ("{device.no}", "text_unknown_name"),
        ("{temperature.real}", "text_unknown_name"),
    ],
)  # fmt: skip
def test_unknown_names_and_filters_are_problems(template: str, code: str) -> None:
    assert [problem.code for problem in check_text(template, scope(shape=CLOSED))] == [code]


def test_a_mistyped_field_has_its_repair() -> None:
    (problem,) = check_text("{device}: {temprature|round:1} °C", scope(shape=CLOSED), "/params/text")
    assert problem.args["nearest"] == "temperature"
    assert problem.fix == {"path": "/params/text", "value": "{device}: {temperature|round:1} °C"}


def test_the_repair_of_a_text_that_starts_with_a_dollar_is_written_as_documents_write_it() -> None:
    (problem,) = check_text("$5 {temprature}", scope(shape=CLOSED))
    assert problem.fix == {"path": "", "value": "$$5 {temperature}"}


def test_known_names_and_open_shapes_are_no_problem() -> None:
    assert check_text("{temperature} {where.lat} {device.hall} {time} {settings.limit}", scope(shape=CLOSED)) == []
    assert check_text("{anything.at.all}", scope()) == []


def test_a_device_where_there_is_never_one_is_a_warning() -> None:
    (problem,) = check_text("{device}", scope(shape=Shape(device="never")))
    assert problem.severity == "warning"


def test_python_attributes_cannot_be_reached() -> None:
    assert said("{x.__class__}", x="a") == "–"
    assert said("{a.keys}", a={"b": 1}) == "–"


def test_the_time_is_read_on_the_clock_of_the_zone_in_summer_and_winter() -> None:
    london = Scope(node="n", lang="en", zone=ZoneInfo("Europe/London"))
    winter, summer = (Event(ms, 0, None, None, {}, "c") for ms in (1_767_571_200_000, 1_782_864_000_000))
    assert compile_text("{time}", london)(winter)[0] == "00:00:00"
    assert compile_text("{time}", london)(summer)[0] == "01:00:00"


def test_a_raw_value_keeps_its_type_where_a_value_may_stand_and_nowhere_else() -> None:
    event = Event(0, 0, "k1", "kiln", {"temperature": 85.5}, "c")
    assert compile_value("{temperature|raw}", scope())(event) == (85.5, [])
    assert compile_value("{temperature}", scope())(event) == ("85.5", [])
    value, troubles = compile_value("{gone|raw}", scope())(event)
    assert (value, [t.code for t in troubles]) == (None, ["missing_field"])
    assert check_value("{temperature|raw}", scope(shape=CLOSED)) == []
    assert [p.code for p in check_value("{gone|raw}", scope(shape=CLOSED))] == ["text_unknown_name"]
    assert [p.code for p in check_value("is {temperature|raw}", scope(shape=CLOSED))] == ["text_unknown_filter"]
