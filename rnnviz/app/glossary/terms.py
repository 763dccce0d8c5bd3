"""Each term of art that pages use: its forms, one sentence that says what it is, and a small picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from rnnviz.app.glossary import pictures
from rnnviz.app.knobs import to_translate as __


class Term(NamedTuple):
    """``forms``: how it is written, between bars; its translation holds those of the other language."""

    forms: str
    meaning: str
    picture: Callable[[], str]


TERMS = {
    "decides": Term(
        __("over 50% from"),
        __("From this word to the end the final answer has more than half of the probability."),
        pictures.deciding,
    ),
    "gate": Term(
        __(
            "forget gates|forget gate|input gates|input gate|output gate|update gates|update gate|reset gate|gates|gate"
        ),
        __("A number from 0 to 1 for each unit that says how much passes: at 0 it is shut, at 1 it is open."),
        pictures.sigmoid,
    ),
    "hidden_state": Term(
        __("hidden states|hidden state"),
        __("The numbers that a cell hands to its own next step: all that it keeps of what it has read."),
        pictures.loop,
    ),
    "cell_state": Term(
        __("cell states|cell state"),
        __("The LSTM's memory c: gates alone change it, and the hidden state shows a part of it."),
        pictures.memory,
    ),
    "candidate": Term(
        __("candidates|candidate"),
        __("What a gated cell could write into its state at this step; a gate says how much of it is written."),
        pictures.candidate,
    ),
    "readout": Term(
        __("readouts|readout"),
        __("The linear layer that makes of the state one score (logit) for each answer."),
        pictures.readout,
    ),
    "softmax": Term(
        __("softmax"),
        __("It turns scores (logits) into shares that add up to 1: each score's exponential over the sum of all."),
        pictures.softmax,
    ),
    "saturation": Term(
        __("saturated|saturates|saturate"),
        __("Where tanh or σ is flat: the state hardly moves any more, and hardly any gradient gets through."),
        pictures.tanh,
    ),
    "jacobian": Term(
        __("Jacobians|Jacobian"),
        __("The matrix of the derivatives of a state by the one before: what a small change becomes in one step."),
        pictures.jacobian,
    ),
    "vanishing": Term(
        __("vanishes|vanishing|vanish"),
        __("A gradient that shrinks with each step back, so that early words hardly teach the weights anything."),
        pictures.vanishing,
    ),
    "exploding": Term(
        __("explodes|exploding|exploded|explode"),
        __("A gradient that grows with each step back, until one update undoes what was learnt."),
        pictures.exploding,
    ),
    "clipping": Term(
        __("Clipping|clipping"),
        __("A gradient that is longer than a limit is shortened to it; its direction stays."),
        pictures.clipping,
    ),
    "truncation": Term(
        __("Truncated|truncated|Truncation|truncation"),
        __("Backpropagation that goes back so many steps and no further."),
        pictures.truncation,
    ),
    "spectral_radius": Term(
        __("spectral radius"),
        __("The size of a matrix's largest eigenvalue: a repeated product grows by this factor in the long run."),
        pictures.eigenvalues,
    ),
    "eigenvalue": Term(
        __("eigenvalues|eigenvalue|λ"),
        __("By how much a step multiplies a part of the state: below 1 in size it fades, below 0 its sign flips."),
        pictures.eigenvalues,
    ),
    "parallel": Term(
        __("in parallel|parallel"),
        __("All steps are computed at once: what each keeps and writes is known before any state is."),
        pictures.at_once,
    ),
    "singular_value": Term(
        __("singular values|singular value"),
        __(
            "By how much a matrix stretches one of its own directions; the largest is the most it stretches any vector."
        ),
        pictures.stretching,
    ),
    "lyapunov": Term(
        __("Lyapunov exponents|Lyapunov exponent"),
        __("The rate at which two almost equal states part in the long run; below 0 they meet."),
        pictures.parting,
    ),
    "fixed_point": Term(
        __("fixed points|fixed point"),
        __("A state that a step without input leaves as it is: the network can rest there."),
        pictures.resting,
    ),
    "saddle": Term(
        __("saddles|saddle"),
        __("A fixed point that attracts from some directions and repels in others."),
        pictures.saddle,
    ),
    "principal_component": Term(
        __("principal components|principal component"),
        __("The direction in which points vary most; the second one varies most among those at right angles to it."),
        pictures.components,
    ),
    "total_effect": Term(
        __("total effects|Total effect|total effect"),
        __("The share of the variance that is left when all inputs but this one are known (Sobol's index)."),
        pictures.share,
    ),
    "standard_error": Term(
        __("standard errors|standard error"),
        __("By how much an estimate from this many samples is usually off."),
        pictures.spread,
    ),
    "half_life": Term(
        __("half-lives|half-life"),
        __("The number of steps after which half is left."),
        pictures.halving,
    ),
    "reservoir": Term(
        __("reservoirs|reservoir"),
        __("A large recurrent network whose random weights stay fixed; only its readout is trained."),
        pictures.reservoir,
    ),
    "attention": Term(
        __("With attention|with attention|by attention|Without attention|Attention"),  # linear attention has no softmax
        __("At each step a weighted mean of all states that were read; the weights come from scores, by a softmax."),
        pictures.attention,
    ),
    "encoder": Term(
        __("encoder"),
        __("The recurrent network that reads the input; its states are what the decoder is given."),
        pictures.encoder,
    ),
    "decoder": Term(
        __("decoder"),
        __("The recurrent network that writes: each symbol that it has written is what it reads next."),
        pictures.decoder,
    ),
    "teacher_forcing": Term(
        __("teacher forcing"),
        __("Training in which each step reads the right symbol of before, and not the one that the network wrote."),
        pictures.teacher_forcing,
    ),
}
