"""A bay, roads along it, and the depot: where trucks drive."""

from PIL import Image

from gallery.drawings.paper import GREEN, ROAD, WALL, WATER, Paper


def draw() -> Image.Image:
    paper = Paper()
    paper.area([(0.56, 1), (0.52, 0.86), (0.6, 0.74), (0.58, 0.6), (0.66, 0.46), (0.74, 0.34), (0.88, 0.24), (1, 0.2), (1, 1)],
               WATER)  # fmt: skip
    paper.area([(0, 0.42), (0.16, 0.5), (0.2, 0.68), (0.1, 0.82), (0, 0.86)], GREEN)
    paper.area([(0.1, 0), (0.34, 0), (0.3, 0.14), (0.16, 0.18)], GREEN)
    trunk = [(0.06, 0.94), (0.24, 0.86), (0.38, 0.7), (0.5, 0.52), (0.58, 0.36), (0.68, 0.2), (0.86, 0.08)]
    for road in (trunk, [(0.5, 0.52), (0.34, 0.42), (0.22, 0.26), (0.3, 0.02)], [(0.38, 0.7), (0.44, 0.9), (0.46, 1)],
                 [(0.58, 0.36), (0.4, 0.22), (0.5, 0.02)]):  # fmt: skip
        paper.way(road, "#bfc5ca", 20)
        paper.way(road, ROAD, 14)
    paper.dot((0.5, 0.52), 46, "#f7e6c8", "#d9a441")
    paper.box(0.475, 0.49, 0.525, 0.55, "#ffffff", WALL, 3, 3)
    for at in ((0.62, 0.29), (0.68, 0.2), (0.24, 0.86), (0.44, 0.9), (0.86, 0.08)):
        paper.dot(at, 11, "#ffffff", WALL)
    for left, top in ((0.28, 0.56), (0.34, 0.6), (0.42, 0.36), (0.46, 0.4), (0.6, 0.12), (0.3, 0.94)):
        paper.house(left, top, 0.034)
    for spot in ((0.06, 0.56), (0.1, 0.66), (0.05, 0.74), (0.16, 0.08), (0.24, 0.06)):
        paper.tree(spot)
    return paper.sheet()
