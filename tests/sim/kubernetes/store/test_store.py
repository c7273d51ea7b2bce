"""The store against a model of plain dictionaries, one for each version."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.selector import parse_selector
from vlearn.sim.kubernetes.store import (
    Compacted,
    Key,
    Selection,
    Store,
    collection,
    events_since,
    initial_events,
    list_page,
    parse_fields,
)

NAMES, SPACES, TIERS = ("a", "b", "c"), ("x", "y"), ("web", "db")
WRITES = st.lists(
    st.tuples(st.sampled_from(SPACES), st.sampled_from(NAMES), st.sampled_from((*TIERS, None))), max_size=30
)
SELECTIONS = st.builds(
    Selection,
    st.just("pods"),
    st.sampled_from((None, *SPACES)),
    st.sampled_from(("", "tier=web", "tier!=web", "!tier")).map(parse_selector),
)


def pod(space, name, tier):
    return {"kind": "Pod", "metadata": {"namespace": space, "name": name, "labels": {"tier": tier}}}


def played(writes):
    """The store after the writes (no tier: a deletion), and a plain dictionary for each of its versions."""
    store, now = Store(), {}
    versions = {store.revision: {}}
    for space, name, tier in writes:
        key = Key("pods", space, name)
        if tier is None and key not in now:
            continue
        store = store.remove(key) if tier is None else store.put(key, pod(space, name, tier))
        now = {each: value for each, value in now.items() if each != key}
        if tier is not None:
            now[key] = (tier, str(store.revision))
        versions[store.revision] = now
    return store, versions


def seen(objects):
    return {
        key: (each["metadata"]["labels"]["tier"], each["metadata"]["resourceVersion"])
        for key, each in collection(objects, "pods")
    }


@settings(deadline=None)
@given(WRITES)
def test_every_version_reads_as_the_dictionary_of_its_time(writes):
    store, versions = played(writes)
    assert {revision: seen(store.at(revision)) for revision in versions} == versions
    assert store.revision == max(versions)


@settings(deadline=None)
@given(WRITES, SELECTIONS, st.integers(0, 30))
def test_a_watch_from_any_version_leads_from_its_list_to_the_latest_list(writes, selection, at):
    store, versions = played(writes)
    since = 1 + at % len(versions)
    known = {
        each["metadata"]["namespace"] + each["metadata"]["name"]: each
        for each in list_page(store, selection, revision=since).items
    }
    for event in events_since(store, selection, since):
        place = event.object["metadata"]["namespace"] + event.object["metadata"]["name"]
        assert (place in known) == (event.kind != "ADDED")
        if event.kind == "DELETED":
            del known[place]
        else:
            known[place] = event.object
    assert [known[place] for place in sorted(known)] == list(list_page(store, selection).items)
    assert [event.object for event in initial_events(store, selection)] == list(list_page(store, selection).items)


@settings(deadline=None)
@given(WRITES, SELECTIONS, st.integers(1, 4), WRITES)
def test_the_pages_of_a_list_are_the_list_of_the_first_page_whatever_happens_meanwhile(writes, selection, limit, more):
    store, _ = played(writes)
    whole = list_page(store, selection).items
    page = list_page(store, selection, limit)
    items = list(page.items)
    for space, name, tier in more:
        store = store.put(Key("pods", space, name), pod(space, name, tier or "db"))
    while page.next:
        page = list_page(store, selection, limit, page.next)
        items += page.items
    assert items == list(whole)


@settings(deadline=None)
@given(WRITES, st.integers(0, 30))
def test_compaction_forgets_what_was_before_and_nothing_else(writes, at):
    store, versions = played(writes)
    oldest = 1 + at % len(versions)
    compacted = store.compacted(oldest)
    kept = {revision: seen(compacted.at(revision)) for revision in versions if revision >= oldest}
    assert kept == {revision: versions[revision] for revision in kept}
    for revision in range(1, oldest):
        with pytest.raises(Compacted):
            compacted.at(revision)
        with pytest.raises(Compacted):
            events_since(compacted, Selection("pods"), revision)


def test_a_version_to_come_cannot_be_read():
    with pytest.raises(ModelError, match="there is no revision 2 yet"):
        Store().at(2)


def test_the_token_of_another_server_is_refused_in_words():
    with pytest.raises(Refused, match="continue key is not valid"):
        list_page(Store(), Selection("pods", "x"), 1, "bm90IGpzb24")


FIELDS = [
    ("pods", "spec.foo=a", "field label not supported: spec.foo"),
    ("pods", "nonsense", "invalid selector: 'nonsense'; can't understand 'nonsense'"),
    ("configmaps", "data=a", '"data" is not a known field selector: only "metadata.name", "metadata.namespace"'),
    ("jobs.batch", "status.failed=1", 'field label "status.failed" not supported for Job'),
]


@pytest.mark.parametrize(("resource", "text", "words"), FIELDS)
def test_each_kind_knows_only_its_own_fields(resource, text, words):
    with pytest.raises(Refused) as refused:
        parse_fields(text, resource)
    assert str(refused.value) == words


def test_fields_that_are_absent_compare_as_empty():
    terms = parse_fields("status.phase!=Running,spec.nodeName=", "pods")
    assert Selection("pods", fields=terms).holds(pod("x", "a", "web"))
    assert not Selection("pods", fields=terms).holds({**pod("x", "a", "web"), "spec": {"nodeName": "n1"}})
