"""Networks in files: what is saved comes back bit by bit, and every shipped card tells the truth about its weights."""

import dataclasses
import json

import pytest
import torch
from safetensors.torch import load_file

from rnnviz import checkpoints
from rnnviz.cells import TRIO
from rnnviz.checkpoints import MODELS, Card, fingerprint, load, read_card, save, shipped
from rnnviz.network import Network
from rnnviz.subjects.sizes import SIZES, task
from rnnviz.tasks import TASKS
from rnnviz.training import accuracy, asked
from tests.cells.variants import close, every_variant_with
from tools.make_models import RECIPES

every_task = pytest.mark.parametrize("name", TASKS)


def card_of(network: Network, **changes: object) -> Card:
    values = {
        "name": "one",
        "task": "intents",
        "size": "tiny",
        "network": network.structure,
        "parameters": 1,
        "seed": 2,
    }
    values |= {"updates": 3, "batch": 4, "learning_rate": 0.1, "held_out_answers": 5, "held_out_accuracy": 0.9871}
    return Card(**(values | {"options": {}, "subsets": {}, "vocabulary": "abc"} | changes))


@every_variant_with("bidirectional", [False, True])
def test_what_is_saved_comes_back_bit_by_bit(name, options, bidirectional, rng, tmp_path):
    sizes = {"num_layers": 2, "bidirectional": bidirectional, "vocabulary_size": 7, "output_size": 3}
    network = Network(name, 3, 4, generator=rng, readout="every", **sizes, **options)
    path = save(network, card_of(network), tmp_path)
    loaded = load(path)
    assert loaded.structure == network.structure
    assert not loaded.training
    ours, theirs = network.state_dict(), loaded.state_dict()
    assert list(ours) == list(theirs)
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    x = torch.randint(7, (5, 2), generator=rng)
    close(network(x), loaded(x), 1e-6)


def test_weights_that_are_not_numbers_come_back_too(rng, tmp_path):
    network = Network("RNN", 2, 2, generator=rng)
    with torch.no_grad():
        network.layers[0][0].weight_hh[0] = torch.tensor([float("nan"), float("-inf")])
    loaded = load(save(network, card_of(network), tmp_path)).layers[0][0].weight_hh[0]
    assert loaded.isnan()[0]
    assert loaded[1] == float("-inf")


def test_a_card_comes_back_as_it_was_and_its_file_is_plain_json(rng, tmp_path):
    network = Network("GRU", 2, 3, generator=rng)
    card = card_of(network, name="große-名")
    path = save(network, card, tmp_path / "a" / "new" / "folder")
    assert read_card(path) == read_card(path.with_suffix(".json")) == read_card(str(path)) == card
    text = path.with_suffix(".json").read_text("utf-8")
    assert "große-名" in text
    assert list(json.loads(text)) == [field.name for field in dataclasses.fields(Card)]
    assert card.held_out_error == 0.0129


def test_only_the_cards_of_the_task_that_is_asked_for_are_listed_by_name(rng, tmp_path):
    network = Network("GRU", 2, 3, generator=rng)
    for name, learnt in (("b", "intents"), ("a", "intents"), ("c", "recall")):
        save(network, card_of(network, name=name, task=learnt), tmp_path)
    assert [card.name for card in shipped("intents", tmp_path)] == ["a", "b"]
    assert shipped("chess", tmp_path) == []


def test_a_missing_card_is_named_with_what_a_checkpoint_is(tmp_path):
    for ask in (read_card, load):
        with pytest.raises(
            FileNotFoundError, match=r"^no card at lost\.json: a checkpoint is two files, .safetensors and"
        ):
            ask(tmp_path / "lost.safetensors")


@pytest.mark.parametrize("values", [{}, {"name": "one"}, {"more": 1}, {"seed": None}, [], ["name"]])
def test_a_card_with_other_fields_is_answered_with_the_right_ones(values, rng, tmp_path):
    card = dataclasses.asdict(card_of(Network("GRU", 2, 3, generator=rng)))
    if values == {"more": 1}:
        values = card | values
    elif values == {"seed": None}:
        values = {name: value for name, value in card.items() if name != "seed"}
    (tmp_path / "odd.json").write_text(json.dumps(values))
    with pytest.raises(
        ValueError, match=r"^odd\.json is not a card: it should have exactly batch, held_out_accuracy, "
    ):
        load(tmp_path / "odd.safetensors")


def test_a_card_that_is_not_json_is_refused_as_one_that_cannot_be_read(tmp_path):
    (tmp_path / "torn.json").write_text('{"name": "to')
    with pytest.raises(ValueError):  # noqa: PT011 - whose words are the standard library's
        read_card(tmp_path / "torn.json")


def test_a_fingerprint_changes_with_each_token_and_with_their_order():
    def of(*tokens: str) -> str:
        return fingerprint(type("Task", (), {"vocabulary": type("Vocabulary", (), {"tokens": tokens})})())

    assert len({of("a", "b"), of("b", "a"), of("a"), of("a", "b", "c"), of("a", "B")}) == 5
    assert of("a", "b") == of("a", "b")
    assert {fingerprint(task(name)) for name in TASKS} == {fingerprint(made()) for made in TASKS.values()}


def test_every_recipe_has_its_two_files_and_there_is_no_other_file():
    names = {recipe.name for recipe in RECIPES}
    assert {path.name for path in MODELS.iterdir()} == {
        f"{n}.{kind}" for n in names for kind in ("json", "safetensors")
    }
    assert checkpoints.MODELS.parent.name == "assets"


@every_task
def test_a_shipped_card_says_what_its_weights_are(name):
    for card in shipped(name):
        says_what_its_weights_are(card)


def says_what_its_weights_are(card: Card) -> None:
    recipe = next(recipe for recipe in RECIPES if recipe.name == card.name)
    for name in ("task", "size", "seed", "updates", "batch", "learning_rate"):
        assert getattr(card, name) == getattr(recipe, name), name
    weights = load_file(MODELS / f"{card.name}.safetensors")
    assert card.parameters == sum(tensor.numel() for tensor in weights.values())
    assert card.vocabulary == fingerprint(task(card.task, **card.options))
    network = load(MODELS / card.name)
    assert network.structure == card.network == recipe.network().structure
    assert all(tensor.isfinite().all() for tensor in weights.values())
    assert any(not torch.equal(weights[name], start) for name, start in recipe.network().state_dict().items())


@every_task
def test_a_shipped_card_quotes_the_accuracy_that_its_weights_have(name):
    for card in shipped(name):
        learnt = task(card.task, **card.options)
        if card.text != learnt.source:
            continue  # it was measured on the text of another Python
        held_out = learnt.held_out()
        assert card.held_out_answers == asked(held_out)
        found = accuracy(load(MODELS / card.name), held_out)  # on another processor a close answer may turn
        assert card.held_out_accuracy == pytest.approx(found, abs=5e-5 + 2 / card.held_out_answers), card.name


def test_gated_cells_of_every_size_read_development_templates_right_in_95_of_100():
    cards = {(card.network["cell"], card.size): card for card in shipped("intents")}
    assert set(cards) == {(cell, size) for cell in TRIO for size in SIZES}
    assert all(card.held_out_accuracy >= 0.95 for (cell, _), card in cards.items() if cell != "RNN")
