"""How a head that is not linear is written on the pages: what stands between the states and the readout."""

from __future__ import annotations

from rnnviz.app import naming
from rnnviz.app.i18n import _
from rnnviz.head_layers import named
from rnnviz.network import Network
from rnnviz.subjects import Subject


def left_out(network: Network) -> str:
    """That the matrices of a head which is not linear are not shown; "" of another."""
    if network.front is None:
        return ""
    told = _("This head is not linear ({layers} before the readout): its matrices are not drawn here.")
    return told.format(layers=named(network.front))


def entrance(subject: Subject, step: str) -> str:
    """In LaTeX, what a gradient by the scores of a step is multiplied by to be one by its state; "" without a head.

    Of a head that is not linear that is another matrix at each step, D_t: ``slope`` says what it is.
    """
    network, names = subject.network(), naming.of(subject.cell)
    if network.readout is None:
        return ""
    if network.front is None:
        return rf"{names.readout}^\top"
    return rf"D_{step}^\top"


def slope(subject: Subject) -> list[str]:
    """In LaTeX, what ``entrance`` calls D_t, where it does."""
    names = naming.of(subject.cell)
    return [rf"D_t = \partial {names.scores}_t / \partial {names.state}_t"] if subject.network().front else []
