"""Plans and maps of scenarios, drawn by these scripts and by nothing else: `python -m gallery.drawings` writes each plan.png.

They hold no words, so they are the same in every language; a demo puts the devices' names on them."""

from collections.abc import Callable

from PIL import Image

from gallery.drawings import cold_store, home, region, river, rooms, site

PLANS: dict[str, Callable[[], Image.Image]] = {
    "cold_chain": cold_store.draw,
    "heat_stress": site.draw,
    "living_alone": home.draw,
    "meeting_rooms": rooms.draw,
    "river": river.draw,
    "vehicles": region.draw,
}
"""What draws the plan of which scenario."""
