"""The one palette and the one layout. A colour means one thing everywhere, on a light page and on a dark one.

Values are drawn by opacity over the page's own background: zero is transparent, so one scale serves both themes.
"""

from __future__ import annotations

import html
import math

import numpy as np

from rnnviz.figures.draft import PLAIN, Draft
from rnnviz.trace import Signal

OWN_CELL = "#64748B"


class _ByCell(dict[str, str]):
    def __missing__(self, cell: str) -> str:
        """Of a cell that is not the project's own."""
        return OWN_CELL


# Chosen apart for the three common colour deficiencies and at least 3:1 against both page backgrounds (tested); the
# cells since 2020 are too many to be as far apart as the others.
CELLS = _ByCell(
    {
        "Jordan": "#B88848",
        "RNN": "#C8324E",
        "LSTM 1997": "#5860A0",
        "LSTM": "#8A63D9",
        "LSTM peephole": "#B008F8",
        "ESN": "#F45CA6",
        "GRU 2014": "#985008",
        "GRU": "#0B8A8A",
        "LRU": "#0090F8",
        "selective SSM": "#ED5E6A",
        "RG-LRU": "#507048",
        "sLSTM": "#8838D0",
        "mLSTM": "#E848F8",
        "minGRU": "#AE3264",
        "linear attention": "#00A870",
        "DeltaNet": "#0F5FFF",
        "gated DeltaNet": "#4561B5",
    }
)
# A quantity's colour is its role in its cell (``rnnviz.cells.base.Role``), whatever its letter.
ROLES = {
    "write": "#5B8C2A",
    "keep": "#B07A10",
    "candidate": "#98705F",
    "show": "#4F81A8",
    "output": "#4F81A8",
    "reset": "#A05195",
    "state": "#3478E5",
    "memory": "#7C8794",
    "query": "#7B6FC4",
    "key": "#C0703A",
    "value": "#2E9E8A",
    "pace": "#9C8A5C",
    "log write": "#606830",
    "log keep": "#909058",
    "normalizer": "#A04868",
    "stabilizer": "#8090D0",
    "found": "#3A6F6F",
    "divisor": "#C06060",
}
POSITIVE, NEGATIVE, GATE, GRADIENT = (37, 99, 235), (217, 104, 16), (63, 143, 41), (176, 42, 140)
SURPRISE = (234, 179, 8)  # a marker's yellow, on the characters of a text
# A word's colour is its place in the sentence, from the first along these to the last.
WORDS = [(124, 92, 255), (52, 120, 229), (24, 168, 150), (120, 180, 50), (242, 177, 52), (214, 86, 60)]
# Of steps on a page about what is read first: that one, and the later ones, the stronger the later.
AGES = {"first": "rgb(242, 177, 52)", "later": (84, 134, 184)}
# The way a network reads: on toward the end, back toward the beginning. Neither is a hue that states are drawn in.
DIRECTIONS = {"forward": "#7A9A08", "backward": "#BA78CA"}
# A token's label: the first stands for "none", the others for classes, in their order.
LABELS = ("#868C94", "#009CE4", "#D8786C", "#007830", "#B48400", "#B4189C")
FOLLOWED = "#3A9D4A"  # the one answer that a comparison follows; all others are grey
HELD = "#E8730C"  # what is framed because it was held at a value
INK = "#7C8794"  # marks that belong to no cell and no gate
GRID = "rgba(128,128,128,.25)"

Scale = list[tuple[float, str]]


def _rgba(color: tuple[int, int, int], opacity: float) -> str:
    return f"rgba({color[0]},{color[1]},{color[2]},{opacity:g})"


SCALES: dict[str, Scale] = {
    # Orange below zero, nothing at zero, blue above; the hue never mixes, only its strength changes.
    "state": [
        (0.0, _rgba(NEGATIVE, 1)),
        (0.5, _rgba(NEGATIVE, 0)),
        (0.5, _rgba(POSITIVE, 0)),
        (1.0, _rgba(POSITIVE, 1)),
    ],
    # The size of a gradient, as a logarithm: nothing at the small end.
    "gradient": [(0.0, _rgba(GRADIENT, 0)), (1.0, _rgba(GRADIENT, 1))],
    "gate": [(0.0, _rgba(GATE, 0.03)), (1.0, _rgba(GATE, 1))],
    # How much a character surprised, in bits: nothing where it was sure to come.
    "surprise": [(0.0, _rgba(SURPRISE, 0)), (1.0, _rgba(SURPRISE, 1))],
}

_LATIN, _CJK = "Inter, 'Noto Sans'", "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei'"
FONT = f"{_LATIN}, {_CJK}, system-ui, sans-serif, 'Noto Color Emoji'"
WORDED = 24  # steps whose words have room under an axis
MARGIN = {"l": 52, "r": 14, "t": 8, "b": 46}


FAINT = 0.25  # the largest size up to which the colours of -1 to 1 would hardly be seen


def scale_name(signal: Signal) -> str:
    """Which scale a signal is drawn in: what lies between 0 and a limit is a gate, all else diverges around zero."""
    return "gate" if signal.bounds is not None and signal.bounds[0] == 0 < signal.bounds[1] < math.inf else "state"


def value_range(*signals: Signal) -> tuple[float, float]:
    """The range that colours and axes cover, the same for all ``signals``: from 0 for gates, else symmetric.

    Bounded quantities keep their bounds, so that two pictures can be compared; unbounded ones get the largest finite
    size that occurs, or 1 if that is less.
    """
    if all(scale_name(signal) == "gate" for signal in signals):
        return (0.0, max((signal.bounds[1] for signal in signals if signal.bounds is not None), default=1.0))
    # At least ±1, the range of a state: a network that hardly moves should look as if it hardly moves.
    most = max(1.0, *map(_largest, signals))
    return (-most, most)


def own_limit(signal: Signal) -> float | None:
    """Where the colours end of a quantity without bounds that never comes near 1: on the scale of the states it would
    all be faint. Its largest size to two digits, rounded up; None of any other."""
    most = _largest(signal)
    return round_up(most) if signal.bounds is None and 0 < most <= FAINT else None


def round_up(most: float) -> float:
    """To two digits."""
    power = 10.0 ** (math.floor(math.log10(most)) - 1)
    return math.ceil(most / power - 1e-6) * power


def _largest(signal: Signal) -> float:
    if signal.bounds is not None and all(map(math.isfinite, signal.bounds)):
        return max(map(abs, signal.bounds))
    return float(np.abs(signal.values[np.isfinite(signal.values)]).max(initial=0.0))


def plain(text: str) -> str:
    """Text that Plotly shows as it is: its labels understand a subset of HTML, a visitor's words must not."""
    return html.escape(text, quote=False)


def name_of(signal: Signal) -> str:
    """A quantity in a figure's words."""
    return plain(signal.name if signal.kind == "value" else f"dL/d{signal.name}")


def time_axis(steps: int, tokens: tuple[str, ...] = ()) -> dict:
    """An x axis of whole time steps, with the tokens under it while there is room for them.

    Steps are numbered from 1, because h_0 is the state before the first of them: index t of an array is step t + 1.
    Raises ValueError unless there is one token per step, or none at all.
    """
    if len(tokens) not in (0, steps):
        raise ValueError(f"{len(tokens)} tokens for {steps} time steps; give one token per step")
    axis = {"range": [0.5, steps + 0.5], "zeroline": False, "showgrid": False, "fixedrange": True, "ticklen": 3}
    if tokens and steps <= WORDED:
        shown = [plain(token if len(token) <= 10 else token[:9] + "…") for token in tokens]
        return axis | {"tickvals": list(range(1, steps + 1)), "ticktext": shown, "tickangle": 0}
    between = max(1, 5 * math.ceil(steps / 60))
    if between > 50:
        power = 10 ** math.floor(math.log10(between))
        between = next(n * power for n in (1, 2, 5, 10) if n * power >= between)
    return axis | {"dtick": between, "tick0": 0}


def power_axis(logs: np.ndarray) -> dict:
    """A y axis over ``logs``, log10 of what it names, whose ticks say the numbers themselves."""
    there = logs[np.isfinite(logs)]
    low, high = (float(there.min()), float(there.max())) if there.size else (0.0, 0.0)
    if high - low > 2:
        return {"tickprefix": "10<sup>", "ticksuffix": "</sup>"}
    figures = (1, 2, 5) if high - low > 0.7 else range(1, 10)
    ticks = [n * 10.0**power for power in range(math.floor(low) - 1, math.ceil(high) + 1) for n in figures]
    return {"tickvals": np.log10(ticks).tolist(), "ticktext": [f"{tick:.3g}" for tick in ticks]}


def value_title(text: str) -> dict:
    """The title of a y axis, beside its numbers and not over them, within the margin that all charts share."""
    return {"text": text, "standoff": 3, "font": {"size": 12}}


def figure(height: int, **layout: object) -> Draft:
    """An empty figure in the house style: transparent, quiet grid, fixed margins so that time axes line up."""
    axis = {"gridcolor": GRID, "zerolinecolor": GRID, "linecolor": GRID}
    axis["ticklabeloverflow"] = "allow"  # to hide what leaves the figure, each label would be measured for each other
    draft = Draft(
        {
            "template": PLAIN,
            "height": height,
            "margin": MARGIN,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 12, "color": INK},
            "hoverlabel": {"font": {"family": FONT}},
            "hovermode": "closest",
            "dragmode": False,
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": INK, "activecolor": INK},
            "showlegend": False,
            "xaxis": axis,
            "yaxis": axis | {"fixedrange": True},
        }
    )
    draft.update_layout(**layout)
    return draft


def mark(draft: Draft, axis: str, at: float, words: str = "") -> None:
    """A dotted line across the figure at one value of ``axis``, "x" or "y", with words at its upper or right end."""
    other = "y" if axis == "x" else "x"
    line = {f"{axis}0": at, f"{axis}1": at, f"{other}0": 0, f"{other}1": 1}
    places = {f"{axis}ref": axis, f"{other}ref": f"{other} domain"}
    draft.add_shape(type="line", line={"color": INK, "width": 1.5, "dash": "dot"}, **line, **places)
    if words:
        anchor = {"xanchor": "center", "yanchor": "bottom"} if axis == "x" else {"xanchor": "right", "yanchor": "top"}
        draft.add_annotation(
            text=plain(words), font={"size": 11}, showarrow=False, **{axis: at, other: 1}, **places, **anchor
        )
