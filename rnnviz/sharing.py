"""from_torch: a Network that shares the parameters of torch modules, of a recurrent one and of those around it."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils import parametrize

from rnnviz.cells import Elman
from rnnviz.network import Network, Readout
from rnnviz.torch_modules import WEIGHTS, computed_weights, network_of, refuse_other_code

CELLS = {nn.RNNCell: "RNN", nn.LSTMCell: "LSTM", nn.GRUCell: "GRU"}


def from_torch(
    module: nn.RNNBase | nn.RNNCellBase,
    *,
    embedding: nn.Embedding | None = None,
    head: nn.Linear | None = None,
    readout: Readout = "last",
) -> Network:
    """A Network that *shares* the parameters of a torch module: no copy, so training either one trains both.

    ``module``: a torch.nn.RNN, LSTM or GRU, or an RNNCell, LSTMCell or GRUCell, which is a Network of one layer.
    ``embedding``: what stands before it, so that the Network reads token ids. ``head``: the linear layer after it;
    ``readout``: whether it reads the "last" step or "every" one. A head without biases has zeros for them.

    Raises TypeError or ValueError, with the way out, for a module that computes something else than torch.nn does from
    its parameters: one with a forward of its own, with forward hooks, compiled, scripted or quantised, in another
    precision than float32 or float64, not on the CPU. ValueError also for weights that are computed from parameters
    (weight normalisation, pruning, projections): they cannot be shared, though ``record`` and every analysis read such
    a module as it is; and for an embedding or a head that does not fit.
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
    return _surrounded(network, embedding, head, readout)


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


def _surrounded(network: Network, embedding: nn.Embedding | None, head: nn.Linear | None, readout: Readout) -> Network:
    """The same cells between ``embedding`` and ``head``."""
    shown = network.hidden_size * len(network.directions)
    for what, part, kind, size, wanted in (
        ("embedding", embedding, nn.Embedding, "embedding_dim", network.input_size),
        ("head", head, nn.Linear, "in_features", shown),
    ):
        if part is not None and (not isinstance(part, kind) or type(part).forward is not kind.forward):
            raise TypeError(f"the {what} is a {type(part).__name__}; it must be a plain torch.nn.{kind.__name__}")
        if part is not None and getattr(part, size) != wanted:
            raise ValueError(f"the {what} has {size}={getattr(part, size)}; with this module it must be {wanted}")
    if embedding is not None and embedding.max_norm is not None:
        raise ValueError("the embedding has max_norm, which changes its rows as they are read; use one without")
    shared = [dict(cell.named_parameters()) for cells in network.layers for cell in cells]
    structure = network.structure | {"readout": readout}
    structure |= {"vocabulary_size": embedding and embedding.num_embeddings, "output_size": head and head.out_features}
    draw = torch.Generator()  # of weights that are not kept, so that no other random number hangs on it
    new = Network(shared=[dict.fromkeys(WEIGHTS) | weights for weights in shared], generator=draw, **structure)
    new.embedding = embedding
    if head is not None:
        new.readout.weight = head.weight
        zeros = nn.Parameter(head.weight.new_zeros(head.out_features).detach(), requires_grad=False)
        new.readout.bias = zeros if head.bias is None else head.bias
    refuse_other_code(new)
    return new.train(network.training)
