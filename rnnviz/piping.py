"""What ``rnnviz.open`` sends to the server that it starts: a network or a run of training, and what it reads, as bytes.

A line of JSON, then safetensors. Both ends are processes of one user, and the pipe between them is theirs alone.
"""

from __future__ import annotations

import base64
import importlib
import json
import pickle
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from io import BytesIO

import torch
from safetensors.torch import load, save
from torch import Tensor

from rnnviz import cells
from rnnviz.network import Network
from rnnviz.refusals import Note, Refused
from rnnviz.subjects import Given, Subject, Trained, Vectors, subject
from rnnviz.subjects.address_words import to_word
from rnnviz.subjects.given import keep_log, keep_network, keep_snapshots, log_of, network_of, run_of, vectors_of
from rnnviz.subjects.own_vocabulary import OwnVocabulary
from rnnviz.subjects.sequences import to_query
from rnnviz.tasks import Task
from rnnviz.training import Recipe, Snapshot
from rnnviz.watching import Log

NETWORK, INPUT, LOG = "network.", "x", "log"  # what tensors are called in the pipe
LENGTH = 40  # steps of the random input that a network reads without another


def packed(what: Subject) -> bytes:
    """A subject of one's own as bytes: a line of JSON, then safetensors. Raises Refused for a cell or a task of one's
    own that the server could not import."""
    x, tokens = vectors_of(what.sequence.digest)[:2] if isinstance(what.sequence, Vectors) else (None, ())
    tensors = {} if x is None else {INPUT: x}
    told: dict[str, object] = {"tokens": tokens, "sequence": to_query(what.sequence)}
    if isinstance(what.model, Trained):
        run = run_of(what.model.run)
        network, shots = run.network, list(run.snapshots.values())
        for k, shot in enumerate(shots):
            tensors |= {f"{k}.{name}": value for name, value in shot.weights.items()}
        told["run"] = {
            "title": run.title,
            "task": None if run.task is None else _written(run.task),
            "folders": _folders(),
            "recipe": asdict(shots[0].recipe),
            "at": what.model.update,
            "watched": (log := log_of(what.model.run)) is not None,
            "snapshots": [(shot.update, shot.loss, shot.accuracy, shot.clipped) for shot in shots],
        }
        if log is not None:
            log.save(content := BytesIO())
            tensors[LOG] = torch.frombuffer(content.getbuffer(), dtype=torch.uint8)
    else:
        kept = network_of(what.model.digest)
        network = kept.network
        tensors |= {NETWORK + name: value for name, value in network.state_dict().items()}
        told |= {"title": kept.title, "notes": kept.notes, "vocabulary": kept.vocabulary and kept.vocabulary.tokens}
    told |= {"structure": network.structure, "cell": _home(cells.CELLS[network.cell])}
    whole = {name: value.detach().contiguous() for name, value in tensors.items()}
    return json.dumps(told).encode() + b"\n" + save(whole)


def _written(task: Task) -> str:
    """A task for the other process, which is this one's own, so that a pickle may be read there."""
    _refuse_unless_imported(type(task))
    return base64.b64encode(pickle.dumps(task)).decode()


def _folders() -> list[str]:
    return [folder or "." for folder in sys.path]


def _refuse_unless_imported(kind: type) -> None:
    if kind.__module__ == "__main__" or "." in kind.__qualname__:
        raise Refused(
            "The app is another process, which cannot import {cell} from this script or notebook. Write the class into "
            "a module of its own, such as my_cells.py, and import it from there; or draw it here with rnnviz.show.",
            cell=kind.__name__,
        )


def _home(cell: type[cells.Cell]) -> tuple[str, str, list[str]] | None:
    """Where the server finds a cell of one's own: module, name, and the folders of modules; None for one of ours."""
    if cells.is_shipped(cell):
        return None
    _refuse_unless_imported(cell)
    return cell.__module__, cell.__qualname__, _folders()


def _register(module: str, name: str, folders: Sequence[str]) -> None:
    """Know a cell of one's own as the process does that opened the app."""
    sys.path += [folder for folder in folders if folder not in sys.path]
    cells.register(getattr(importlib.import_module(module), name))


def unpacked(content: bytes) -> Subject:
    """The subject that ``packed`` wrote, kept in this process for all who ask it."""
    line, _, body = content.partition(b"\n")
    told, tensors = json.loads(line), load(body)
    if told["cell"] is not None:
        _register(*told["cell"])
    model = _run(told, tensors) if "run" in told else _network(told, tensors)
    if INPUT in tensors:
        return subject(model, tensors[INPUT], tokens=told["tokens"])
    if isinstance(model, Given):
        return subject(model, noise=0, length=LENGTH)
    return Subject.from_query({"model": to_word(model), **told["sequence"]})[0]


def _network(told: dict, tensors: Mapping[str, Tensor]) -> Given:
    weights = {name.removeprefix(NETWORK): value for name, value in tensors.items() if name.startswith(NETWORK)}
    network = Network(**told["structure"], dtype=next(iter(weights.values())).dtype)
    network.load_state_dict(weights)
    words = None if told["vocabulary"] is None else OwnVocabulary.of(told["vocabulary"])
    notes = tuple(Note(*each) for each in told["notes"])
    return Given(keep_network(network, told["title"], words, notes=notes))


def _run(told: dict, tensors: Mapping[str, Tensor]) -> Trained:
    run, none = told["run"], torch.empty(0, dtype=torch.uint8)
    recipe, task = Recipe(**run["recipe"]), None
    if run["task"] is not None:
        sys.path += [folder for folder in run["folders"] if folder not in sys.path]
        task = pickle.loads(base64.b64decode(run["task"]))
    shots = []
    for k, (update, loss, accuracy, clipped) in enumerate(run["snapshots"]):
        weights = {n.removeprefix(f"{k}."): value for n, value in tensors.items() if n.startswith(f"{k}.")}
        shots.append(Snapshot(update, loss, accuracy, clipped, (), weights, {}, none, recipe))
    network = Network(**told["structure"], dtype=next(iter(shots[-1].weights.values())).dtype)
    network.load_state_dict(shots[-1].weights)
    kept = keep_snapshots(network.eval(), task, recipe, shots, title=run["title"])
    if run["watched"]:
        keep_log(kept, Log.load(BytesIO(tensors[LOG].numpy().tobytes())))
    return Trained(kept, run["at"])
