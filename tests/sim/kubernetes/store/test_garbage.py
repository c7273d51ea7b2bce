"""Deletion with graces and finalizers, and what becomes of dependents."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.kubernetes.store import Deletion, Key, Store, collected, collection, deleted, emptied, settled


def key(number):
    return Key("configmaps", "default", f"o{number}")


def reference(number, blocks=True):
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "name": f"o{number}",
        "uid": f"u{number}",
        "blockOwnerDeletion": blocks,
    }


def thing(number, owners=(), **metadata):
    own = {"ownerReferences": [reference(*owner) for owner in owners]} if owners else {}
    return {
        "kind": "ConfigMap",
        "metadata": {"name": f"o{number}", "namespace": "default", "uid": f"u{number}", **own, **metadata},
    }


def family(owners):
    """Objects by number, each with its owners."""
    store = Store(now=1e9)
    for number, of in enumerate(owners):
        store = store.put(key(number), thing(number, of))
    return store


def left(store):
    return {int(each.name[1:]) for each, _ in collection(store.objects, "configmaps")}


GRAPHS = st.integers(1, 7).flatmap(
    lambda size: st.lists(
        st.lists(st.tuples(st.integers(0, size - 1), st.booleans()), max_size=2, unique_by=lambda owner: owner[0]),
        min_size=size,
        max_size=size,
    )
)


def survivors(owners, gone):
    """Who stays: the objects without owners and those with an owner that is there, less what was deleted."""
    alive = set(range(len(owners))) - {gone}
    while True:
        lost = {each for each in alive if owners[each] and not any(owner in alive for owner, _ in owners[each])}
        if not lost:
            return alive
        alive -= lost


@settings(deadline=None)
@given(GRAPHS, st.integers(0, 6), st.sampled_from(["Background", "Foreground"]))
def test_no_dependent_outlives_all_its_owners_even_in_a_cycle(owners, gone, policy):
    gone %= len(owners)
    owners = [[(owner, blocks) for owner, blocks in of if owner != n] for n, of in enumerate(owners)]
    store = collected(deleted(family(owners), key(gone), Deletion(policy=policy))[0])
    assert left(store) == survivors(owners, gone)
    uids = {each["metadata"]["uid"] for _, each in collection(store.objects, "configmaps")}
    for _, each in collection(store.objects, "configmaps"):
        assert {owner["uid"] for owner in each["metadata"].get("ownerReferences", ())} <= uids
        assert "deletionTimestamp" not in each["metadata"]


@settings(deadline=None)
@given(GRAPHS, st.integers(0, 6))
def test_orphans_stay_and_only_lose_the_reference(owners, gone):
    gone %= len(owners)
    store = collected(deleted(family(owners), key(gone), Deletion(policy="Orphan"))[0])
    dependents = {n for n, of in enumerate(owners) if any(owner == gone for owner, _ in of)}
    assert left(store) >= dependents - {gone}
    assert gone not in left(store)


def test_what_owns_itself_waits_for_itself_in_the_foreground_only():
    selfish = family([[(0, True)]])
    assert left(collected(deleted(selfish, key(0), Deletion(policy="Foreground"))[0])) == {0}
    assert left(collected(deleted(selfish, key(0))[0])) == set()


def test_in_the_foreground_an_owner_goes_after_its_blocking_dependents():
    store = family([(), [(0, True)], [(0, False)]])
    held = store.get(key(1))
    store = store.put(key(1), {**held, "metadata": {**held["metadata"], "finalizers": ["example.com/hold"]}})
    store = collected(deleted(store, key(0), Deletion(policy="Foreground"))[0])
    assert left(store) == {0, 1}
    waiting = store.get(key(1))
    freed = {name: value for name, value in waiting["metadata"].items() if name != "finalizers"}
    store = collected(settled(store.put(key(1), {**waiting, "metadata": freed}), key(1)))
    assert left(store) == set()


GRACES = [
    # node, phase, own grace, asked, remains with grace
    ("", "Pending", 30, None, None),
    ("n1", "Running", 30, None, 30),
    ("n1", "Running", 30, 5, 5),
    ("n1", "Running", 30, 0, None),
    ("n1", "Succeeded", 30, None, None),
]


def a_pod(node, phase, grace):
    spec = {"terminationGracePeriodSeconds": grace, "nodeName": node}
    return {
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": "x", "uid": "u"},
        "spec": spec,
        "status": {"phase": phase},
    }


@pytest.mark.parametrize(("node", "phase", "own", "asked", "remains"), GRACES)
def test_a_pod_has_its_grace_only_where_a_kubelet_could_end_it(node, phase, own, asked, remains):
    place = Key("pods", "x", "p")
    store, _, gone = deleted(Store().put(place, a_pod(node, phase, own)), place, Deletion(asked))
    assert gone == (remains is None)
    if remains is not None:
        assert store.get(place)["metadata"]["deletionGracePeriodSeconds"] == remains


def test_a_second_deletion_may_shorten_the_grace_and_never_lengthens_it():
    place = Key("pods", "x", "p")
    store = Store(now=1e9).put(place, a_pod("n1", "Running", 30))
    store = deleted(store, place)[0]
    assert deleted(replace(store, now=1e9 + 5), place)[0].get(place) == store.get(place)
    shorter = deleted(store, place, Deletion(10))[0]
    assert shorter.get(place)["metadata"]["deletionGracePeriodSeconds"] == 10
    assert deleted(shorter, place, Deletion(0))[2]


def test_a_namespace_ends_after_everything_in_it():
    space, inside = Key("namespaces", "", "x"), Key("pods", "x", "p")
    made = {"kind": "Namespace", "metadata": {"name": "x", "uid": "n"}, "spec": {"finalizers": ["kubernetes"]}}
    store = Store().put(space, made).put(inside, a_pod("n1", "Running", 30))
    store, object, gone = deleted(store, space)
    assert (gone, object["status"]["phase"]) == (False, "Terminating")
    store = emptied(store, "x")
    assert store.get(inside)["metadata"]["deletionTimestamp"]
    store = emptied(deleted(store, inside, Deletion(0))[0], "x")
    assert store.get(space) is None
    assert store.get(inside) is None
