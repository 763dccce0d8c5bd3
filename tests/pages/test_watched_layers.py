"""A watched loop of several layers and directions: each can be chosen, and the code shown gives its numbers."""

import base64

import numpy as np
import pytest
import torch
from torch import nn

import rnnviz
from tests.pages.visit import board, land


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.head = nn.Embedding(7, 3), nn.Linear(10, 4)
        self.rnn = nn.LSTM(3, 5, num_layers=2, bidirectional=True)

    def forward(self, ids):
        return self.head(self.rnn(self.embedding(ids))[0])


@pytest.fixture(scope="module")
def log():
    torch.manual_seed(0)
    model = Tagger()
    with rnnviz.watch(model, every=1, snapshots=True) as log:
        for _ in range(3):
            model.zero_grad()
            model(torch.randint(7, (6, 2))).square().sum().backward()
            log.step()
    return log


@pytest.mark.parametrize(
    ("asked", "shown"),
    [({}, (1, "forward")), ({"watched": "1.backward"}, (0, "backward")), ({"watched": "9.up"}, (1, "forward"))],
)
def test_every_layer_and_direction_of_a_watched_loop_can_be_chosen(log, asked, shown):
    query = rnnviz.subject(log, torch.arange(6).reshape(-1, 1), update=2).query()
    at = land("vanishing_gradients.py", **query, reads="own", **asked)
    (control,) = (each for each in at.get("button_group") if each.key == "watched")
    assert len(control.options) == 4
    panels = [panel for row in board(at)[0]["rows"] for panel in row]
    drawn = next(
        trace["z"]
        for panel in panels
        for trace in panel.get("figure", {}).get("data", [])
        if str((trace.get("meta") or {}).get("signal")) == "watched:log10 dL/dh"
    )
    expected = [record.calls[0].layer(*shown).together("h").values for record in log]
    drawn = np.frombuffer(base64.b64decode(drawn["bdata"]), drawn["dtype"]).reshape(3, 6)
    np.testing.assert_allclose(drawn, expected, atol=1e-5)
    code = next(each.value for each in at.code if "rnnviz.watch(" in each.value)
    names, lines = {"log": log}, code.splitlines()
    name, _, value = lines[next(k for k, line in enumerate(lines) if line.startswith("last = "))].partition(" = ")
    exec(f"{name} = {value}", names)
    assert f"{names['last'].together('h').values[0]:.4f}" in code
    assert "rnnviz.subject(log, update=2" in code
