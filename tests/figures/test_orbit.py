"""A path among points: a shape per kind, words that make room, and the same in a plane and in space."""

import json

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.figures import Rest
from rnnviz.figures.orbit import BESIDE, SYMBOLS

PATH = np.array([[0.0, 0.0, 1.0], [1.0, 0.5, 0.0], [2.0, 0.0, 0.5]])
SHARES = np.array([0.5, 0.3, 0.111])


def drawn(components: int, rests: tuple[Rest, ...] = (), **options: object) -> figures.Figure:
    return figures.orbit(PATH[:, :components], rests, SHARES[:components], **options)


def kinds(components: int, *, texts: tuple[str, ...] = ()) -> tuple[Rest, ...]:
    return tuple(Rest(f"kind {k}", k, PATH[:2, :components] + k, texts) for k in range(5))


def test_in_space_the_three_components_are_the_three_axes():
    (path,) = drawn(3).data
    assert path.type == "scatter3d"
    np.testing.assert_array_equal(np.stack([path.x, path.y, path.z], 1), PATH)
    scene = drawn(3).layout.scene
    assert not any(axis.title.text for axis in (scene.xaxis, scene.yaxis, scene.zaxis))  # they would be cut at an edge
    assert scene.aspectmode == "data"


def test_on_a_plane_a_ring_at_the_end_of_the_path_is_the_last_trace():
    *_, ring = drawn(2, kinds(2)).data
    assert (list(ring.x), list(ring.y)) == ([2.0], [0.0])
    layout = drawn(2, component_title="Richtung").layout
    assert layout.yaxis.scaleanchor == "x"
    assert [axis.title.text for axis in (layout.xaxis, layout.yaxis)] == ["Richtung 1 (50%)", "Richtung 2 (30%)"]


@pytest.mark.parametrize("components", [2, 3])
def test_each_kind_has_its_shape_and_its_name_and_beyond_three_directions_the_last(components):
    points = [trace for trace in drawn(components, kinds(components)).data if trace.name.startswith("kind")]
    assert [trace.marker.symbol for trace in points] == [*SYMBOLS, SYMBOLS[-1]]
    assert [trace.name for trace in points] == [f"kind {k}" for k in range(5)]


def test_words_are_written_at_the_points_of_a_plane():
    points = drawn(2, kinds(2, texts=("<b>", "up"))[:1]).data[1]
    assert list(points.text) == ["&lt;b&gt;", "up"]
    assert points.mode == "markers+text"


def test_in_space_words_stand_beside_their_points_all_on_one_side():
    words = drawn(3, kinds(3, texts=("<b>", "up"))[:1]).layout.scene.annotations
    assert [word.text for word in words] == ["&lt;b&gt;", "up"]
    np.testing.assert_allclose([[word.x, word.y, word.z] for word in words], PATH[:2])
    assert {word.xshift for word in words} == {BESIDE}


def test_a_box_is_seen_upright_from_near_a_corner_with_its_words_on_none_of_its_edges():
    signs = np.array([[i, j, k] for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)])
    turned = np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))[0]
    rests = (Rest("r", 0, signs @ turned, ["".join("+" if one > 0 else "−" for one in row) for row in signs]),)
    scene = drawn(3, rests, ways=[PATH], box=3 * turned).layout.scene
    np.testing.assert_allclose([scene.camera.up[axis] for axis in "xyz"], turned[2], atol=1e-9)
    eye = turned @ [scene.camera.eye[axis] - scene.camera.center[axis] for axis in "xyz"]
    assert eye[1] < -abs(eye[0]) < 0 < eye[2]  # its front, a little of its side and of its top
    right = np.cross([0, 0, 1], eye) / np.linalg.norm(np.cross([0, 0, 1], eye))
    over = np.cross(eye, right) / np.linalg.norm(eye)
    for corner, word in zip(signs, scene.annotations, strict=True):
        edges = -corner[:, None] * np.stack([right, over], 1)  # from this corner on, as they are seen
        way = np.array([word.xshift / 34, word.yshift / 23])
        angles = edges @ way / np.linalg.norm(edges, axis=1) / np.linalg.norm(way)
        assert angles.max() < np.cos(np.radians(30))
    assert 'style="color' in scene.annotations[0].text


def test_in_space_one_kind_of_points_needs_no_legend():
    assert [drawn(3, kinds(3)[:count]).layout.showlegend for count in (1, 2)] == [False, True]


def test_a_word_stands_on_the_side_away_from_its_neighbour():
    points = np.array([[0.0, 0.0], [1.0, 0.1], [5.0, 0.0], [5.0, 2.0]])
    (_, marks, _) = drawn(2, (Rest("stable", 0, points, list("abcd")),)).data
    assert list(marks.textposition) == ["middle left", "middle right", "bottom center", "top center"]
    (_, alone, _) = drawn(2, (Rest("stable", 0, points[:1], ["a"]),)).data
    assert list(alone.textposition) == ["top center"]


@pytest.mark.parametrize("components", [2, 3])
def test_other_ways_are_one_faint_trace_with_gaps_and_are_valid_json(components):
    ways = [PATH[:, :components], PATH[:2, :components]]
    fig = drawn(components, ways=ways)
    assert np.isnan(fig.data[0].x).tolist() == [False] * 3 + [True] + [False] * 2 + [True]
    assert not fig.data[0].showlegend
    json.loads(fig.to_json())
