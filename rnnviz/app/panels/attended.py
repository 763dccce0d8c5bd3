"""One way with attention, beside one way and both ways: at which words each word looks, and what it then answers."""

from __future__ import annotations

from rnnviz.app import naming
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels.answers_per_step import label_colors, measured, quiet, said, task_of, trainings, ways
from rnnviz.app.panels.direction_claims import opened, told
from rnnviz.app.panels.network_views import label_names
from rnnviz.app.stage.board import Board
from rnnviz.figures import style
from rnnviz.subjects import Subject, attentive


def row(one: Subject | None, two: Subject, board: Board) -> list[dict]:
    """Its two panels; none but for sentences of the task that it learnt, read by trained networks."""
    if one is None or not two.trained or task_of(two) != attentive.TASK or not two.text:
        return []
    found = attentive.attended(two.text)
    if len(found.weights.values) != len(two.tokens):  # a part of what is too long to be shown
        return []
    board.array("alpha", found.weights.values)
    board.array("p:attention", found.output.values)
    return [_looks(one, two, found), _answer(one, two)]


def _looks(one: Subject, two: Subject, found: attentive.Attention) -> dict:
    """The words above and below: which ones, above, the word at the cursor, below, looks at."""
    leading = found.output.values.argmax(-1)
    names, inks, none = label_names(two), label_colors(two), quiet(two)
    t = told(one, two)
    t = opened(one, two) if t is None else t
    j = int(found.weights.values[t].argmax())
    called = _("With attention one way is enough: “{word}” looks ahead at “{other}”")
    if j <= t or leading[t] == none:
        called = _("With attention, “{word}” looks most at “{other}”")
    return {
        "kind": "alignment",
        "words": True,
        "tokens": two.tokens,
        "known": two.known,
        "written": two.tokens,
        "right": None,
        "answers": ["" if k == none else names[k] for k in leading],
        "inks": [inks[k] for k in leading],
        "color": style.CELLS[attentive.card().network["cell"]],
        "weights": "alpha",
        "strings": {"unknown": _("It has never met this word.")},
        "title": called.format(word=two.tokens[t], other=two.tokens[j]),
        "caption": _(
            "Attention lets a word use every h, later ones too. Bars: the weights α of the word at the cursor."
        ),
        "alternative": called.format(word=two.tokens[t], other=two.tokens[j]),
        "span": 8,
    }


def _answer(one: Subject, two: Subject) -> dict:
    """What it answers at the cursor, and how often each way is right."""
    shares = {ways()["one"]: said(trainings(one)), ways()["two"]: said(trainings(two))}
    counts = _(", ").join(f"{name} {share}" for name, share in shares.items())
    most = said([attentive.card()])
    asked = f"{measured(attentive.card())[0]:,}"
    right = _("Right at {count} words of test sentences that a later word decides: {share}; {others}.")
    return {
        "kind": "probabilities",
        "array": "p:attention",
        "network": "attentive",
        "labels": label_names(two),
        "color": style.CELLS[attentive.card().network["cell"]],
        "title": _("One way with attention: the answer"),
        "caption": sentences(
            _("Another {cell}, trained alike.").format(cell=naming.cell(attentive.card().network["cell"])),
            right.format(count=asked, share=most, others=counts),
        ),
        "span": 4,
    }
