"""The code below a page as a script that runs elsewhere: with what a visitor brought, and with what it prints."""

from __future__ import annotations

import ast

import torch

from rnnviz.app.i18n import _
from rnnviz.app.opening import is_brought
from rnnviz.app.own_model import choosing
from rnnviz.app.own_model.brought import Brought
from rnnviz.subjects import Subject, Text, Trained, Vectors, shipped_runs
from rnnviz.subjects.given import vectors_of


def complete(code: str, subject: Subject) -> str:
    """``code`` with the lines that make the ``network``, ``x`` and ``vocabulary`` in it of a visitor's files."""
    if isinstance(subject.model, Trained) and not shipped_runs.has(subject.model.run):
        told = _("run: the training that the network comes from, as rnnviz.train returns it")
        return code.replace("\n\n", f"\n\n# {told}\n", 1)
    if "model=network" not in code and "x=x" not in code:
        return code
    brought, files, lines = choosing.shown(subject), [], []
    if brought is None and is_brought(subject):
        told = _("network, x: the model and its input that rnnviz.open was given")
        return code.replace("\n\n", f"\n\n# {told}\n", 1)
    if brought is not None:
        files.append(brought.inventory.file)
        lines.append(_network(brought))
        if isinstance(subject.sequence, Text):
            files.append(brought.vocabulary_file)
            lines.append(f"vocabulary = rnnviz.files.read_vocabulary({brought.vocabulary_file!r})")
    if isinstance(subject.sequence, Vectors):
        x, _tokens, file = vectors_of(subject.sequence.digest)
        files += [file] if file else []
        lines.append(_sequence(x, file))
    if files:
        told = _("In the folder of this script: {files}").format(files=", ".join(map(repr, files)))
        lines.insert(0, f"# {told}")
    return code.replace("\n\n", "\n".join(["\n", *lines, ""]), 1)  # after the imports


def _network(brought: Brought) -> str:
    """As ``Brought.model`` puts it together."""
    arguments = [repr(brought.inventory.file), *([f"at={brought.at!r}"] if brought.at else [])]
    for name, fitting in (("embedding", brought.module.embeddings), ("head", brought.module.heads)):
        if fitting.doubt or getattr(brought, name):
            arguments.append(f"{name}={getattr(brought, name) or False!r}")
    chosen = {name: getattr(brought, name) for name in ("readout", "nonlinearity")}
    arguments += [f"{name}={value!r}" for name, value in chosen.items() if value]
    return f"network = rnnviz.load({', '.join(arguments)})"


def _sequence(x: torch.Tensor, file: str) -> str:
    """``x``: (T, 1) or (T, 1, I), as ``sequence_of`` makes it of a file, or of ids that were typed."""
    read = file or " ".join(map(str, x[:, 0].tolist())).encode()
    shape = ", ".join(map(str, (-1, *x.shape[1:])))
    kind = {torch.float32: ".float()", torch.float64: ".double()"}.get(x.dtype, "")
    return f"x = rnnviz.files.read_sequence({read!r}).reshape({shape}){kind}"


def printing(code: str) -> str:
    """``code`` that prints what a prompt would show: the value of each expression that stands in a line of its own."""
    lines = code.splitlines()
    for node in ast.parse(code).body:
        if not isinstance(node, ast.Expr):
            continue
        called = node.value.func if isinstance(node.value, ast.Call) else None
        if getattr(called, "id", None) != "print" and getattr(called, "attr", None) != "show":
            expression = ast.get_source_segment(code, node)
            lines[node.lineno - 1] = lines[node.lineno - 1].replace(expression, f"print({expression})", 1)
    return "\n".join(lines) + "\n"
