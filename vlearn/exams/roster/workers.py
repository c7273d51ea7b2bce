"""Making papers in many processes: on this machine's cores through joblib, or on a Dask cluster's.

Workers get the exam by value and return bytes, so that they need no files of ours: only vlearn, in the same version.
"""

import os
import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from itertools import islice

import cloudpickle
from joblib import Parallel, cpu_count, delayed, parallel_config

from vlearn.errors import RosterError
from vlearn.exams.roster.personal import Exam, Made, Order, make

_AT_ONCE = 4
"""Papers in a task: few enough that no worker idles long at the end."""

_AHEAD = 16
"""Tasks for each worker that are under way at most; their papers are all that is ever held in memory."""


def made(
    exam: Exam, orders: Sequence[Order], jobs: int | None = None, dask: str | None = None
) -> Generator[Made, None, None]:
    """Each student's files as they are finished, in any order; by default on all cores. Raises RosterError."""
    pickled = cloudpickle.dumps(exam)
    with ExitStack() as stack:
        workers = _connected(dask, stack) if dask else jobs or cpu_count()
        pool = stack.enter_context(Parallel(n_jobs=workers, batch_size=1, return_as="generator_unordered"))
        tasks = (orders[first : first + _AT_ONCE] for first in range(0, len(orders), _AT_ONCE))
        while ahead := list(islice(tasks, _AHEAD * workers)):
            with _given_up_quietly(pool(delayed(_task)(pickled, task) for task in ahead)) as results:
                for papers in results:
                    yield from papers


@contextmanager
def _given_up_quietly(results: Generator[list[Made], None, None]) -> Iterator[Generator[list[Made], None, None]]:
    """joblib warns of tasks that nobody waits for any more; what stopped the run is told as an error."""
    try:
        yield results
    finally:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=UserWarning, module="joblib")
            results.close()


def _connected(address: str, stack: ExitStack) -> int:
    """Let joblib use the cluster; how many threads it has."""
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise RosterError("papers on a cluster need the package distributed: pip install 'vlearn[cluster]'") from None
    try:
        client = stack.enter_context(Client(address, timeout=10))  # type: ignore[no-untyped-call]
        client.wait_for_workers(1, timeout=30)
    except (OSError, ValueError) as error:
        raise RosterError(f"there is no Dask cluster with workers at {address!r}: {error}") from error
    stack.enter_context(parallel_config(backend="dask"))
    return sum(client.nthreads().values())


def _task(pickled: bytes, orders: Sequence[Order]) -> list[Made]:
    # Typst would start a thread a core in every process, and all of them would wait for one another.
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    exam = _exam(pickled)
    return [make(exam, order) for order in orders]


@lru_cache(maxsize=1)
def _exam(pickled: bytes) -> Exam:
    exam = cloudpickle.loads(pickled)
    assert isinstance(exam, Exam)
    return exam
