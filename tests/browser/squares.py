"""The squares that a page draws on its canvases, one per unit, read back as numbers from what was filled.

The browser keeps, for each canvas, the rectangles filled since they were last cleared; a canvas that was turned into an
image leaves them to the image.
"""

from __future__ import annotations

import re

import numpy as np

from rnnviz.figures import style
from tests.browser.visitor import Visitor

KEEP = """(() => {
  const kept = (context) => (context.canvas.filled ??= []);
  const { fillRect, clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillRect = function (x, y, w, h) {
    kept(this).push([this.fillStyle, x, y, w, h]);
    return fillRect.call(this, x, y, w, h);
  };
  CanvasRenderingContext2D.prototype.clearRect = function (x, y, w, h) {
    const inside = ([, a, b, c, d]) => a + c / 2 > x && a + c / 2 < x + w && b + d / 2 > y && b + d / 2 < y + h;
    this.canvas.filled = kept(this).filter((one) => !inside(one));
    return clearRect.call(this, x, y, w, h);
  };
  const { toDataURL } = HTMLCanvasElement.prototype;
  window.pictured = new Map();
  HTMLCanvasElement.prototype.toDataURL = function (...given) {
    const url = toDataURL.apply(this, given);
    window.pictured.set(url, this.filled);
    return url;
  };
})()"""
READ = """(nodes) => nodes.map((node) => {
  const box = node.getBoundingClientRect();
  return { at: [box.x, box.y], filled: node.filled ?? window.pictured.get(node.src) ?? [] };
})"""


def keep_squares(visitor: Visitor) -> None:
    """From the next page on."""
    visitor.page.add_init_script(KEEP)


def squares(visitor: Visitor, selector: str) -> list[list[tuple[str, float, float]]]:
    """For each canvas or image, its squares in the order of units: colour, and place from its left and top."""
    found = visitor.page.locator(selector).evaluate_all(READ)
    under = "rgba(128, 128, 128, 0.13)"  # what lies under each square
    return [[(color, x, y) for color, x, y, *_ in one["filled"] if color != under] for one in found]


def values(filled: list[tuple[str, float, float]], scale: str) -> np.ndarray:
    """What the colours say, as parts of the largest that the scale tells apart."""
    return np.array([_value(color, scale) for color, *_place in filled])


def _value(color: str, scale: str) -> float:
    if color.startswith("#"):
        red, green, blue, opacity = *(int(color[k : k + 2], 16) for k in (1, 3, 5)), 1.0
    else:
        red, green, blue, opacity = map(float, re.findall(r"[\d.]+", color))
    if scale == "gate":
        return (opacity - 0.03) / 0.97
    ends = [[float(part) for part in re.findall(r"[\d.]+", style.SCALES["state"][k][1])[:3]] for k in (0, -1)]
    below, above = (np.abs(np.subtract(end, (red, green, blue))).max() for end in ends)
    assert min(below, above) < 3, f"{color} is no colour of the scale"
    return opacity if above < below else -opacity


def shows(
    filled: list[tuple[str, float, float]], expected: np.ndarray, scale: str = "state", limit: float = 1.0
) -> bool:
    """Whether the squares say ``expected``, a value for each unit, in reading order, to half a shade and a little."""
    if len(filled) != expected.size:
        return False
    places = [(round(y), x) for _color, x, y in filled]
    wanted = np.clip(expected.ravel() / limit, 0 if scale == "gate" else -1, 1)
    return places == sorted(places) and bool(np.abs(values(filled, scale) - wanted).max() < 0.012)
