"""c_t = a_t c_{t-1} + b_t of all steps, of which every two are made one where that is faster."""

import pytest
import torch

from rnnviz.cells.lstm import SHORT, WIDE, linear_recurrence


@pytest.mark.parametrize("width", [1, WIDE, WIDE + 1])
@pytest.mark.parametrize("steps", [1, 2, SHORT, SHORT + 1, 2 * SHORT + 1, 4 * SHORT, 4 * SHORT + 3])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 2e-6), (torch.float64, 1e-14)])
def test_every_step_follows_from_the_one_before(steps, width, dtype, tolerance, rng):
    a = torch.rand(steps, 2, width, generator=rng, dtype=dtype)
    b, start = (torch.randn(*shape, 2, width, generator=rng, dtype=dtype) for shape in ((steps,), ()))
    expected, c = [], start
    for keep, write in zip(a, b.clone(), strict=True):
        c = keep * c + write
        expected.append(c)
    torch.testing.assert_close(linear_recurrence(a, b, start), torch.stack(expected), rtol=tolerance, atol=tolerance)
