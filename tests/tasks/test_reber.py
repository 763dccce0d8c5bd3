"""The Reber grammar: every string is a walk that a reader with a pencil would accept, and T or P comes back."""

import re

import pytest
import torch

from rnnviz.network import Network
from rnnviz.tasks import TASKS, UNASKED, ContinualReber, Reber
from rnnviz.tasks.reber import HELD_OUT, LONGEST, SYMBOLS, draw, states_after, strings_of
from rnnviz.training import Recipe, Training, accuracy

# The inner grammar as an expression, written from the drawing: two ways out of the first fork, each with its loops.
INNER = "B(?:TS*X(?:XT*V(?:PXT*V)*?(?:PS|V)|S)|PT*V(?:PXT*V)*?(?:PS|V))E"
EMBEDDED = re.compile(f"B(?:T{INNER}T|P{INNER}P)E")


@pytest.fixture(scope="module")
def task() -> Reber:
    return Reber()


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def text(symbols: object) -> str:
    return "".join(SYMBOLS[symbol] for symbol in symbols)


def strings(x: torch.Tensor) -> list[str]:
    """The columns of a batch as text; id 0 is nothing."""
    return [text(token - 1 for token in column if token > 0) for column in x.T.tolist()]


def test_both_are_in_the_table_of_tasks():
    assert (TASKS["reber"], TASKS["continual_reber"]) == (Reber, ContinualReber)


def test_every_string_is_one_of_the_grammar_and_repeats_its_first_choice():
    drawn = [text(string) for string in draw(3000, generator())]
    assert all(EMBEDDED.fullmatch(string) for string in drawn)
    assert all(string[1] == string[-2] for string in drawn)
    assert max(map(len, drawn)) <= LONGEST
    assert min(map(len, drawn)) == 9
    assert sum(map(len, drawn)) / len(drawn) == pytest.approx(12, abs=0.3)


def test_both_ways_of_a_fork_are_equally_likely():
    drawn = [text(string) for string in draw(4000, generator())]
    for place in (1, 3):
        assert sum(string[place] == "T" for string in drawn) / len(drawn) == pytest.approx(0.5, abs=0.03)
    assert sum(string.count("S") > 0 for string in drawn) / len(drawn) > 0.5


def test_the_answer_is_the_next_symbol_and_the_end_of_a_string_is_not_asked(task):
    x, y = task.batch(50, generator())
    for column in range(50):
        (string,) = strings(x[:, column : column + 1])
        assert EMBEDDED.fullmatch(string)
        assert text(y[: len(string) - 1, column].tolist()) == string[1:]
        assert (y[len(string) - 1 :, column] == UNASKED).all()
        assert (x[len(string) :, column] == 0).all()
    assert (y[-1] == UNASKED).all()


def test_what_may_come_is_what_came_after_the_same_beginning(task):
    came: dict[str, set[str]] = {}
    drawn = [text(string) for string in draw(20_000, generator(1))]
    for string in drawn:
        for end in range(1, len(string)):
            came.setdefault(string[:end], set()).add(string[end])
    for string in ["BTBTXSETE", "BPBPTVPSEPE", "BTBTSXXVVETE"]:
        legal = task.legal(task.encode(" ".join(string)))[:, 0]
        for end in range(1, len(string)):
            assert {SYMBOLS[i] for i in legal[end - 1].nonzero()[:, 0]} == came[string[:end]]
        assert legal[-1].nonzero().flatten().tolist() == [SYMBOLS.index("B")]


def test_one_critical_step_per_string_and_its_answer_is_the_first_choice(task):
    x, y = task.batch(200, generator())
    critical = task.critical(x)
    assert critical.sum(0).tolist() == [1] * 200
    for column, string in enumerate(strings(x)):
        (step,) = critical[:, column].nonzero()[:, 0].tolist()
        assert step == len(string) - 3
        assert SYMBOLS[y[step, column]] == string[1]


def test_after_a_symbol_that_may_not_come_nothing_may(task):
    x = task.encode("B T X T B")
    assert task.legal(x)[:, 0].sum(-1).tolist() == [2, 1, 0, 0, 0]
    assert not task.critical(x).any()
    assert not task.legal(torch.tensor([[1], [0]]))[1].any()


def test_training_and_held_out_strings_share_nothing_and_both_have_all_lengths(task):
    held_out = strings(task.held_out()[0].x)
    assert len(set(held_out)) == HELD_OUT
    assert {string[1] for string in held_out} == {"T", "P"}
    source = generator()
    trained = {string for _ in range(100) for string in strings(task.batch(64, source).x)}
    assert not set(held_out) & trained
    assert set(map(len, trained)) >= set(range(9, 20))
    assert set(map(len, held_out)) >= set(range(12, 20))


def test_the_critical_part_asks_for_one_symbol_of_each_string(task):
    (whole,), (part,) = task.held_out(), task.subsets()["critical"]
    asked = part.y != UNASKED
    assert asked.sum(0).tolist() == [1] * HELD_OUT
    assert torch.equal(part.y[asked], whole.y[asked])
    assert torch.equal(part.x, whole.x)


def test_the_share_of_legal_answers_counts_only_what_is_asked(task):
    batch = task.batch(40, generator())
    assert task.legal_share(task.legal(batch.x).float(), batch) == 1
    assert task.legal_share(-task.legal(batch.x).float(), batch) == 0
    always_t = torch.zeros(*batch.x.shape, 7)
    always_t[..., SYMBOLS.index("T")] = 1
    asked = batch.y != UNASKED
    expected = task.legal(batch.x)[..., SYMBOLS.index("T")][asked].double().mean()
    assert task.legal_share(always_t, batch) == pytest.approx(expected.item())


def test_a_stream_is_strings_one_after_another_and_every_step_is_asked():
    task = ContinualReber(300)
    x, y = task.batch(20, generator())
    assert x.shape == y.shape == (300, 20)
    assert torch.equal(x[1:] - 1, y[:-1])
    for stream in strings(x):
        whole = EMBEDDED.sub("", stream)
        assert len(whole) < 60
        assert EMBEDDED.match(stream)
    critical = task.critical(x)
    assert critical.sum().item() == pytest.approx(20 * 300 / 12, rel=0.1)
    (part,) = task.subsets()["critical"]
    assert 0 < (part.y != UNASKED).double().mean() < 0.12


def test_a_stream_can_be_as_long_as_one_likes_and_has_a_length():
    assert ContinualReber(2000).batch(1, generator()).x.shape == (2000, 1)
    with pytest.raises(ValueError, match="length is 0; it must be at least 1"):
        ContinualReber(0)


@pytest.mark.parametrize("kind", [Reber, ContinualReber])
def test_the_same_generator_draws_the_same_and_the_global_one_is_left_alone(kind):
    before = torch.get_rng_state()
    assert torch.equal(kind().batch(8, generator(3)).x, kind().batch(8, generator(3)).x)
    assert not torch.equal(kind().batch(8, generator(3)).x[:9], kind().batch(8, generator(4)).x[:9])
    assert torch.equal(kind().held_out()[0].x, kind().held_out()[0].x)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("kind", [Reber, ContinualReber])
def test_examples_are_read_without_an_unknown_symbol(kind):
    for example in kind.examples:
        ids = kind().encode(example)
        assert (ids > 0).all()
        assert kind().legal(ids).any(-1).all()
        assert EMBEDDED.sub("", example.replace(" ", "")) == ""
    with pytest.raises(KeyError):
        kind().label_text("Q")
    assert kind().label_text("V") == "V"


def test_a_network_learns_the_grammar_long_before_the_critical_symbol(task):
    sizes = {"vocabulary_size": task.input_size, "output_size": task.output_size, "readout": task.readout}
    network = Network("LSTM", 8, 16, generator=generator(), **sizes)
    for _ in Training(network, task, Recipe(100), per_decade=0):
        pass
    (batch,) = task.held_out()
    assert task.legal_share(network(batch.x), batch) > 0.8
    assert accuracy(network, [batch]) < 0.75


@pytest.mark.parametrize("length", [9, 14, 104])
def test_strings_of_a_length_are_of_the_grammar_and_half_of_them_begin_with_either_letter(rng, length):
    strings = strings_of(length, 10, rng)
    assert strings.shape == (length, 10)
    states = states_after(strings)
    assert (states[:-1] > 0).all()
    assert (states[-1] == 0).all()
    assert (strings[1] == strings[-2]).all()
    assert sorted(strings[1].tolist()) == [1] * 5 + [2] * 5


def test_there_is_no_string_of_seven_symbols(rng):
    with pytest.raises(ValueError, match="7 symbols"):
        strings_of(7, 2, rng)
