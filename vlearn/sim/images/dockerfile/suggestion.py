"""`(did you mean FROM?)`: what BuildKit puts behind an unknown word that is at most two letters off."""

from collections.abc import Iterable

NEAREST = 3


def suggestion(word: str, known: Iterable[str]) -> str:
    """The words to append to the error, in the case of the unknown word; empty if none is near."""
    best, match = NEAREST, ""
    for name in known:
        if abs(len(name) - len(word)) < best and (far := distance(word.lower(), name.lower())) < best:
            best, match = far, name.lower() if word == word.lower() else name
    return f" (did you mean {match}?)" if match else ""


def distance(left: str, right: str) -> int:
    """Levenshtein's: insertions, deletions and substitutions that lead from one word to the other."""
    row = list(range(len(right) + 1))
    for n, a in enumerate(left, 1):
        before, row[0] = row[0], n
        for m, b in enumerate(right, 1):
            before, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, before + (a != b))
    return row[-1]
