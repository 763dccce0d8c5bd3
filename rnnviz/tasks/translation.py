"""Tasks whose answer is a sequence of its own, with another length than what was read: for an ``EncoderDecoder``."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Literal

import torch
from torch import Tensor

from rnnviz.tasks.base import Task


class TranslationTask(Task):
    """Read one sequence, write another one. A Batch's ``y`` is (S, B), whatever the number of steps T of its ``x``.

    The last of ``labels`` says that the answer ends. ``longest``: how many symbols an answer has at most, with that.
    """

    readout: ClassVar[Literal["sequence"]] = "sequence"
    longest: ClassVar[int]

    @abstractmethod
    def split(self, text: str) -> list[str]:
        """A text as the tokens that are read, in their original spelling."""

    def encode(self, text: str) -> Tensor:
        ids = self.vocabulary.encode(self.split(text))
        if not ids:
            raise ValueError("there is nothing to read: type at least one character")
        return torch.tensor(ids).unsqueeze(1)

    def written(self, ids: Tensor) -> str:
        """Class ids (S,) as a text, up to the end."""
        end, text = len(self.labels) - 1, []
        for k in ids.tolist():
            if k == end:
                break
            text.append(self.labels[k])
        return "".join(text)
