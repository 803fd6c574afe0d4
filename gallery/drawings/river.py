"""A river from the hills through a small town, with a bridge."""

from PIL import Image

from gallery.drawings.paper import GREEN, LINE, ROAD, WATER, Paper


def draw() -> Image.Image:
    paper = Paper()
    paper.area([(0, 0), (0.46, 0), (0.3, 0.2), (0.2, 0.42), (0, 0.5)], GREEN)
    paper.area([(0.62, 0), (1, 0), (1, 0.16), (0.8, 0.1)], GREEN)
    course = [(0.12, -0.03), (0.2, 0.12), (0.26, 0.22), (0.36, 0.3), (0.47, 0.36), (0.55, 0.45), (0.62, 0.56),
              (0.72, 0.66), (0.84, 0.74), (1.03, 0.84)]  # fmt: skip
    paper.way(course, "#93bcd6", 66)
    paper.way(course, WATER, 58)
    paper.way([(0.02, 0.82), (0.3, 0.72), (0.46, 0.64), (0.62, 0.56), (0.78, 0.44), (0.98, 0.36)], ROAD, 22)
    paper.way([(0.5, 0.98), (0.46, 0.64)], ROAD, 16)
    paper.way([(0.8, 0.42), (0.74, 0.2)], ROAD, 16)
    paper.way([(0.575, 0.592), (0.665, 0.528)], "#ffffff", 28)
    paper.way([(0.575, 0.592), (0.665, 0.528)], LINE, 20)
    for left, top in ((0.32, 0.78), (0.39, 0.83), (0.55, 0.8), (0.6, 0.88), (0.66, 0.8), (0.2, 0.84), (0.5, 0.7),
                      (0.8, 0.28), (0.86, 0.24), (0.84, 0.5), (0.9, 0.46), (0.7, 0.3), (0.66, 0.22)):  # fmt: skip
        paper.house(left, top, 0.042)
    for spot in (
        (0.04, 0.1),
        (0.09, 0.24),
        (0.05, 0.36),
        (0.33, 0.08),
        (0.27, 0.05),
        (0.16, 0.33),
        (0.7, 0.06),
        (0.9, 0.08),
    ):
        paper.tree(spot)
    return paper.sheet()
