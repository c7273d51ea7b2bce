"""What a generator poses: one variant of a question, before the question file gives it points and an objective."""

from dataclasses import dataclass
from typing import Any

from vlearn.blocks import Block
from vlearn.questions.model import Answer
from vlearn.questions.replay import Replay


@dataclass(frozen=True, slots=True)
class Posed:
    """What is asked, the answer that the model computed, how to find it, and the run in which it can be seen."""

    prompt: tuple[Block, ...]
    answer: Answer
    solution: tuple[Block, ...]
    replay: Replay[Any, Any] | None = None
