"""Collect every visible string, bring the translations in assets/locale up to date, compile them.

``python -m tools.make_catalogues`` rewrites the files; with ``--check`` it only says whether they are complete.
New strings appear in the .po file with an empty translation, for a translator to fill in.
"""

from __future__ import annotations

import io
import sys
from dataclasses import fields
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from pages import PAGES
from rnnviz.cells import CELLS, NONLINEARITIES, DeltaNet, Elman
from rnnviz.cells.lstm_peephole import SQUASHINGS, PeepholeLSTM
from rnnviz.studies.lstm_history import STATIONS
from rnnviz.subjects.models import Untrained
from rnnviz.subjects.options import OPTIONS
from rnnviz.tasks import TASKS, TRANSLATIONS
from rnnviz.training import Recipe

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "assets" / "locale"
KEYWORDS = {"_": None, "__": None, "Refused": None, "Note": None}


def collect() -> dict[str, list[str]]:
    """Every message and where it stands: calls of ``_``, ``Refused`` and the like, and texts of the tables."""
    found: dict[str, list[str]] = {}
    for folder in ("rnnviz", "pages"):
        rows = extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=KEYWORDS, strip_comment_tags=True)
        for name, _line, message, _comments, _context in rows:
            found.setdefault(message, []).append(f"{folder}/{name}")
    cells = [cell.quantities for cell in CELLS.values()]
    cells += [Elman(1, 1, nonlinearity=name).quantities for name in NONLINEARITIES]
    cells += [PeepholeLSTM(1, 1, squashing=name).quantities for name in SQUASHINGS]
    cells += [DeltaNet(1, 1, negative_eigenvalues=True).quantities]
    for quantities in cells:
        for quantity in quantities.values():
            found.setdefault(quantity.meaning, []).append("rnnviz/cells")
    for task in (TASKS | TRANSLATIONS).values():
        found.setdefault(task.title, []).append("rnnviz/tasks")
    for task in TASKS.values():
        for label in task.labels:
            found.setdefault(task().label_text(label), []).append("rnnviz/tasks")
    for origin in STATIONS.values():
        for text in filter(None, (origin.part, origin.why, origin.dropped, origin.added, origin.lacks)):
            found.setdefault(text, []).append("rnnviz/studies")
    for page in PAGES:
        for text in (page.section, page.title, page.help):
            found.setdefault(text, []).append("pages/__init__.py")
        for name in page.knobs.declared():
            found.setdefault(name, []).append("rnnviz/refusals.py")
    own = [entry.name for kind in (Untrained, Recipe) for entry in fields(kind)]
    for name in (*own, *OPTIONS, "length", "window", "weights", "option", "update"):
        found.setdefault(name, []).append("rnnviz/refusals.py")  # the fields that a refusal can name
    return found


def updated(path: Path) -> tuple[Catalog, list[str]]:
    """The catalogue at ``path`` with exactly today's messages, and those that are not translated."""
    old = read_po(io.BytesIO(path.read_bytes())) if path.exists() else Catalog()
    new = Catalog(locale=path.parts[-3], project="rnnviz", version="1", charset="utf-8", fuzzy=False)
    new.creation_date = new.revision_date = old.creation_date  # only a change of text changes the file
    missing = []
    for message, places in sorted(collect().items()):
        known = old.get(message)
        translation = known.string if known else ""
        new.add(message, translation, locations=[(place, None) for place in sorted(set(places))])
        if not translation:
            missing.append(message)
    return new, missing


def compiled(catalogue: Catalog) -> tuple[bytes, bytes]:
    """The .po and the .mo file of a catalogue."""
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalogue, width=120, include_lineno=False, omit_header=False)
    write_mo(mo, catalogue)
    return po.getvalue(), mo.getvalue()


def main(check: bool) -> int:
    problems = []
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/rnnviz.po")):
        catalogue, missing = updated(path)
        po, mo = compiled(catalogue)
        problems += [f"{path.parts[-3]}: not translated: {message}" for message in missing]
        if check:
            if po != path.read_bytes() or mo != path.with_suffix(".mo").read_bytes():
                problems.append(f"{path.parts[-3]}: out of date; run python -m tools.make_catalogues")
        else:
            path.write_bytes(po)
            path.with_suffix(".mo").write_bytes(mo)
            print(f"{path.parts[-3]}: {len(catalogue)} messages, {len(missing)} without a translation")
    print("\n".join(problems), file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
