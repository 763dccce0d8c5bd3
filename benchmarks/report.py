"""How the benchmarks print what they measured: a table, and a line per claim that says whether it holds."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> str:
    """Columns as wide as their widest cell; the first to the left, numbers to the right. Ends with an empty line."""
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "".join(
        "  ".join(cell.rjust(w) if k else cell.ljust(w) for k, (cell, w) in enumerate(zip(line, widths, strict=True)))
        + "\n"
        for line in lines
    )


def verdict(claim: str, measured: str, met: bool) -> str:
    return f"{'met   ' if met else 'MISSED'}  {claim}: {measured}"


def p95(values: Sequence[float]) -> float:
    """The 95th percentile, by linear interpolation between the values."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]
