"""What a question consists of, taken apart: its texts and numbers, whatever kind it is."""

from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass

from vlearn.questions.model import Question


def leaves(value: object, without: Collection[str] = ()) -> Iterator[object]:
    """Everything within dataclasses and tuples that is neither, in order, but what the fields `without` hold."""
    if isinstance(value, tuple):
        for item in value:
            yield from leaves(item, without)
    elif is_dataclass(value):
        for part in fields(value):
            if part.name not in without:
                yield from leaves(getattr(value, part.name), without)
    else:
        yield value


def texts(value: object) -> Iterator[str]:
    """The texts within, those of drawings excepted."""
    return (leaf for leaf in leaves(value, ("svg",)) if isinstance(leaf, str))


def substance(question: Question) -> tuple[object, ...]:
    """What makes two variants different: prompt and answer, in whatever order their items stand."""
    # The indices of a key only say where things stand.
    return (question.prompt, tuple(sorted(map(repr, leaves(question.answer, ("correct", "key"))))))
