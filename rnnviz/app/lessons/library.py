"""The lessons that there are: those that ship, and one that somebody brings, whose whole file is in its address.

A lesson of one's own needs no place on the server and asks for nothing over the network: its file travels compressed
in the link, so that a link opens it on any server, after a restart too.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping

from rnnviz.app.lessons.lesson import Lesson
from rnnviz.app.lessons.reading import read
from rnnviz.app.page_row import Page
from rnnviz.compute import STORE
from rnnviz.refusals import Refused
from rnnviz.shipped_files import shipped_path
from rnnviz.subjects.limits import MAX_LESSON

SHIPPED = ("what-a-state-is", "why-gradients-vanish", "what-a-gate-is-for", "two-directions", "the-edge-of-chaos")
_PACKED = "~"  # in front of a file's bytes, in the place of a name


def find(word: str, pages: Mapping[str, Page]) -> Lesson:
    """The lesson of an address. Raises Refused for a name that none has, and for a file that is no lesson."""
    trusted = word in SHIPPED  # its links are opened in the tests, which takes longer than reading them
    return STORE.get(("lesson", word), lambda: read(word, source(word), None if trusted else pages))


def pack(content: bytes) -> str:
    """A file as one word of an address, of characters that need no escape."""
    return _PACKED + base64.urlsafe_b64encode(zlib.compress(content, 9)).decode().rstrip("=")


def source(word: str) -> bytes:
    """The file of a lesson."""
    if word in SHIPPED:
        return shipped_path(f"assets/lessons/{word}.toml").read_bytes()
    if not word.startswith(_PACKED):
        raise Refused(
            "There is no lesson {name}. Choose one of: {choices}.", name=word[:40], choices=", ".join(SHIPPED)
        )
    try:
        packed = base64.urlsafe_b64decode(word[1:].encode("ascii") + b"===")
        return zlib.decompressobj().decompress(packed, MAX_LESSON + 1)  # no more, however well it was packed
    except (ValueError, binascii.Error, zlib.error) as wrong:
        raise Refused("This link to a lesson is not whole. Copy all of it, or open the lesson's file.") from wrong
