"""A table of values under keys: what the cells do with it is what the printed rules give, number by number."""

import numpy as np
import pytest

from rnnviz.refusals import Refused
from rnnviz.studies.key_value_memory import RULES, SIMILARITIES, keys, tell
from rnnviz.studies.operations import KEYS, USUAL, erased, overwritten, read_operations


def printed(rule: str, words: str, similarity: float, share: float, kept: float):
    """Each table, and the distance of what each key reads from what was written last, by products of matrices."""
    vectors = [np.sqrt([similarity, *((1 - similarity) * (k == j) for j in range(3))]) for k in range(3)]
    table, held = np.zeros((4, 4)), {}
    for word in words.split("."):
        k, name = vectors["ABC".index(word[0])], word[1:]
        value = np.array([float(name == other) for other in "1234"])
        beta = share if name else 0.0
        if rule == "linear attention":
            table = table + np.outer(value, k)
        else:
            alpha = kept if rule == "gated DeltaNet" else 1.0
            table = table @ (alpha * (np.eye(4) - beta * np.outer(k, k))) + beta * np.outer(value, k)
        held |= {word[0]: value} if name else {}
        yield (
            table,
            [np.linalg.norm(table @ vectors[i] - held[n]) if n in held else np.nan for i, n in enumerate("ABC")],
        )


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("words", "share", "kept"), [(USUAL, 1.0, 0.9), ("A1.B2.A0.A.C4.C3.B0.B1", 1.7, 0.6)])
def test_every_table_and_error_is_what_the_printed_rule_gives(rule, words, share, kept):
    story = tell(rule, read_operations(words), share, kept)
    for g in (0, 7, 20):
        for t, (table, errors) in enumerate(printed(rule, words, SIMILARITIES[g], share, kept)):
            np.testing.assert_allclose(story.table[g, t], table, atol=1e-12)
            np.testing.assert_allclose(story.error[g, t], errors, atol=1e-12)


def test_an_overwritten_value_stays_in_a_sum_and_leaves_the_delta_rule():
    words = read_operations("A1.A3")
    added, corrected = (tell(rule, words, 1.0, 1.0).found[:, -1, 0] for rule in RULES[:2])
    np.testing.assert_allclose(added, np.tile([1, 0, 1, 0], (len(SIMILARITIES), 1)), atol=1e-12)
    np.testing.assert_allclose(corrected, np.tile([0, 0, 1, 0], (len(SIMILARITIES), 1)), atol=1e-12)


def test_keys_have_length_one_and_the_similarity_that_they_are_said_to_have():
    vectors = keys(SIMILARITIES).numpy()
    products = np.einsum("gik,gjk->gij", vectors, vectors)
    for similarity, found in zip(SIMILARITIES, products, strict=True):
        np.testing.assert_allclose(found, np.where(np.eye(len(KEYS), dtype=bool), 1, similarity), atol=1e-12)


@pytest.mark.parametrize(
    ("words", "over", "gone"),
    [("A1.B2.A3", 2, None), ("A1.A1.A", None, None), ("A1.A0.A2", None, 1), ("B0", None, None)],
)
def test_what_was_overwritten_or_erased_is_known(words, over, gone):
    operations = read_operations(words)
    assert (overwritten(operations), erased(operations)) == (over, gone)


@pytest.mark.parametrize("words", ["", "D1", "A5", "A1,B2", "A1.", ".".join(["A1"] * 13)])
def test_other_words_are_refused_with_what_is_allowed(words):
    with pytest.raises(Refused, match="A1 writes 1 under the key A, A0 erases A"):
        read_operations(words)
