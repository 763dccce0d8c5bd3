"""A stack: what it refuses, what it leaves at its default, its way through an address, and the networks behind it."""

import pickle
from dataclasses import fields

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.cells import CELLS, TRIO
from rnnviz.checkpoints import MODELS, Card, load
from rnnviz.experiment import MAX_CHARACTERS, MAX_SEED, MAX_TOKENS, SIZES, WEIGHTS, Refused, task
from rnnviz.stack import DIRECTIONS, FAR, LABELLING, MAX_LAYERS, SIDES, Stack
from rnnviz.tasks import TASKS, EchoFuture

NAMED = {"cell": CELLS, "directions": DIRECTIONS, "task": LABELLING, "weights": WEIGHTS, "size": SIZES}
LIMITS = {"layers": (1, MAX_LAYERS), "distance": (1, EchoFuture.farthest)}
SENTENCES = [
    "",
    "Taipei is the city that I leave from",
    "台北是我出发的地方",
    "从A到B，明天！",
    "0 1 1 0",
    "a",
    "100% + 7/8 = #&?",
]
EVERY = [
    Stack(cell, directions, layers, name)
    for name in LABELLING
    for cell in TRIO
    for directions in DIRECTIONS
    for layers in range(1, MAX_LAYERS + 1)
]
EVERY += [Stack(cell, way, 1, FAR, distance=d) for cell in TRIO for way in DIRECTIONS for d in (1, 3, 4)]
every_task = pytest.mark.parametrize(
    "stacks_of_task", [[stack for stack in EVERY if stack.task == name] for name in LABELLING], ids=LABELLING
)

stacks = st.builds(
    Stack,
    distance=st.integers(*LIMITS["distance"]),
    layers=st.integers(*LIMITS["layers"]),
    seed=st.integers(0, MAX_SEED),
    text=st.sampled_from(SENTENCES),
    **{name: st.sampled_from(list(allowed)) for name, allowed in NAMED.items()},
)


def test_the_default_is_a_trained_network_of_one_layer_that_reads_both_ways():
    stack = Stack()
    assert (stack.cell, stack.directions, stack.layers, stack.task) == ("LSTM", "two", 1, "slots")
    assert (stack.weights, stack.size, stack.seed, stack.distance) == ("trained", "small", 0, EchoFuture.usual)
    assert stack.text == task("slots").examples[0]


@pytest.mark.parametrize("name", LABELLING)
def test_a_text_that_nobody_chose_is_the_tasks_first_example(name):
    stack = Stack(task=name)
    assert stack.text == stack.learnt.examples[0]
    assert stack == Stack(task=name, text=stack.text)
    assert type(stack.learnt) is TASKS[name]
    assert all(stack.known)


def test_only_the_echo_has_a_distance():
    assert Stack(task="slots", distance=4) == Stack(task="slots")
    assert Stack(task=FAR, distance=4) != Stack(task=FAR)
    assert Stack(task=FAR, distance=4).learnt.distance == 4


@given(stacks)
def test_what_a_choice_does_not_touch_keeps_its_default(stack):
    assert stack.task == FAR or stack.distance == EchoFuture.usual
    if stack.weights == "trained":
        assert (stack.size, stack.seed) == ("small", 0)
        assert stack.task != FAR or stack.layers == 1
        assert stack.with_(seed=5, size="large") == stack
    else:
        assert stack.with_(seed=stack.seed + 1 if stack.seed < MAX_SEED else 0) != stack
        assert stack.with_(layers=stack.layers % MAX_LAYERS + 1) != stack


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("value", ["lstm", "three", "intents", "", None, 2, "<script>" * 20])
def test_an_unknown_name_is_answered_with_the_choices(name, value):
    with pytest.raises(Refused) as refused:
        Stack(**{name: value})
    assert str(refused.value) == f"There is no {name} {str(value)[:40]}. Choose one of: {', '.join(NAMED[name])}."


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("learnt", LABELLING)
def test_a_depth_or_distance_that_is_out_of_range_or_not_whole_is_answered_with_the_range(name, weights, learnt):
    for value in (0, 5, 9, -1, 10**30, "2", 2.0, 1.5, None, float("nan")):
        with pytest.raises(Refused, match=rf"^{name} must be from 1 to 4\.$"):
            Stack(task=learnt, weights=weights, **{name: value})


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1, 1.0, "3", None])
def test_a_seed_out_of_range_is_refused_even_where_it_would_not_count(seed):
    with pytest.raises(Refused, match=r"^The seed must be a whole number from 0 to 9,999\.$"):
        Stack(seed=seed)


@pytest.mark.parametrize("text", [" ", "\t\n", "\u200b", "\x00"])
def test_a_text_without_a_token_is_refused_and_not_replaced(text):
    with pytest.raises(Refused, match=r"^There is nothing to read yet\."):
        Stack(text=text)


def test_a_text_that_is_too_long_is_refused():
    with pytest.raises(Refused, match="has 2,001 characters"):
        Stack(text="x" * (MAX_CHARACTERS + 1))
    with pytest.raises(Refused, match="has 201 tokens"):
        Stack(text="雨" * (MAX_TOKENS + 1))
    assert len(Stack(text="雨" * MAX_TOKENS).tokens) == MAX_TOKENS


def test_another_task_brings_its_own_text_unless_one_was_typed():
    assert Stack().with_(task=FAR) == Stack(task=FAR)
    assert Stack(task=FAR).with_(task="neighbour_xor", layers=2) == Stack(task="neighbour_xor", layers=2)
    assert Stack().with_(task=FAR, text="C A") == Stack(task=FAR, text="C A")
    typed = Stack(text="0 1 0")
    assert typed.with_(task="neighbour_xor").text == "0 1 0"
    assert typed.with_(cell="GRU") == Stack("GRU", text="0 1 0")
    assert Stack().with_(cell="GRU").text == Stack().text
    with pytest.raises(Refused):
        Stack().with_(layers=5)


@given(stacks)
def test_a_stack_comes_back_from_its_own_query_and_from_a_cache_unharmed(stack):
    query = stack.query()
    assert all(isinstance(value, str) for value in query.values())
    assert Stack.from_query(query) == (stack, [])
    assert Stack.from_query(dict(reversed(query.items()))) == (stack, [])
    assert pickle.loads(pickle.dumps(stack)) == stack
    assert {stack: 1}[stack.with_()] == 1


def test_a_query_names_the_task_and_what_was_chosen():
    assert Stack().query() == {"task": "slots"}
    assert Stack(task=FAR, distance=3).query() == {"task": FAR, "distance": "3"}
    assert Stack(text="台北 → 北京").query() == {"task": "slots", "text": "台北 → 北京"}
    assert Stack.from_query({}) == (Stack(), [])


def test_a_deep_fresh_echo_keeps_its_layers_on_the_way_through_an_address():
    stack = Stack(task=FAR, layers=3, weights="fresh", seed=7, size="medium", distance=4)
    assert Stack.from_query(stack.query()) == (stack, [])
    assert Stack.from_query({"layers": "3", "task": FAR})[0] == Stack(task=FAR)


def test_what_is_good_in_a_query_is_kept_and_what_is_not_is_reported():
    query = {"cell": "GRU", "layers": "7", "task": FAR, "distance": "0", "text": " ", "weights": "stolen", "page": "9"}
    stack, refused = Stack.from_query(query)
    assert stack == Stack("GRU", task=FAR)
    assert [str(refusal) for refusal in refused] == [
        "layers must be from 1 to 4.",
        "There is nothing to read yet. Type at least one word or character.",
        "distance must be from 1 to 4.",
        "There is no weights stolen. Choose one of: trained, fresh.",
    ]


@given(st.dictionaries(st.sampled_from([f.name for f in fields(Stack)]), st.text(max_size=40)))
def test_whatever_a_query_says_there_is_a_stack(query):
    stack, refused = Stack.from_query(query)
    assert isinstance(stack, Stack)
    assert all(len(str(refusal)) < 200 for refusal in refused)


@every_task
def test_every_trained_stack_has_its_network_with_the_right_structure(stacks_of_task):
    for stack in stacks_of_task:
        assert (MODELS / f"{stack.name}-seed0.safetensors").is_file()
        network = stack.network()
        assert network.structure == stack.fresh(0).structure
        assert (network.cell, network.num_layers, network.read_at) == (stack.cell, stack.layers, "every")
        assert (network.bidirectional, network.hidden_size) == (stack.directions == "two", stack.units)
        assert len(network.layers[0]) == len(stack.sides) == len(SIDES[stack.directions])
        assert network(stack.input()).shape == (len(stack.tokens), 1, stack.learnt.output_size)


@every_task
def test_the_runs_of_a_stack_are_by_seed_and_the_first_is_the_network_that_is_shown(stacks_of_task):
    for stack in stacks_of_task:
        runs = stack.runs()
        assert [card.seed for card in runs] == list(range(len(runs)))
        assert {(card.task, card.size, card.network["num_layers"]) for card in runs} == {
            (stack.task, "small", stack.layers)
        }
        assert {card.options.get("distance", EchoFuture.usual) for card in runs} == {stack.distance}
        shown, first = stack.network().state_dict(), load(MODELS / runs[0].name).state_dict()
        assert all(torch.equal(shown[name], first[name]) for name in shown)


def test_runs_are_in_the_order_of_numbers_not_of_names(monkeypatch, tmp_path):
    names = [f"{Stack().name}-seed{seed}" for seed in (10, 9, 2)]
    for name in [*names, "slots-lstm-two-11-seed0"]:
        (tmp_path / f"{name}.json").touch()
    monkeypatch.setattr("rnnviz.checkpoints.MODELS", tmp_path)
    values = dict.fromkeys(field.name for field in fields(Card))
    read = lambda path: Card(**(values | {"seed": int(path.stem.rpartition("seed")[2])}))  # noqa: E731
    monkeypatch.setattr("rnnviz.checkpoints.read_card", read)
    assert [card.seed for card in Stack().runs()] == [2, 9, 10]


def test_names_tell_structures_apart_and_nothing_else():
    assert Stack().name == "slots-lstm-two-1"
    assert Stack("GRU", "one", 4, "neighbour_xor").name == "neighbour-xor-gru-one-4"
    assert Stack("RNN", task=FAR, distance=3).name == "echo-future-3-rnn-two-1"
    assert Stack(text="a").name == Stack().name
    assert len({stack.name for stack in EVERY}) == len({stack.with_(text="a") for stack in EVERY})


def test_fresh_weights_hang_on_the_seed_and_on_nothing_else():
    stack = Stack("GRU", "two", 2, "neighbour_xor", weights="fresh", size="medium", seed=3)
    before = torch.get_rng_state()
    one, again, other = (made.network() for made in (stack, stack, stack.with_(seed=4)))
    assert torch.equal(torch.get_rng_state(), before)
    assert not one.training
    assert one.num_layers == 2
    assert one.hidden_size == stack.units > stack.with_(size="small").units
    pairs = list(zip(one.parameters(), again.parameters(), other.parameters(), strict=True))
    assert all(torch.equal(a, b) for a, b, _ in pairs)
    assert not any(torch.equal(a, c) for a, _, c in pairs)


def test_weights_of_another_vocabulary_are_not_shown(monkeypatch):
    monkeypatch.setattr("rnnviz.checkpoints.fingerprint", lambda learnt: "another")
    with pytest.raises(RuntimeError, match=r"^slots-lstm-two-1-seed0 was trained on another vocabulary"):
        Stack().network()


def test_a_trace_has_every_layer_in_every_direction_and_the_tokens_of_the_text():
    stack = Stack("GRU", "two", 3, text="从台北到 xyzzy")
    trace = stack.trace()
    assert trace.tokens == stack.tokens == ("从", "台", "北", "到", "xyzzy")
    assert stack.known == (True, True, True, True, False)
    assert [(layer.layer, layer.direction) for layer in trace.layers] == [(d, s) for d in range(3) for s in stack.sides]
    assert trace.y.values.shape == (5, 1, stack.learnt.output_size)
    fresh = stack.with_(weights="fresh").network()
    assert not (stack.trace(fresh).y.values == trace.y.values).any()
