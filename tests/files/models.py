"""A model with an embedding, a recurrent module and a head, and the files that it can be kept in."""

from __future__ import annotations

import io
import warnings

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor, nn

from rnnviz.network import Network
from tests.cells.variants import close

IDS = torch.tensor([[1, 2], [3, 10], [0, 4], [5, 5]])


class Tagger(nn.Module):
    """Scores at every step: embedding, recurrent module, linear head."""

    def __init__(self, kind: type[nn.RNNBase] = nn.LSTM, **options: object) -> None:
        super().__init__()
        self.embed = nn.Embedding(11, 6)
        self.rnn = kind(6, 5, **options)
        self.fc = nn.Linear(5 * (1 + self.rnn.bidirectional), 3)

    def forward(self, ids: Tensor) -> Tensor:
        return self.fc(self.rnn(self.embed(ids))[0])


def tagger(kind: type[nn.RNNBase] = nn.LSTM, seed: int = 0, **options: object) -> Tagger:
    """In float64, so that agreement is to the last digits."""
    torch.manual_seed(seed)
    return Tagger(kind, **options).double().eval()


def as_pt(value: object, **options: object) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, **options)
    return file.getvalue()


def as_npz(tensors: dict[str, Tensor], compressed: bool = False) -> bytes:
    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, **{name: t.numpy() for name, t in tensors.items()})
    return file.getvalue()


def as_safetensors(tensors: dict[str, Tensor]) -> bytes:
    return save({name: tensor.contiguous() for name, tensor in tensors.items()})


def as_onnx(module: nn.Module, x: Tensor, axes: dict[int, str] | None = None, **options: object) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter about itself, and about batches of other sizes
        axes = {"x": axes} if axes else None
        torch.onnx.export(module, (x,), file, dynamo=False, input_names=["x"], dynamic_axes=axes, **options)
    return file.getvalue()


def agrees(network: Network, model: Tagger) -> None:
    with torch.no_grad():
        close(network(IDS), model(IDS), 1e-12)
