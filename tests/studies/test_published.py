"""The published experiments as they are asked for: networks that fit their tasks, budgets in updates, known goals."""

import pytest

from pages.lab_knobs import HowFarBack
from rnnviz.studies.published import EXPERIMENTS, came_out
from rnnviz.sweeps import run


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_row_can_be_trained_and_judged(name):
    experiment = EXPERIMENTS[name]()._replace(seeds=1)
    jobs = experiment.jobs()
    assert [job.name for job in jobs] == list(experiment.rows)
    assert len({job.key for job in jobs}) == len(jobs)  # no two rows ask for the same
    assert 0 < experiment.recipe.updates <= 2000
    assert experiment.source
    assert experiment.goal.asks(experiment.learnt())
    assert all(job.network().cell for job in jobs)


def test_the_page_offers_all_of_them():
    assert list(HowFarBack.declared()["experiment"].options) == ["", *EXPERIMENTS]


def test_a_row_differs_from_the_others_in_what_its_name_says():
    clipping = EXPERIMENTS["clipping"]()
    asked = {row: (clipping.recipe_of(row).learning_rate, clipping.recipe_of(row).clip) for row in clipping.rows}
    assert asked["learning rate 0.1, clipped at 1"] == (0.1, "norm")
    assert asked["learning rate 0.5, not clipped"] == (0.5, "none")
    recall = EXPERIMENTS["recall-50"]()
    assert dict(recall.subject("LSTM, forget bias 3", 2).model.options) == {"forget_bias": 3.0}
    assert recall.subject("LSTM, forget bias 3", 2).model.seed == 2
    assert dict(recall.subject("LSTM, chrono start").model.options) == {"memory_span": 50}
    echo = EXPERIMENTS["echo"]()
    assert echo.subject("GRU, both ways").network().directions == ("forward", "backward")
    assert echo.learnt().distance == 3


def test_two_layers_both_ways_learn_the_xor_of_the_neighbours():
    xor = EXPERIMENTS["xor"]()
    rows = {name: xor.rows[name] for name in ("RNN, 2 layers, both ways",)}
    (outcome,) = map(run, xor._replace(rows=rows, seeds=1).jobs())
    assert outcome.solved
    assert outcome.solved_at <= 200


def test_what_came_out_once_is_of_the_rows_seeds_and_budget_of_the_experiment():
    for name, make in EXPERIMENTS.items():
        asked, runs = make(), came_out(name)
        wanted = [(row, seed) for row in asked.rows for seed in range(asked.seeds)]
        assert [(each.name, each.seed) for each in runs] in (wanted, [])
        for each in runs:
            assert each.updates <= asked.recipe.updates
            assert each.solved == asked.goal.is_met(each.score)


def test_what_came_out_once_comes_out_again():
    echo = EXPERIMENTS["echo"]()
    row = "RNN, both ways"
    (outcome,) = map(run, echo._replace(rows={row: echo.rows[row]}, seeds=1).jobs())
    told = next(each for each in came_out("echo") if each.name == row)
    assert (outcome.solved, outcome.solved_at) == (told.solved, told.solved_at)


def test_rows_that_came_out_otherwise_than_the_sources_say_are_named():
    order = EXPERIMENTS["order-50"]()
    assert order.otherwise(came_out("order-50")) == ["LSTM, forget bias 1"]
    assert order.otherwise([]) == []
    assert EXPERIMENTS["xor"]().otherwise(came_out("xor")) == []
    for make in EXPERIMENTS.values():
        asked = make()
        assert {*asked.learn, *asked.fail} <= set(asked.rows)
        assert asked.learn
