"""What a page is: a row in the table of contents, pages/__init__.py."""

from __future__ import annotations

from typing import NamedTuple

from rnnviz.app.knobs import Knobs


class Page(NamedTuple):
    """``file`` in pages/; its stem with dashes is the address. The other texts are translated when shown.

    ``opens``: the subject that it opens with, as the query of an address; {} where the page tells a story of its own,
    of which its address names no subject; ``opens_zh``: the text that a Chinese reader meets instead, where it is not
    the task's own. ``needs``: what it needs of a subject, by names in rnnviz.subjects.needs; ``prefers``: what else, to
    show one that was chosen on another page. ``knobs``: what can be chosen beside the subject. ``asks``: the controls
    of its sidebar; ``tasks``: what it may ask the networks to do. ``own_subject``: what is chosen on it stays there; no
    other page takes its subject or cell over. ``task_above``: what its network has learnt stands above the claim.
    """

    section: str
    file: str
    title: str
    icon: str
    help: str
    opens: dict[str, str]
    asks: tuple[str, ...] = ("cell", "size", "weights")
    tasks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    prefers: tuple[str, ...] = ()
    knobs: type[Knobs] = Knobs
    picker: tuple[str, ...] = ("network", "sequence")
    own_subject: bool = False
    task_above: bool = True
    opens_zh: str = ""

    @property
    def address(self) -> str:
        return self.file.removesuffix(".py").replace("_", "-")
