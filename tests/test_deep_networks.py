"""What the cards of networks with layers and directions promise, and that their weights keep it."""

import itertools

import pytest

from rnnviz.cells import TRIO
from rnnviz.checkpoints import MODELS, Card, load, shipped
from rnnviz.subjects import Shipped, catalogue
from rnnviz.subjects.limits import MAX_LAYERS
from rnnviz.subjects.models import FAR
from rnnviz.subjects.restructuring import with_structure
from rnnviz.subjects.sizes import task
from rnnviz.tasks import EchoFuture
from rnnviz.training import accuracy, asked
from tests.labellers import DIRECTIONS, LABELLING

DEPTHS = range(1, MAX_LAYERS + 1)
DISTANCES = range(1, EchoFuture.farthest + 1)
every_cell = pytest.mark.parametrize("cell", TRIO)


def later(card: Card) -> float:
    return card.subsets["later"]["accuracy"]


def runs(cell: str, directions: str, layers: int, name: str, **options: int) -> list[Card]:
    structure = catalogue.Structure(name, cell, layers=layers, directions=directions, **options)
    return catalogue.trainings(structure)


@every_cell
@pytest.mark.parametrize("layers", DEPTHS)
def test_what_a_later_word_decides_is_known_by_networks_that_read_both_ways(cell, layers):
    for card in runs(cell, "two", layers, "slots"):
        assert later(card) >= 0.95
        assert card.held_out_accuracy >= 0.97


@every_cell
@pytest.mark.parametrize("layers", DEPTHS)
def test_what_a_later_word_decides_is_a_guess_for_networks_that_read_one_way(cell, layers):
    for card in runs(cell, "one", layers, "slots"):
        assert 0.45 <= later(card) <= 0.55
        # All the rest of the words they can know.
        assert card.held_out_accuracy >= 0.92


@every_cell
def test_one_layer_cannot_tell_whether_the_neighbours_differ_and_two_can(cell):
    one, two = runs(cell, "two", 1, "neighbour_xor"), runs(cell, "two", 2, "neighbour_xor")
    assert len(one) == len(two) == 3
    assert all(0.45 <= card.held_out_accuracy <= 0.55 for card in one)
    assert all(card.held_out_accuracy >= 0.98 for card in two)


@every_cell
def test_more_layers_can_as_well_but_not_in_one_direction(cell):
    for layers in (3, 4):
        assert all(card.held_out_accuracy >= 0.98 for card in runs(cell, "two", layers, "neighbour_xor"))
    for layers in DEPTHS:
        assert all(0.45 <= card.held_out_accuracy <= 0.55 for card in runs(cell, "one", layers, "neighbour_xor"))


@every_cell
@pytest.mark.parametrize("distance", DISTANCES)
def test_the_echo_is_heard_from_every_distance_by_networks_that_read_both_ways_and_guessed_by_others(cell, distance):
    (both,) = runs(cell, "two", 1, FAR, distance=distance)
    (one,) = runs(cell, "one", 1, FAR, distance=distance)
    assert both.held_out_accuracy >= 0.98
    assert 0.22 <= one.held_out_accuracy <= 0.28


def test_the_structures_that_are_compared_have_three_trainings_each():
    for cell, directions in itertools.product(TRIO, DIRECTIONS):
        assert len(runs(cell, directions, 1, "slots")) == 3


@pytest.mark.parametrize("name", LABELLING)
def test_a_trained_network_is_built_as_the_untrained_one_of_its_structure(name):
    shipped_ones = [Shipped(file) for structure, file in catalogue.structures().items() if structure.task == name]
    assert len(shipped_ones) >= len(TRIO) * len(DIRECTIONS) * len(DEPTHS)
    for model in shipped_ones:
        drawn = with_structure(model, trained=False)
        assert drawn.structure == model.structure
        assert drawn.network().structure == model.load().network.structure


@pytest.mark.parametrize("name", LABELLING)
def test_networks_of_one_task_have_one_budget_and_were_asked_the_same(name):
    cards = shipped(name)
    by_distance = itertools.groupby(sorted(cards, key=lambda card: str(card.options)), lambda card: str(card.options))
    assert len({(card.updates, card.batch, card.size, card.vocabulary) for card in cards}) == 1
    for _, same in by_distance:
        assert len({(card.held_out_answers, *(part["count"] for part in card.subsets.values())) for card in same}) == 1
    for cell in TRIO:
        assert len({card.learning_rate for card in cards if card.network["cell"] == cell}) == 1


@pytest.mark.parametrize(
    "chosen", ["slots-gru-two-1-seed2", "echo-future-3-lstm-two-1-seed0", "neighbour-xor-rnn-two-2-seed1"]
)
def test_a_networks_weights_keep_what_its_card_promises_on_all_that_was_held_out_and_on_its_parts(chosen):
    (card,) = (card for name in LABELLING for card in shipped(name) if card.name == chosen)
    learnt, network = task(card.task, **card.options), load(MODELS / chosen)
    held_out, parts = learnt.held_out(), learnt.subsets()
    right = sum(int((network(x).argmax(-1) == y).sum()) for x, y in held_out)
    assert card.held_out_answers == asked(held_out)
    assert card.held_out_accuracy == round(right / card.held_out_answers, 4)
    assert set(card.subsets) == set(parts) == ({"later"} if card.task == "slots" else set())
    for name, part in parts.items():
        assert card.subsets[name] == {"count": asked(part), "accuracy": round(accuracy(network, part), 4)}
