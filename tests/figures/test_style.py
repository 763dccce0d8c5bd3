"""The palette: readable on both pages, told apart by every kind of eye; and ranges that make pictures comparable."""

import itertools
import tomllib
from pathlib import Path
from typing import get_args

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from rnnviz.cells import CELLS, TRIO, Role
from rnnviz.figures import style
from rnnviz.trace import Signal

ROOT = Path(__file__).resolve().parents[2]
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
PAGES = {name: THEME[name]["backgroundColor"] for name in ("light", "dark")}
# Of these the colours lie further apart.
UP_TO_2014 = ("Jordan", "RNN", "LSTM 1997", "LSTM", "LSTM peephole", "ESN", "GRU 2014", "GRU")
LABELS = {f"label {k}": color for k, color in enumerate(style.LABELS)}
MARKS = {**style.CELLS, **style.ROLES, **style.DIRECTIONS, **LABELS, "ink": style.INK}

# How the three common colour deficiencies see linear RGB, at full strength: Machado, Oliveira, Fernandes 2009, table 1.
EYES = {
    "all": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# From linear RGB to XYZ under daylight (sRGB, IEC 61966-2-1).
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(color: str) -> np.ndarray:
    value = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The ratio of the accessibility guidelines, 1 to 21."""
    dark, light = sorted(float(TO_XYZ[1] @ linear(color)) + 0.05 for color in (one, other))
    return light / dark


def lab(color: str, eye: str) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(EYES[eye] @ linear(color), 0, 1) / TO_XYZ.sum(1)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one: str, other: str, eye: str) -> float:
    return float(np.linalg.norm(lab(one, eye) - lab(other, eye)))


@pytest.mark.parametrize("page", PAGES)
def test_every_mark_stands_out_from_both_pages_by_three_to_one(page):
    for mark, color in MARKS.items():
        assert contrast(color, PAGES[page]) >= 3, mark


def test_contrast_is_measured_as_the_guidelines_do():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("eye", EYES)
def test_no_two_cells_look_alike_to_any_kind_of_eye(eye):
    for pair in itertools.combinations(style.CELLS, 2):
        wanted = 20 if set(pair) <= set(TRIO) else 17 if set(pair) <= set(UP_TO_2014) | {"minGRU"} else 9
        assert apart(*(style.CELLS[cell] for cell in pair), eye) > wanted, pair


@pytest.mark.parametrize("eye", EYES)
def test_the_two_directions_do_not_look_alike_to_any_kind_of_eye(eye):
    assert apart(style.DIRECTIONS["forward"], style.DIRECTIONS["backward"], eye) > 25


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("direction", style.DIRECTIONS)
def test_no_direction_looks_like_a_cell_or_like_the_state_to_any_kind_of_eye(direction, eye):
    # Beside a direction stand the state and how often trained networks are right, which are of three cells.
    beside = {name: style.CELLS[name] for name in TRIO} | {"h": style.ROLES["state"]}
    for name, other in (style.CELLS | beside).items():
        assert apart(style.DIRECTIONS[direction], other, eye) > (20 if name in beside else 14), name


@pytest.mark.parametrize("eye", EYES)
def test_no_two_labels_look_alike_to_any_kind_of_eye(eye):
    for pair in itertools.combinations(LABELS, 2):
        assert apart(*(LABELS[label] for label in pair), eye) > 20, pair


def test_a_label_is_not_taken_for_a_cell_or_for_a_direction():
    for label in LABELS.values():
        for other in (*style.CELLS.values(), *style.DIRECTIONS.values()):
            assert apart(label, other, "all") > 20, (label, other)


def test_the_first_label_is_gray_and_the_five_others_are_hues():
    chroma = [float(np.hypot(*lab(color, "all")[1:])) for color in style.LABELS]
    assert chroma[0] < 6
    assert len(chroma) == 6
    assert min(chroma[1:]) > 35


def test_a_direction_and_a_label_have_a_colour_that_nothing_else_has():
    hues = (style.POSITIVE, style.NEGATIVE, style.GATE, style.GRADIENT, *style.WORDS)
    written = {f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in hues}
    taken = {*style.CELLS.values(), *style.ROLES.values(), style.INK, *written}
    new = [*style.DIRECTIONS.values(), *style.LABELS]
    assert len({*taken, *new}) == len(taken) + len(new)


@pytest.mark.parametrize("eye", EYES)
def test_the_signals_of_one_cell_do_not_look_alike_to_any_kind_of_eye(eye):
    for cell in CELLS.values():
        for one, other in itertools.combinations(cell.quantities.values(), 2):
            assert apart(style.ROLES[one.role], style.ROLES[other.role], eye) > 4, (cell.name, one, other)


def test_a_gray_stays_gray_to_every_eye_and_a_simulated_one_tells_less():
    for eye, matrix in EYES.items():
        np.testing.assert_allclose(matrix.sum(1), 1, atol=1e-5)
        assert abs(lab("#808080", eye)[1:]).max() < 0.5
    seen, unseen = (apart("#C00000", "#4A6000", eye) for eye in ("all", "deuteranopia"))
    assert unseen < seen / 2


def test_every_cell_and_every_role_has_a_colour_and_no_cell_has_that_of_a_role():
    assert set(style.CELLS) == set(CELLS)
    roles = {quantity.role for cell in CELLS.values() for quantity in cell.quantities.values()}
    assert roles == set(style.ROLES) == set(get_args(Role))
    assert not set(style.CELLS.values()) & set(style.ROLES.values())
    assert len(set(style.CELLS.values())) == len(CELLS)


@pytest.mark.parametrize("name", style.SCALES)
def test_every_scale_is_one_that_plotly_takes_and_rises_in_strength(name):
    scale = style.SCALES[name]
    go.Heatmap(z=[[0, 1]], colorscale=scale)
    places = [place for place, _color in scale]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (0, 1)
    strengths = [float(color.rstrip(")").split(",")[3]) for _place, color in scale]
    middle = len(scale) // 2 if name == "state" else 0
    assert strengths[middle:] == sorted(strengths[middle:])
    assert strengths[:middle] == sorted(strengths[:middle], reverse=True)


def test_nothing_is_drawn_at_zero_of_a_state():
    assert [color.endswith(",0)") for place, color in style.SCALES["state"] if place == 0.5] == [True, True]


def signal(values: object, bounds: tuple[float, float] | None = None) -> Signal:
    return Signal("s", ("unit",), np.asarray(values, dtype=float), bounds=bounds)


GATE, TANH, FREE = signal([0.2], (0.0, 1.0)), signal([0.2], (-1.0, 1.0)), signal([3.0, -7.5])


@pytest.mark.parametrize(
    ("signals", "expected"),
    [
        ([GATE], (0, 1)),
        ([GATE, GATE], (0, 1)),
        ([TANH], (-1, 1)),
        ([FREE], (-7.5, 7.5)),
        ([GATE, TANH], (-1, 1)),
        ([GATE, FREE, TANH], (-7.5, 7.5)),
        ([signal([0.001])], (-1, 1)),
        ([signal([0.0, 0.0])], (-1, 1)),
        ([signal([np.nan, np.inf, 4.0, -np.inf])], (-4, 4)),
        ([signal([np.nan])], (-1, 1)),
        ([signal([])], (-1, 1)),
        ([signal([5.0], (0.0, np.inf))], (-5, 5)),
    ],
)
def test_a_range_is_that_of_a_gate_or_symmetric_and_the_same_for_all(signals, expected):
    assert style.value_range(*signals) == expected
    assert style.value_range(*reversed(signals)) == expected


def test_only_what_lies_between_zero_and_one_is_drawn_as_a_gate():
    assert [style.scale_name(one) for one in (GATE, TANH, FREE)] == ["gate", "state", "state"]


def test_plain_text_has_no_markup_and_nothing_else_changes():
    assert style.plain("<b>&amp;</b>") == "&lt;b&gt;&amp;amp;&lt;/b&gt;"
    assert style.plain('what\'s "this" 你好 🙂') == 'what\'s "this" 你好 🙂'


def test_tokens_stand_under_the_axis_while_they_have_room():
    axis = style.time_axis(3, ("a", "<b>", "x" * 30))
    assert axis["tickvals"] == [1, 2, 3]
    assert axis["ticktext"] == ["a", "&lt;b&gt;", "x" * 9 + "…"]
    assert axis["range"] == [0.5, 3.5]
    assert "ticktext" not in style.time_axis(25, ("a",) * 25)
    assert "ticktext" not in style.time_axis(3)


@pytest.mark.parametrize(("steps", "every"), [(1, 5), (60, 5), (61, 10), (200, 20), (500, 45)])
def test_a_long_axis_has_few_ticks(steps, every):
    axis = style.time_axis(steps)
    assert axis["dtick"] == every
    assert steps / axis["dtick"] <= 12


def test_a_figure_is_transparent_and_has_no_template_of_another_house():
    figure = style.figure(200, title="t").figure()
    bold = {"layout": {"annotationdefaults": {"font": {"weight": 700}}}}
    assert figure.layout.template.to_plotly_json() == pio.templates["none"].to_plotly_json() | bold
    assert (figure.layout.paper_bgcolor, figure.layout.plot_bgcolor) == ("rgba(0,0,0,0)",) * 2
    assert (figure.layout.height, figure.layout.title.text) == (200, "t")
    assert figure.layout.margin.to_plotly_json() == style.MARGIN
