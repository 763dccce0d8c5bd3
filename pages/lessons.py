"""Lessons: the list of those that ship, the way to open one's own, and the student's answers."""

from pages import PAGES
from rnnviz.app import page
from rnnviz.app.i18n import _
from rnnviz.app.lessons import shelf

page.claim(
    _("Five lessons: predict, look, then try it yourself"),
    _("Take them in order. You answer first; then the page shows what the network really computes."),
)
shelf.show({row.address: row for row in PAGES})
