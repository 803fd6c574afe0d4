"""A bay, roads along it, and the depot: where trucks drive. To scale, so that a truck stands on its road wherever it is."""

from PIL import Image

from gallery.drawings.paper import GREEN, ROAD, WALL, WATER, Paper

DEPOT, NORTH, NORTHER = (0.5, 0.56), (0.5848, 0.3464), (0.6025, 0.2651)
SOUTH, SOUTHER, FAR = (0.294, 0.8547), (0.3744, 0.9063), (0.8237, 0.0757)


def draw() -> Image.Image:
    paper = Paper()
    paper.area([(0.62, 1), (0.56, 0.9), (0.61, 0.79), (0.58, 0.67), (0.66, 0.54), (0.72, 0.42), (0.8, 0.32), (0.92, 0.22),
                (1, 0.17), (1, 1)], WATER)  # fmt: skip
    paper.area([(0, 0.42), (0.16, 0.5), (0.2, 0.68), (0.1, 0.82), (0, 0.86)], GREEN)
    paper.area([(0.1, 0), (0.34, 0), (0.3, 0.14), (0.16, 0.18)], GREEN)
    driven = ((DEPOT, NORTH, NORTHER), (NORTHER, DEPOT), (DEPOT, SOUTH, SOUTHER), (SOUTHER, DEPOT), (DEPOT, FAR))
    beside = (((0, 0.36), (0.3, 0.42), DEPOT), ((0.22, 0.2), (0.3, 0.42)), ((0.4, 0), (0.46, 0.2), NORTHER))
    for colour, width in (("#bfc5ca", 20), (ROAD, 14)):
        for road in (*beside, *driven):
            paper.way(road, colour, width)
    paper.dot(DEPOT, 46, "#f7e6c8", "#d9a441")
    paper.box(0.475, 0.53, 0.525, 0.59, "#ffffff", WALL, 3, 3)
    for at in (NORTH, NORTHER, SOUTH, SOUTHER, FAR):
        paper.dot(at, 11, "#ffffff", WALL)
    for left, top in ((0.25, 0.58), (0.3, 0.62), (0.4, 0.3), (0.44, 0.34), (0.66, 0.06), (0.2, 0.92), (0.46, 0.8)):
        paper.house(left, top, 0.034)
    for spot in ((0.06, 0.56), (0.1, 0.66), (0.05, 0.74), (0.16, 0.08), (0.24, 0.06)):
        paper.tree(spot)
    return paper.sheet()
