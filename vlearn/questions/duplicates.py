"""Questions that say nearly the same: what students read of them, compared by its words and its pairs of neighbours.

Rare words count more than common ones (tf-idf), and the likeness of two questions is the cosine of the angle between
them: 1 for the same words. Left out: synonyms, so a question told in other words is not found; drawings.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt

from vlearn.questions.item import item
from vlearn.questions.model import Question
from vlearn.questions.substance import texts

ALIKE = 0.5
"""From which likeness two questions are near-duplicates.

A question of the course's bank with every fifth word replaced is still this like the original, in 19 cases of 20; no
two of its 324 questions that may stand in one exam reach 0.4, but for two entries of one generator.
"""

_ROUNDING = 1e-9
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ids, the later one in the bank last, and how alike they are, from 0 to 1."""

    first: str
    second: str
    likeness: float


def near_duplicates(questions: Mapping[str, Question], least: float = ALIKE) -> Iterator[Pair]:
    """Every pair of questions that are at least so alike, enemies included."""
    terms = {id: _terms(question) for id, question in questions.items()}
    within = Counter(term for counted in terms.values() for term in counted)
    rarity = {term: log(1 + len(terms) / count) for term, count in within.items()}
    weights = {id: _weights(counted, rarity) for id, counted in terms.items()}
    sharing: defaultdict[str, list[str]] = defaultdict(list)
    for id, ours in weights.items():
        telling = _telling(ours, rarity, least)
        for other in dict.fromkeys(other for term in telling for other in sharing[term]):
            theirs = weights[other]
            if (found := sum(weight * theirs.get(term, 0) for term, weight in ours.items())) >= least:
                yield Pair(other, id, found)
        for term in telling:
            sharing[term].append(id)


def _weights(counted: Counter[str], rarity: Mapping[str, float]) -> dict[str, float]:
    """A vector of length 1."""
    weights = {term: (1 + log(count)) * rarity[term] for term, count in counted.items()}
    length = sqrt(sum(weight * weight for weight in weights.values())) or 1
    return {term: weight / length for term, weight in weights.items()}


def _telling(weights: Mapping[str, float], rarity: Mapping[str, float], least: float) -> list[str]:
    """The rarest terms, of which two questions so alike share one: all the others together are too short for that."""
    ordered = sorted(weights, key=lambda term: (rarity[term], term))
    length = 0.0
    for n, term in enumerate(ordered):
        length += weights[term] ** 2
        if length >= least * least * (1 - _ROUNDING):
            return ordered[n:]
    return []


def _terms(question: Question) -> Counter[str]:
    shown = item(question)
    words = _WORD.findall(" ".join(texts((shown.prompt, shown.task))).casefold())
    return Counter((*words, *map(" ".join, pairwise(words))))
