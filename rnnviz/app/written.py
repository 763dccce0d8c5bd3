"""Numbers as a sentence or a chip writes them."""

from __future__ import annotations

import math

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_WRITTEN_OUT = (-3, 6)  # the powers of ten of a number that is written without one


def of_log(exponent: float, digits: int = 2) -> str:
    """As ``significant``, of a number whose log10 is known: it may be beyond all floats."""
    if not -300 < exponent < 300:
        whole = math.floor(exponent)
        return f"{10 ** (exponent - whole):.{digits - 1}f}×10{str(whole).translate(_RAISED)}"
    return significant(10.0**exponent, digits)


def significant(value: float, digits: int = 3) -> str:
    """A number in so many significant digits, of any size: "0.0204", "6.60×10⁻¹³", "−12"; never "6.6e-13".

    What is not finite is written as Python does.
    """
    if not math.isfinite(value):
        return f"{value}".replace("-", "−")
    figure, power = f"{abs(value):.{digits - 1}e}".split("e")
    sign = "−" if value < 0 else ""
    if _WRITTEN_OUT[0] <= int(power) < _WRITTEN_OUT[1]:
        return f"{sign}{float(f'{figure}e{power}'):.{max(digits - 1 - int(power), 0)}f}"
    return f"{sign}{figure}×10{str(int(power)).translate(_RAISED)}"
