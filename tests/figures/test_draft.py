"""A draft becomes the figure that Plotly's own verbs make, to the last key of its JSON, for every figure there is."""

import inspect
import json

import numpy as np
import plotly.graph_objects as go
import pytest

from rnnviz import figures
from rnnviz.figures import draft as drafts
from rnnviz.figures import style
from rnnviz.figures.draft import Draft, merge
from rnnviz.trace import Signal

VALUES = np.random.default_rng(0).normal(size=(6, 4))
BROKEN = np.where(VALUES > 1, np.inf, VALUES)
WORDS = ("a", "<b>", "c", "d", "e", "f")
RED = "#C8324E"


def signal(values: np.ndarray, *axes: str, **more: object) -> Signal:
    return Signal("h", axes or ("time", "unit"), values, **more)


STATES, SIZES = signal(VALUES), signal(np.tril(VALUES[:4]) - np.triu(np.full((4, 4), np.nan), 1), "loss_time", "time")
UNITS = signal(np.abs(VALUES[0]), "unit")
LINE = figures.Line("a", VALUES[:, 0], RED)
EXAMPLES = {
    "agreement": lambda: figures.agreement(
        [figures.Marks("a", VALUES[0], VALUES[1], RED, texts=list("abcd"))], x_title="x", y_title="y"
    ),
    "by_depth": lambda: figures.by_depth(
        [figures.Curve("a", np.arange(1, 4), np.array([0.1, 0.5, 1]), RED, points=[(1, 0.2), (1, 0.3)])], chance=0.5
    ),
    "channels": lambda: figures.channels(np.sign(VALUES), VALUES, VALUES, list("abcd"), WORDS),
    "gradient_map": lambda: figures.gradient_map(SIZES, WORDS[:4], value_range=(-3, 0)),
    "growth": lambda: figures.growth([LINE, figures.Line("b", np.abs(VALUES[:, 1]) * 1e5, RED)], chosen="a"),
    "half_lives": lambda: figures.half_lives([figures.Row("a", UNITS, RED)], longest=5),
    "heatmap": lambda: figures.heatmap(signal(BROKEN), WORDS, value_range=(-2, 2)),
    "horizon": lambda: figures.horizon(VALUES[:, 0], VALUES[:, 1], WORDS, value_range=(-1, 3)),
    "learning": lambda: figures.learning(
        [figures.Learnt("a", np.arange(1, 4), VALUES[:3, 0], RED)], marks={"half": 0.5}
    ),
    "lanes": lambda: figures.lanes([figures.Run("a", STATES, RED)], [0, 2]),
    "layer_gradients": lambda: figures.layer_gradients(
        signal(BROKEN[:2], "layer", "time"), WORDS[:4], layer_titles=("1", "2")
    ),
    "lines": lambda: figures.lines(
        [LINE, LINE._replace(name="b", band=(VALUES[:, 1] - 9, VALUES[:, 1]))], WORDS, value_range=(0, 1), first=0
    ),
    "lines, logarithmic": lambda: figures.lines([LINE], log=True),
    "mirror": lambda: figures.mirror(STATES, STATES, WORDS),
    "orbit": lambda: figures.orbit(
        VALUES[:, :2], [figures.Rest("r", 1, VALUES[:2, :2], ("u", "v"))], VALUES[0], ways=[VALUES[:, :2]]
    ),
    "orbit, in space": lambda: figures.orbit(VALUES[:, :3], [figures.Rest("r", 9, VALUES[:2, :3])], VALUES[0, :3]),
    "over_updates": lambda: figures.over_updates(signal(BROKEN[:2], "update", "time"), [3, 8], WORDS[:4], marked=8),
    "saturation": lambda: figures.saturation([figures.Gate("f", UNITS, UNITS, RED)]),
    "seeds": lambda: figures.seeds(
        (1, 5), [figures.Runs("a", np.abs(VALUES[:3, :2]), RED, extra=np.zeros((1, 2)))], chance=0.5, boundary=5
    ),
    "spectrum": lambda: figures.spectrum([figures.Eigenvalues("a", signal(VALUES[0] + 1j, "rank"), RED, hollow=True)]),
    "stack": lambda: figures.stack([("one", STATES), ("<two>", signal(BROKEN))], WORDS),
    "sweep": lambda: figures.sweep(np.arange(4.0), VALUES[0], chosen=(1.0, 2.0), boundary=1.5),
    "rows_left": lambda: figures.rows_left(np.array([3, 3, 2, 1]), color=RED),
    "by_size": lambda: figures.by_size(np.array([1, 2, 4]), [figures.Line("a", np.array([4.0, 2.0, np.nan]), RED)]),
    "tally": lambda: figures.tally([figures.Amount("a", 0.4, "40", RED)], chosen="a", mark=0.5, mark_title="guess"),
    "trajectory": lambda: figures.trajectory(signal(VALUES[:, :2], "time", "component"), UNITS, WORDS),
}


class Both(Draft):
    """Does every change to a figure of Plotly's as well, one by one, and compares in the end."""

    def __init__(self, layout: dict) -> None:
        super().__init__(layout)
        self.slow = go.Figure(layout={"template": layout["template"]})
        self.slow.update_layout(**{k: v for k, v in layout.items() if k not in ("xaxis", "yaxis", "template")})
        self.slow.update_xaxes(**layout["xaxis"])
        self.slow.update_yaxes(**layout["yaxis"])

    def figure(self) -> go.Figure:
        made = super().figure()
        assert json.loads(made.to_json()) == json.loads(self.slow.to_json())
        self.compared.append(made)
        return made


def _replayed(verb: str):
    def both(self: Both, *args: object, **more: object) -> None:
        getattr(Draft, verb)(self, *args, **more)
        getattr(self.slow, verb)(*args, **more)

    return both


for name, _method in inspect.getmembers(Draft, inspect.isfunction):
    if name.startswith(("add_", "update_")):
        setattr(Both, name, _replayed(name))


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_figure_made_at_once_is_the_one_made_step_by_step(example, monkeypatch):
    monkeypatch.setattr(style, "Draft", Both)
    monkeypatch.setattr(drafts, "alone", lambda draft: draft)  # what that adds, no verb does
    monkeypatch.setattr(Both, "compared", [], raising=False)
    assert isinstance(EXAMPLES[example](), go.Figure)
    assert len(Both.compared) == 1


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_draft_says_of_itself_what_its_figure_would_say(example, monkeypatch):
    complete, asked = Draft.figure, []
    monkeypatch.setattr(Draft, "figure", lambda self: asked.append(self) or complete(self))
    figure = EXAMPLES[example]()
    (draft,) = asked
    assert draft.spec() == json.loads(figure.to_json())
    json.dumps(draft.spec(), allow_nan=False)


def test_arrays_are_packed_as_plotly_packs_them():
    whole = [np.arange(3), np.array([300, 1]), np.array([2**20]), np.array([2**40, 1]), np.array([3], np.uint8)]
    other = [np.zeros(0), np.ones((2, 3), np.float32), np.ones((3, 2)).T, np.array([True]), np.array(["a", "<b>"])]
    for values in whole + other:
        draft = style.figure(100)
        draft.add_scatter(x=values, y=[1, np.nan, np.float64(2)], name=None, meta={"range": values, "at": np.int64(1)})
        draft.update_layout(xaxis={"range": np.array([0.5, 2])})
        assert draft.spec() == json.loads(draft.figure().to_json())


def test_every_figure_there_is_has_an_example():
    public = {name for name in figures.__all__ if inspect.isfunction(getattr(figures, name))}
    assert public == {example.partition(",")[0] for example in EXAMPLES}


@pytest.mark.parametrize(
    ("axis", "at", "words", "verb", "position"),
    [("x", 0.4, "", "vline", None), ("x", 2.0, "<here>", "vline", "top"), ("y", 0.5, "a", "hline", "bottom right")],
)
def test_a_mark_is_plotlys_own_line(axis, at, words, verb, position):
    draft, plotly = style.figure(100), style.figure(100).figure()
    style.mark(draft, axis, at, words)
    named = {"annotation": {"text": style.plain(words), "font": {"size": 11}}, "annotation_position": position}
    line = {"color": style.INK, "width": 1.5, "dash": "dot"}
    getattr(plotly, f"add_{verb}")(at, line=line, **(named if words else {}))
    assert json.loads(draft.figure().to_json()) == json.loads(plotly.to_json())


def test_one_figure_does_not_change_another():
    first, second = style.figure(100), style.figure(100)
    first.update_layout(margin={"t": 99})
    first.update_xaxes(gridcolor="red")
    assert second.layout["margin"] == style.MARGIN != first.layout["margin"]
    assert second.layout["xaxis"]["gridcolor"] == second.layout["yaxis"]["gridcolor"] == style.GRID


def test_dictionaries_are_merged_and_all_else_is_replaced():
    into = {"a": {"b": 1, "c": {"d": 2}}, "e": [1, 2]}
    merge(into, {"a": {"c": {"f": 3}}, "e": [9], "g": {"h": 1}})
    assert into == {"a": {"b": 1, "c": {"d": 2, "f": 3}}, "e": [9], "g": {"h": 1}}


def test_what_plotly_does_not_know_is_refused_by_the_comparison_and_in_a_finished_figure():
    with pytest.raises(ValueError, match="colour"):
        Both(style.figure(100).layout).add_scatter(x=[1], colour="red")
    draft = style.figure(100)
    draft.add_scatter(x=[1])
    figure = draft.figure()
    with pytest.raises(ValueError, match="colour"):
        figure.update_traces(colour="red")
    with pytest.raises(ValueError, match="bold"):
        figure.update_xaxes(bold=True)


def test_a_figure_shares_no_layout_with_another():
    first, second = style.figure(100).figure(), style.figure(100).figure()
    first.update_layout(margin={"t": 99}, template={"layout": {"width": 50}})
    first.update_xaxes(gridcolor="red")
    assert second.to_dict() == style.figure(100).figure().to_dict()
