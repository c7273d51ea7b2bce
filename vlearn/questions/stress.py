"""A generator run with many seeds: every variant is sound and earns its points, and there are enough different ones.

Left out: a generator that never ends is not stopped. A slow one is no finding, for how long it takes depends on the
machine and on what else that does: `Trial` tells the times, `vlearn bank lint -v` and `vlearn bank report` show them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from time import perf_counter

from vlearn.questions.answer_key import key_response
from vlearn.questions.entry import Entry
from vlearn.questions.evenness import uneven_places
from vlearn.questions.finding import Finding
from vlearn.questions.grade import grade
from vlearn.questions.lint_question import QUESTION_RULES
from vlearn.questions.model import Question, SingleChoice
from vlearn.questions.shuffle import shuffled
from vlearn.questions.substance import substance
from vlearn.questions.validity import problems

SEEDS = 500
"""How many variants are looked at."""

TWICE = 10
"""How many of them are made twice, to see that a seed decides everything."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What so many seeds showed of a generated question; `seconds` are those of making the variants, and the worst."""

    findings: tuple[Finding, ...]
    seeds: int
    variants: int
    seconds: float
    slowest: float


def stress(entry: Entry, seeds: int = SEEDS) -> tuple[Finding, ...]:
    """What is wrong with a generated question over so many seeds; nothing for a written one."""
    return tried(entry, seeds).findings if entry.generator else ()


def tried(entry: Entry, seeds: int = SEEDS, clock: Callable[[], float] = perf_counter) -> Trial:
    """Run a generated question with so many seeds; each fault is told with the first seed that shows it.

    Where they show too few different variants, up to ten times the wanted number are drawn before it is a finding.
    """
    found: dict[str, int] = {}
    variants: set[tuple[object, ...]] = set()
    answers: list[SingleChoice] = []
    seconds, slowest, drawn = 0.0, 0.0, 0
    for seed in range(max(seeds, 10 * entry.variants)):
        if seed >= seeds and len(variants) >= entry.variants:
            break
        begin = clock()
        drawn += 1
        try:
            question = entry.make(Random(seed))
            taken = clock() - begin
            seconds, slowest = seconds + taken, max(slowest, taken)
            variants.add(substance(question))
            if isinstance(question.answer, SingleChoice):
                answers.append(question.answer)
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
    if not found and (places := uneven_places(answers)):
        told.append(f"over {drawn} seeds its keys stand unevenly ({places}): shuffle its options")
    findings = tuple(Finding(entry.path, entry.line, entry.id, "stress", message) for message in told)
    return Trial(findings, drawn, len(variants), seconds, slowest)


def _faults(entry: Entry, question: Question, seed: int) -> Iterator[str]:
    if seed < TWICE and question != entry.make(Random(seed)):
        yield "the same seed gives another question"
    if question.kind != entry.kind:
        yield f"the kind is {question.kind}, not {entry.kind}"
    if unsound := problems(question):
        yield from (problem.text for problem in unsound)
        return
    for rule in ("options-alike", "table-marks"):
        yield from QUESTION_RULES[rule](question)
    for asked in (question, shuffled(question, Random(seed))):
        result = grade(asked, key_response(asked))
        if result.points != result.out_of:
            yield f"its own key earns {result.points} of {result.out_of} points"
