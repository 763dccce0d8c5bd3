"""Lessons: the list of those that ship, the way to open one's own, and the student's answers."""

from rnnviz.app import page
from rnnviz.app.i18n import _
from rnnviz.app.lessons import shelf

page.claim(
    _("Five lessons: predict, look, then change it"), _("Every right answer is computed from the network you see.")
)
shelf.show()
