"""Networks from files: what stands in one, told by its content, and each of its recurrent modules as a Network.

Read are PyTorch state dicts (.pt, .pth), safetensors and .npz, also from inside a training checkpoint, and with the
packages onnx and h5py what ONNX and Keras write. Nothing of a file is run.
"""

from __future__ import annotations

from pathlib import Path

from rnnviz import checkpoints
from rnnviz.files.content import KERAS, ONNX, content_of, kind_of
from rnnviz.files.inventory import Fitting, Inventory, Linear, Recurrence
from rnnviz.files.sequences import read_sequence, read_vocabulary
from rnnviz.files.state_dicts import modules_in
from rnnviz.files.tensors import tensors_of
from rnnviz.network import Network, Readout
from rnnviz.refusals import Refused

__all__ = ["Fitting", "Inventory", "Linear", "Recurrence", "inspect", "load", "read_sequence", "read_vocabulary"]


def inspect(
    file: str | Path | bytes,
    *,
    cell: str | None = None,
    nonlinearity: str | None = None,
    limit: int | None = None,
    name: str = "the file",
) -> Inventory:
    """Every recurrent module in a file, or in a file's content. ``print`` it to see them.

    ``cell`` and ``nonlinearity`` ("tanh" or "relu"): what weights cannot tell, for files of weights: a GRU is read as
    torch.nn.GRU unless it is said to be a "GRU 2014". ``limit``: how many bytes the file, and all that comes out of it,
    may take, ``rnnviz.budget.BYTES`` unless given. ``name``: what sentences call bytes.

    Raises Refused, a ValueError, that says what the file is and what would be read; FileNotFoundError if there is none;
    ModuleNotFoundError for ONNX and Keras without the packages onnx and h5py.
    """
    content = content_of(file, limit, name)
    kind = kind_of(content)
    if kind == ONNX:
        from rnnviz.files import onnx  # which needs the optional package of that name

        return onnx.inventory_of(content)
    if kind == KERAS:
        from rnnviz.files import keras  # which needs h5py, as optional

        return keras.inventory_of(content)
    tensors = tensors_of(content, kind)
    modules, refused = modules_in(tensors, content, cell, nonlinearity)
    if not modules and not refused:
        few = ", ".join(name[:60] for name in list(tensors)[:4]) or "no tensors at all"
        raise content.unreadable(f"{kind} without the weights of an RNN, LSTM or GRU ({few}, …)")
    return Inventory(content.name, kind, modules, refused)


def load(
    file: str | Path | bytes,
    at: str | None = None,
    *,
    embedding: str | bool | None = None,
    head: str | bool | None = None,
    readout: Readout | None = None,
    cell: str | None = None,
    nonlinearity: str | None = None,
    limit: int | None = None,
) -> Network:
    """The network in a file, in eval mode, with the embedding before it and the linear head after it.

    ``at``: the name of the module where there are several (``inspect`` names them). ``embedding``, ``head``: the names
    of those to take, or False for none; needed only where more than one fits. ``readout``: whether the head reads at
    the "last" step, the default, or at "every" one, which weights cannot tell. The others, and the errors: as
    ``inspect``. A file that ``rnnviz.checkpoints.save`` wrote is read by its card.

    >>> import io, torch, rnnviz
    >>> file = io.BytesIO()
    >>> torch.save(torch.nn.GRU(4, 16, num_layers=2).state_dict(), file)
    >>> network = rnnviz.load(file.getvalue())
    >>> network.cell, network.num_layers, network.hidden_size
    ('GRU', 2, 16)
    """
    if not isinstance(file, bytes) and checkpoints.has_card(file):
        return checkpoints.load(file)
    found = inspect(file, cell=cell, nonlinearity=nonlinearity, limit=limit)
    module = found.module(at)
    for what, value in (("the initial state of each sequence", module.state), ("the lengths", module.lengths)):
        if value is not None:
            raise Refused(
                "{file} fixes {what} of one batch; rnnviz.files.inspect gives them with the network.",
                file=found.file,
                what=what,
            )
    before = module.embeddings.chosen(found.file, module.name, embedding)
    after = module.heads.chosen(found.file, module.name, head)
    return module.built(before, after, readout)
