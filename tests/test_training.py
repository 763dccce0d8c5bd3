"""Training: the loss falls, the same seed gives the same network, and one tiny model is made again byte by byte."""

import dataclasses
import itertools

import pytest
import torch

from rnnviz.cells import CELLS, TRIO
from rnnviz.checkpoints import load, read_card
from rnnviz.network import Network
from rnnviz.subjects.sizes import task
from rnnviz.tasks import UNASKED, Batch, Intents
from rnnviz.training import Progress, Recipe, Training, accuracy, asked
from tests.cells.variants import every_cell
from tests.labellers import DIRECTIONS
from tools.make_models import RECIPES, main, make, progress_bar


def network(cell: str = "GRU", seed: int = 0, **options: object) -> Network:
    learnt = task("intents")
    options |= {"vocabulary_size": learnt.input_size, "output_size": learnt.output_size}
    return Network(cell, 8, 8, generator=torch.Generator().manual_seed(seed), **options)


def trained(cell: str = "GRU", updates: int = 30, seed: int = 0, take: int | None = None, **options: object):
    made = network(cell)
    run = Training(made, task("intents"), Recipe(updates, 16, seed=seed, **options), per_decade=0)
    return made, list(itertools.islice(run, take))


def same(one: Network, other: Network) -> bool:
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


# The others' gradients are held against autograd elsewhere, and each of them is trained below.
@pytest.mark.parametrize("name", [*TRIO, *[cell for cell in CELLS if cell not in TRIO][::3]])
def test_the_loss_falls_every_update_is_reported_and_more_answers_become_right(name):
    made, progress = trained(name, 160, learning_rate=2e-2)
    assert [step.update for step in progress] == list(range(1, 161))
    losses = [step.loss for step in progress]
    assert sum(losses[-20:]) < 0.75 * sum(losses[:20])
    assert all(step.gradient_norm > 0 for step in progress)
    held_out = task("intents").held_out()
    assert accuracy(made, held_out) > 2 * accuracy(network(name), held_out)


@every_cell
def test_the_same_seed_gives_the_same_network_and_another_stream_another(name):
    before = torch.get_rng_state()
    one, first = trained(name, 5)
    again, second = trained(name, 5)
    other, _ = trained(name, 5, seed=2)
    assert first == second
    assert same(one, again)
    assert not same(one, other)
    assert torch.equal(torch.get_rng_state(), before)


def test_training_can_be_left_at_any_update_and_goes_no_further():
    left, progress = trained(updates=50, take=3)
    whole, all_of_it = trained(updates=50)
    assert progress == all_of_it[:3]
    assert not same(left, whole)
    untouched, nothing = trained(updates=50, take=0)
    assert nothing == []
    assert same(untouched, network())


def test_a_budget_of_nothing_trains_nothing():
    made, progress = trained(updates=0)
    assert (progress, same(made, network())) == ([], True)


def test_the_learning_rate_falls_in_a_line_and_is_zero_after_the_last_update(monkeypatch):
    stepped = torch.optim.AdamW.step

    def step(optimizer: torch.optim.AdamW, *args: object, **kwargs: object) -> object:
        seen.append(optimizer.param_groups[0]["lr"])
        return stepped(optimizer, *args, **kwargs)

    seen: list[float] = []
    monkeypatch.setattr(torch.optim.AdamW, "step", step)
    trained(updates=8, learning_rate=0.16, schedule="linear")
    assert seen == pytest.approx([0.16 * (1 - done / 8) for done in range(8)])
    assert Recipe(8, schedule="linear").rate(8) == 0


class OneWord(Intents):
    """A batch that never changes, so that a gradient can be known."""

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        return Batch(torch.ones(1, size, dtype=torch.long), torch.zeros(size, dtype=torch.long))


def test_the_gradient_is_reported_before_it_is_clipped_and_used_after(monkeypatch):
    norms = []
    stepped = torch.optim.AdamW.step

    def step(optimizer: torch.optim.AdamW, *args: object, **kwargs: object) -> object:
        gradients = [p.grad.flatten() for p in optimizer.param_groups[0]["params"] if p.grad is not None]
        norms.append(float(torch.cat(gradients).norm()))
        return stepped(optimizer, *args, **kwargs)

    monkeypatch.setattr(torch.optim.AdamW, "step", step)
    made = network()
    x, y = OneWord().batch(4, torch.Generator())
    torch.nn.functional.cross_entropy(made(x), y).backward()
    true = float(torch.cat([p.grad.flatten() for p in made.parameters()]).norm())
    made.zero_grad()
    (progress,) = Training(made, OneWord(), Recipe(1, 4, limit=0.01), per_decade=0)
    assert isinstance(progress, Progress)
    assert progress.gradient_norm == pytest.approx(true, rel=1e-5)
    assert norms == pytest.approx([0.01], rel=1e-3)


def test_a_readout_at_every_step_is_trained_at_every_step():
    class Echo(OneWord):
        def batch(self, size: int, generator: torch.Generator) -> Batch:
            return Batch(torch.ones(6, size, dtype=torch.long), torch.full((6, size), 3))

    made = network(readout="every")
    held_out = [Echo().batch(4, torch.Generator())]
    losses = [step.loss for step in Training(made, Echo(), Recipe(40, 4), per_decade=0)]
    assert losses[-1] < 0.2 * losses[0]
    assert accuracy(made, held_out) == 1


def test_accuracy_counts_sequences_of_all_lengths_alike():
    made = network()
    x = torch.arange(24).reshape(4, 6)
    answers = made(x).argmax(-1)
    wrong = (answers + 1) % 8
    assert accuracy(made, [Batch(x, answers)]) == 1
    assert accuracy(made, [Batch(x, wrong)]) == 0
    assert accuracy(made, [Batch(x, answers), Batch(x[:, :2], wrong[:2])]) == 6 / 8


def test_a_number_is_right_that_is_nearer_than_a_half_and_nan_asks_for_none():
    made = Network("GRU", 2, 4, output_size=3, readout="every", generator=torch.Generator().manual_seed(0))
    x = torch.ones(5, 2, 2)
    answers = made(x).detach()
    assert accuracy(made, [Batch(x, answers + 0.49)]) == 1
    assert accuracy(made, [Batch(x, answers - 0.51)]) == 0
    answers[1:] = torch.nan
    answers[0, 0] += 1
    assert asked([Batch(x, answers)]) == 6
    assert accuracy(made, [Batch(x, answers)]) == 3 / 6


@pytest.mark.parametrize(
    "name",
    [
        "intents-gru-small",
        "intents-rnn-small",
        "recall-lstm-seed3",
        "neighbour-xor-gru-two-2-seed1",
        "echo-future-3-rnn-one-1-seed0",
        "slots-lstm-two-4-seed0",
    ],
)
def test_a_network_that_is_made_twice_is_the_same_file_and_its_card_tells_the_truth(name, tmp_path):
    recipe = dataclasses.replace(next(recipe for recipe in RECIPES if recipe.name == name), updates=5)
    cards = [make(recipe, tmp_path / folder) for folder in ("one", "two")]
    assert cards[0] == cards[1] == read_card(tmp_path / "one" / name)
    for suffix in ("safetensors", "json"):
        one, two = ((tmp_path / folder / f"{name}.{suffix}").read_bytes() for folder in ("one", "two"))
        assert one == two
    made = load(tmp_path / "one" / name)
    assert cards[0].updates == 5
    assert cards[0].parameters == sum(p.numel() for p in made.parameters())
    learnt = task(recipe.task, **recipe.options)
    assert (cards[0].options, cards[0].held_out_answers) == (recipe.options, asked(learnt.held_out()))
    assert cards[0].held_out_accuracy == round(accuracy(made, learnt.held_out()), 4)
    assert cards[0].subsets == {
        part: {"count": asked(batches), "accuracy": round(accuracy(made, batches), 4)}
        for part, batches in learnt.subsets().items()
    }
    assert cards[0].network == recipe.network().structure
    assert not same(made, recipe.network())


def test_an_answer_that_is_not_asked_for_is_neither_right_nor_wrong_and_teaches_nothing():
    made = network(readout="every")
    x = torch.arange(24).reshape(4, 6)
    answers = made(x).argmax(-1)
    half = answers.clone()
    half[::2] = UNASKED
    wrong = (answers + 1) % 8
    wrong[1:] = UNASKED
    assert (asked([Batch(x, answers)]), asked([Batch(x, half)]), asked([Batch(x, half), Batch(x, wrong)])) == (
        24,
        12,
        18,
    )
    assert accuracy(made, [Batch(x, half)]) == 1
    assert accuracy(made, [Batch(x, half), Batch(x, wrong)]) == 12 / 18

    class First(OneWord):
        """Asked at the first step only; the rest of the answers must not matter."""

        def batch(self, size: int, generator: torch.Generator) -> Batch:
            return Batch(x, wrong)

    loss = torch.nn.functional.cross_entropy(made(x)[0], wrong[0]).item()
    (progress,) = Training(made, First(), Recipe(1, 6), per_decade=0)
    assert progress.loss == pytest.approx(loss, rel=1e-6)


def test_all_networks_have_names_of_their_own():
    assert len({recipe.name for recipe in RECIPES}) == len(RECIPES)


def test_two_workers_make_the_networks_whose_names_begin_so_to_the_same_files_as_one(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("tools.make_models.RECIPES", [dataclasses.replace(recipe, updates=2) for recipe in RECIPES])
    main(["recall-gru-seed4", "echo-future-2-lstm", "--workers", "2", "--folder", str(tmp_path / "two")])
    said = capsys.readouterr().out
    names = ["recall-gru-seed4", *(f"echo-future-2-lstm-{way}-1-seed0" for way in DIRECTIONS)]
    assert sorted(path.stem for path in (tmp_path / "two").glob("*.json")) == sorted(names)
    assert all(said.count(name) == 1 for name in names)
    assert "3 files in" in said
    for name in names:
        recipe = next(recipe for recipe in RECIPES if recipe.name == name)
        make(dataclasses.replace(recipe, updates=2), tmp_path / "one")
        for suffix in ("safetensors", "json"):
            one, two = ((tmp_path / folder / f"{name}.{suffix}").read_bytes() for folder in ("one", "two"))
            assert one == two


def test_names_that_no_network_has_are_refused(capsys):
    with pytest.raises(SystemExit):
        main(["chess", "go"])
    assert "no network's name begins with chess or go" in capsys.readouterr().err


def test_the_progress_bar_is_for_eyes_only(capsys, monkeypatch):
    progress_bar(1, 2, "one")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    progress_bar(1, 2, "one", width=4)
    assert "██··  50 %  one" in capsys.readouterr().err
