"""What the planes of depth paint is true: every point, both lines and their counts, from the weights alone."""

import re
from urllib.parse import quote

import numpy as np
import pytest
import torch

from rnnviz.app.panels.by_depth import PROBED_AT_ONCE, PROBES
from rnnviz.app.panels.depth_planes import SEQUENCES
from rnnviz.linear_readout import RIDGE
from rnnviz.subjects.sizes import task
from tests.browser.painted import opened, walk
from tests.browser.reference_networks import Answered, read, shipped

pytestmark = pytest.mark.browser

BITS = "0 1 1 0 1 0 0 1"
# Of each plane: its points, its line's ends and the ring, as the axes' numbers say.
DRAWN = """() => [...document.querySelectorAll('.plane')].map((plane) => {
  const at = (node, name) => Number(node.getAttribute(name));
  const field = plane.querySelector('.plane-field');
  const [left, top] = [at(field, 'x'), at(field, 'y')];
  const ticks = (anchor, name, from) => [...plane.querySelectorAll(`.plane-tick[text-anchor=${anchor}]`)].map((tick) =>
    [Number(tick.textContent.replace('−', '-')), at(tick, name) - from]);
  const across = ticks('middle', 'x', left);
  const up = ticks('end', 'y', top + 4);
  const read = ([[v, p], [w, q]]) => (pixel) => v + ((pixel - p) / (q - p)) * (w - v);
  const [x, y] = [read([across[0], across.at(-1)]), read([up[0], up.at(-1)])];
  const middle = (node) => (({ x, y, width, height }) => [x + width / 2, y + height / 2])(node.getBBox());
  const point = ([a, b]) => [x(a), y(b)];
  const line = plane.querySelector('.plane-line');
  const ring = plane.querySelector('.plane-now').style.transform.match(/-?[\\d.]+/g).map(Number);
  return {
    points: [...plane.querySelectorAll('.plane-dot')].map((dot) => point(middle(dot))),
    line: [1, 2].map((k) => point([at(line, `x${k}`), at(line, `y${k}`)])),
    ring: point(ring),
    told: plane.querySelector('.plane-words').textContent,
  };
})"""


def read_out(states: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """A ridge regression as a least squares of more rows: weights, then the intercept."""
    centre = states.mean(0)
    strength = np.sqrt(RIDGE * ((states - centre) ** 2).sum(0).mean())
    rows = np.concatenate([states - centre, strength * np.eye(states.shape[1])])
    asked = np.concatenate([targets - targets.mean(0), np.zeros((states.shape[1], targets.shape[1]))])
    weights = np.linalg.lstsq(rows, asked, rcond=None)[0]
    return np.concatenate([weights, [targets.mean(0) - centre @ weights]])


def states_of(run: Answered, layer: int) -> np.ndarray:
    return np.concatenate([values["h"] for (k, _side), values in run.layers.items() if k == layer], 1)


@pytest.mark.parametrize(("cell", "depth"), [("LSTM", 2), ("GRU", 3)])
def test_the_planes_paint_the_truth(arrive, cell, depth):
    visitor = opened(arrive, f"/deep-network?task=neighbour_xor&layers={depth}&cell={cell}&text={quote(BITS)}")
    weights, learnt = shipped(f"neighbour-xor-{cell.lower()}-two-{depth}-seed0"), task("neighbour_xor")
    draw = torch.Generator().manual_seed(1)
    drawn = torch.cat([learnt.batch(PROBED_AT_ONCE, draw).x for _k in range(PROBES)], 1)
    runs = [read(cell, weights, x) for x in drawn.T]
    bits = np.concatenate([np.stack([x[:-2], x[2:]], 1) - 1 for x in drawn.T.numpy()]).astype(float)
    fitted = [
        read_out(np.concatenate([states_of(run, layer)[1:-1] for run in runs]), asked)
        for layer, asked in ((0, bits), (depth - 1, bits[:, :1]))
    ]

    def planes(run: Answered) -> list[np.ndarray]:
        low, high = (np.insert(states_of(run, k), 0, 1, 1) for k in (0, depth - 1))
        score = np.diff(run.answers["p:sum"].numpy(), axis=1)
        low, high = (np.roll(states, -1, 1) @ each for states, each in zip((low, high), fitted, strict=True))
        return [low, np.concatenate([high, score], 1)]

    own = planes(read(cell, weights, learnt.encode(BITS)[:, 0]))

    rings = []
    for step in (0, 3, 7):
        walk(visitor, [step])
        rings.append((step, [plane["ring"] for plane in visitor.page.evaluate(DRAWN)]))
    shown = learnt.held_out()[0].x[:, :SEQUENCES]
    points = [np.stack(both) for both in zip(*(planes(read(cell, weights, x)) for x in shown.T), strict=True)]
    points = [each[:, 1:-1].swapaxes(0, 1).reshape(-1, 2) for each in points]  # all sequences of a step, then the next
    before, after = (shown[cut].flatten().numpy() - 1 for cut in (slice(None, -2), slice(2, None)))
    painted = visitor.page.evaluate(DRAWN)
    for k, (plane, each) in enumerate(zip(painted, points, strict=True)):
        scale = np.ptp(each, axis=0)
        np.testing.assert_allclose(np.array(plane["points"]) / scale, each / scale, atol=0.01)
        for step, ring in rings:
            np.testing.assert_allclose(ring[k] / scale, own[k][step] / scale, atol=0.01)

    groups = [(before == a) & (after == b) for a in (0, 1) for b in (0, 1)]
    corners = [[0, 0], [0, 1], [1, 0], [1, 1]]
    # Each group stands at its corner. Of four points, one of each, every line has one on its wrong side: so the line
    # that is wrong about the smallest group alone is the best.
    assert all(np.abs(points[0][group] - corner).max() < 0.45 for group, corner in zip(groups, corners, strict=True))
    (x1, y1), (x2, y2) = painted[0]["line"]
    side = (points[0] - [x1, y1]) @ [y1 - y2, x2 - x1] > 0
    wrong = min((side == (before != after)).sum(), (side != (before != after)).sum())
    assert wrong == min(group.sum() for group in groups)
    assert list(map(int, re.findall(r"\d+", painted[0]["told"]))) == [1, depth]
    assert "misses a corner" in painted[0]["told"]
    assert np.array_equal(points[1][:, 1] > 0, before != after)
    np.testing.assert_allclose(np.array(painted[1]["line"])[:, 1], 0, atol=1e-3 * np.abs(points[1][:, 1]).max())
    assert list(map(int, re.findall(r"\d+", painted[1]["told"]))) == [depth, depth, len(before)]
