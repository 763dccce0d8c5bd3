"""Networks without the project: files read into torch's own modules, and the shares of their answers."""

import json
from functools import cache

import numpy as np
import torch
from safetensors.torch import load_file

from rnnviz.cells import TRIO
from rnnviz.checkpoints import MODELS
from rnnviz.subjects import Subject
from rnnviz.tasks import tokenize


@cache
def torch_alone(name: str) -> torch.nn.ModuleList:
    """The network in a file: (embedding, recurrent, readout)."""
    weights, structure = load_file(MODELS / f"{name}.safetensors"), json.loads((MODELS / f"{name}.json").read_text())
    structure = structure["network"]
    recurrent = getattr(torch.nn, structure["cell"])(
        structure["input_size"],
        structure["hidden_size"],
        structure["num_layers"],
        bidirectional=structure["bidirectional"],
    )
    renamed = {}
    for key, tensor in weights.items():
        if key.startswith("layers."):
            _, layer, side, kind = key.split(".")
            renamed[f"{kind}_l{layer}{'_reverse' * int(side)}"] = tensor
    recurrent.load_state_dict(renamed)
    readout = torch.nn.Linear(*weights["readout.weight"].shape[::-1])
    readout.load_state_dict({"weight": weights["readout.weight"], "bias": weights["readout.bias"]})
    embedding = torch.nn.Embedding.from_pretrained(weights["embedding.weight"])
    return torch.nn.ModuleList([embedding, recurrent, readout])


@torch.no_grad()
def shares(choice: Subject) -> np.ndarray:
    """Softmax of the scores after every word (T, classes): of a trained network by torch alone, else by its cells."""
    learnt = choice.load().task
    ids = torch.tensor(learnt.vocabulary.encode(tokenize(choice.text)))
    if choice.trained:
        assert choice.cell in TRIO
        name = choice.model.name
        embedding, recurrent, readout = torch_alone(name)
        return readout(recurrent(embedding(ids)[:, None])[0][:, 0]).softmax(-1).numpy()
    network = choice.network()
    below = network.embedding(ids)[:, None]
    for cells in network.layers:
        sides = []
        for backward, cell in enumerate(cells):
            state, outputs = cell.initial_state(1), []
            for word in below.flip(0) if backward else below:
                quantities = cell(word, state)
                state = {name: value for name, value in quantities.items() if name in cell.state}
                outputs.append(quantities[cell.output])
            sides.append(torch.stack(outputs[::-1] if backward else outputs))
        below = torch.cat(sides, -1)
    return network.readout(below[:, 0]).softmax(-1).numpy()
