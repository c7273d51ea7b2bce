"""Questions whose key is what a partitioned log promises: which order it keeps, where a group reads on after a crash.

A log knows of a group one position for each partition, the committed offset; what was processed it cannot know.
"""

from collections import defaultdict
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Literal

from vlearn.blocks import Table, Text
from vlearn.questions.generators.forms import chosen, listed
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.questions.notation import amount
from vlearn.questions.replay import Replay
from vlearn.sim.services.messages.log import append
from vlearn.sim.services.messages.log_state import Commit, Join, Leave, Log, LogAction, Poll, Record, Send
from vlearn.trace import run
from vlearn.views.services_log import log_of

KEYS = ("anna", "ben", "cleo", "dora", "emil", "fay", "gus", "hana", "ivo", "jana", "kai", "lena")
OPTIONS = 5


def order_kept(rng: Random) -> Posed:
    """Which of two records is certainly processed first?"""
    while True:
        partitions, keys = rng.choice((2, 3)), tuple(sorted(rng.sample(KEYS, 4)))
        sends = tuple(Send(f"r{n}", rng.choice(keys)) for n in range(1, 8))
        log = run(append, Log.empty(partitions), sends).final
        records = sorted((one for part in log.partitions for one in part), key=lambda one: one.value)
        places = {str(one.key): one.partition for one in records}
        pairs = {kind: [pair for pair in combinations(records, 2) if _kind(*pair) == kind] for kind in _WHY}
        if len(places) == 4 and all(pairs.values()) and len(pairs["apart"]) >= 2:
            break
    asked = [rng.choice(pairs["key"]), rng.choice(pairs["partition"]), *rng.sample(pairs["apart"], 2)]
    others = [pair for some in pairs.values() for pair in some if pair not in asked]
    asked.append(rng.choice(others))
    rng.shuffle(asked)
    where = "; ".join(
        f"{listed(tuple(f'`{key}`' for key in sorted(places) if places[key] == n))} to partition {n}"
        for n in range(partitions) if n in places.values()
    )  # fmt: skip
    prompt = Text(
        "A producer sends the records of the table one after another to a topic, each as soon as the one before is"
        f" stored. By their keys they go as follows: {where}. A group of consumers reads the topic, one consumer for"
        " each partition; every consumer processes its records one by one, at its own speed, and none fails. Which"
        " orders of processing are certain? Choose all that apply."
    )
    answer = chosen(
        (f"`{a.value}` is processed before `{b.value}`", _kind(a, b) != "apart", _WHY[_kind(a, b)]) for a, b in asked
    )
    by_partition: dict[int, list[str]] = defaultdict(list)
    for one in records:
        by_partition[one.partition].append(f"`{one.value}`")
    told = "; ".join(f"partition {n}: {', '.join(by_partition[n])}" for n in sorted(by_partition))
    solution = Text(
        f"{told[:1].upper()}{told[1:]}. Order is kept within a partition, whatever the key, and nowhere else. Give"
        " records whose order matters the same key."
    )
    actions = (*sends, Join("group", "c1"), Poll("group", "c1", len(sends)))
    table = Table(("Record", "Key"), tuple((send.value, str(send.key)) for send in sends))
    return Posed((prompt, table), answer, (solution,), Replay(append, Log.empty(partitions), actions, log_of("group")))


_WHY = {
    "key": "Both have one key, so they lie in one partition, in the order in which they were sent.",
    "partition": "Their keys differ, but lead to the same partition; its order is what counts.",
    "apart": "They lie in two partitions, each of which is read at its own speed. When they were sent does not matter.",
}


def _kind(first: Record, second: Record) -> str:
    return "apart" if first.partition != second.partition else "key" if first.key == second.key else "partition"


def resumes_after_crash(rng: Random) -> Posed:
    """How many records are processed twice, or never, or read by the successor?"""
    when: Literal["before", "after"] = rng.choice(("before", "after"))
    batch, batches = rng.choice((3, 4, 5, 6, 8, 10)), rng.randrange(1, 5)
    into = rng.randrange(1, batch)
    count = batch * (batches + 1) + rng.randrange(1, 12)
    rounds: list[LogAction] = [Poll("group", "first", batch), Commit("group", "first")]
    last = rounds if when == "before" else rounds[:1]
    actions = (
        *(Send(f"r{n}") for n in range(count)), Join("group", "first"), *rounds * batches, *last,
        Leave("group", "first"), Join("group", "second"), Poll("group", "second", count),
    )  # fmt: skip
    replay = Replay(append, Log.empty(1), actions, log_of("group"))
    seen = replay.trace().final.seen
    processed = batches * batch + into
    read = [record.offset for _, member, record in seen if member == "second"]
    asked = rng.choice((*_AFFECTED[when], *_AFFECTED[when], "read", "read", "twice", "never"))
    key = {
        "twice": sum(offset < processed for offset in read),
        "never": count - len({*range(processed), *read}),
        "read": len(read),
    }[asked]
    ways = {
        "before": "gets the next {0} records, commits that it is done with them, and then processes them one by one",
        "after": "gets the next {0} records, processes them one by one, and then commits that it is done with them",
    }
    prompt = Text(
        f"A partition holds {count} records, with the offsets 0 to {count - 1}; no more come. A consumer begins at"
        f" offset 0. Again and again it {ways[when].format(batch)}. It crashes right after it has processed the record"
        f" with offset {processed - 1}. Another consumer of its group takes over, reads to the end and processes what"
        f" it reads. {_ASKED[asked]}"
    )
    solution = Text(
        f"The crash comes in batch number {batches + 1}, offsets {batches * batch} to {(batches + 1) * batch - 1},"
        f" which {'had' if when == 'before' else 'had not'} been committed. So the successor begins at offset {read[0]}"
        f" and reads {amount(len(read), 'record{s}')}, while those up to {processed - 1} have been processed."
        f" {_MORALS[when]} Asked for are **{key}**."
    )
    return Posed((prompt,), Numeric(Fraction(key), unit="records"), (solution,), replay)


_AFFECTED = {"before": ("never",), "after": ("twice",)}
_ASKED = {
    "twice": "How many records are processed twice?",
    "never": "How many records are never processed?",
    "read": "How many records does this other consumer read?",
}
_MORALS = {
    "before": "Committing first loses the rest of a batch at a crash, and repeats nothing: at most once.",
    "after": "Committing last repeats the begun batch after a crash, and loses nothing: at least once.",
}
