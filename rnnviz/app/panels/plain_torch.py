"""The same network in the lines of a PyTorch tutorial, with the shapes that this page's network has."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from rnnviz.app.i18n import _
from rnnviz.app.results import Changed
from rnnviz.head_layers import named
from rnnviz.network import Network
from rnnviz.subjects import Subject

# One step of each cell by hand. Before it, all that the input adds has been computed at once, as XU.
_STEPS = {
    "RNN": """h = X.new_zeros(1, {units})
for XU_t in XU:
    h = torch.{f}(XU_t + h @ W.T + b)""",
    "LSTM": """h = c = X.new_zeros(1, {units})
for XU_t in XU:
    i, f, g, o = (XU_t + h @ W.T + b).chunk(4, -1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * c.tanh()""",
    "GRU": """h = X.new_zeros(1, {units})
for XU_t in XU:
    (r, z, n), (hr, hz, hn) = XU_t.chunk(3, -1), (h @ W.T + b).chunk(3, -1)
    r, z = (r + hr).sigmoid(), (z + hz).sigmoid()
    h = (1 - z) * (n + r * hn).tanh() + z * h""",
}
_WEIGHTS_OF_ONE = ['    f"{name}_l0": weight for name, weight in network.layers[0][0].state_dict().items()']
_WEIGHTS_OF_ALL = [
    '    f"{name}_l{k}{side}": weight',
    "    for k, layer in enumerate(network.layers)",
    '    for side, cell in zip(("", "_reverse"), layer)',
    "    for name, weight in cell.state_dict().items()",
]


def lines(subject: Subject) -> str:
    """Runnable lines; "" for what torch.nn has no module for, and for a run in which something is held."""
    network = subject.network()
    cell = network.layers[0][0]
    other = network.cell not in _STEPS or cell.kernel() is None
    if other or network.directions[0] == "backward" or network.own_start or isinstance(subject, Changed):
        return ""
    sizes = [f"{network.input_size}, {network.hidden_size}"]
    sizes += [f"num_layers={network.num_layers}"] if network.num_layers > 1 else []
    sizes += ["bidirectional=True"] if network.bidirectional else []
    sizes += ["bias=False"] if cell.bias_ih is None else []
    sizes += ['nonlinearity="relu"'] if cell.kernel() == "rnn_relu" else []
    double = ".double()" if cell.weight_ih.dtype == torch.float64 else ""
    steps, width = subject.read().steps, len(network.directions) * network.hidden_size
    alone = network.num_layers == 1 and not network.bidirectional
    told = [
        "import torch",
        "import rnnviz",
        "",
        f"subject = {subject.code()}",
        "network = subject.network()                # " + _("only for its weights"),
        "",
        f"rnn = torch.nn.{network.cell}({', '.join(sizes)}){double}",
        "weights = {",
        *(_WEIGHTS_OF_ONE if alone else _WEIGHTS_OF_ALL),
        "}",
        "rnn.load_state_dict(weights)",
        "for name, weight in rnn.named_parameters():",
        "    print(name, tuple(weight.shape))",
        *_printed(network),
        "",
        f"X = {'subject.input()' if network.embedding is None else 'network.embedding(subject.input())'}",
        f"# {(steps, 1, network.input_size)}: " + _("steps, batch, numbers of x_t"),
        "H, _last = rnn(X)",
        f"# {(steps, 1, width)}: " + _("the state h at every step, and nothing else: V is a layer of its own"),
    ]
    if network.readout is not None:
        told += ["front = network.front                      # " + named(network.front)] if network.front else []
        reads, read = network.readout.in_features, "front({})" if network.front else "{}"
        told += [
            f"V = network.readout                        # torch.nn.Linear({reads}, {network.readout.out_features})"
        ]
        if network.read_at == "every":
            told += [f"scores = V({read.format('H')})"]
        elif not network.bidirectional:
            told += [f"scores = V({read.format('H[-1]')})"]
    if alone and cell.bias_ih is not None:
        told += [
            "",
            "# " + _("By hand: all inputs enter together, as one matrix times U;"),
            "# " + _("the loop remains, since a state needs the state before it."),
            "U, W, b = rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_hh_l0",
            f"XU = X @ U.T + rnn.bias_ih_l0              # {(steps, 1, len(cell.weight_ih))}",
            _STEPS[network.cell].format(units=network.hidden_size, f=getattr(cell, "nonlinearity", "")),
            "torch.testing.assert_close(h, H[-1], rtol=1e-4, atol=1e-5)",
        ]
    return "\n".join(told)


def _printed(network: Network) -> Iterator[str]:
    """What the module's parameters print, as comments; beside the matrices the textbook's letters, and their blocks."""
    for k, layer in enumerate(network.layers):
        for side, cell in zip(("", "_reverse"), layer, strict=False):
            rows = f"{len(cell.blocks)} × {cell.hidden_size}: {', '.join(cell.blocks)}"
            for name, weight in cell.named_parameters():
                letter = {"weight_ih": "U", "weight_hh": "W"}.get(name, "")
                told = f"   {letter}, {rows}" if letter and len(cell.blocks) > 1 else f"   {letter}"
                yield f"# {name}_l{k}{side} {tuple(weight.shape)}{told.rstrip()}"
