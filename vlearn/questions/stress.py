"""A generator run with many seeds: every variant is sound and earns its points, and there are enough different ones."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from random import Random

from vlearn.questions.answer_key import key_response
from vlearn.questions.entry import Entry
from vlearn.questions.finding import Finding
from vlearn.questions.grade import grade
from vlearn.questions.model import Question
from vlearn.questions.shuffle import shuffled
from vlearn.questions.validity import problems

SEEDS = 200
"""How many variants are looked at."""

TWICE = 10
"""How many of them are made twice, to see that a seed decides everything."""


def stress(entry: Entry, seeds: int = SEEDS) -> tuple[Finding, ...]:
    """What is wrong with a generated question over so many seeds, each fault with the first seed that shows it.

    Where they show too few different variants, up to ten times the wanted number are drawn before it is a finding.
    """
    if not entry.generator:
        return ()
    found: dict[str, int] = {}
    variants: set[tuple[object, ...]] = set()
    for seed in range(max(seeds, 10 * entry.variants)):
        if seed >= seeds and len(variants) >= entry.variants:
            break
        try:
            question = entry.make(Random(seed))
            variants.add(substance(question))
            faults = list(_faults(entry, question, seed)) if seed < seeds else []
        except Exception as error:  # whatever a generator raises is what this looks for
            faults = [f"raises {type(error).__name__}: {error}"]
        for fault in faults:
            found.setdefault(fault, seed)
    told = [f"seed {seed}: {fault}" for fault, seed in found.items()]
    if len(variants) < entry.variants:
        told.append(
            f"only {len(variants)} different variants, not {entry.variants}: widen its parameters, or set `variants`"
        )
    return tuple(Finding(entry.path, entry.line, entry.id, "stress", message) for message in told)


def _faults(entry: Entry, question: Question, seed: int) -> Iterator[str]:
    if seed < TWICE and question != entry.make(Random(seed)):
        yield "the same seed gives another question"
    if question.kind != entry.kind:
        yield f"the kind is {question.kind}, not {entry.kind}"
    if unsound := problems(question):
        yield from (problem.text for problem in unsound)
        return
    for asked in (question, shuffled(question, Random(seed))):
        result = grade(asked, key_response(asked))
        if result.points != result.out_of:
            yield f"its own key earns {result.points} of {result.out_of} points"


def substance(question: Question) -> tuple[object, ...]:
    """What makes two variants different: prompt and answer, in whatever order their items stand."""
    return (question.prompt, tuple(sorted(_texts(question.answer))))


def _texts(value: object) -> Iterator[str]:
    """Every text and number but the indices of a key, which only say where things stand."""
    if is_dataclass(value):
        for part in fields(value):
            if part.name not in ("correct", "key"):
                yield from _texts(getattr(value, part.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    else:
        yield repr(value)
