"""The small picture beside each term: drawn from the rule that the term names, 120 × 60, on light and on dark."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from rnnviz.figures import style

WIDE, TALL = 120, 60
STATE, GRADIENT, GATE, RED = style.ROLES["state"], "#B02A8C", "#3F8F29", style.CELLS["RNN"]
Point = tuple[float, float]


def svg(parts: Iterable[str], wide: int = WIDE, tall: int = TALL) -> str:
    sizes = f'viewBox="0 0 {wide} {tall}" width="{wide}" height="{tall}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {sizes}>{"".join(parts)}</svg>'


def line(points: Sequence[Point], color: str = style.INK, width: float = 1.5, dash: str = "") -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="{width}" stroke-dasharray="{dash}"/>'


def dot(x: float, y: float, color: str = STATE, radius: float = 3) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{color}"/>'


def bar(x: float, height: float, color: str, wide: float = 10) -> str:
    return f'<rect x="{x:.1f}" y="{54 - height:.1f}" width="{wide}" height="{height:.1f}" fill="{color}"/>'


def ring(x: float, y: float, across: float, tall: float, color: str, turn: float = 0) -> str:
    place = f'cx="{x}" cy="{y}" rx="{across}" ry="{tall}" transform="rotate({turn} {x} {y})"'
    return f'<ellipse {place} fill="none" stroke="{color}" stroke-width="1.5"/>'


def arrow(start: Point, end: Point, color: str = style.INK) -> str:
    (x0, y0), (x1, y1) = start, end
    long = math.hypot(x1 - x0, y1 - y0)
    dx, dy = (x1 - x0) / long * 5, (y1 - y0) / long * 5
    head = [(x1 - dx - dy * 0.6, y1 - dy + dx * 0.6), (x1, y1), (x1 - dx + dy * 0.6, y1 - dy - dx * 0.6)]
    return line([start, end], color) + line(head, color)


def squares(values: Sequence[float], x: float, y: float, size: float = 9) -> str:
    """A vector: blue above zero, orange below, the stronger the larger."""
    return "".join(
        f'<rect x="{x + k * (size + 1):.1f}" y="{y}" width="{size}" height="{size}" '
        f'fill="rgb{style.POSITIVE if value > 0 else style.NEGATIVE}" fill-opacity="{abs(value):.2f}" '
        f'stroke="{style.INK}" stroke-width=".6"/>'
        for k, value in enumerate(values)
    )


def curve(rule: Callable[[float], float], low: float, high: float, color: str) -> str:
    """``rule`` from −4 to 4; the dotted lines are its limits ``low`` and ``high``."""
    across = [k / 10 for k in range(-40, 41)]
    up = [54 - 48 * (rule(x) - low) / (high - low) for x in across]
    limits = [line([(8, y), (112, y)], dash="2 3", width=1) for y in (6, 54)]
    return svg([*limits, line([(60 + 13 * x, y) for x, y in zip(across, up, strict=True)], color, 2)])


def sigmoid() -> str:
    return curve(lambda x: 1 / (1 + math.exp(-1.6 * x)), 0, 1, GATE)


def tanh() -> str:
    return curve(math.tanh, -1, 1, STATE)


def sizes(factor: float, color: str = GRADIENT) -> str:
    """Bars that change by a factor from right to left, as a gradient does on its way back."""
    powers = [factor**k for k in range(9)]
    return svg(
        [bar(6 + 12.5 * (8 - k), 48 * power / max(powers), color) for k, power in enumerate(powers)]
        + [arrow((112, 57.5), (8, 57.5))]
    )


def vanishing() -> str:
    return sizes(0.65)


def exploding() -> str:
    return sizes(1.5)


def clipping() -> str:
    return svg([ring(60, 30, 22, 22, style.INK), line([(60, 30), (112, 6)], GRADIENT, 1.5, "2 3"),
                arrow((60, 30), (80, 20.8), GRADIENT)])  # fmt: skip


def truncation() -> str:
    kept = [arrow((100 - 22 * k, 30), (84 - 22 * k, 30), GRADIENT) for k in range(2)]
    dots = [dot(104 - 22 * k, 30, STATE if k < 3 else style.INK, 4) for k in range(5)]
    return svg([*kept, *dots, line([(49, 14), (49, 46)], RED, 2)])


def loop() -> str:
    back = line([(92, 30), (104, 30), (104, 10), (16, 10), (16, 30), (28, 30)], STATE)
    return svg([squares((0.9, -0.5, 0.3, -0.9, 0.6, 0.2), 31, 26), back, arrow((22, 30), (28, 30), STATE)])


def memory() -> str:
    gates = "".join(
        f'<circle cx="{x}" cy="18" r="5" fill="none" stroke="{GATE}" stroke-width="1.5"/>' for x in (40, 80)
    )
    return svg([arrow((6, 18), (35, 18)), arrow((45, 18), (75, 18)), arrow((85, 18), (114, 18)), gates,
                squares((0.8, -0.6, 0.4), 92, 38), line([(98, 18), (98, 34)])])  # fmt: skip


def candidate() -> str:
    return svg([squares((0.8, -0.7, 0.5), 8, 26), arrow((42, 30), (56, 30)), ring(62, 30, 6, 6, GATE),
                arrow((68, 30), (82, 30)), squares((0.4, -0.35, 0.25), 86, 26)])  # fmt: skip


def readout() -> str:
    fan = [line([(44, 30), (80, y)], width=1) for y in (12, 30, 48)]
    return svg([squares((0.9, -0.5, 0.3), 12, 26), *fan, *(bar_right(y, w) for y, w in ((8, 12), (26, 32), (44, 6)))])


def bar_right(y: float, wide: float) -> str:
    return f'<rect x="82" y="{y}" width="{wide}" height="8" fill="{STATE}"/>'


def softmax() -> str:
    scores = (1.0, 2.5, 0.2, 1.6)
    total = sum(map(math.exp, scores))
    left = [bar(4 + 12 * k, 14 * score, style.INK) for k, score in enumerate(scores)]
    return svg([*left, arrow((53, 30), (66, 30)),
                *(bar(70 + 12 * k, 50 * math.exp(s) / total, STATE) for k, s in enumerate(scores))])  # fmt: skip


def grid(values: Sequence[Sequence[float]], x: float, y: float, size: float = 9) -> str:
    return "".join(squares(row, x, y + k * (size + 1), size) for k, row in enumerate(values))


def jacobian() -> str:
    entries = [[math.cos(3 * r + 2 * c) * 0.9 for c in range(4)] for r in range(4)]
    return svg([dot(10, 30), arrow((15, 30), (32, 30)), grid(entries, 38, 10), arrow((82, 30), (99, 30)),
                ring(108, 30, 8, 4, STATE, -30)])  # fmt: skip


def eigenvalues() -> str:
    places = [(0.75, 0.0), (-0.3, 0.5), (-0.3, -0.5), (0.2, 0.35), (0.2, -0.35), (-0.6, 0.0)]
    return svg([ring(60, 30, 26, 26, style.INK), *(dot(60 + 26 * x, 30 - 26 * y, STATE, 2.5) for x, y in places),
                arrow((60, 30), (77, 30), RED)])  # fmt: skip


def at_once() -> str:
    steps = range(16, 116, 22)
    return svg([part for x in steps for part in (dot(x, 46, style.INK), arrow((x, 40), (x, 22)), dot(x, 14, STATE, 4))])


def parting() -> str:
    steps = range(0, 105, 3)
    return svg([line([(8 + t, 40 + 4 * math.sin(t / 9)) for t in steps], STATE, 2),
                line([(8 + t, 40 + 4 * math.sin(t / 9) - 1.2 * math.exp(t / 32)) for t in steps], RED, 2)])  # fmt: skip


def resting() -> str:
    turns = [(60 + 26 * 0.93**k * math.cos(k / 2.5), 30 + 26 * 0.93**k * math.sin(k / 2.5)) for k in range(48)]
    return svg([line(turns, STATE), dot(60, 30, RED, 3.5)])


def saddle() -> str:
    inward = [arrow((60, 4), (60, 22)), arrow((60, 56), (60, 38))]
    outward = [arrow((66, 30), (100, 30), RED), arrow((54, 30), (20, 30), RED)]
    bent = [
        line([(60 + s * 24 / (y / 8), 30 - r * y) for y in range(8, 25, 2)], STATE) for s in (-1, 1) for r in (-1, 1)
    ]
    return svg([*inward, *outward, *bent, dot(60, 30, style.INK, 3.5)])


def stretching() -> str:
    return svg([ring(28, 30, 16, 16, style.INK), arrow((50, 30), (64, 30)), ring(92, 30, 24, 9, STATE, -20),
                arrow((92, 30), (113, 22.2), RED)])  # fmt: skip


def components() -> str:
    places = [(14 + 8 * k, 44 - 2.4 * k + 9 * math.sin(5.3 * k)) for k in range(12)]
    return svg([*(dot(x, y, STATE, 2) for x, y in places), arrow((8, 47), (112, 15), RED)])


def share() -> str:
    return svg([bar(20, 46, style.INK, 24), bar(76, 30, STATE, 24), line([(14, 8), (106, 8)], dash="2 3", width=1)])


def spread() -> str:
    return svg([line([(60, 12), (60, 48)], STATE, 2), line([(50, 12), (70, 12)], STATE, 2),
                line([(50, 48), (70, 48)], STATE, 2), dot(60, 30, RED, 4)])  # fmt: skip


def halving() -> str:
    steps = [(8 + t, 54 - 48 * 0.5 ** (t / 28)) for t in range(105)]
    return svg([line(steps, STATE, 2), line([(8, 30), (36, 30), (36, 54)], RED, 1.5, "2 3")])


def reservoir() -> str:
    places = [
        (46 + 22 * math.cos(2.4 * k) * (0.4 + 0.08 * k), 30 + 24 * math.sin(2.4 * k) * (0.4 + 0.08 * k))
        for k in range(8)
    ]
    wires = [line([places[k], places[(3 * k + 2) % 8]], width=0.8) for k in range(8)]
    read = [line([place, (104, 30)], RED, 1) for place in places[4:7]]
    return svg([*wires, *read, *(dot(x, y, STATE, 3) for x, y in places), dot(104, 30, RED, 5)])


def deciding() -> str:
    shares = (0.2, 0.35, 0.3, 0.6, 0.75, 0.9, 0.95)
    bars = [bar(8 + 15 * k, 48 * s, STATE if k >= 3 else style.INK) for k, s in enumerate(shares)]
    return svg([*bars, line([(4, 30), (116, 30)], RED, 1.5, "2 3")])


def attention() -> str:
    weights = (0.1, 0.6, 0.2, 0.1)  # they sum to 1
    states = [bar(10 + 28 * k, 4 + 24 * weight, STATE, 16) for k, weight in enumerate(weights)]
    ways = [
        line([(18 + 28 * k, 48 - 24 * weight), (60, 12)], width=4 * weight + 0.4) for k, weight in enumerate(weights)
    ]
    return svg([*states, *ways, dot(60, 9, RED, 5)])


def chain(reads: Callable[[float], Iterable[str]]) -> str:
    """Three states in a row, and what each has to do with what stands below or above it."""
    places = (20, 60, 100)
    along = [arrow((x + 8, 30), (x + 31, 30)) for x in places[:2]]
    return svg([*(dot(x, 30, STATE, 7) for x in places), *along, *(part for x in places for part in reads(x))])


def encoder() -> str:
    return chain(lambda x: [arrow((x, 56), (x, 40))])


def decoder() -> str:
    written = [
        line([(x + 3, 6), (x + 20, 6), (x + 20, 50), (x + 40, 50), (x + 40, 39)], RED, 1, "2 3") for x in (20, 60)
    ]
    return chain(lambda x: [arrow((x, 22), (x, 8)), *(written if x == 100 else [])])


def teacher_forcing() -> str:
    return chain(lambda x: [arrow((x, 54), (x, 40), GATE), dot(x, 55, GATE), line([(x, 22), (x, 8)], dash="2 3")])
