"""Counting and recall: the shipped networks are those of the one budget, and do what torch alone finds they do."""

import pytest
import torch
from safetensors.torch import load_file
from torch.nn import functional as F

from rnnviz.shipped_files import shipped_path
from rnnviz.studies import lost_and_won as study
from rnnviz.subjects import shipped_runs
from rnnviz.tasks.pairs import EACH, KEYS, VALUES

MODULES = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def weights_of(name: str) -> dict[str, torch.Tensor]:
    """The weights of a shipped run, in float32."""
    file = load_file(shipped_path(f"assets/sweeps/{name.partition('-')[0]}.safetensors"))
    own = {key.removeprefix(f"{name}:"): value.float() for key, value in file.items() if key.startswith(f"{name}:")}
    return {key.removeprefix("layers.0.0."): value for key, value in own.items()}


def questions(trial: str, asked: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The sequences of the page, drawn and answered here: bits and whether they are odd, pairs and a number."""
    drawn = torch.Generator().manual_seed(50)
    if trial == "counting":
        x = torch.randint(1, 3, (asked, 512), generator=drawn)
        return x[:, : study.QUESTIONS], ((x == 2).sum(0) % 2)[: study.QUESTIONS]
    letters = torch.rand(len(KEYS), 512, generator=drawn).topk(asked, dim=0).indices
    numbers = torch.rand(len(VALUES), 512, generator=drawn).topk(asked, dim=0).indices
    at = torch.randint(asked, (1, 512), generator=drawn)
    x = 1 + EACH * torch.cat([letters, letters.gather(0, at)])
    x[:-1] += numbers
    x[-1] += len(VALUES)
    return x[:, : study.QUESTIONS], numbers.gather(0, at)[0, : study.QUESTIONS]


def ends(kind: str, own: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """What the readout reads after the last step: torch.nn, or the delta rule sequence by sequence and step by step."""
    x = F.embedding(x, own["embedding.weight"])
    if kind in MODULES:
        module = MODULES[kind](x.shape[-1], own["weight_hh"].shape[1])
        module.load_state_dict({f"{name}_l0": own[name] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")})
        return module(x)[0][-1]
    q, k = (F.normalize(F.silu(x @ own[f"weight_{name}"].T), dim=-1) for name in "qk")
    v, most = x @ own["weight_v"].T, 2 if kind == "delta-2" else 1
    table = torch.zeros(x.shape[1], v.shape[-1], k.shape[-1])
    for t in range(len(x)):
        erased = torch.eye(k.shape[-1]) - (beta := most * torch.sigmoid(x[t] @ own["weight_beta"].T))[..., None] * (
            k[t][:, :, None] @ k[t][:, None, :]
        )
        table = table @ erased + beta[..., None] * v[t][:, :, None] @ k[t][:, None, :]
    return (table @ q[-1][:, :, None])[..., 0]


@pytest.mark.parametrize("kind", ["rnn", "lstm", "delta", "delta-2"])
@pytest.mark.parametrize(("trial", "asked"), [("counting", 256), ("recall", 16)])
@torch.no_grad()
def test_what_a_network_gets_right_is_what_torch_alone_finds(kind, trial, asked):
    seed = study.seeds(kind, trial)[-1]
    own = weights_of(study.name_of(kind, trial, seed))
    x, y = questions(trial, asked)
    scores = ends(kind, own, x) @ own["readout.weight"].T + own["readout.bias"]
    wanted = (scores.argmax(-1) == y).double().mean().item()
    network = study.shipped(kind, trial, seed).network()
    assert study.right(network, trial, asked) == pytest.approx(wanted, abs=1.5 / study.QUESTIONS)


@pytest.mark.parametrize("trial", study.TRIALS)
def test_all_are_trained_on_one_budget_with_a_state_of_one_size(trial):
    for kind, built in study.KINDS.items():
        assert study.seeds(kind, trial) == tuple(study.SEEDS)
        for seed in study.SEEDS:
            run = shipped_runs.run(study.name_of(kind, trial, seed))
            (snapshot,) = run.snapshots.values()
            assert (snapshot.update, run.network.cell) == (study.RECIPE.updates, built.cell)
            assert vars(snapshot.recipe) == vars(study.RECIPE) | {"seed": seed}
            assert run.network.structure == study.fresh(kind, trial, seed).structure
            assert run.task.options() == study.learnt(trial).options()
            numbers = study.state_size(built.cell, run.network.hidden_size, built.options)
            assert numbers == pytest.approx(study.TRIALS[trial].state, rel=0.15)


def test_weights_of_a_file_in_half_precision_are_run_in_the_networks_own():
    name = study.name_of("rnn", "counting", study.seeds("rnn", "counting")[0])
    file = load_file(shipped_path("assets/sweeps/parity.safetensors"))
    kept, run = file[f"{name}:layers.0.0.weight_hh"], shipped_runs.run(name)
    weight = run.network.layers[0][0].weight_hh
    assert (kept.dtype, weight.dtype) == (torch.float16, torch.float32)
    assert torch.equal(weight, kept.float())
    (snapshot,) = run.snapshots.values()
    assert snapshot.accuracy == pytest.approx(1.0, abs=0.01)  # measured of what is kept


def test_guessing_knows_the_task_and_nothing_of_the_order():
    assert [study.chance("counting", bits) for bits in (40, 256)] == [0.5, 0.5]
    assert [study.chance("recall", pairs) for pairs in (4, 16)] == [1 / 4, 1 / 16]
