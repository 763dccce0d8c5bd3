"""Plotly's script with the kinds of charts that a file draws, and without the others: maps are half of it.

What the wheel brings is one function of some two thousand statements, each of which defines a module or a part of one.
Those that nothing which is kept names are left out. A name counts as used wherever it stands, be it another thing of
the same name: too much is kept, never too little. A script that is not built like that stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

_STRING = r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
_TEMPLATE = r"`(?:[^`\\$]|\\.|\$(?!\{))*`"
for _depth in range(3):  # templates within templates
    _INSIDE = r'[^`{}"]|"(?:[^"\\\n]|\\.)*"|' + _TEMPLATE + r"|\{[^{}]*\}"
    _TEMPLATE = r"`(?:[^`\\$]|\\.|\$(?!\{)|\$\{(?:" + _INSIDE + r")*\})*`"
_BEFORE = r"(?:(?<=[(,=:\[!&|?{};+\n>~^*%<-])|(?<=return)|(?<=typeof)|(?<=case))"  # a pattern, and no division
_PATTERN = _BEFORE + r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/"
_TOKEN = re.compile(rf"{_STRING}|{_TEMPLATE}|{_PATTERN}|/\*.*?\*/|[{{}}()\[\];,]", re.DOTALL)
_FUNCTION = re.compile(r"(?:async )?function\b|class\b")
_DECLARED = re.compile(r"(?:var |(?:async )?function\*? ?|class )([\w$]+)")
_NAME = re.compile(r"[\w$]+")
# Not what follows a point, as a property does, nor a key of an object. Names of one letter stand everywhere: what
# declares one is kept.
_USED = re.compile(r"(?<![\w$])(?:(?<=\.\.\.)|(?<!\.))(?!(?<=[{,])[\w$]+:)[A-Za-z_$][\w$]+")
_REGISTERED = re.compile(r"\.register\(\[([\w$(),]+)\]\)")
_KIND = re.compile(r'moduleType:"trace",name:"(\w+)"')
_BEGIN, _END = "var Plotly=(()=>{", re.compile(r"return ([\w$]+)\(\);?\}\)\(\);")


def with_charts(script: str, kinds: Collection[str]) -> str:
    """``script`` with "scatter", which is always in it, and the traces of these ``kinds`` ("bar", "heatmap")."""
    begin = script.find(_BEGIN) + len(_BEGIN)
    ends = list(_END.finditer(script))
    if begin < len(_BEGIN) or not ends:
        return script
    end, root = ends[-1].start(), ends[-1][1]
    texts = list(_statements(script, begin, end))
    declared = map(_DECLARED.match, texts)
    homes = {declares[1]: k for k, declares in enumerate(declared) if declares}
    listed = _REGISTERED.search(texts[homes[root]]) if root in homes else None
    if listed is None:
        return script
    registered = listed[1].split(",")
    wanted = [call for call in registered if set(_kinds(call[:-2], texts, homes)) & set(kinds)]
    texts[homes[root]] = texts[homes[root]].replace(listed[1], ",".join(wanted))
    kept = _reached(homes[root], texts, homes)
    return script[:begin] + "".join(text for k, text in enumerate(texts) if k in kept) + script[end:]


def _statements(script: str, begin: int, end: int) -> Iterator[str]:
    """Each statement of the outermost function, a declaration of several names as one for each: a module is declared
    together with the names that it fills when it is run, and a short one of these is often also that of another thing.
    """
    depth, parts = 0, [begin]  # where a statement begins, and each further name of a declaration of several
    for token in _TOKEN.finditer(script, begin, end):
        mark, at = token[0], token.end()
        depth += (mark in "([{") - (mark in ")]}")
        if depth == 0 and mark == ",":
            parts.append(at)
        elif depth == 0 and (mark == ";" or (mark == "}" and _FUNCTION.match(script, parts[0]))):
            if script.startswith("var ", parts[0]):
                named = pairwise((parts[0] + len("var "), *parts[1:], at))
                yield from (f"var {script[first : last - 1]};" for first, last in named)
            else:
                yield script[parts[0] : at]
            parts = [at]


def _kinds(name: str, texts: list[str], homes: dict[str, int]) -> list[str]:
    """Which traces the module of that name brings, itself or by the one that it passes on."""
    text = texts[homes[name]]
    passed = re.search(r"exports=([\w$]+)\(\)", text)
    return _KIND.findall(texts[homes[passed[1]]] if passed and len(text) < 200 else text)


def _reached(root: int, texts: list[str], homes: dict[str, int]) -> set[int]:
    """The statements that the root needs, in however many steps."""
    exports = {}  # what a statement that declares nothing adds to a name of another, which stands in it first
    for k, text in enumerate(texts):
        if not text.startswith(("var ", "function", "async ", "class ")):
            first = [homes[name] for name in _NAME.findall(text)[:2] if name in homes]
            exports.setdefault(first[-1] if first else root, []).append(k)
    kept, waiting = set(), [root, *(k for name, k in homes.items() if len(name) == 1)]
    while waiting:
        k = waiting.pop()
        if k not in kept:
            kept.add(k)
            bare = _TOKEN.sub(lambda token: '""' if token[0][0] in "\"'" else token[0], texts[k])
            waiting += [*exports.get(k, ()), *(homes[name] for name in set(_USED.findall(bare)) if name in homes)]
    return kept
