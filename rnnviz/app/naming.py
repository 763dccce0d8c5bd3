"""The names of a network's parts, as the visitor has chosen: as textbooks write them, or as PyTorch calls them.

The code, the traces and the cells' equations keep to PyTorch's names. What a page shows of them goes through ``named``,
be it a sentence, a label or LaTeX; this file alone knows the textbook's. Textbooks are the default: a visitor comes
with S_t = f(U X_t + W S_{t-1}), and the first page tells its story in these letters.

U multiplies the input and W the state, as in Goodfellow, Bengio and Courville (2016), chapter 10, and in most
tutorials; Cho et al. (2014) exchange the two. Gated cells keep h, c and x in all of them and have one bias per gate;
what torch calls n is h with a tilde. Of an echo state network the weights have the names of Lukoševičius (2012), but
its state is not called x as there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from streamlit.runtime.scriptrunner import get_script_run_ctx

from rnnviz.app import state
from rnnviz.app.i18n import _
from rnnviz.app.knobs import to_translate as __
from rnnviz.cells import CELLS
from rnnviz.subjects import Model, Untrained
from rnnviz.subjects.given import run_of
from rnnviz.tasks import TRANSLATIONS
from rnnviz.tasks.forecast import OWN

# Of the cells whose names are words; all others are called alike in every language, and so are all in links and code.
CELL_NAMES = {
    "linear attention": __("linear attention"),
    "selective SSM": __("selective SSM"),
    "gated DeltaNet": __("gated DeltaNet"),
    "LSTM peephole": __("LSTM peephole"),
}


def cell(name: str) -> str:
    """A cell by the name that a reader of this language knows."""
    return _(CELL_NAMES[name]) if name in CELL_NAMES else name


def network(model: Model) -> str:
    """A network by its cell; of an encoder-decoder also by what its decoder sees of what was read."""
    task = getattr(model, "task", None)
    if getattr(task, "name", task) not in TRANSLATIONS:
        return model.cell
    attends = model.attention if isinstance(model, Untrained) else run_of(model.run).network.attention is not None
    return (_("{cell} (attention)") if attends else _("{cell} (one vector)")).format(cell=cell(model.cell))


def series(name: str) -> str:
    """A series to forecast in a few words."""
    names = {
        "sines": _("two sines"),
        "mackey_glass": "Mackey–Glass",
        "lorenz": _("Lorenz, x alone"),
        "lorenz_xyz": _("Lorenz, x y z"),
    }
    return _("your series") if name.startswith(OWN) else names.get(name, name)


class Names(NamedTuple):
    """A name in LaTeX for each part. ``scores``: what the readout makes of the state; ``answer``: their shares."""

    state: str
    input: str
    candidate: str
    from_input: str
    recurrent: str
    readout: str
    scores: str
    answer: str


PYTORCH = Names("h", "x", "n", "W_{ih}", "W_{hh}", r"W_{\text{readout}}", "y", "p")
GATED = Names("h", "x", "", "U", "W", "V", "y", "p")
TILDE = GATED._replace(candidate=r"\tilde{h}")
TEXTBOOK = {
    "RNN": Names("S", "X", "", "U", "W", "V", "z", "O"),
    "Jordan": GATED._replace(scores="z"),  # y is what it feeds back
    "GRU 2014": TILDE,
    "GRU": TILDE,
    "RG-LRU": GATED._replace(recurrent=""),
    "minGRU": TILDE._replace(recurrent=""),
    "ESN": TILDE._replace(from_input="W_{in}", readout="W_{out}"),
}
# What two biases are in PyTorch is one in textbooks; only of torch's GRU the candidate's are two in any case.
_TWICE = re.compile(r"b_\{i(\w)\} \+ (W_\{h\1\} [^+]*?) \+ b_\{h\1\}")
_TOGETHER = re.compile(r"b_\{i(\w)\} \+ b_\{h\1\}")
_BIAS = re.compile(r"b_\{[ih](\w)\}")
_WEIGHT = re.compile(r"W_(\{?)([ih])([a-z])\}?")
# A letter with an index of time, or alone; "h" in a word or in a subscript is not one.
_LETTER = re.compile(
    r"(?<![A-Za-z_{\\])([hxn])(?=(?:'|_t|_\{t|₀))|(?<=row{)(h)(?=}_t)|(?<![A-Za-z_{\\])([hx])(?![A-Za-z_}])"
)


def is_pytorch() -> bool:
    """Whether PyTorch's names were chosen; never outside of a session, as in a notebook."""
    return (
        get_script_run_ctx(suppress_warning=True) is not None and state.is_shown() and state.knobs().names == "pytorch"
    )


def of(cell: str) -> Names:
    """The names of a cell's parts that are shown. ``cell``: "" for those that all gated cells have in common."""
    return PYTORCH if is_pytorch() else TEXTBOOK.get(cell, GATED)


def common(cells: Iterable[str]) -> str:
    """Of which cell the names are, where several are spoken of at once."""
    first, *others = dict.fromkeys(cells)
    return "" if others else first


def letter(cell: str, quantity: str) -> str:
    """A quantity of a trace by the name that is shown: "h" of an RNN as "S"."""
    names = of(cell)
    shown = {"h": names.state, "x": names.input, "n": names.candidate or "n"}.get(quantity, quantity)
    return plain(shown)


def letters(cell: str) -> dict[str, str]:
    """All names of a cell's parts, for a drawing."""
    return {part: plain(name) for part, name in of(cell)._asdict().items()}


def weight(cell: str, parameter: str, symbol: str = "") -> str:
    """A matrix in LaTeX, by its name in the code; ``symbol``: the cell's own, of one that others do not have."""
    names = of(cell)
    shown = {"weight_ih": names.from_input, "weight_hh": names.recurrent, "readout.weight": names.readout}
    return shown.get(parameter, symbol or parameter)


def named(cell: str, text: str) -> str:
    """Text or LaTeX about a cell, which is in PyTorch's names, in those that are shown."""
    if is_pytorch():
        return text
    names, is_latex = of(cell), "_{" in text or "\\" in text
    text = _TOGETHER.sub(r"b_{i\1}", _TWICE.sub(r"\2 + b_{i\1}", text))

    def bias(found: re.Match) -> str:
        return found[0] if cell == "GRU" and found[1] == "n" else "b" + _block(found[1])

    def weight(found: re.Match) -> str:
        _brace, source, block = found.groups()
        if block == "y":  # of Jordan's own outputs, beside which the network has a readout V
            return f"{names.readout}_y"
        name = (names.from_input if source == "i" else names.recurrent) + _block(block)
        return name if is_latex else plain(name)

    def lettered(found: re.Match) -> str:
        quantity = next(filter(None, found.groups()))
        return names.candidate if names.candidate and is_latex and quantity == "n" else letter(cell, quantity)

    return _LETTER.sub(lettered, _WEIGHT.sub(weight, _BIAS.sub(bias, text)))


def of_readout(cell: str, symbol: str, read: str = "h") -> str:
    """A summand of the scores: the library calls the readout's matrix V, and what it reads h. ``read``: the cell's own
    name of that."""
    return named(cell, symbol.replace("V", of(cell).readout).replace("h_t", f"{read}_t"))


def _block(letter: str) -> str:
    """The subscript of a weight: of a cell's only block none."""
    return {"h": "", "n": "_h"}.get(letter, f"_{letter}")


def pairs(cell: str) -> str:
    """Which of the textbook's names is which of PyTorch's, of what the cell has."""
    book, kind = TEXTBOOK.get(cell, GATED), CELLS[cell](1, 1)
    both = [("h", book.state), ("x", book.input)]
    weights = {"weight_ih": book.from_input, "weight_hh": book.recurrent}
    both += [(name, shown) for name, shown in weights.items() if name in kind.shapes()]
    both += [("n", book.candidate), ("readout.weight", book.readout)]
    if kind.output != book.scores:  # else the letter is taken: what the readout makes of it is written out
        both += [(f"scores({kind.output})", book.scores), (f"softmax({book.scores})", book.answer)]
    return ", ".join(f"{plain(name)} = {code}" for code, name in both if name and name != code)


def plain(latex: str) -> str:
    """A name without LaTeX, with what follows an underscore as its subscript."""
    return latex.replace(r"\tilde{h}", "h̃").replace(r"\text", "").replace("{", "").replace("}", "")


def on_noise(bias: float | None) -> str:
    """Untrained networks that a page compares instead of a subject, with their start: the gradients of two pages
    differ by that. ``bias``: of the gates that keep; None: the usual one."""
    if bias is None:
        return _("Untrained networks, usual start, random numbers")
    told = _("Untrained networks, gates that keep start at bias {bias}, random numbers")
    return told.format(bias=f"{bias:g}".replace("-", "−"))
