"""The shipped encoder-decoders: their files, their cards, and what they make of a text."""

import pytest
import torch
from safetensors.torch import load_file

from rnnviz.checkpoints import TRANSLATORS, Card, fingerprint, load_encoder_decoder, read_card, save
from rnnviz.subjects import translators
from rnnviz.training import exact_match
from tools.translators import RECIPES

every_network = pytest.mark.parametrize(
    ("sees", "forced"), [(n, way) for n in translators.NAMES for way in (True, False)]
)


def test_every_recipe_has_its_two_files_and_there_is_no_other():
    names = {recipe.name for recipe in RECIPES}
    assert {name + end for name in translators.NAMES.values() for end in ("", translators.OWN)} == names
    assert {path.name for path in TRANSLATORS.iterdir()} == {
        f"{name}.{kind}" for name in names for kind in ("json", "safetensors")
    }
    assert sum(path.stat().st_size for path in TRANSLATORS.iterdir()) < 2_000_000


@every_network
def test_a_card_says_what_its_weights_are(sees, forced):
    card, network = translators.card(sees, forced), translators.load(sees, forced)
    recipe = next(recipe for recipe in RECIPES if recipe.name == card.name)
    assert recipe.training.teacher_forcing == float(forced)
    for name in ("task", "seed", "updates"):
        assert getattr(card, name) == getattr(recipe, name)
    assert card.parameters == sum(
        weights.numel() for weights in load_file(TRANSLATORS / f"{card.name}.safetensors").values()
    )
    assert network.structure == card.network == recipe.network().structure
    assert card.vocabulary == fingerprint(translators.task())
    assert (network.attention is not None) == recipe.attention
    assert any(
        not torch.equal(network.state_dict()[name], value) for name, value in recipe.network().state_dict().items()
    )


@every_network
def test_a_card_quotes_the_share_of_held_out_days_that_its_weights_get_right(sees, forced):
    card, network = translators.card(sees, forced), translators.load(sees, forced)
    part = translators.task().subsets()["up to 80"]
    quoted = card.subsets["up to 80"]
    assert exact_match(network, part) == pytest.approx(quoted["accuracy"], abs=5e-5 + 2 / quoted["count"])
    assert sum(band["count"] for band in card.subsets.values()) == card.held_out_answers


def test_with_one_budget_attention_learns_it_and_one_vector_does_not():
    shares = {sees: translators.card(sees).held_out_accuracy for sees in translators.NAMES}
    assert shares["attention"] > 0.99
    assert shares["vector"] < shares["longer"] < shares["attention"]


def test_what_is_written_is_held_against_the_rule():
    right = translators.translated("May 3rd, 2025")
    assert (right.written, right.is_right) == ("2025-05-03", True)
    assert translators.translated("hello").is_right is None
    assert not translators.translated("31 February 2025").day.exists
    assert translators.translated("31 Februarq 2025").known[10] is False
    with pytest.raises(ValueError, match="nothing to read"):
        translators.translated(" ")


def test_files_give_back_the_same_network(tmp_path):
    network, card = translators.load(), translators.card()
    path = save(network, card, tmp_path)
    assert isinstance(read_card(path), Card)
    again = load_encoder_decoder(path)
    x = translators.task().encode("3 May 2025")
    assert torch.equal(again(x), network(x))
