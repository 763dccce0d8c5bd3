"""Lessons: the list of those that ship, the way to open one's own, and the student's answers."""

from pages import PAGES
from rnnviz.app import page
from rnnviz.app.i18n import _
from rnnviz.app.lessons import shelf

page.claim(
    _("Five lessons: predict, look, then change it"),
    _("Each is a way through the pages. You answer first; what is right is then computed from the network shown."),
)
shelf.show({row.address: row for row in PAGES})
