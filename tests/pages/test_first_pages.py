"""Step through, States and gates, Side by side: whole for every choice, and bad input loses nothing."""

import html
import itertools
import json
import re
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages import knobs
from rnnviz.cells import CELLS, TRIO
from rnnviz.subjects.sizes import SIZES, task
from tests.intents import intents
from tests.pages.visit import FIRST_PAGES, arrive, board, chips, claim, follow, shown, whole

PANELS = {
    "step_through.py": {"strip", "diagram", "probabilities", "equations", "embedding", "matrices"},
    "states.py": {"sentence", "chart"},
    "side_by_side.py": {"chart", "probabilities", "readings"},
}
every_page = pytest.mark.parametrize("page", FIRST_PAGES)
Visit = Callable[..., AppTest]


@pytest.fixture(scope="module")
def visits() -> dict[str, AppTest]:
    return {page: arrive(page) for page in FIRST_PAGES}


@pytest.fixture
def choose(visits: dict[str, AppTest]) -> Visit:
    """Open a page by a link with these choices, all others as at first."""

    def choose(page: str, **changes: object) -> AppTest:
        trio = changes.get("cell", "LSTM") in TRIO
        compared = {} if trio else {"compared": ".".join(CELLS)}
        return follow(visits[page], **{name: str(value) for name, value in changes.items()}, **compared)

    return choose


def shown_code(at: AppTest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> dict[str, object]:
    """Run the code under the page: names that it makes; each comment must be what its line gives."""
    shown: list[object] = []
    monkeypatch.setattr("plotly.graph_objects.Figure.show", lambda figure: shown.append(figure))
    code, names = at.code[0].value, {"shown": shown}
    # What a person who pastes it has to have imported is in it.
    exec(code, names)
    for line in code.splitlines():
        expression, _, comment = line.partition("  # ")
        if comment:
            comment, value = comment.strip(), str(eval(expression, names))
            assert value.startswith(comment[:60].rstrip()) or comment.startswith(f"{value}: "), line
    return names | {"printed": capsys.readouterr().out}


# Those that are shipped in every size, and each other cell once: its weights are fresh whatever is asked for.
CHOICES = [
    *((*pair, ("trained", "fresh")[k % 2]) for k, pair in enumerate(itertools.product(TRIO, SIZES))),
    *((cell, "small", "fresh") for cell in CELLS if cell not in TRIO),
]


@every_page
@pytest.mark.parametrize(("cell", "size", "weights"), CHOICES)
def test_every_cell_size_and_weights_are_a_whole_page(page, cell, size, weights, choose):
    at = choose(page, cell=cell, size=size, weights=weights, seed=7, text="what time is it ?")
    header, arrays = board(at)
    subject = intents(cell, size, weights=weights, seed=7)
    assert shown(at) == subject
    assert header["tokens"] == list(subject.tokens)
    assert {panel["kind"] for row in header["rows"] for panel in row} - {"state_matrix"} == PANELS[page]
    assert all(sum(panel["span"] for panel in row) == 12 for row in header["rows"])
    assert cell in claim(at) or "each its own share" in claim(at)  # a title that has no room for its name
    assert not at.warning
    if page != "side_by_side.py":
        read = subject.trace().layer()[CELLS[cell].output].values
        np.testing.assert_array_equal(arrays[CELLS[cell].output], read.ravel())
        assert header["units"] == subject.units


def test_every_cell_can_be_compared():
    assert tuple(CELLS) == knobs.CELLS
    assert knobs.TRIO == TRIO


@every_page
def test_every_array_that_a_panel_names_is_sent(page, choose):
    for cell in CELLS:
        header, arrays = board(choose(page, cell=cell))
        text = json.dumps(header["rows"], ensure_ascii=False)
        named = set(re.findall(r'"(?:array|initial|probabilities)": "([^"]+)"', text))
        assert named <= set(arrays)


@every_page
@pytest.mark.parametrize(
    "text",
    [
        "明天台北会下雨吗",
        "🙂👍🏽 👩‍👩‍👧 🇹🇼",
        "<script>alert(1)</script><img src=x onerror=alert(2)>",
        "[link](javascript:alert(1)) `code` **bold** $x^2$ :red[x]",
        "شغّل الموسيقى \u202e من فضلك",
        "a\x00b\x1b[31mc\u200b d",
        "{text} {0} %s \\n",
        "x" * 2000,
        "雨" * 200,
        "?",
    ],
)
def test_whatever_is_typed_is_read_and_shown_as_text(page, text, choose):
    at = choose(page, text="a")
    at.text_input(key="text").set_value(text)
    at = whole(at.run())
    assert not at.warning
    assert shown(at) == intents(text=text)
    assert board(at)[0]["tokens"] == list(shown(at).tokens)
    quote = re.search("<bdi>(.*?)</bdi>", claim(at))[1]
    assert not set(quote) & set("<>\u202e\x00\x1b")
    assert html.unescape(quote)[:10] in "".join(c for c in text if c.isprintable() or c in "\u200d\u200b")
    assert shown(at).code() in at.code[0].value


@every_page
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is nothing to read yet."),
        (" \u200b ", "There is nothing to read yet."),
        ("x" * 10_000, "` 10,000 ` characters, the limit is ` 2,000 `"),
        ("a " * 201, "` 201 ` tokens, the limit is ` 200 `"),
    ],
)
def test_a_refused_sentence_keeps_the_last_good_page_and_the_typed_text(page, text, said, choose):
    at = choose(page, cell="GRU", text="play some music")
    before, title = board(at)[0]["id"], claim(at)
    at.text_input(key="text").set_value(text)
    at = whole(at.run())
    assert said in at.warning[0].value
    assert "The page still shows your last valid choice." in at.warning[0].value
    assert (board(at)[0]["id"], claim(at)) == (before, title)
    assert at.text_input(key="text").value == text
    at.text_input(key="text").set_value("你好")
    at = whole(at.run())
    assert not at.warning
    assert shown(at) == intents("GRU", text="你好")


@every_page
@pytest.mark.parametrize("k", range(4))
def test_each_suggestion_sets_real_controls_and_changes_the_page(page, k, choose):
    at = choose(page, cell="LSTM")
    before = shown(at), dict(at.session_state["knobs"])
    old = board(at)[0]["id"]
    at.button(key=f"button-try-{k}").click()
    at = whole(at.run())
    subject = shown(at)
    assert (subject, at.session_state["knobs"]) != before
    assert board(at)[0]["id"] != old
    assert at.text_input(key="text").value == subject.sequence.text
    controls = {name: at.segmented_control(key=name).value for name in ("cell", "size", "trained")}
    assert controls == {"cell": subject.cell, "size": subject.model.structure.size, "trained": subject.trained}


@every_page
def test_an_example_becomes_the_sentence_and_makes_room_for_another(page, choose):
    at = choose(page)
    offered = at.pills(key="example_text").options
    assert len(offered) == 4
    assert set(offered) < set(task("intents").examples)
    assert at.text_input(key="text").value not in offered
    at.pills(key="example_text").set_value(offered[1])
    at = whole(at.run())
    assert at.text_input(key="text").value == offered[1] == shown(at).sequence.text
    assert offered[1] not in at.pills(key="example_text").options


@every_page
@pytest.mark.parametrize(
    ("cell", "text"),
    [*zip(TRIO, ["what time is it ?", "明天台北会下雨吗", 'it\'s "quoted" \\ and long ' * 6], strict=True)],
)
def test_the_shown_code_runs_and_its_comments_are_true(page, cell, text, choose, monkeypatch, capsys):
    at = choose(page, cell=cell, text=text, weights="fresh", seed=12)
    names = shown_code(at, monkeypatch, capsys)
    if page == "states.py":
        assert len(names["shown"]) == 1
    if page == "side_by_side.py":
        lines = names["printed"].split()
        assert lines[::2] == list(TRIO)
        expected = [intents(c, text=text, weights="fresh", seed=12).trace().y.values.argmax() for c in TRIO]
        assert [int(answer) for answer in lines[1::2]] == expected


@pytest.mark.parametrize(
    ("compared", "expected"), [([], ["LSTM"]), (["GRU"], ["GRU"]), (["RNN", "GRU"], ["RNN", "GRU"]), (list(TRIO),) * 2]
)
def test_any_number_of_cells_can_be_compared_and_none_means_the_chosen_one(compared, expected, choose):
    at = choose("side_by_side.py", cell="LSTM")
    at.pills(key="compared").set_value(compared)
    at = whole(at.run())
    header, arrays = board(at)
    assert {name for name in arrays if name.startswith("p:")} == {f"p:{cell}" for cell in expected}
    (readings,), _lines, *_gates, states, answers = header["rows"]
    assert [row["name"] for row in readings["rows"]] == expected
    assert len(states) == len(answers) == len(expected)
    assert chips(at) == ""
    ranges = {(c["figure"]["data"][0]["zmin"], c["figure"]["data"][0]["zmax"]) for c in states}
    assert len(ranges) == 1
