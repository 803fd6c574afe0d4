"""Plans of floors and sites: uploaded clean, served safely, tied to the earth, put on dashboards, forgotten."""

import uuid
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from config import bounds
from flows import commands
from flows.commands import plans
from flows.models import Membership, SitePlan
from flows.tests.conftest import Api, document
from flows.tying import BadPoints, checked, ties
from nodes.kit.geo import distance
from runtime.pictures import MOST_BYTES

EVIL = '<script>alert("x")</script>'
CORNERS = [{"x": 0.1, "y": 0.9, "lat": 35.0, "lon": 139.0}, {"x": 0.9, "y": 0.1, "lat": 35.001, "lon": 139.001}]


def picture(format: str = "PNG", size: tuple[int, int] = (400, 300), **how: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "white").save(out, format, **how)
    return out.getvalue()


def send(api: Api, data: bytes, name: str = "Hall A", file: str = "hall.png") -> Any:
    form = {"file": SimpleUploadedFile(file, data), "name": name}
    return api.client.post("/api/plans", form, headers={"X-CSRFToken": api.csrf})


def kept(api: Api, **how: Any) -> dict[str, Any]:
    answer = send(api, picture(), **how)
    assert answer.status_code == 201, answer.content.decode()
    return dict(answer.json())


@pytest.fixture
def flow(api: Api) -> str:
    return str(api("POST", "/api/flows", {"document": document()}).json()["id"])


def test_a_plan_is_kept_without_its_metadata_and_served_by_its_id_with_safe_headers(api: Api) -> None:
    exif = Image.Exif()
    exif[0x010F] = "MAKER-NAME"
    answer = send(api, picture("JPEG", exif=exif), file="../../etc/plan.html")
    plan = answer.json()
    assert (answer.status_code, plan["name"], plan["width"], plan["height"]) == (201, "Hall A", 400, 300)
    served = api("GET", plan["picture"])
    assert served["Content-Type"] == "image/jpeg"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert served["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert served["Cache-Control"] == "private, no-cache"
    assert "plan.html" not in served["Content-Disposition"]
    assert b"MAKER-NAME" not in served.content
    assert Image.open(BytesIO(served.content)).size == (400, 300)
    again = api.client.get(plan["picture"], headers={"If-None-Match": served["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "picture_format"),
        (picture()[:60], "picture_unreadable"),
        (b"", "picture_format"),
    ],
)
def test_what_is_no_picture_is_refused_with_words(api: Api, data: bytes, code: str) -> None:
    answer = send(api, data)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["message"]
    assert api("GET", "/api/plans").json() == []


def test_the_door_lets_the_largest_picture_in() -> None:
    assert bounds.LARGEST >= MOST_BYTES + 64 * 1024


def test_a_large_picture_is_made_smaller(api: Api) -> None:
    plan = send(api, picture(size=(6_000, 1_500))).json()
    assert (plan["width"], plan["height"]) == (3_000, 750)


def test_there_is_room_for_so_many_and_so_large_ones(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(api)
    monkeypatch.setattr(plans, "MOST_PLANS", 1)
    assert send(api, picture()).json()["code"] == "plans_full"
    monkeypatch.setattr(plans, "MOST_PLANS", 9)
    monkeypatch.setattr(plans, "MOST_BYTES", 500)
    assert send(api, picture()).json()["code"] == "plans_full"


def test_another_workspace_neither_sees_nor_uses_nor_changes_a_plan(
    api: Api, stranger: Membership, member: Membership
) -> None:
    theirs = commands.add_plan(stranger, picture(), "theirs")
    mine = str(api("POST", "/api/flows", {"document": document()}).json()["id"])
    path = f"/api/plans/{theirs.pk}"
    assert api("GET", "/api/plans").json() == []
    assert [api("GET", f"{path}/picture").status_code, api("PUT", path, {"name": "x"}).status_code,
            api("DELETE", path).status_code] == [404, 404, 404]  # fmt: skip
    assert api("PUT", f"/api/flows/{mine}/dashboard/plan", {"plan": str(theirs.pk)}).status_code == 404
    assert SitePlan.objects.of(stranger.workspace).get(pk=theirs.pk).name == "theirs"


def test_names_are_text_on_the_page(api: Api) -> None:
    kept(api, name=EVIL)
    page = api("GET", "/plans/").content.decode()
    assert EVIL not in page
    assert "&lt;script&gt;" in page


# --- tied to the earth ----------------------------------------------------------------------------------------------


def through(affine: list[float], u: float, v: float) -> tuple[float, float]:
    a, b, c, d, e, f = affine
    return a + b * u + c * v, d + e * u + f * v


def test_two_points_tie_a_plan_so_that_both_ways_agree(api: Api) -> None:
    plan = kept(api)
    answer = api("PUT", f"/api/plans/{plan['id']}", {"points": CORNERS}).json()
    tied = answer["tied"]
    for point in CORNERS:
        assert through(tied["to_plan"], point["lon"], point["lat"]) == pytest.approx((point["x"], point["y"]))
        assert through(tied["to_earth"], point["x"], point["y"]) == pytest.approx((point["lon"], point["lat"]))
    lon, lat = through(tied["to_earth"], 0.3, 0.7)
    assert through(tied["to_plan"], lon, lat) == pytest.approx((0.3, 0.7))


def test_a_tied_plan_is_to_scale_also_where_it_is_turned() -> None:
    turned = [{"x": 0.5, "y": 0.9, "lat": 60.0, "lon": 10.0}, {"x": 0.5, "y": 0.1, "lat": 60.0, "lon": 10.01}]
    tied = ties(turned, 400, 300)  # upwards on the plan is east
    assert tied is not None
    corners = [through(tied["to_earth"], x, y) for x, y in ((0, 0), (1, 0), (0, 1))]
    wide, high = (distance((corners[0][1], corners[0][0]), (lat, lon)) for lon, lat in corners[1:])
    assert wide == pytest.approx(tied["metres"], rel=1e-3)
    assert wide / high == pytest.approx(400 / 300, rel=1e-3)
    assert corners[1][1] < corners[0][1]  # to the right on the plan is south


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"x": 0.11, "y": 0.9}, "too_near"),
        ({"lat": 35.0, "lon": 139.0}, "same_place"),
        ({"lat": 40.0}, "too_far"),
        ({"lat": 89.0}, "not_there"),
        ({"lon": 200.0}, "not_there"),
        ({"x": 1.2}, "not_there"),
        ({"lat": float("nan")}, "not_there"),
    ],
)
def test_points_that_tie_nothing_are_refused(change: dict[str, float], code: str) -> None:
    with pytest.raises(BadPoints) as refused:
        checked([CORNERS[0], {**CORNERS[1], **change}], 400, 300)
    assert refused.value.code == code


def test_bad_points_are_said_in_words_and_no_points_untie(api: Api) -> None:
    path = f"/api/plans/{kept(api)['id']}"
    assert api("PUT", path, {"points": CORNERS[:1]}).status_code == 422
    assert api("PUT", path, {"points": [CORNERS[0], CORNERS[0]]}).json()["code"] == "too_near"
    assert api("PUT", path, {"points": CORNERS}).json()["tied"]
    assert api("PUT", path, {"points": []}).json()["tied"] is None


# --- on a dashboard -------------------------------------------------------------------------------------------------


def map_of(board: dict[str, Any]) -> list[str]:
    return [tile["id"] for tile in board["tiles"] if tile["kind"] == "map"]


def test_a_dashboard_gets_a_map_with_the_plan_that_is_chosen_and_the_devices_that_are_placed(
    api: Api, flow: str
) -> None:
    path, plan = f"/api/flows/{flow}/dashboard", kept(api)["id"]
    assert map_of(api("GET", path).json()) == []
    assert api("PUT", f"{path}/plan", {"plan": plan}).status_code == 204
    wish = {"plan": plan, "places": {"kiln-1": [0.25, 7], "unknown": [0.5, 0.5]}}
    assert api("PUT", f"{path}/places", wish).status_code == 204
    board = api("GET", path).json()
    assert map_of(board) == ["map"]
    assert (board["plan"]["id"], board["plan"]["places"]) == (plan, {"kiln-1": [0.25, 1.0]})
    other = kept(api, name="Hall B")["id"]
    api("PUT", f"{path}/plan", {"plan": other})
    assert api("PUT", f"{path}/places", wish).status_code == 404
    assert api("GET", path).json()["plan"]["places"] == {}
    api("PUT", f"{path}/plan", {"plan": plan})
    assert api("GET", path).json()["plan"]["places"] == {"kiln-1": [0.25, 1.0]}
    api("PUT", f"{path}/plan", {"plan": None})
    assert map_of(api("GET", path).json()) == []


def test_a_plan_says_where_it_is_shown_and_a_dashboard_outlives_it(api: Api, flow: str) -> None:
    plan = kept(api)
    api("PUT", f"/api/flows/{flow}/dashboard/plan", {"plan": plan["id"]})
    (row,) = api("GET", "/api/plans").json()
    assert [used["id"] for used in row["flows"]] == [flow]
    assert f"/flows/{flow}/dashboard/" in api("GET", "/plans/").content.decode()
    assert api("DELETE", f"/api/plans/{plan['id']}").status_code == 204
    board = api("GET", f"/api/flows/{flow}/dashboard").json()
    assert (board["plan"], map_of(board)) == (None, [])


def test_a_link_shows_the_plan_of_its_dashboard_and_no_other(api: Api, flow: str) -> None:
    link = api("POST", f"/api/flows/{flow}/dashboard/links", {}).json()
    path, guest = link["url"].split("testserver")[1], Client()
    assert guest.get(f"{path}plan").status_code == 404
    plan, other = kept(api), kept(api, name="Hall B")
    api("PUT", f"/api/flows/{flow}/dashboard/plan", {"plan": plan["id"]})
    told = guest.get(f"{path}data").json()["plan"]
    assert told["picture"].startswith(f"{path}plan?")
    assert set(told) == {"id", "name", "picture", "width", "height", "tied", "places"}
    served = guest.get(told["picture"])
    assert (served.status_code, served["Content-Type"]) == (200, "image/png")
    assert "noindex" in served["X-Robots-Tag"]
    for address in (plan["picture"], other["picture"], "/api/plans", "/plans/"):
        assert guest.get(address).status_code in (302, 401)
    api("DELETE", f"/api/flows/{flow}/dashboard/links/{link['id']}")
    assert guest.get(told["picture"]).status_code == 404


def test_a_plan_that_is_not_there_is_not_found(api: Api, flow: str) -> None:
    gone = uuid.uuid4()
    assert api("GET", f"/api/plans/{gone}/picture").status_code == 404
    assert api("PUT", f"/api/flows/{flow}/dashboard/plan", {"plan": str(gone)}).status_code == 404
