"""Who wrote the state of any layer and direction, in the order in which it reads."""

import numpy as np
import pytest

from rnnviz import memory
from rnnviz.app.panels import first_word, forgetting, memory_shares
from tests.app.sent import unpack
from tests.app.sources import SOURCES, board_for

DEEP = {name: SOURCES[name] for name in ("two layers, two directions", "a network that was given")}
every_place = pytest.mark.parametrize("of", [(0, "backward"), (1, "forward"), (1, "backward")])


@every_place
@pytest.mark.parametrize("sources", DEEP.values(), ids=DEEP)
def test_the_parts_are_those_of_the_layer_and_direction_that_is_shown(sources, of):
    board, place = board_for(sources), {"layer": of[0], "direction": of[1]}
    name, source = list(sources.items())[-1]
    known = memory.reveal(source.network(), source.input(), **place)
    board.row(*memory_shares.measured("reveal", sources, board, of)[-1], memory_shares.ribbon(name, source, board, of))
    _header, arrays = unpack(board)
    np.testing.assert_allclose(arrays[f"reveal:{name}"][:, 1:], known.shares.values[:, :, 0], atol=1e-6)
    np.testing.assert_allclose(arrays["ribbon:h"], source.trace().layer(*of)["h"].values[:, 0], atol=1e-6)
    lives = memory_shares.taken_apart(source, of)[1]
    np.testing.assert_array_equal(
        lives.values, memory.half_life(source.network(), source.input(), "reveal", **place).values
    )


@every_place
@pytest.mark.parametrize("sources", DEEP.values(), ids=DEEP)
def test_the_ledger_of_a_direction_begins_where_it_reads_first(sources, of):
    name, source = next((name, source) for name, source in sources.items() if source.cell == "LSTM")
    entries = memory.ledger(source.trace(), *of)
    sizes = np.abs(entries.entries.values[:, :, 0].astype(float)).sum(-1)
    backward, steps = of[1] == "backward", len(sizes)
    written = sizes[0][::-1] if backward else sizes[-1]  # in the order in which the words were read
    opening = np.abs(entries.opening.values[0 if backward else -1, 0].astype(float)).sum()
    last = next(n for n in range(1, steps + 1) if written[-n:].sum() >= written.sum() / 2)
    (panel,) = (each for each in memory_shares.measured("ledger", {name: source}, board_for(sources), of)[-1])
    share = written[0] / (written.sum() + opening)
    (chip,) = first_word.chips({name: source}, "ledger", of)
    assert chip.text == f"{name} " + ("< 1%" if share < 0.005 else f"{share:.0%}")
    assert panel["first"] == (steps - 1 if backward else 0)
    assert panel["caption"].endswith(f"written in the last {last} steps.")


@every_place
@pytest.mark.parametrize("sources", DEEP.values(), ids=DEEP)
def test_the_word_that_is_changed_is_the_one_that_is_read_first(sources, of, drawn):
    forgetting.divergences(sources, span=12, of=of)
    for name, apart in drawn.items():
        assert apart[-1 if of[1] == "backward" else 0] > 1e-4
        network, x = sources[name].network(), sources[name].input()
        changed, place = x.clone(), -1 if of[1] == "backward" else 0
        changed[place] = forgetting.another(sources[name], place)
        other = memory.divergence(network, x, changed, layer=of[0], direction=of[1])["h"]
        np.testing.assert_array_equal(apart, other.values[:, 0])
