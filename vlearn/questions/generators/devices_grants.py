"""A question whose key is a run of a grant table: which of several calls is refused?"""

from collections.abc import Iterator
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.devices.grants import (
    RESERVED,
    CopyGrant,
    EndAccess,
    Grant,
    GrantCall,
    GrantTable,
    MapGrant,
    UnmapGrant,
)
from vlearn.sim.devices.grants_run import use_grants
from vlearn.trace import run
from vlearn.views.devices_grants import draw_grants

CALLS, ENTRIES = 5, 5
REFUSED = ("grant-refused", "still-mapped")
_WHY = {
    MapGrant: "The entry names this domain, and allows what it asks for; an entry may be mapped more than once.",
    CopyGrant: "A copy is checked against the same entry as a mapping, and does not need one.",
    UnmapGrant: "A domain may give up its mapping at any time.",
    EndAccess: "Nobody has the page mapped at this moment, so its owner may end the access.",
}
"""Why a call of each kind is carried out."""


def words_of(table: GrantTable, call: GrantCall) -> str:
    """A call, as a sentence."""
    match call:
        case CopyGrant(domain, reference, writes):
            return f"Domain {domain} has the hypervisor copy {'into' if writes else 'out of'} reference {reference}"
        case MapGrant(domain, reference, writes):
            return f"Domain {domain} maps reference {reference} to {'read and write' if writes else 'read'}"
        case UnmapGrant(domain, handle):
            reference = next(m.reference for m in table.mappings if m.handle == handle)
            return f"Domain {domain} gives up its mapping of reference {reference}"
        case EndAccess(reference):
            return f"Domain {table.owner} ends the access to reference {reference}"
    return str(call)


def _drawn_table(rng: Random) -> GrantTable:
    owner, *others = rng.sample(range(1, 9), 4)
    table = GrantTable.empty(owner, RESERVED + 24)
    frames = rng.sample(range(0x100, 0x900), ENTRIES)
    granted = [Grant(rng.choice(others[:2]), frame, rng.random() < 0.6) for frame in frames]
    for n, grant in enumerate(granted, rng.randrange(RESERVED, RESERVED + 6)):
        table = table.set(n, grant)
    return table


def _possible(rng: Random, table: GrantTable) -> Iterator[GrantCall]:
    """Calls that somebody may well make, right or wrong."""
    known = [n for n, grant in enumerate(table.entries) if grant]
    domains = sorted({grant.domain for grant in table.entries if grant})
    for reference in known:
        entry = table.entries[reference]
        assert entry
        for domain in domains:
            for writes in (False, True):
                yield MapGrant(domain, reference, writes)
                yield CopyGrant(domain, reference, writes)
        yield EndAccess(reference)
    for mapping in table.mappings:
        yield UnmapGrant(mapping.domain, mapping.handle)
    yield MapGrant(rng.choice(domains), max(known) + 1)
    yield CopyGrant(rng.choice(domains), max(known) + 1)


def _is_refused(table: GrantTable, call: GrantCall) -> bool:
    return any(kind in REFUSED for kind in run(use_grants, table, [call]).kinds)


def _drawn_calls(rng: Random, start: GrantTable, at: int) -> tuple[GrantCall, ...] | None:
    """Calls of which exactly the one at that place is not carried out; of each kind of call as many by chance."""
    table, calls = start, []
    for n in range(CALLS):
        fitting = [call for call in _possible(rng, table) if _is_refused(table, call) == (n == at)]
        kinds = sorted({type(call) for call in fitting}, key=lambda kind: kind.__name__)
        if not kinds:
            return None
        kind = rng.choice(kinds)
        calls.append(rng.choice([call for call in fitting if type(call) is kind]))
        table = run(use_grants, table, [calls[-1]]).final
    return tuple(calls)


def which_grant_refused(rng: Random) -> Posed:
    """Which of five attempts on a grant table fails?"""
    while True:
        start, at = _drawn_table(rng), rng.randrange(CALLS)
        calls = _drawn_calls(rng, start, at)
        if calls is None or len({type(call) for call in calls}) < 3:
            continue
        told, events, table = [], [], start
        for call in calls:
            trace = run(use_grants, table, [call])
            told.append(words_of(table, call))
            events.append(trace.steps[0].event)
            table = trace.final
        if len(set(told)) == CALLS:
            break
    wrong = [(words, _WHY[type(call)]) for words, call in zip(told, calls, strict=True) if words != told[at]]
    rng.shuffle(wrong)
    options, correct = distractors(rng, told[at], wrong, CALLS)
    listing = "\n".join(f"{n}. {words}." for n, words in enumerate(told, 1))
    prompt = (
        Text(
            f"Domain {start.owner} has granted pages to other domains, and nothing is mapped yet. These"
            f" attempts follow, one after another:\n\n{listing}\n\nWhich attempt fails?"
        ),
        *draw_grants(start, None),
    )
    rows = tuple(
        (str(n), f"{event.text[0].upper()}{event.text[1:]}", "no" if event.kind in REFUSED else "yes")
        for n, event in enumerate(events, 1)
    )
    solution = (
        Table(("Attempt", "What happens", "Works"), rows, "What becomes of each attempt."),
        Text(
            "An entry names one domain, one frame, and whether it may be written; the hypervisor checks all three at"
            " each mapping and each copy. The owner cannot end an access while the page is mapped."
        ),
    )
    return Posed(prompt, SingleChoice(options, correct), solution, Replay(use_grants, start, calls, draw_grants))
