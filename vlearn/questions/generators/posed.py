"""What a generator poses: one variant of a question, before the question file gives it points and an objective."""

from dataclasses import dataclass

from vlearn.blocks import Block
from vlearn.questions.model import Answer


@dataclass(frozen=True, slots=True)
class Posed:
    """What is asked, the answer that the model computed, and how to find it."""

    prompt: tuple[Block, ...]
    answer: Answer
    solution: tuple[Block, ...]
