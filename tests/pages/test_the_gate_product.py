"""The gate product on a network of the visitor's choice: its own numbers, layer by layer, or why there are none."""

import re

import numpy as np
import pytest

from rnnviz.studies.gate_product import measure
from rnnviz.subjects import Subject
from tests.pages.visit import board, claim, land, panels

PAGE = "the_gate_product.py"
TWO = {"model": "neighbour-xor-gru-two-2-seed0", "text": "0 1 1 0 1 0 0 1"}


@pytest.mark.parametrize("layer", [1, 2])
def test_a_chosen_network_is_measured_in_the_layer_that_is_chosen_and_the_code_gives_its_number(layer):
    at = land(PAGE, **TWO, layer=str(layer))
    found = measure(Subject.from_query(TWO)[0], layer - 1)
    header, _arrays = board(at)
    sizes, _ratio = panels(header, "chart")
    assert [line["name"] for line in sizes["figure"]["data"][:2]] == ["true gradient |∂L/∂h|", "product of its gates"]
    assert f"Layer {layer} of 2." in sizes["caption"]
    code = at.code[0].value
    assert f"# {10 ** found.ratio[0]:#.6g}" in code
    space: dict[str, object] = {}
    exec(code.rpartition("\n10 **")[0], space)
    np.testing.assert_allclose(
        eval(re.search(r"10 \*\* measure[^#]*?ratio", code)[0], space), 10**found.ratio, rtol=1e-9
    )


def test_a_cell_without_such_a_gate_is_refused_with_those_that_have_one():
    at = land(PAGE, model="intents-rnn-small", text="what time is it ?", reads="own")
    (warning,) = at.warning
    assert "RNN" in warning.value
    assert "minGRU" in warning.value
    assert claim(at)


def test_the_untrained_networks_on_noise_come_back_by_their_links():
    at = land(PAGE, **TWO)
    assert claim(at).startswith("This GRU's")
    at.button(key="button-try-0").click().run()
    assert claim(at).startswith("This LSTM's")
    quotients = panels(board(at)[0], "chart")[2]["figure"]["data"]
    assert {"minGRU", "LSTM"} < {line.get("name") for line in quotients}
