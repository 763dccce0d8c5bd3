"""What is drawn on canvases is true: each square has the colour of its own unit, at its own step."""

from urllib.parse import quote

import numpy as np
import pytest

from rnnviz.subjects.sizes import task
from tests.browser.painted import wait, walk
from tests.browser.reference_networks import SIDES, read, shipped
from tests.browser.squares import keep_squares, shows, squares

pytestmark = pytest.mark.browser

SENTENCE = "please book a table for two at noon"
TRAVEL = "I would like to leave Taipei on November 2nd"
BITS = "0 1 1 0 1 0 0 1"
GATES = "ifo"


def watched(arrive, address: str):
    """A visitor whose canvases are read."""
    visitor = arrive("/step-through", ready=False, own_tab=True)
    keep_squares(visitor)
    visitor.go(address, ready=False)
    wait(visitor)
    return visitor


def scale(name: str) -> str:
    return "gate" if name in GATES else "state"


def test_the_strip_the_drawing_and_the_matrices(arrive):
    visitor = watched(arrive, f"/step-through?text={quote(SENTENCE)}")
    weights = shipped("intents-lstm-small")
    run = read("LSTM", weights, task("intents").encode(SENTENCE)[:, 0])
    numbers = run.layers[0, "forward"] | {"x": run.x}
    start, *cells = squares(visitor, ".strip-cell img")
    assert shows(start, np.zeros(16))
    for t, cell in enumerate(cells):
        assert shows(cell, numbers["h"][t].numpy()), f"the strip at step {t}"
    for name, canvas in zip(
        ("layers.0.0.weight_ih", "layers.0.0.weight_hh", "readout.weight"),
        squares(visitor, ".matrix-place canvas"),
        strict=True,
    ):
        values = weights[name].numpy()
        assert shows(canvas, values, limit=np.abs(values).max()), name
    for step in (0, 1, 6):
        walk(visitor, [step])
        filled, *_none = squares(visitor, ".diagram-units")
        for box in ("previous:c", "previous:h", "x", "f", "i", "g", "o", "c", "h"):
            values = numbers[box][step].numpy()
            of_box, filled = filled[: values.size], filled[values.size :]
            assert shows(of_box, values, scale(box)), f"the box {box} at step {step}"
        assert not filled


def test_both_sides_and_the_way_through_them(arrive):
    visitor = watched(arrive, f"/two-directions?task=slots&text={quote(TRAVEL)}")
    weights, words = shipped("slots-lstm-two-1-seed0"), task("slots")
    run = read("LSTM", weights, words.encode(TRAVEL)[:, 0])
    h = [run.layers[0, side]["h"].numpy() for side in SIDES]
    for step in (0, 4, len(h[0]) - 1):
        walk(visitor, [step])
        forward, backward, both = squares(visitor, ".sides-strip canvas")
        for side, filled in zip(h, (forward, backward), strict=True):
            assert shows(filled, side[step])
        assert shows(both, np.concatenate([side[step] for side in h]))
    drawn = squares(visitor, ".datapath-sheet canvas")
    count = len(drawn) // 2  # the last words, as many as have room
    right, left = (side[-count:] for side in h)
    for filled, expected in zip(drawn, [*right, *left], strict=True):
        assert shows(filled, expected)


def test_the_grid_of_a_deep_network(arrive):
    visitor = watched(arrive, f"/deep-network?task=neighbour_xor&layers=2&text={quote(BITS)}")
    run = read("LSTM", shipped("neighbour-xor-lstm-two-2-seed0"), task("neighbour_xor").encode(BITS)[:, 0])
    (picture,) = squares(visitor, ".grid-picture canvas")
    rows = [(1, "backward"), (1, "forward"), (0, "backward"), (0, "forward")]
    for row in rows:
        for t, h in enumerate(run.layers[row]["h"].numpy()):
            cell, picture = picture[: h.size], picture[h.size :]
            assert shows(cell, h), f"layer and direction {row} at step {t}"
    assert not picture
    for tab, row in enumerate(rows):
        visitor.page.locator(".grid-name").nth(tab).click()
        for step in (0, 5):
            walk(visitor, [step])
            for name, filled in zip("hifgoc", squares(visitor, ".opened-quantity canvas"), strict=True):
                values = run.layers[row][name].numpy()
                limit = np.abs(values).max() if name == "c" else 1.0
                assert shows(filled, values[step], scale(name), limit), f"{name} of {row} at step {step}"
