"""The promise of shadow paging: whatever the guest does, it sees what it would see on bare metal."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sim.memory.shadow.guests import POLICIES, actions, bare, guests
from vlearn.sim.memory import Access, Invlpg, LoadCr3, PageFault, Translation, translate
from vlearn.sim.memory.entries import RW, A, D
from vlearn.sim.memory.shadow import Emulated, Reclaim, operate_shadow
from vlearn.trace import run

SLOW = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def on_bare_metal(state, access, memory=None):
    return run(translate, bare(state, memory), [access]).final


def same_end(state, access, expected):
    """Whether the guest's access ended as it does on bare metal, and at the frame that the host's map has."""
    outcome = state.outcome
    if not isinstance(expected, Translation):
        return outcome == expected
    place = state.place(expected.physical)
    if place is None:
        return outcome == Emulated(expected.physical, None)
    return not isinstance(outcome, PageFault) and getattr(outcome, "physical", None) == place[0]


def is_sound(state):
    """What holds of the shadows themselves, between any two actions."""
    frames = [table.frame for shadow in state.shadows for table in shadow.tables.values()]
    assert len(frames) == len(set(frames))
    memory = state.mmu.walk.memory
    assert {at & -4096 for at in memory} <= set(frames)
    assert len(memory) == len(state.leaves) + len(frames) - len(state.shadows)
    assert len(state.shadows) <= state.policy.shadows
    for at, leaf in state.leaves.items():
        assert leaf.guest_entry & A
        if memory[at] & RW:
            assert not state.traces_within(leaf.guest_physical, leaf.size)
    for entry in state.mmu.tlb.entries:
        at = state.entry_for(entry.page)
        assert at is not None
        assert entry.translation.rights.writable <= bool(memory[at] & RW)
    for frame in state.unsynced:
        assert {level for _, (level, _), _ in state.positions(frame)} == {1}
    return True


@SLOW
@given(st.data())
def test_with_traced_stores_every_access_ends_as_on_bare_metal_and_leaves_the_same_flags(data):
    guest = data.draw(guests(POLICIES[False]))
    state = guest.start
    for _ in range(data.draw(st.integers(1, 14))):
        action = data.draw(actions(guest, state))
        expected = on_bare_metal(state, action) if isinstance(action, Access) else None
        state = run(operate_shadow, state, [action]).final
        assert is_sound(state)
        if expected:
            assert same_end(state, action, expected.outcome)
            assert state.memory == expected.memory


def could_be_cached(state, access, memory):
    """Whether a processor could keep this translation from a time when the tables were so: A, and D for a write."""
    walk = on_bare_metal(state, access, memory)
    entries = [reference.value for reference in walk.references]
    if not isinstance(walk.outcome, Translation):
        return False
    flags = all(entry & A for entry in entries) and (access.kind != "write" or entries[-1] & D)
    return bool(flags) and same_end(state, access, walk.outcome)


@SLOW
@given(st.data())
def test_a_lazy_shadow_is_behind_only_where_a_tlb_might_be(data):
    guest = data.draw(guests(POLICIES[True]))
    state = guest.start
    since: dict[int, list] = {}
    everything = [state.memory]
    for _ in range(data.draw(st.integers(1, 14))):
        action = data.draw(actions(guest, state))
        before = state
        state = run(operate_shadow, state, [action]).final
        assert is_sound(state)
        match action:
            case Access(address):
                page = address >> 12
                now = on_bare_metal(before, action)
                current = same_end(state, action, now.outcome) and state.memory == now.memory
                memories = since.get(page, everything)
                stale = state.memory == before.memory and any(could_be_cached(state, action, m) for m in memories)
                assert current or stale
                if isinstance(state.outcome, PageFault):
                    assert current
                    since[page] = []
            case Invlpg(address):
                since[address >> 12] = []
            case LoadCr3():
                since, everything = {}, []
            case Reclaim():
                pass
        everything.append(state.memory)
        for memories in since.values():
            memories.append(state.memory)
