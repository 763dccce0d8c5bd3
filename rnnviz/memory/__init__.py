"""Memory: what of the words already read is still in the state. Each measure answers a question of its own.

| function | question | an attribution? |
| --- | --- | --- |
| ``total_effect`` | how much of the state's variance hangs on word k? | yes: of variance; no order, no baseline |
| ``reveal`` | how does the state differ because word k was added? | yes: sums to the state, in one order of many |
| ``probe`` | how well can word k be read off the state by a linear map? | no: information, over many sequences |
| ``ledger`` | when was this cell written, kept, erased? | no: a kept fact may be rewritten at every step |
| ``connectivity`` | how much would a small push of word k move the answer? | no: silent where gates are saturated |
| ``divergence`` | how far apart do two runs get that differ in one word? | no: of one change |
| ``answer_losses`` | what does each answer lose if word k becomes an unknown one? | no: falls do not add up |
| ``half_life`` | after how many steps is half gone, unit by unit? | no |
"""

from rnnviz.memory.half_life import half_life, half_life_of
from rnnviz.memory.keeping import Ledger, ledger
from rnnviz.memory.probing import Probe, probe
from rnnviz.memory.replacing import TotalEffect, total_effect, total_effect_bit_by_bit
from rnnviz.memory.revealing import CANCELS, Reveal, reveal
from rnnviz.memory.sensitivity import answer_losses, connectivity, divergence
from rnnviz.memory.untrained import STARTS, fading, untrained

__all__ = [
    "CANCELS",
    "STARTS",
    "Ledger",
    "Probe",
    "Reveal",
    "TotalEffect",
    "answer_losses",
    "connectivity",
    "divergence",
    "fading",
    "half_life",
    "half_life_of",
    "ledger",
    "probe",
    "reveal",
    "total_effect",
    "total_effect_bit_by_bit",
    "untrained",
]
