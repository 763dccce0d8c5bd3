"""What the tests of panels share."""

import numpy as np
import pytest

from rnnviz import figures


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, np.ndarray]:
    """The lines and rows that a panel gives to its figure, by name."""
    seen: dict[str, np.ndarray] = {}
    lines, half_lives = figures.lines.draft, figures.half_lives.draft

    def watched_lines(curves, *rest, **options):
        seen.update({curve.name: curve.values for curve in curves})
        return lines(curves, *rest, **options)

    def watched_rows(rows, **options):
        seen.update({row.name: row.steps.values for row in rows})
        return half_lives(rows, **options)

    monkeypatch.setattr(figures.lines, "draft", watched_lines)
    monkeypatch.setattr(figures.half_lives, "draft", watched_rows)
    return seen
