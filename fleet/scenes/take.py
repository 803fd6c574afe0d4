"""A picture of a scene, with its truth."""

from collections.abc import Callable

from PIL import Image

from fleet.scenes import bed, belt, counter, dial, hall, plate
from fleet.scenes.look import seen
from fleet.scenes.shot import Moment, Place, Shot, Thing

SCENES: dict[str, Callable[[Place, Moment], tuple[Image.Image, list[Thing]]]] = {
    "helmet": hall.draw,
    "parts": belt.draw,
    "gauge": dial.draw,
    "truck_bed": bed.draw,
    "meter": counter.draw,
    "plate": plate.draw,
}


def take(scene: str, place: Place, moment: Moment, width: int = 320) -> Shot:
    """What the camera at `place` sees; three quarters as high as wide."""
    drawing, things = SCENES[scene](place, moment)
    return Shot(seen(drawing, place, moment, (width, width * 3 // 4)), things)
