"""The drawing of a cell as data: boxes that show a signal, operations, and wires in the order of computation.

Coordinates are in the units of a 860 x 400 view box, x to the right and y down; boxes and operations are placed by
their centre. The stage draws any Diagram, so a new cell brings its own picture without a line of JavaScript.
"""

from typing import Literal, NamedTuple

Point = tuple[float, float]

BOX = (112, 72)  # width and height of a box
MATRIX = (112, 104)  # and of one that shows a matrix as large as it can
LOW = (112, 92)  # and of one in a drawing of few units of height
WIDE = (124, 72)  # in a drawing of so many that its letters must be larger to be read


class Box(NamedTuple):
    """A place where a vector can be seen. ``signal`` names what it shows at step t:

    "f": the quantity f. "x": the input. "previous:h": the state that the step started from. "h:0": the first summand
    of h before its non-linearity, as the cell's ``summands`` lists them; "h:sum": all of them together. ``label`` is
    plain text (``h_t`` style subscripts are set as such), ``activation`` a word in the corner of a gate ("σ").
    """

    signal: str
    label: str
    at: Point
    kind: Literal["input", "state", "gate"]
    activation: str = ""
    size: Point = BOX
    sides: tuple[str, str] = ("", "")
    """Of the product of a column and a row: the quantities that stand beside its rows and above its columns."""
    quiet: bool = False
    """Whether it is drawn lighter than what the picture is about."""


class Operation(NamedTuple):
    """What happens to the vectors that meet here: "×", "+", "tanh", "1−" element by element, "·" and "W_hn" a product
    of a matrix and a vector."""

    symbol: str
    at: Point
    quiet: bool = False


class Wire(NamedTuple):
    """A line through ``points``; wires of the same ``order`` light up together, 0 first. ``arrow``: ends in a head."""

    points: tuple[Point, ...]
    order: int
    arrow: bool = True
    quiet: bool = False


class Word(NamedTuple):
    """What becomes of what flows here ("kept"), what a part of it is for, or a formula ("a − m"; "b^p" with a
    power). ``at``: where the word begins, on its line."""

    told: str
    at: Point


class Band(NamedTuple):
    """A light plane under a part of the drawing, with what that part does: "write", "read". ``place``: x, y, width,
    height."""

    told: str
    place: tuple[float, float, float, float]


class Diagram(NamedTuple):
    boxes: tuple[Box, ...]
    operations: tuple[Operation, ...]
    wires: tuple[Wire, ...]
    frame: tuple[float, float, float, float]
    """x, y, width, height of the line around what belongs to one cell."""
    size: tuple[float, float]
    words: tuple[Word, ...] = ()
    aside: tuple[float, float, float, float] | None = None
    """x, y, width, height of a plane under what changes only the scale of the numbers."""
    bands: tuple[Band, ...] = ()
