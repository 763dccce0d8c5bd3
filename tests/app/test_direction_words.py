"""What Two directions says in words: what cards measured, what is untrained, and words of a sentence as text."""

import re

import pytest

from rnnviz.app.panels import answers_per_step, direction_claims, directions
from rnnviz.cells import TRIO
from tests.labellers import labeller


def test_a_word_in_the_title_is_text():
    one, two = directions.pair(labeller(text="<i>x</i>"))
    assert not re.search("<(?!/?b>|/?bdi>)", direction_claims.verdict(one, two))


@pytest.mark.parametrize(
    "subject",
    [
        labeller(),
        labeller("GRU"),
        labeller(task="echo_future", distance=4),
        labeller("RNN"),
    ],
)
def test_the_sentence_below_counts_what_the_cards_say(subject):
    named = direction_claims.named(*directions.pair(subject))
    said = answers_per_step.counts(named)
    for way, one in named.items():
        later = [
            card.held_out_accuracy if card.test_accuracy is None else card.test_subsets["later"]["accuracy"]
            for card in answers_per_step.trainings(one)
        ]
        told = re.search(rf"{way} ([\d.–]+)%", said)[1].split("–")
        for end, share in zip((told[0], told[-1]), (min(later), max(later)), strict=True):
            assert abs(float(end) - 100 * share) <= (0.05 if "." in end else 0.5) + 1e-9
        assert (told[-1] == "100") <= (max(later) > 0.995)
    card = answers_per_step.trainings(named["both ways"])[0]
    count = card.held_out_answers if card.test_accuracy is None else int(card.test_subsets["later"]["count"])
    assert f"{count:,}" in said


@pytest.mark.parametrize("cell", TRIO)
def test_on_the_words_that_a_later_one_decides_one_direction_guesses_and_two_know(cell):
    one, two = (
        [answers_per_step.developed(card)[1] for card in answers_per_step.trainings(subject)]
        for subject in directions.pair(labeller(cell))
    )
    assert len(one) >= 3
    assert max(one) < 0.65  # two roles, equally often
    assert min(two) >= 0.95
    one, two = (
        [answers_per_step.measured(card)[1] for card in answers_per_step.trainings(subject)]
        for subject in directions.pair(labeller(cell))
    )
    assert max(one) <= 0.5  # on wordings that nobody tuned to, with cities that no network has met
    assert min(two) >= 0.7


def test_untrained_networks_are_said_to_be_untrained():
    said = answers_per_step.counts(direction_claims.named(*directions.pair(labeller(weights="fresh", seed=17))))
    assert said == "Untrained weights, seed 17: nothing has been learnt yet."
