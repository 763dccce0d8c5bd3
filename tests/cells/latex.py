r"""A strict reader for the LaTeX of the cells: numbers from an equation, without a line of the cells' own code.

    equation := symbol "=" sum
    sum      := product (("+" | "-") product)*
    product  := power (["\odot"] power)*
    power    := factor ["^" (number | "{" sum "}")]
    factor   := number | symbol ["^\top"] | weight factor | [function] "(" sum ")" | "\sqrt" "{" sum "}" | "-" factor
              | "\frac{" sum "}{" sum "}" | "\max(" sum "," sum ")"

Without a sign between them, a scalar, made of numbers and Greek letters, multiplies; a matrix, a capital letter, is
applied to a vector; and a vector before a transposed one is their outer product.

Anything else is an error: an equation that cannot be read here cannot be trusted on a page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import torch
from torch import Tensor

# ("number", n) ("symbol", s) ("matmul", w, tree) ("call", f, tree) ("top", tree)
# ("+" | "-" | "odot" | "^" | "apply" | "max" | "frac", left, right)
Tree = tuple

TOKEN = re.compile(
    r"\s*(?:(?P<function>(?:\\ln )?\\sigma|\\tanh|\\sqrt|\\exp"
    r"|\\operatorname\{(?:relu|g|unit|scaled|softplus|Re|diag)\})"
    r"|(?P<weight>W_\{[a-z]{2}\}|[UVW](?:_[a-zBCβΔ])?|[BCD]\b(?!\s*\\odot))"
    r"|(?P<symbol>b_\{[a-z]{2}\}|b_[a-zΔ]|b\b|p_[ifo]|[a-zA-ZαβΔ]_t|[a-zA-Z]_\{t-1\}|[AD]\b|\\tilde\{h\}_t|\\alpha|\\mu"
    r"|\\Lambda|\\lambda|\\gamma)"
    r"|(?P<number>\d)|(?P<operator>\\odot|\||\\max|\\frac|\^\\top|[-+()=,{}^]))"
)
FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    r"\sigma": lambda a: 1 / (1 + torch.exp(-a)),
    r"\sqrt": torch.sqrt,
    r"\operatorname{Re}": torch.real,
    r"\tanh": lambda a: 1 - 2 / (torch.exp(2 * a) + 1),
    r"\operatorname{relu}": lambda a: torch.where(a > 0, a, torch.zeros_like(a)),
    r"\operatorname{g}": lambda a: torch.where(a < 0, 1 / (1 + torch.exp(-a)), a + 1 / 2),
    r"\operatorname{unit}": lambda a: torch.nn.functional.normalize(torch.nn.functional.silu(a), dim=-1),
    r"\operatorname{softplus}": lambda a: torch.log1p(torch.exp(-a.abs())) + a.clamp(min=0),
    r"\ln \sigma": lambda a: -torch.log1p(torch.exp(-a)),
    r"\exp": torch.exp,
    r"\operatorname{scaled}": lambda a: a / a.shape[-1] ** 0.5,
    "abs": torch.abs,
    r"\operatorname{diag}": torch.diag_embed,
}
RANGES = {r"\sigma": (0.0, 1.0), r"\tanh": (-1.0, 1.0), r"\operatorname{relu}": (0.0, float("inf"))}
RANGES |= dict.fromkeys((r"\sqrt", r"\operatorname{g}", r"\operatorname{softplus}"), (0.0, float("inf")))
RANGES["abs"] = (0.0, float("inf"))
RANGES[r"\operatorname{scaled}"] = RANGES[r"\operatorname{Re}"] = (-float("inf"), float("inf"))
RANGES[r"\operatorname{unit}"] = (-1.0, 1.0)
RANGES[r"\ln \sigma"] = (-float("inf"), 0.0)
SIGNS = {"gated DeltaNet": (0.0, float("inf")), "selective SSM": (-float("inf"), 0.0)}  # of what is called A


def tokens(latex: str) -> list[tuple[str, str]]:
    found, position = [], 0
    while position < len(latex.rstrip()):
        match = TOKEN.match(latex, position)
        if match is None:
            raise ValueError(f"cannot read {latex[position:]!r} in {latex!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return found


class Reader:
    """Recursive descent over the tokens, one method per line of the grammar."""

    def __init__(self, latex: str) -> None:
        self.latex, self.rest = latex, tokens(latex)

    def take(self, *wanted: str) -> str | None:
        """The next token if it is one of ``wanted``, by kind or by text."""
        if self.rest and (self.rest[0][0] in wanted or self.rest[0][1] in wanted):
            return self.rest.pop(0)[1]
        return None

    def need(self, wanted: str) -> str:
        token = self.take(wanted)
        if token is None:
            raise ValueError(f"expected {wanted} before {self.rest[:1]} in {self.latex!r}")
        return token

    def sum(self) -> Tree:
        tree = self.product()
        while operator := self.take("+", "-"):
            tree = (operator, tree, self.product())
        return tree

    def product(self) -> Tree:
        tree = self.applied(self.power())
        while self.take(r"\odot") or (is_scalar(tree) and self.factor_follows()):
            tree = self.applied(("odot", tree, self.power()))
        return tree

    def applied(self, tree: Tree) -> Tree:
        """What a matrix is applied to, or a vector before a transposed one."""
        while self.factor_follows() and (
            is_matrix(tree)
            or tree[0] == "top"
            or self.rest[1:2] == [("operator", r"^\top")]
            or self.rest[0][1] in CAPITALS
        ):
            tree = ("apply", tree, self.factor())
        return tree

    def power(self) -> Tree:
        tree = self.factor()
        if self.take("^"):
            tree = ("^", tree, self.enclosed("{", "}") if self.rest[:1] == [("operator", "{")] else self.factor())
        return tree

    def enclosed(self, opening: str, closing: str) -> Tree:
        self.need(opening)
        inner = self.sum()
        self.need(closing)
        return inner

    def factor_follows(self) -> bool:
        return bool(self.rest) and (self.rest[0][0] != "operator" or self.rest[0][1] == "(")

    def factor(self) -> Tree:
        if number := self.take("number"):
            return ("number", number)
        if symbol := self.take("symbol"):
            return ("top", ("symbol", symbol)) if self.take(r"^\top") else ("symbol", symbol)
        if self.take("-"):
            return ("-", ("number", "0"), self.factor())
        if weight := self.take("weight"):
            return ("matmul", weight, self.factor())
        if self.take("|"):
            inner = self.sum()
            self.need("|")
            return ("call", "abs", inner)
        if self.take(r"\max"):
            return ("max", *self.pair("(", ",", ")"))
        if self.take(r"\frac"):
            return ("frac", *self.pair("{", "}{", "}"))
        function = self.take("function")
        inner = self.enclosed("{", "}") if function == r"\sqrt" else self.enclosed("(", ")")
        return ("call", function, inner) if function else inner

    def pair(self, opening: str, between: str, closing: str) -> tuple[Tree, Tree]:
        self.need(opening)
        first = self.sum()
        for sign in between:
            self.need(sign)
        second = self.sum()
        self.need(closing)
        return first, second

    def end(self) -> None:
        if self.rest:
            raise ValueError(f"cannot read {self.rest[0][1]!r} at this place in {self.latex!r}")


SCALARS = {"A", "α_t", "β_t"}
CAPITALS = {"A", "C_t"}


def is_matrix(tree: Tree) -> bool:
    return (tree[0] == "symbol" and tree[1][0] in "SC") or (tree[0] == "odot" and is_matrix(tree[2]))


def is_scalar(tree: Tree) -> bool:
    kind, *parts = tree
    if kind in ("number", "symbol"):
        return kind == "number" or parts[0].startswith("\\") or parts[0] in SCALARS
    return kind in ("+", "-", "odot") and all(map(is_scalar, parts))


def applied(activation: str, inner: str) -> str:
    """An activation such as "4 \\sigma - 2" with its one function applied to ``inner``; "" leaves that as it is."""
    if not activation:
        return inner
    function = max((name for name in FUNCTIONS if name in activation), key=len)
    return activation.replace(function, f"{function}({inner})")


def read_expression(latex: str) -> Tree:
    reader = Reader(latex)
    tree = reader.sum()
    reader.end()
    return tree


def read_equation(latex: str) -> tuple[str, Tree]:
    """The symbol on the left and the expression on the right."""
    reader = Reader(latex)
    left = reader.need("symbol")
    reader.need("=")
    tree = reader.sum()
    reader.end()
    return left, tree


def symbols(tree: Tree) -> set[str]:
    if tree[0] == "symbol":
        return {tree[1]}
    return set().union(*(symbols(part) for part in tree[1:] if isinstance(part, tuple)))


def evaluate(tree: Tree, values: dict[str, Tensor]) -> Tensor:
    """The value of an expression; ``values`` holds every weight, bias and symbol by its LaTeX."""
    match tree:
        case ("number", number):
            return torch.tensor(float(number), dtype=torch.float64)
        case ("symbol", symbol):
            return values[symbol]
        case ("matmul", weight, inner):
            matrix, vector = values[weight], evaluate(inner, values)
            dtype = torch.promote_types(matrix.dtype, vector.dtype)
            return torch.einsum("oi,...i->...o", matrix.to(dtype), vector.to(dtype))
        case ("call", function, inner):
            return FUNCTIONS[function](evaluate(inner, values))
        case ("top", inner):
            return evaluate(inner, values)
        case ("apply", ("top", left), right):
            return (evaluate(left, values) * evaluate(right, values)).sum(-1, keepdim=True)
        case ("apply", left, ("top", right)):
            return torch.einsum("...i,...j->...ij", evaluate(left, values), evaluate(right, values))
        case ("apply", left, ("symbol", "A")):
            return evaluate(left, values) @ values["A"]
        case ("apply", left, right):
            return torch.einsum("...ij,...j->...i", evaluate(left, values), evaluate(right, values))
        case (operator, left, right):
            a, b = evaluate(left, values), evaluate(right, values)
            if operator == "odot" and a.ndim == b.ndim - 1 > 0 and (is_scalar(left) or a.shape[-1] == 1):
                a = a[..., None]
            operators = {"+": torch.add, "-": torch.sub, "odot": torch.mul, "^": torch.pow}
            operators |= {"max": torch.maximum, "frac": torch.div}
            return operators[operator](a, b)


def interval(tree: Tree, known: dict, largest: dict[str, Tree] | None = None) -> tuple[float, float]:
    """The smallest and largest value that an expression can approach; a symbol not in ``known`` may be anything.

    ``largest``: what a symbol stands for that is the larger of two expressions, which then are no larger than it.
    """
    largest = largest or {}
    match tree:
        case ("-", left, ("symbol", symbol)) if left in largest.get(symbol, ())[1:]:
            return -float("inf"), 0.0
        case ("number", number):
            return float(number), float(number)
        case ("symbol", symbol):
            return known.get(symbol, (-float("inf"), float("inf")))
        case ("apply", ("call", r"\operatorname{diag}", inner), right):
            return interval(("odot", inner, right), known, largest)
        case ("matmul" | "apply" | "frac", _, _):
            return -float("inf"), float("inf")
        case ("call", r"\exp", inner):
            return tuple(math.exp(end) if end < 700 else math.inf for end in interval(inner, known, largest))
        case ("call", function, _):
            return RANGES[function]
        case (operator, left, right):
            (a, b), (c, d) = interval(left, known, largest), interval(right, known, largest)
            if operator == "max":
                return max(a, c), max(b, d)
            if operator == "+":
                return a + c, b + d
            if operator == "-":
                return a - d, b - c
            if operator == "^":  # of a base above 0
                corners = [p**q for p in (a, b) for q in (c, d)]
            else:
                corners = [p * q if p and q else 0.0 for p in (a, b) for q in (c, d)]
            return min(corners), max(corners)


def values_of(cell: torch.nn.Module, order: str, symbols: dict[str, Tensor]) -> dict[str, Tensor]:
    """All that is fixed in ``cell`` by its LaTeX, the blocks cut in torch's documented ``order``, plus ``symbols``."""
    size = cell.hidden_size
    sources = "ih" if hasattr(cell, "weight_hh") else "i" if order else ""
    assert all(getattr(cell, f"weight_{source}h").shape[0] == len(order) * size for source in sources)
    values = dict(symbols)
    if hasattr(cell, "peepholes"):
        values |= {f"p_{gate}": cell.peepholes.detach()[k * size : (k + 1) * size] for k, gate in enumerate("ifo")}
    if hasattr(cell, "weight_hy"):
        outputs = cell.weight_hy.shape[0]
        values["W_{hy}"] = cell.weight_hy.detach()
        values["b_{hy}"] = torch.zeros(outputs) if cell.bias_hy is None else cell.bias_hy.detach()
        values[r"\mu"] = torch.tensor(cell.decay, dtype=torch.float64)
    if hasattr(cell, "leak"):
        values[r"\alpha"] = torch.tensor(cell.leak, dtype=torch.float64)
    if hasattr(cell, "Lambda"):
        values[r"\Lambda"] = cell.Lambda.detach()
    named = {"beta": "β", "dt": "Δ"}
    for name, value in cell.named_parameters():
        letter = name.removeprefix("weight_")
        if letter in named or len(letter) == 1:
            values[f"W_{named.get(letter, letter)}"] = value.detach()
    if hasattr(cell, "dt_bias"):
        sign = 1 if cell.name == "gated DeltaNet" else -1
        values |= {"b_Δ": cell.dt_bias.detach(), "A": sign * cell.A_log.detach().exp()}
    if hasattr(cell, "nu"):
        nu, theta, gamma = (getattr(cell, name).detach() for name in ("nu", "theta", "gamma"))
        values |= {r"\lambda": torch.exp(torch.complex(-torch.exp(nu), torch.exp(theta))), r"\gamma": gamma}
        values |= {
            letter: getattr(cell, f"{letter}_re").detach() + 1j * getattr(cell, f"{letter}_im") for letter in "BC"
        }
    if hasattr(cell, "bias_q"):
        for name in "qkvoif":
            bias = getattr(cell, f"bias_{name}")
            values[f"b_{name}"] = torch.zeros(1) if bias is None else bias.detach()
    if hasattr(cell, "D"):
        values["D"] = cell.D.detach()
    for k, gate in enumerate(order):
        rows = slice(k * size, (k + 1) * size)
        for source in sources:
            bias = getattr(cell, f"bias_{source}h")
            values[f"W_{{{source}{gate}}}"] = getattr(cell, f"weight_{source}h").detach()[rows]
            values[f"b_{{{source}{gate}}}"] = torch.zeros(size) if bias is None else bias.detach()[rows]
    return values
