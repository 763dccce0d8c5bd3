"""A cell of one's own beside those of the package."""

from __future__ import annotations

import torch

from rnnviz.cells.affine import Affine
from rnnviz.cells.base import Cell
from rnnviz.cells.scanning import all_steps

NEEDED = ("name", "quantities")


def register(cell: type[Cell]) -> type[Cell]:
    """Add a cell to CELLS, by its name, and return it: ``@register`` above a class does so too.

    From then on ``Network(name, ...)``, ``record``, gradients, memory, dynamics and holds take it as any other, and
    ``rnnviz.open`` and ``rnnviz.show`` draw it on every page::

        import torch
        from rnnviz.cells import Quantity, Recurrent, Summands, Term, register

        @register
        class Leaky(Recurrent):  # has weight_ih, weight_hh, bias_ih and bias_hh, with torch's shapes
            name, blocks = "leaky RNN", ("n",)
            quantities = {
                "n": Quantity(
                    "n_t", r"n_t = \\tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})",
                    "Candidate: what could be written.", (-1.0, 1.0), "candidate",
                ),
                "h": Quantity(
                    "h_t", "h_t = 0.9 h_{t-1} + 0.1 n_t",
                    "The new state: most of the old one, a little of the candidate.", (-1.0, 1.0), "state",
                ),
            }

            def equations(self, x_t, state):
                n = yield "n", torch.tanh(self.input_part(x_t) + self.recurrent_part(state["h"]))
                yield "h", 0.9 * state["h"] + 0.1 * n

            def summands(self, x_t, state, step):
                parts = Term("0.9 h_{t-1}", 0.9 * state["h"]), Term("0.1 n_t", 0.1 * step["n"])
                return {"n": Summands(self.affine_terms(x_t, state)["n"], r"\\tanh"), "h": Summands(parts, "")}

    ``equations`` yields each of ``quantities`` by name and in their order, and goes on with what is sent back, so that
    it can be held; ``summands`` takes each apart; ``blocks`` names the quantities that the weights' rows feed. Cells
    with other weights have ``shapes`` and ``weights`` of ``Cell``. A ``diagram`` is drawn on Step through, ``keeps``
    tells which gate keeps, ``scanned`` runs a cell that is linear in its state without a loop; all may be left out.

    Raises TypeError for what is no such class; ValueError for what it lacks, for a name that is taken, and where a step
    of it does not give what it declares. The same name once more replaces a cell of one's own.
    """
    from rnnviz.cells import CELLS

    if not (isinstance(cell, type) and issubclass(cell, Cell)):
        raise TypeError(f"a cell is a class made from rnnviz.cells.Cell, Affine or Recurrent, not {cell!r}")
    title = cell.__name__
    wanted = (*NEEDED, *(("blocks",) if issubclass(cell, Affine) else ()))
    lacks = [name for name in wanted if not hasattr(cell, name)]
    lacks += sorted(f"{name}()" for name in cell.__abstractmethods__)
    if lacks:
        raise ValueError(f"the cell {title} lacks {', '.join(lacks)}; help(rnnviz.cells.register) shows a whole one")
    name = cell.name
    if name in CELLS and is_shipped(CELLS[name]):
        raise ValueError(f"the name {name!r} is taken by a cell of rnnviz; give {title} another one")
    if not isinstance(name, str) or not name.strip() or set(name) & set("~.,") or len(name) > 30:
        raise ValueError(f"the name of {title} is {name!r}; a name is a text of 1 to 30 characters without ~ . or ,")
    _refuse_wrong_step(cell(2, 3, generator=torch.Generator().manual_seed(0)), title)
    CELLS[name] = cell
    return cell


def is_shipped(cell: type[Cell]) -> bool:
    return cell.__module__.startswith("rnnviz.cells.")


def _refuse_wrong_step(cell: Cell, title: str) -> None:
    """One step of zeros gives what the class declares."""
    declared = list(cell.quantities)
    if missing := {*cell.state, cell.output} - {*declared}:
        raise ValueError(f"the quantities of {title} lack {', '.join(sorted(missing))}: its state and its output")
    state, x = cell.initial_state(1), torch.zeros(1, cell.input_size)
    step = cell(x, state)
    if list(step) != declared:
        raise ValueError(f"the equations of {title} yield {', '.join(step)}; its quantities are {', '.join(declared)}")
    for name, value in step.items():
        if value.shape != (shape := (1, *cell.shape(name))):
            raise ValueError(f"{name} of {title} has the shape {tuple(value.shape)}; its quantity says {shape}")
    try:
        all_steps(cell, torch.linspace(-2, 2, 3 * cell.input_size).view(3, 1, -1), state)
    except RuntimeError as wrong:
        raise ValueError(f"scanned() of {title}: {wrong}") from None
    apart = cell.summands(x, state, step)
    if list(apart) != declared:
        names = ", ".join(apart) or "none"
        raise ValueError(f"the summands of {title} are of {names}; its quantities are {', '.join(declared)}")
    fed = {weight.name: weight.into for weight in cell.weights()}
    for name, parts in apart.items():
        for term in parts.terms:
            if term.weight is not None and name not in fed.get(term.weight, ()):
                into = ", ".join(fed.get(term.weight, ())) or "nothing"
                raise ValueError(f"{name} of {title} has a summand of {term.weight}, whose rows feed {into} (blocks)")
