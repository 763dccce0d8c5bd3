"""Every right answer of the shipped lessons, computed a second time: from the library's own verbs and the weights."""

import math
from urllib.parse import parse_qsl

import numpy as np
import pytest
import torch

import rnnviz
from pages import PAGES
from rnnviz.app.lessons import library, measures
from rnnviz.app.lessons.reading import read
from rnnviz.recording import record
from rnnviz.shipped_files import shipped_path
from rnnviz.studies import echo_state_network as reservoirs
from rnnviz.studies.cell_comparison import fresh
from rnnviz.subjects import Subject
from rnnviz.subjects.hold_words import from_words

ROWS = {page.address: page for page in PAGES}
STEPS = {
    (name, k): step
    for name in library.SHIPPED
    for k, step in enumerate(read(name, shipped_path(f"assets/lessons/{name}.toml").read_bytes(), None).steps)
}
MEASURED = {key: step for key, step in STEPS.items() if not step.measure.startswith("first_word_left")}


def opened(step) -> tuple[Subject, object]:
    """What the step's page shows, in English."""
    address, _mark, query = step.links["en"].partition("?")
    values = dict(parse_qsl(query))
    usual, _refused = Subject.from_query(ROWS[address].opens)
    subject, refused = Subject.from_query(values, usual)
    knobs, wrong = ROWS[address].knobs.from_query(values)
    assert refused == wrong == []
    return subject, knobs


def run(subject: Subject, knobs: object):
    return record(subject.network(), subject.input(), hold=from_words(getattr(knobs, "hold", ())))


def shares(subject: Subject, knobs: object) -> np.ndarray:
    """Softmax of the readout of the top layer's states, (T, O)."""
    states = torch.as_tensor(run(subject, knobs).merged().values[:, 0].copy())
    return torch.softmax(subject.network().readout(states), -1).detach().numpy()


def curve(subject: Subject) -> np.ndarray:
    """log10 of |dL/dS| by autograd's own path, over that of the last step."""
    sizes = rnnviz.gradients.gradient_curves(subject.network(), subject.input(), subject.objective)["state"]
    return sizes.values[:, 0] - sizes.values[-1, 0]


def fallen(subject: Subject) -> float:
    steps = np.arange(len(curve(subject)))
    return 1 / abs(np.polyfit(steps, curve(subject), 1)[0])


def reversed_change(subject: Subject, knobs: object) -> float:
    network, x = subject.network(), subject.input()
    one, other = (record(network, sequence).layer()["h"].values[-1, 0] for sequence in (x, x.flip(0)))
    return float(np.linalg.norm(one - other) / np.linalg.norm(one))


def both_and_one(subject: Subject, knobs: object) -> float:
    tops = [shares(subject.with_(directions=name), knobs).argmax(-1) for name in ("one", "two")]
    return float((tops[0] != tops[1]).sum())


def met(subject: Subject, _knobs: object) -> float:
    generator = torch.Generator().manual_seed(int(reservoirs.start_generator(subject).initial_seed()))
    x = reservoirs.shown_input(subject)
    starts = 2 * torch.rand(4, subject.units, generator=generator, dtype=torch.float64) - 1
    cell = subject.network().layers[0][0]
    ours, others = starts[0], starts[2]
    first, last = torch.dist(ours, others), 0
    with torch.no_grad():
        for t, x_t in enumerate(x[:, 0], 1):
            ours, others = (
                torch.tanh(cell.weight_ih.double() @ x_t + cell.weight_hh.double() @ h) for h in (ours, others)
            )
            last = last if torch.dist(ours, others) < 1e-6 * first else t
    return math.inf if last == len(x) else last + 1.0


def right(subject: Subject, knobs: object) -> float:
    wanted = subject.read().solution[:, 0].numpy()
    asked = wanted >= 0
    return 100 * float((shares(subject, knobs).argmax(-1) == wanted)[asked].mean())


def kept(subject: Subject, knobs: object) -> float:
    return float(run(subject, knobs).layer()["f"].values.mean())


def last_state(subject: Subject, knobs: object) -> float:
    layer = run(subject, knobs).layer()
    return max(float(np.abs(layer[name].values[-1]).max()) for name in ("h", "c") if name in layer.names)


def _states(subject: Subject):
    return [layer[name] for layer in subject.trace().layers for name in ("h", "c") if name in layer.names]


def capacities(subject: Subject) -> dict[float, float]:
    return {radius: memory.total for radius, memory in zip(reservoirs.RADII, _all(subject), strict=True)}


def _all(subject: Subject):
    return reservoirs.memories(reservoirs.scaled_from(subject), reservoirs.RADII)


REFERENCES = {
    "state_size": lambda s, _k: sum(len(n.values[-1, 0]) for n in _states(s)),
    "largest_state": lambda s, k: float(np.abs(run(s, k).layer()["h"].values).max()),
    "change_by_order": reversed_change,
    "answer": lambda s, k: s.labels[shares(s, k)[-1].argmax()],
    "first_answer": lambda s, k: s.labels[shares(s, k)[0].argmax()],
    "answer_share": lambda s, k: 100 * shares(s, k)[-1].max(),
    "first_share": lambda s, k: 100 * shares(s, k)[0].max(),
    "right_share": right,
    "share_of_free_answer": lambda s, k: 100 * shares(s, k)[-1, shares(s, None)[-1].argmax()],
    "words_changed": both_and_one,
    "gradient": lambda s, _k: curve(s),
    "gradient_at_start": lambda s, _k: curve(s)[0],
    "steps_per_tenfold": lambda s, _k: fallen(s),
    "gate_mean": kept,
    "last_state_size": last_state,
    "starts_meet": met,
    "memory_capacity": lambda s, _k: capacities(s)[reservoirs.radius(s)],
    "best_radius": lambda s, _k: max(capacities(s), key=capacities(s).get),
}  # fmt: skip


@pytest.mark.parametrize(("name", "at"), MEASURED)
def test_a_right_answer_is_what_the_network_gives(name, at):
    step = STEPS[name, at]
    subject, knobs = opened(step)
    value = measures.measured(step.measure, subject, knobs, step.of)
    if getattr(knobs, "reads", "") == "noise":
        options = {"recurrent": knobs.start, "spectral_radius": knobs.radius, "forget_bias": knobs.forget_bias}
        subject = fresh(step.of["cell"], knobs.steps, knobs.draw, knobs.activation, **options)
    elif step.of:
        subject = subject.with_(**step.of)
    wanted = REFERENCES[step.measure](subject, knobs)
    if isinstance(value, str):
        assert value == wanted
    else:
        np.testing.assert_allclose(value, wanted, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("model", ["recall-rnn-seed0", "recall-lstm-seed0"])
def test_what_is_left_of_the_first_word_is_its_total_effect(model):
    """The numerator by Jansen's estimator, with the first letter alone exchanged."""
    subject = rnnviz.subject(model)
    a, b = subject.draws()
    exchanged = torch.cat([b[:1], a[1:]])
    states = [record(subject.network(), x).layer()["h"].values for x in (a, b, exchanged)]
    part = ((states[0] - states[2]) ** 2).sum(-1).mean(-1) / ((states[0] - states[1]) ** 2).sum(-1).mean(-1)
    found = measures.first_word_left(subject)
    np.testing.assert_allclose(found, 100 * part, atol=0.01)
    assert measures.first_word_left_at_end(subject) == found[-1]
