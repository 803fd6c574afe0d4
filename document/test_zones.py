"""The areas that a document draws on earth, whoever watches them."""

from typing import Any

from document.dashboard import tiles
from document.registry import load_registry
from nodes.kit.catalog import full_catalog
from nodes.kit.geo import distance

CORNERS = [{"lat": 35.0, "lon": 139.0}, {"lat": 35.0, "lon": 139.001}, {"lat": 35.001, "lon": 139.001}]
REGISTRY: dict[str, Any] = {
    "types": [{"id": "cart", "topic": "carts/{device}", "fields": [
        {"name": "position", "type": "location"}, {"name": "speed", "type": "number", "unit": "km/h"}]}],
    "devices": [{"id": "cart-1", "type": "cart", "label": {"en": "Cart 1"}}],
}  # fmt: skip


def map_of(areas: list[Any], **settings: Any) -> Any:
    document = {"suiro": 1, "name": "Yard", "settings": settings, "nodes": [
        {"id": "carts", "kind": "devices", "params": {"type": "cart"}},
        {"id": "yard", "kind": "geofence", "from": ["carts"], "params": {"field": "position", "areas": areas}}]}  # fmt: skip
    registry, _ = load_registry(REGISTRY)
    (found,) = [tile for tile in tiles(document, full_catalog(), registry, "en") if tile.kind == "map"]
    return found


def test_the_map_has_the_location_field_the_devices_and_the_polygons_as_they_were_drawn() -> None:
    tile = map_of([{"name": "Dock", "polygon": CORNERS}])
    assert tile.locations == ["position"]
    assert tile.devices == [("cart-1", "Cart 1")]
    assert [(zone.node, zone.name) for zone in tile.zones] == [("yard", "Dock")]
    assert tile.zones[0].corners == [(corner["lon"], corner["lat"]) for corner in CORNERS]


def test_a_circle_is_drawn_with_its_radius_all_around_also_where_a_setting_says_it() -> None:
    tile = map_of([{"name": "Gate", "center": {"lat": 60.0, "lon": 10.0}, "radius": "$wide"}],
                  wide={"value": 250, "label": "Radius", "assumed": False})  # fmt: skip
    (zone,) = tile.zones
    assert all(abs(distance((60.0, 10.0), (lat, lon)) - 250) < 1 for lon, lat in zone.corners)


def test_what_is_half_written_is_left_out() -> None:
    halves: list[Any] = [{"name": "A", "polygon": CORNERS[:2]}, {"name": "B", "center": {"lat": 1, "lon": "x"}, "radius": 5},
                         {"name": "C", "center": {"lat": 1, "lon": 2}}, "no area", {"polygon": [None, *CORNERS]}]  # fmt: skip
    assert [zone.name for zone in map_of(halves).zones] == [""]
