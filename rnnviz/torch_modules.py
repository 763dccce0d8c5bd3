"""What can be looked into: a Network, or a torch.nn.RNN, LSTM or GRU read as one; anything else is refused by name.

A module is read by its weights, so it must compute what torch.nn computes from them. What could change that (a forward
of its own, hooks, compiled or quantised code) is refused; weights that torch computes anew for every run (weight
normalisation, pruning, other parametrizations) are read as the module would use them now.
"""

from __future__ import annotations

import copy
from functools import cache
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize, prune
from torch.nn.utils.weight_norm import WeightNorm

from rnnviz.cells import Elman
from rnnviz.network import Network
from rnnviz.plain_modules import as_plain, say
from rnnviz.projections import unprojected

MODULES = {nn.RNN: "RNN", nn.LSTM: "LSTM", nn.GRU: "GRU"}
WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
# Each module's Network, and what of the module it stands for: building it takes longer than running a short sequence.
READ: WeakKeyDictionary[nn.RNNBase, tuple[tuple, Network]] = WeakKeyDictionary()
# What wraps a model, by the name of its class, and where the model is found in it.
WRAPPED = {
    "OptimizedModule": "it is compiled; pass the module itself, compiled._orig_mod",
    "RecursiveScriptModule": "it is scripted; pass the module that was scripted",
    "TopLevelTracedModule": "it is traced; pass the module that was traced",
    "DataParallel": "pass the module inside it, wrapped.module",
    "DistributedDataParallel": "pass the module inside it, wrapped.module",
}


def as_network(model: nn.Module) -> Network:
    """What every analysis reads: ``model`` itself if it is a Network, else what a torch module computes with now.

    With the errors of ``rnnviz.sharing.from_torch``, but weights that are computed from others are taken at their
    present values, and modules in other forms as those that they stand for (``rnnviz.plain_modules``), with a warning
    where numbers change by that. Of an LSTM with projections it is the one without that computes the same
    (``rnnviz.projections``), with a readout at every step that gives the projected states.
    """
    model, notes = as_plain(model)
    say(notes)
    refuse_other_code(model)
    if isinstance(model, Network):
        return model
    computed = computed_weights(model)
    if computed or model.proj_size:
        return network_of(model, computed)
    reads = (model.mode, model.training, *map(id, model._flat_weights))
    if READ.get(model, (None,))[0] != reads:
        READ[model] = reads, network_of(model, {})
    return READ[model][1]


def refuse_other_code(model: nn.Module) -> None:
    """TypeError or ValueError for a model whose output does not follow from its weights by the equations known here."""
    base = next((kind for kind in (Network, *MODULES) if isinstance(model, kind)), None)
    name = type(model).__name__
    if base is None:
        hint = WRAPPED.get(name, "for a larger model, pass its recurrent part, or record it with at=")
        if "quantiz" in type(model).__module__:
            hint = "it is quantised; pass the float module that it was made from"
        got = name if name not in MODULES.values() else f"{type(model).__module__}.{name}"
        raise TypeError(f"a model is a Network, or a torch.nn.RNN, LSTM or GRU, not {got}; {hint}")
    title = "Network" if base is Network else f"torch.nn.{base.__name__}"
    parts = list(model.modules())
    if type(model).forward is not base.forward or any("forward" in vars(part) for part in parts):
        raise TypeError(
            f"this {name} computes with a forward of its own, which rnnviz cannot see into: it knows the equations "
            f"of {title}. Pass a plain {title} with the same weights (load_state_dict), and do outside of it what the "
            "forward adds"
        )
    for part in parts:
        if part._compiled_call_impl is not None:
            raise TypeError(f"this {name} was compiled in place; pass an uncompiled copy with the same weights")
        # Those by which torch normalises and prunes weights are understood, on the module whose weights they set.
        known = _weight_hooks(part) if part is model and base is not Network else {}
        for hook in (*part._forward_hooks.values(), *part._forward_pre_hooks.values()):
            if hook not in known.values():
                title = getattr(hook, "__name__", type(hook).__name__)
                raise ValueError(
                    f"this {name} has the forward hook {title!r}, which may change what it computes; remove it first "
                    "(handle.remove()), or make its work permanent with prune.remove, remove_weight_norm or "
                    "remove_spectral_norm"
                )
        if base is Network and parametrize.is_parametrized(part):
            weight = next(iter(part.parametrizations))
            raise ValueError(
                f"{weight} of this Network's {type(part).__name__} is parametrized; make it a plain weight with "
                f"torch.nn.utils.parametrize.remove_parametrizations(module, {weight!r})"
            )
    if torch.is_autocast_enabled("cpu"):
        raise ValueError("under torch.autocast a model computes in mixed precision; leave the autocast block first")
    weights = [weight for weight in model.parameters() if weight.is_floating_point()]
    for weight in weights:
        if weight.device.type != "cpu" or weight.dtype not in (torch.float32, torch.float64):
            raise TypeError(
                f"the weights of this {name} are {weight.dtype} on {weight.device}; rnnviz reads float32 or float64 on "
                "the CPU: use model.float().cpu()"
            )
    if len(dtypes := {weight.dtype for weight in weights}) > 1:
        raise TypeError(f"the weights of this {name} are of mixed precision, {dtypes}; use model.float()")


def _weight_names(module: nn.RNNBase) -> tuple[tuple[str, ...], ...]:
    """By layer and direction, the names of weights and biases as the module has them."""
    return _names(module.num_layers, module.bidirectional, module.bias)


@cache
def _names(layers: int, bidirectional: bool, bias: bool) -> tuple[tuple[str, ...], ...]:
    rows = [f"_l{layer}{suffix}" for layer in range(layers) for suffix in ("", "_reverse")[: 1 + bool(bidirectional)]]
    return tuple(tuple(name + row for name in WEIGHTS[: 4 if bias else 2]) for row in rows)


def _weight_hooks(module: nn.RNNBase) -> dict[str, WeightNorm | prune.BasePruningMethod]:
    """{weight: the hook of torch that computes it before every run}."""
    if not module._forward_pre_hooks:
        return {}
    hooks = module._forward_pre_hooks.values()
    found = {hook.name: hook for hook in hooks if isinstance(hook, WeightNorm)}
    found |= {hook._tensor_name: hook for hook in hooks if isinstance(hook, prune.BasePruningMethod)}
    names = {name for row in _weight_names(module) for name in row}
    return {name: hook for name, hook in found.items() if name in names}


@torch.no_grad()
def computed_weights(module: nn.RNNBase) -> dict[str, Tensor]:
    """{weight: its value in the next run} of all that are computed from others. Leaves the module as it is."""
    found: dict[str, Tensor] = {}
    for name, hook in _weight_hooks(module).items():
        found[name] = hook.compute_weight(module) if isinstance(hook, WeightNorm) else hook.apply_mask(module)
    if parametrize.is_parametrized(module):
        # On a copy, since some change at each reading (spectral_norm while it trains) or draw at random.
        with torch.random.fork_rng(devices=[]):
            for name, steps in copy.deepcopy(module.parametrizations).items():
                found[name], again = steps(), steps()
                if not torch.equal(found[name], again):
                    raise ValueError(
                        f"the parametrization of {name} gives another weight at every reading; call module.eval(), or "
                        f"torch.nn.utils.parametrize.remove_parametrizations(module, {name!r})"
                    )
    return found


def network_of(module: nn.RNNBase, computed: dict[str, Tensor]) -> Network:
    """A Network with the parameters of a module, but for those ``computed``."""

    def weight(name: str) -> nn.Parameter:
        return nn.Parameter(computed[name].detach()) if name in computed else getattr(module, name)

    kind = next(cell for kind, cell in MODULES.items() if isinstance(module, kind))
    options: dict[str, object] = {"nonlinearity": module.nonlinearity} if kind == Elman.name else {}
    shared = [dict(zip(WEIGHTS, map(weight, names), strict=False)) for names in _weight_names(module)]
    projection = None
    if module.proj_size:
        rows = [names[0].removeprefix(WEIGHTS[0]) for names in _weight_names(module)]
        with torch.no_grad():
            layers = [own | {"weight_hr": weight(f"weight_hr{row}")} for own, row in zip(shared, rows, strict=True)]
            without, projection = unprojected(layers, 1 + module.bidirectional)
        shared = [{name: nn.Parameter(value) for name, value in own.items()} for own in without]
        options |= {"output_size": len(projection), "readout": "every", "generator": torch.Generator()}
    network = Network(
        kind,
        module.input_size,
        module.hidden_size,
        num_layers=module.num_layers,
        bidirectional=module.bidirectional,
        bias=module.bias,
        shared=[dict.fromkeys(WEIGHTS) | own for own in shared],
        dtype=module.weight_ih_l0.dtype,
        **options,
    )
    if projection is not None:
        network.readout.weight = nn.Parameter(projection)
        nn.init.zeros_(network.readout.bias)
    return network.train(module.training)
