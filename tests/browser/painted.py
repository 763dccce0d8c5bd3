"""The numbers that a page paints, as its elements say them: which number it is, what it is, and how it is written."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from tests.browser.visitor import Visitor

LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")

# Every named number and every named trace of Plotly's, at each of the steps and for each of the units asked for.
WALK = """async ([steps, units]) => {
  const host = document.querySelector('.rnnviz-stage');
  const slider = host.querySelector('.stage-play + .stage-slider');
  const soon = () => new Promise((then) => requestAnimationFrame(() => setTimeout(then)));
  const until = async (name, value) => {
    for (let k = 0; k < 100 && host.dataset[name] !== String(value); k++) await soon();
    await soon();
  };
  const shown = (node) => node.checkVisibility({ visibilityProperty: true });
  const numbers = () => [...host.querySelectorAll('[data-value]')].filter(shown).map((node) => ({
    place: { ...node.dataset }, text: node.textContent, title: node.title ?? '',
  }));
  const plain = (values) => values && Array.from(values, (v) => (typeof v === 'object' ? plain(v) : v));
  const traces = () => [...host.querySelectorAll('.js-plotly-plot')].flatMap((plot) =>
    plot._fullData.filter(({ meta }) => meta?.signal).map(({ meta, x, y, z, customdata }) => ({
      meta, x: plain(x), y: plain(y), z: plain(z), customdata: plain(customdata),
    })));
  const cursors = () => [...host.querySelectorAll('.js-plotly-plot')].flatMap((plot) => {
    const { left, top } = plot.getBoundingClientRect();
    const { xaxis, yaxis } = plot._fullLayout;
    const middle = (node, side, size) => ((box) => box[side] + box[size] / 2)(node.getBoundingClientRect());
    const across = (node) => xaxis.p2l(middle(node, 'left', 'width') - left - xaxis._offset) - 1;
    const down = (node) => yaxis.p2l(middle(node, 'top', 'height') - top - yaxis._offset);
    const pixel = (axis) => 1 / Math.abs(axis.l2p(1) - axis.l2p(0));
    const found = [...plot.querySelectorAll('.stage-cursor:not(.ring)')].map((node) =>
      node.classList.contains('row') ? ['step', down(node) - 1, pixel(yaxis)] : ['step', across(node), pixel(xaxis)]);
    const rows = [...plot.querySelectorAll('.stage-chosen-row')];
    return found.concat(rows.map((node) => ['unit', down(node), pixel(yaxis)]));
  });
  const seen = [];
  for (const unit of units) {
    const chooser = host.querySelector('.unit-chooser input');
    if (chooser) {
      chooser.value = unit;
      chooser.dispatchEvent(new Event('change'));
      await until('unit', unit);
    }
    for (const step of steps) {
      slider.value = slider.dir === 'rtl' ? slider.max - step : step;
      slider.dispatchEvent(new Event('input'));
      await until('step', step);
      const { step: at, unit: of } = host.dataset;
      seen.push({ step: Number(at), unit: Number(of), numbers: numbers(), traces: traces(), cursors: cursors() });
    }
  }
  return seen;
}"""
# Text that is nothing but a number and stands in no named element. Left out are Plotly's axes, words that are read, the
# choosers, the ends of colour scales, rows of a table, the places of words in a sentence, and numbers in a formula.
NAMELESS = """() => {
  const words = '.stage-token, .unit-chooser, .radius-line, .stage-legend, math, .symbol';
  const known = `.main-svg, .tick, .letter, .diagram-operation, ${words}, [data-value], [hidden]`;
  const walker = document.createTreeWalker(document.querySelector('.rnnviz-stage'), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const { textContent, parentElement } = walker.currentNode;
    if (/^[\\s\\u2007]*[−+<>-]? ?\\d[\\d.,]*(e[+-]?\\d+)?%?\\s*$/.test(textContent) && !parentElement.closest(known)) {
      found.push(`${parentElement.className}: ${textContent}`);
    }
  }
  return found;
}"""

# Biases, weights, and how long a vector is, are the same at every step.
CONSTANT = re.compile(r"[ifgor]:2|h:2|[nz]:[12]|y:1|p:[12]|.*:size|.*:weight")
# Of cells whose biases stand elsewhere among the summands: in place of the letters above.
CONSTANT_OF = {
    cell: re.compile(rf"{biases}|p:[12]|.*:size")
    for cell, biases in {
        "LRU": "(size of )?λ|exp γ",
        "RG-LRU": "[riu]:1",
        "sLSTM": "[adzo]:2",
        "mLSTM": "[voad]:1",
        "linear attention": "",
        "selective SSM": "Δ:1",
        "DeltaNet": "",
        "DeltaNet β < 2": "",
        "gated DeltaNet": "Δ:1",
    }.items()
}

# Numbers of a cell that are the same at every step and, before any training, in every unit.
ALIKE = re.compile(r"A|D")

# All traces of one of the page's charts, named or not; places that are no number are null.
DRAWN = """(at) => [...document.querySelectorAll('.rnnviz-stage .js-plotly-plot')][at]._fullData
  .map(({ name, x, y, z }) => ({ name, ...Object.fromEntries(
    Object.entries({ x, y, z }).filter(([, one]) => one).map(([key, one]) => [key, Array.from(one)]))}))"""


class Number(NamedTuple):
    """``place``: the element's other data attributes. ``step``: its own, or the cursor's where it says none."""

    signal: str
    step: int
    place: dict[str, str]
    value: float
    text: str

    @property
    def index(self) -> int:
        """Which entry of a vector it is."""
        return int(self.place.get("unit", self.place.get("output", "0")))

    @property
    def owner(self) -> tuple[str, ...]:
        return tuple(self.place.get(name, "") for name in ("network", "layer", "direction"))


class Look(NamedTuple):
    """What is painted at one step with one unit chosen."""

    step: int
    unit: int
    numbers: list[Number]
    traces: list[dict]
    cursors: list[
        tuple[str, float, float]
    ]  # of a mark on a chart: "step" or "unit", where it stands, and a pixel there


def opened(arrive: Callable[..., Visitor], address: str) -> Visitor:
    """A visitor on a page whose numbers may still have to be computed: on a busy machine its first visitor waits."""
    visitor = arrive(address, ready=False)
    wait(visitor)
    return visitor


def wait(visitor: Visitor) -> None:
    visitor.page.wait_for_selector(".rnnviz-stage[data-step]", timeout=180_000)
    visitor.ready()


def walk(visitor: Visitor, steps: Sequence[int], units: Sequence[int] = (0,)) -> list[Look]:
    """Stand at each step, for each unit, and read all that is painted. Nothing at all fails the page."""
    nameless = visitor.page.evaluate(NAMELESS)
    assert not nameless, f"numbers without a name: {nameless}"
    looks = []
    for seen in visitor.page.evaluate(WALK, [list(steps), list(units)]):
        numbers = [_number(one, seen["step"]) for one in seen["numbers"]]
        assert numbers, "the page paints no number"
        looks.append(Look(seen["step"], seen["unit"], numbers, seen["traces"], list(map(tuple, seen["cursors"]))))
    assert [look.step for look in looks] == list(steps) * len(units)
    return looks


def traces_of(visitor: Visitor, chart: int) -> dict[str, dict[str, np.ndarray]]:
    """By its name, what each trace of the page's charts, counted from 0, draws along "x", "y" and "z"."""
    traces = visitor.page.evaluate(DRAWN, chart)
    return {one["name"]: {axis: np.array(one[axis], dtype=float) for axis in "xyz" if axis in one} for one in traces}


def _number(seen: dict, cursor: int) -> Number:
    place = dict(seen["place"])
    value, signal = float(place.pop("value")), place.pop("signal")
    text = "" if seen["text"] in ("=", "≠") else seen["text"]  # a sign for a label, whose share is told beside it
    return Number(signal, int(place.pop("step", cursor)), place, value, text or seen["title"])


def agrees(number: Number) -> bool:
    """Whether what is written is the number, rounded as it is written."""
    text = number.text.replace("−", "-").replace("\u2007", "").strip()
    value = number.value
    if number.place.get("part") == "im":  # " − 0.12i"
        text = re.sub(r"^\+ ?|(?<=^-) | ?i$", "", text)
    if text in ("–", "NaN"):
        return math.isnan(value)
    if text in ("+∞", "-∞"):
        return value == math.copysign(math.inf, 1 if text[0] == "+" else -1)
    if text in ("> 99%", "< 1%"):
        return 0.995 <= value < 1 if text[0] == ">" else 0 < value <= 0.005
    match = re.fullmatch(r"(-?\d+(?:\.(\d+))?)(?:×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(%?)( [^\d]+)?", text)
    if match is None:
        return False
    figure, decimals, power, share, _unit = match.groups()
    power = int((power or "⁰").translate(LOWERED))
    scale = 10.0**power / (100 if share else 1)
    half = 0.5 * 10.0 ** -len(decimals or "") * scale
    if "power" in number.place:  # the number is log10 of what is written, which may be beyond all floats
        written, slack = float(figure), 0.5 * 10.0 ** -len(decimals or "")
        least, most = (math.log10(written + by) + power for by in (-slack, slack))
        return least - 1e-6 <= value <= most + 1e-6
    return abs(float(figure) * scale - value) <= half * (1 + 1e-6) + 1e-12


def check(
    looks: Iterable[Look], expected: Callable[[Number], float], signals: set[str], cell: str = "", **close: float
) -> None:
    """Every painted number is the expected one, is written as it is, and none of ``signals`` is missing.

    Nor would it pass if one of them were painted from the step before or after, or from the next unit, answer or word.
    ``cell``: a row of CONSTANT_OF.
    """
    constant = CONSTANT_OF.get(cell, CONSTANT)
    tolerance = {"rtol": 2e-5, "atol": 2e-5} | close
    wrong, seen, blind = [], set(), {}
    for look in looks:
        for number in look.numbers:
            seen.add(number.signal)
            wanted = float(expected(number))
            if not np.isclose(number.value, wanted, **tolerance, equal_nan=True):
                wrong.append(f"cursor {look.step}: {number} should be {wanted:.9g}")
            if not agrees(number):
                wrong.append(f"cursor {look.step}: {number} is written otherwise")
            for shift, others in _shifted(number):
                stays = all(np.isclose(_or_nan(expected, other), wanted, **tolerance) for other in others)
                key = (number.signal, *number.owner, shift)
                blind[key] = blind.get(key, True) and stays
        for name, place, pixel in look.cursors:
            if abs(place - getattr(look, name)) > 1.5 * pixel:
                wrong.append(f"cursor {look.step}, unit {look.unit}: a mark stands at {name} {place:.2f}")
    assert not wrong, f"{len(wrong)} painted numbers are wrong:\n" + "\n".join(wrong[:20])
    assert seen == signals
    unseen = [
        key
        for key, stays in blind.items()
        if stays
        and not ALIKE.fullmatch(key[0])
        and not (key[-1] == "step" and constant.fullmatch(key[0].partition("|")[0]))
    ]
    assert not unseen, f"a shift of these by one would go unseen: {unseen}"


def _shifted(number: Number) -> Iterable[tuple[str, list[Number]]]:
    """The numbers that a panel would paint instead if it were off by one, by what it would be off."""
    yield "step", [number._replace(step=number.step + by) for by in (-1, 1) if number.step + by >= 0]
    for name in ("unit", "output", "source"):
        if name in number.place:
            at = int(number.place[name])
            yield name, [number._replace(place=number.place | {name: str(at + by)}) for by in (-1, 1) if at + by >= 0]


def _or_nan(expected: Callable[[Number], float], number: Number) -> float:
    """NaN beyond the last step, unit or answer."""
    try:
        return float(expected(number))
    except IndexError:
        return math.nan


def close(painted: Sequence, expected: np.ndarray, what: object, **tolerance: float) -> None:
    """All that a trace draws; a gap is what is not finite."""
    drawn = np.array([np.nan if value is None else value for value in np.ravel(np.array(painted, dtype=object))], float)
    drawn, wanted = (np.where(np.isfinite(values), values, np.nan).ravel() for values in (drawn, expected))
    np.testing.assert_allclose(drawn, wanted, **({"rtol": 2e-5, "atol": 2e-5} | tolerance), err_msg=str(what))
