"""Tables of numbers and vocabularies from files."""

import io
import json

import numpy as np
import pytest
import torch

from rnnviz.files.sequences import read_sequence, read_vocabulary
from rnnviz.refusals import Refused


def npy(array: np.ndarray, **options: object) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "values"),
    [
        (b"1,2\n3,4.5\n", [[1, 2], [3, 4.5]]),
        (b"\xef\xbb\xbfx;y\r\n1; 2\r\n\r\n3;4e-1\r\n", [[1, 2], [3, 0.4]]),
        (b"1\t2\n3\t4\n", [[1, 2], [3, 4]]),
        (b"0.5\n-1\n", [[0.5], [-1]]),
        (b"3 1 4 1", [3, 1, 4, 1]),
        (b"3\n1\n4\n", [3, 1, 4]),
        (npy(np.arange(6).reshape(3, 2)), [[0, 1], [2, 3], [4, 5]]),
        (npy(np.ones((2, 1, 3), "f4")), [[1, 1, 1], [1, 1, 1]]),
        (npy(np.ones((1, 2, 3), "f8")), [[1, 1, 1], [1, 1, 1]]),
        (npy(np.arange(3, dtype=">i2")), [0, 1, 2]),
    ],
)
def test_a_table_is_read_row_by_row(content, values):
    assert torch.equal(read_sequence(content), torch.tensor(values, dtype=read_sequence(content).dtype))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no numbers"),
        (b"name\n", "holds no numbers"),
        (b"1,2\n3\n", "row 2"),
        (b"1,2\n3,x\n", "row 2"),
        (b"1.5,nan\n2,3\n", "not finite"),
        (b"\xff\xfe\x00", "is no text"),
        (npy(np.zeros((2, 2, 2))), "has the shape"),
        (npy(np.array(["a"])), "holds no numbers"),
        (npy(np.array([{}]), allow_pickle=True), "broken"),
        (npy(np.zeros(9))[:-8], "broken"),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(content, said):
    with pytest.raises(Refused, match=said) as refused:
        read_sequence(content, name="walk.csv")
    assert "walk.csv" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<unk>\nhello\nworld\n", ["<unk>", "hello", "world"]),
        (b"[PAD]\nhello\n", ["[PAD]", "hello"]),
        (b'["a", "b"]', ["a", "b"]),
        (b'{"a": 1, "b": 0}', {"a": 1, "b": 0}),
        (json.dumps({"version": "1.0", "model": {"vocab": {"a": 0}}}).encode(), {"a": 0}),
    ],
)
def test_a_vocabulary_is_a_list_or_gives_each_word_its_id(content, words):
    assert read_vocabulary(content) == words


@pytest.mark.parametrize("content", [b"{}", b'{"a": "b"}', b"[1, 2]", b'{"a": 1', b'{"a": true}', b'{"a":' * 100_000])
def test_what_is_no_vocabulary_is_refused(content):
    with pytest.raises(Refused, match="is no vocabulary"):
        read_vocabulary(content)
