"""The documentation's script, as somebody runs it: its loop is watched, its run opens in the app, and every number that
is painted of it is that of an unrolled loop."""

import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import rnnviz
from rnnviz.tasks import Task
from rnnviz.watching import Log
from tests.browser.painted import wait

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "watched_loop.py"
PAINTED = """() => Object.fromEntries([...document.querySelectorAll('.rnnviz-stage .js-plotly-plot')].flatMap((plot) =>
  plot._fullData.filter(({ meta }) => meta?.signal?.startsWith('watched:')).map(({ meta, x, y, z }) => {
    const rows = z && Array.from(z, (row) => Array.from(row));
    return [meta.signal.slice(8), { x: Array.from(x), y: Array.from(y), z: rows }];
  })))"""


def run(script: Path, updates: int) -> tuple[Log, Task]:
    """What the script opens, after fewer updates than it makes."""
    opened = []
    text = script.read_text("utf-8").replace("range(301)", f"range({updates})")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rnnviz, "open", lambda log, task: opened.append((log, task)))
        exec(compile(text, str(script), "exec"), {"__name__": "script"})
    return opened[0]


def unrolled(weights: dict[str, torch.Tensor], x: torch.Tensor, y: torch.Tensor, batch: int) -> dict[str, np.ndarray]:
    """log10 of the norms of dL/dh and dL/dc at each step, over all sequences of ``x``; and means of the gates."""
    w = {name: value.double() for name, value in weights.items()}
    h = c = torch.zeros(x.shape[1], w["rnn.weight_hh_l0"].shape[1], dtype=torch.float64)
    states, gates = [], []
    for read in w["embedding.weight"][x]:
        sums = F.linear(read, w["rnn.weight_ih_l0"], w["rnn.bias_ih_l0"])
        i, f, g, o = (sums + F.linear(h, w["rnn.weight_hh_l0"], w["rnn.bias_hh_l0"])).chunk(4, 1)
        i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
        c = (f * c + i * g).requires_grad_()
        h = o * c.tanh()
        states.append((h, c))
        gates.append([i, f, o])
    loss = F.cross_entropy(F.linear(h, w["head.weight"], w["head.bias"]), y, reduction="sum") / batch
    found: dict[str, object] = {}
    for k, name in enumerate("hc"):
        gradients = torch.autograd.grad(loss, [state[k] for state in states], retain_graph=True)
        found[f"log10 dL/d{name}"] = np.array([math.log10(float(gradient.norm())) for gradient in gradients])
    return found | {n: float(torch.stack([step[k] for step in gates]).detach().mean()) for k, n in enumerate("ifo")}


def test_the_script_of_the_documentation_opens_its_run_and_what_is_painted_is_recomputed(arrive):
    text = SCRIPT.read_text("utf-8")
    assert len([line for line in text.splitlines() if line.strip()]) <= 30
    log, task = run(SCRIPT, 41)
    generator = torch.Generator().manual_seed(0)
    batches = [task.batch(32, generator) for _ in range(41)]
    with rnnviz.open(log, task=task, browser=False, block=False) as server:
        path = server.url.rpartition("/")[2]
        visitor = arrive(f"/{path}", server=SimpleNamespace(url=server.url.removesuffix(f"/{path}")), own_tab=True)
        wait(visitor)
        painted = visitor.page.evaluate(PAINTED)
        visitor.page.goto("about:blank")
    assert painted.keys() == {"log10 dL/dh", "log10 dL/dc", "i", "f", "o", "gradient_norm", "applied_norm"}
    assert all(each["y" if each["z"] else "x"] == [0, 20, 40] for each in painted.values())
    for row, record in enumerate(log):
        x, y = batches[record.step]
        expected = unrolled(record.weights, x[:, :4], y[:4], 32)
        for name in ("log10 dL/dh", "log10 dL/dc"):
            np.testing.assert_allclose(painted[name]["z"][row], expected[name], atol=1e-4)
        for name in "ifo":
            assert painted[name]["y"][row] == pytest.approx(expected[name], abs=1e-5)
        assert painted["gradient_norm"]["y"][row] == pytest.approx(record.gradient_norm, rel=1e-5)
        applied = painted["applied_norm"]["y"][row]  # a point where the gradients were clipped, and none elsewhere
        if record.gradient_norm > 1:
            assert applied == pytest.approx(1.0, rel=1e-4)
        else:
            assert applied is None or math.isnan(applied)
