"""All generators of a bank run with many seeds, on all cores.

A worker reads the bank itself, without trying its generators: an entry holds a function, which is not sent elsewhere.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from vlearn.questions.bank import Bank, load_bank
from vlearn.questions.entry import Entry
from vlearn.questions.stress import SEEDS, Trial, tried

FEW = 4
"""So many generators are done before other processes have started."""


def all_tried(entries: Sequence[Entry], folder: Path, seeds: int = SEEDS) -> Iterator[tuple[Entry, Trial]]:
    """The trial of each of these generated entries of the bank in `folder`, in their order."""
    if len(entries) < FEW:
        yield from ((entry, tried(entry, seeds)) for entry in entries)
        return
    from joblib import Parallel, delayed

    pool = Parallel(n_jobs=-1, batch_size=1, return_as="generator")
    yield from zip(entries, pool(delayed(_tried)(folder, entry.id, seeds) for entry in entries), strict=True)


def _tried(folder: Path, id: str, seeds: int) -> Trial:
    return tried(_bank(folder)[id], seeds)


@lru_cache(maxsize=1)
def _bank(folder: Path) -> Bank:
    return load_bank(folder, tries=False)
