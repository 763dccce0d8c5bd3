"""The embedding before a recurrent module and the linear head after it, found among the other weights of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile
from typing import TypeVar

from torch import Tensor

from rnnviz.files.inventory import Fitting, Linear, Recurrence

T = TypeVar("T")
EMBEDDING = re.compile(r"emb|lookup|vocab|wte|token|word", re.IGNORECASE)
HEAD = re.compile(r"head|fc|out|linear|dense|decod|classif|logit|pred|proj|read|tag|to_", re.IGNORECASE)

READS = "weights cannot tell where a head reads: at the last step, unless readout='every' is said"


def with_surroundings(modules: Mapping[str, Recurrence], others: Mapping[str, Tensor]) -> dict[str, Recurrence]:
    """The modules, each with what may stand before and after it among ``others``, every other tensor of the file."""
    owners: dict[str, dict[str, Tensor]] = {}
    for key, tensor in others.items():
        owner, _, name = key.rpartition(".")
        owners.setdefault(owner, {})[name] = tensor
    weights = {owner: own["weight"] for owner, own in owners.items() if "weight" in own}
    matrices = {owner: weight for owner, weight in weights.items() if weight.ndim == 2 and weight.numel()}
    tables = {owner: weight for owner, weight in matrices.items() if "bias" not in owners[owner]}
    linears = {owner: Linear(weight, owners[owner].get("bias")) for owner, weight in matrices.items()}
    widths = {name: (own.structure["input_size"], own.shown) for name, own in modules.items()}
    before = {
        name: {owner: table for owner, table in tables.items() if table.shape[1] == width}
        for name, (width, _) in widths.items()
    }
    after = {
        name: {
            owner: linear
            for owner, linear in linears.items()
            if linear.weight.shape[1] == width and (linear.bias is None or linear.bias.shape == linear.weight.shape[:1])
        }
        for name, (_, width) in widths.items()
    }
    found = {}
    for name, module in modules.items():
        norms = [{owner for owner, own in weights.items() if own.shape == (width,)} for width in widths[name]]
        embeddings = _fitting("embedding", name, before, EMBEDDING, HEAD, norms[0])
        without = {each: {k: v for k, v in own.items() if k != embeddings.sure} for each, own in after.items()}
        heads = _fitting("head", name, without, HEAD, EMBEDDING, norms[1])
        if heads.sure is not None:
            rows = len(linears[heads.sure].weight)
            above = [owner for owner, matrix in matrices.items() if matrix.shape[1] == rows and owner != heads.sure]
            above = [owner for owner in above if owner not in before[name]]
            if above:
                heads = replace(heads, sure=None, doubt=f"{above[0]} may stand on {heads.sure}")
        notes = module.notes + (READS,) * bool(heads.values)
        found[name] = replace(module, embeddings=embeddings, heads=heads, notes=notes)
    return found


def _fitting(
    what: str,
    module: str,
    fits: Mapping[str, Mapping[str, T]],
    words: re.Pattern,
    other_words: re.Pattern,
    between: set[str],
) -> Fitting[T]:
    """``fits``: of each module, what fits by its shape. ``words``: how such a thing is usually called, and the other
    kind. ``between``: what may stand between it and the module."""

    def nearness(owner: str, to: str) -> int:
        pairs = zip(owner.split(".")[:-1], to.split(".")[:-1], strict=False)
        return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))

    values = fits[module]
    # A list of modules and those in it are the same ones, read in two ways.
    rivals = [
        each for each in fits if not f"{each}.".startswith(f"{module}.") and not f"{module}.".startswith(f"{each}.")
    ]
    near = {owner: nearness(owner, module) for owner in values}
    own = [owner for owner in values if near[owner] >= max((nearness(owner, each) for each in rivals), default=0)]
    named = [owner for owner in own if words.search(owner.rpartition(".")[2])]
    named = named or [owner for owner in own if not other_words.search(owner.rpartition(".")[2])]
    named = [owner for owner in named if near[owner] == max(near[each] for each in named)]
    if not named:
        return Fitting(what, values)
    sharing = [each for each in rivals if named[0] in fits[each] and nearness(named[0], each) == near[named[0]]]
    doubt = ""
    if len(named) > 1:
        doubt = f"{' and '.join(named)} fit"
    elif sharing:
        doubt = f"{named[0]} fits {' and '.join(sharing)} as well"
    elif between:
        doubt = f"{min(between)} may stand between"
    return Fitting(what, values, None if doubt else named[0], doubt)
