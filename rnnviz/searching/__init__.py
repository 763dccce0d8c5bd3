"""What a unit does over thousands of sentences: what excites it most, on which words it fires, where else the network
was in a state like here.

``search(model, corpus)`` reads every sentence once and keeps one quantity of one layer at every step, on disk; the
``Index`` that it returns answers from there, reading the rows of the units that are asked for and no others.
"""

from rnnviz.searching.building import search
from rnnviz.searching.corpus import Skipped
from rnnviz.searching.found import Pattern, Place, Word, pattern_of
from rnnviz.searching.index import Index
from rnnviz.searching.telling import Telling, tells

__all__ = ["Index", "Pattern", "Place", "Skipped", "Telling", "Word", "pattern_of", "search", "tells"]
