"""from_torch: a Network that shares the parameters of torch modules, of a recurrent one and of those around it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from rnnviz.cells import Elman
from rnnviz.head_layers import share, written
from rnnviz.linear_heads import as_layers, is_plain, linear_layer
from rnnviz.network import Network, Readout
from rnnviz.torch_modules import WEIGHTS, computed_weights, network_of, refuse_other_code

CELLS = {nn.RNNCell: "RNN", nn.LSTMCell: "LSTM", nn.GRUCell: "GRU"}


def from_torch(
    module: nn.RNNBase | nn.RNNCellBase,
    *,
    embedding: nn.Embedding | None = None,
    head: nn.Module | None = None,
    readout: Readout = "last",
) -> Network:
    """A Network that *shares* the parameters of a torch module: no copy, so training either one trains both.

    ``module``: a torch.nn.RNN, LSTM or GRU, or an RNNCell, LSTMCell or GRUCell, which is a Network of one layer.
    ``embedding``: what stands before it, so that the Network reads token ids. ``head``: the linear layer after it;
    ``readout``: whether it reads the "last" step or "every" one. A head without biases has zeros for them. Any other
    module (N, D·H) -> (N, O) that is linear in eval mode, such as a Sequential of Linear, Dropout and BatchNorm1d, is
    multiplied into one layer, which does not share its parameters. LayerNorm, ReLU, Tanh, Sigmoid and GELU may stand
    before a last linear layer: they are the Network's ``front``.

    Raises TypeError or ValueError, with the way out, for a module that computes something else than torch.nn does from
    its parameters: one with a forward of its own, with forward hooks, compiled, scripted or quantised, in another
    precision than float32 or float64, not on the CPU. ValueError also for weights that are computed from parameters
    (weight normalisation, pruning, projections): they cannot be shared, though ``record`` and every analysis read such
    a module as it is; and for an embedding or a head that does not fit.

    >>> import torch, rnnviz
    >>> lstm, head = torch.nn.LSTM(4, 16), torch.nn.Linear(16, 3)
    >>> network = rnnviz.from_torch(lstm, head=head)
    >>> network(torch.randn(20, 5, 4)).shape
    torch.Size([5, 3])
    >>> network.layers[0][0].weight_hh is lstm.weight_hh_l0
    True
    """
    if isinstance(module, Network):
        raise TypeError("this is a Network already; from_torch takes a torch.nn.RNN, LSTM or GRU")
    if isinstance(module, nn.RNNCellBase):
        network = _network_of_cell(module)
    else:
        refuse_other_code(module)
        if computed := computed_weights(module):
            name = next(iter(computed))
            ways = {
                "hook": f"torch.nn.utils.remove_weight_norm(module, {name!r}) or prune.remove(module, {name!r})",
                "parametrization": f"torch.nn.utils.parametrize.remove_parametrizations(module, {name!r})",
            }
            raise ValueError(
                f"{name} of this {type(module).__name__} is not a parameter, it is computed from some, so a Network "
                "cannot share it; make it one with "
                f"{ways['parametrization' if parametrize.is_parametrized(module) else 'hook']}"
            )
        if module.proj_size:
            raise ValueError(
                f"proj_size={module.proj_size}: a Network has no projections, they are multiplied into its weights, so "
                "it cannot share them; record and every analysis read the module as it is"
            )
        network = network_of(module, {})
    if embedding is None and head is None:
        return network
    return surrounded(network, embedding, head, readout)


def _network_of_cell(module: nn.RNNCellBase) -> Network:
    kind = next((cell for kind, cell in CELLS.items() if type(module).forward is kind.forward), None)
    weights = dict(module.named_parameters())
    if kind is None or not weights.keys() <= set(WEIGHTS) or module._forward_pre_hooks:
        raise TypeError(
            f"this {type(module).__name__} computes with a forward, hooks or weights of its own; pass a plain "
            "torch.nn.RNNCell, LSTMCell or GRUCell with the same weights"
        )
    options = {"nonlinearity": module.nonlinearity} if kind == Elman.name else {}
    shared = [dict.fromkeys(WEIGHTS) | weights]
    network = Network(kind, module.input_size, module.hidden_size, bias=module.bias, shared=shared, **options)
    refuse_other_code(network)
    return network.train(module.training)


def surrounded(
    network: Network,
    embedding: nn.Embedding | None,
    head: nn.Module | None,
    readout: Readout,
    start: Sequence[Tensor] | None = None,
) -> Network:
    """The same cells between ``embedding`` and ``head``. ``start``: its own initial states, (L·D, 1, H) each. A readout
    that the network has (of projected states) is what the head reads."""
    before = network.readout
    width = network.hidden_size * len(network.directions) if before is None else before.out_features
    front, linear = ([], None) if head is None else as_layers(head, width)
    if embedding is not None:
        if not is_plain(embedding, nn.Embedding):
            raise TypeError(f"the embedding is a {type(embedding).__name__}; it must be a plain torch.nn.Embedding")
        if embedding.embedding_dim != network.input_size:
            raise ValueError(
                f"the embedding has embedding_dim={embedding.embedding_dim}; with this module it must be "
                f"{network.input_size}"
            )
        if embedding.max_norm is not None:
            raise ValueError("the embedding has max_norm, which changes its rows as they are read; use one without")
    if before is not None and front:
        front = [before, *front]
    elif before is not None:
        weight = before.weight if linear is None else linear.weight @ before.weight
        linear, readout = linear_layer(weight, None if linear is None else linear.bias), readout if linear else "every"
    shared = [dict(cell.named_parameters()) for cells in network.layers for cell in cells]
    structure = network.structure | {"readout": readout} | ({"own_start": True} if start else {})
    structure |= {"vocabulary_size": embedding and embedding.num_embeddings}
    structure |= {"output_size": None if linear is None else len(linear.weight)}
    structure |= {"front": written(front)} if front else {}
    draw = torch.Generator()  # of weights that are not kept, so that no other random number hangs on it
    new = Network(shared=[dict.fromkeys(WEIGHTS) | weights for weights in shared], generator=draw, **structure)
    new.embedding = embedding
    if front:
        share(new.front, front)
    if linear is not None:
        new.readout.weight = linear.weight
        zeros = nn.Parameter(linear.weight.new_zeros(len(linear.weight)).detach(), requires_grad=False)
        new.readout.bias = zeros if linear.bias is None else linear.bias
    for name, value in zip(new.layers[0][0].state, start or (), strict=False):
        setattr(new, f"start_{name}", value[:, 0].clone())
    refuse_other_code(new)
    return new.train(network.training)
