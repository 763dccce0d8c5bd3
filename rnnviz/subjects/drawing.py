"""A digit that a visitor draws: the pen's paths as a short text, which an address holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rnnviz.refusals import Refused
from rnnviz.subjects.loaded import Loaded, Reading
from rnnviz.tasks import Strokes
from rnnviz.tasks.strokes import SIZE, redrawn

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"  # of places from left and from the top
BETWEEN = "."  # two paths, of which each is drawn without lifting the pen
MOST_POINTS = 400


@dataclass(frozen=True)
class Drawing:
    """``drawing``: of every point two of DIGITS, how far right and how far down on a pad of 64 × 64 places; BETWEEN two
    paths. Raises Refused for anything else, and for more than MOST_POINTS."""

    kind: ClassVar[str] = "drawing"
    drawing: str

    def __post_init__(self) -> None:
        paths_of(self.drawing)

    def read(self, model: Loaded) -> Reading:
        """As the task draws its own digits: moved to the middle, and made as large as these are."""
        if not isinstance(model.task, Strokes):
            raise Refused("This network does not read drawings. Choose one that reads drawn digits.")
        return Reading(redrawn(paths_of(self.drawing)), (), (True,) * SIZE)


def paths_of(drawing: object) -> list[list[tuple[float, float]]]:
    """Points from 0 to 1 by path. Raises Refused for what is no drawing."""
    if not isinstance(drawing, str) or len(drawing) > 2 * MOST_POINTS + MOST_POINTS:
        raise Refused("This drawing has more than {most} points. Draw a shorter one.", most=MOST_POINTS)
    paths = [path for path in drawing.split(BETWEEN) if path]
    if not paths:
        raise Refused("There is nothing drawn yet. Draw a digit.")
    if any(len(path) % 2 or not set(path) <= set(DIGITS) for path in paths):
        raise Refused("This drawing cannot be read. Draw it again.")
    if sum(map(len, paths)) > 2 * MOST_POINTS:
        raise Refused("This drawing has more than {most} points. Draw a shorter one.", most=MOST_POINTS)
    most = len(DIGITS) - 1
    places = [[DIGITS.index(sign) / most for sign in path] for path in paths]
    return [list(zip(path[::2], path[1::2], strict=True)) for path in places]
