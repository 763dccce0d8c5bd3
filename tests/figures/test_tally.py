"""Amounts under one another: bars are the values, the number is written out, one may be chosen."""

from rnnviz import figures
from rnnviz.figures import Amount

AMOUNTS = [Amount("one", 3.0, "3 of 4", "#111111"), Amount("<i>two</i>", 1.0, "1 of 4", "#222222")]


def test_bars_are_the_values_with_their_texts_from_the_first_on_top():
    figure = figures.tally(AMOUNTS)
    bars = figure.data[0]
    assert list(bars.x) == [3.0, 1.0]
    assert list(bars.text) == ["3 of 4", "1 of 4"]
    assert list(bars.y) == ["one", "&lt;i&gt;two&lt;/i&gt;"]
    assert figure.layout.yaxis.autorange == "reversed"


def test_the_axis_begins_at_zero_and_leaves_room_for_the_numbers():
    low, high = figures.tally(AMOUNTS).layout.xaxis.range
    assert low == 0
    assert high > 1.2 * 3.0


def test_all_but_the_chosen_one_are_faint():
    assert figures.tally(AMOUNTS).data[0].marker.opacity == (1.0, 1.0)
    opacities = figures.tally(AMOUNTS, chosen="one").data[0].marker.opacity
    assert opacities[0] == 1 > opacities[1]


def test_a_mark_to_compare_with_is_a_line_with_its_name():
    figure = figures.tally(AMOUNTS, mark=0.5, mark_title="a guess")
    assert figure.layout.shapes[0].x0 == 0.5
    assert figure.layout.annotations[0].text == "a guess"


def test_nothing_to_count_is_an_empty_figure():
    assert len(figures.tally([]).data[0].x) == 0
