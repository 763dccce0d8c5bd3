"""Numbers as sentences write them."""

import math

import pytest

from rnnviz.app.written import of_log, significant


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.020368, 3, "0.0204"),
        (6.6e-13, 2, "6.6×10⁻¹³"),
        (1.6e-7, 1, "2×10⁻⁷"),
        (0.0, 3, "0.00"),
        (-12.34, 2, "−12"),
        (219.8, 2, "220"),
        (9.999, 3, "10.0"),
        (0.00099996, 3, "0.00100"),
        (1234567.0, 3, "1.23×10⁶"),
        (999999.9, 3, "1.00×10⁶"),
        (1e-300, 2, "1.0×10⁻³⁰⁰"),
        (-math.inf, 3, "−inf"),
        (math.nan, 3, "nan"),
    ],
)
def test_a_number_has_so_many_digits_whatever_its_size(value, digits, text):
    assert significant(value, digits) == text


def test_a_power_of_ten_may_be_beyond_all_floats():
    assert of_log(-650.0) == "1.0×10⁻⁶⁵⁰"
    assert of_log(math.log10(0.13)) == "0.13"
