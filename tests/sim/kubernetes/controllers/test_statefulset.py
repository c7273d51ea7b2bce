"""Steps of a stateful set as a table, and its status. The conformance runner searches whole updates."""

import pytest

from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.controllers.history import history, name, surplus_revisions
from vlearn.sim.kubernetes.controllers.statefulset import stateful_set_step
from vlearn.sim.kubernetes.controllers.statefulset_claims import with_owners
from vlearn.sim.kubernetes.controllers.statefulset_identity import (
    POD_INDEX,
    POD_NAME,
    new_claims,
    new_pod,
    parent_and_ordinal,
)
from vlearn.sim.kubernetes.controllers.statefulset_status import next_available, stateful_set_status

NOW = 1_800_000_000.0
PARALLEL = {"podManagementPolicy": "Parallel"}
WWW = [{"metadata": {"name": "www"}, "spec": {"accessModes": ["ReadWriteOnce"]}}]


def template(image="one"):
    return {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": image}]}}


def stateful_set(replicas=3, image="one", **spec):
    metadata = {"name": "web", "namespace": "default", "uid": "set"}
    selector = {"matchLabels": {"app": "web"}}
    own = {"replicas": replicas, "template": template(image), "selector": selector, "serviceName": "web", **spec}
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata, "spec": own}


def past(of, *images):
    """The history of a set that has had these images, the first of them when it was last at rest."""
    known = []
    for image in images:
        before = {**of, "spec": {**of["spec"], "template": template(image)}}
        known.append(history(before, known).update)
    status = {"currentRevision": name(known[0])} if known else {}
    return history({**of, "status": status}, known)


def pods(text, of, ages=100):
    """Pods of the set, a letter each, from ordinal 0: ready, waiting, pending, failed, succeeded, leaving, or a dot for
    none. A capital letter is a pod of the new revision.
    """
    return [pod for n, letter in enumerate(text) if (pod := _pod(n, letter, of, ages)) is not None]


def _pod(ordinal, letter, of, age):
    if letter == ".":
        return None
    found = past(of, "one")
    made = new_pod(of, found.update if letter.isupper() else found.current, ordinal)
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": timestamp(NOW - age)}
    phases = {"p": "Pending", "f": "Failed", "s": "Succeeded"}
    conditions = [ready] if letter.lower() in "rl" else []
    metadata = {**made["metadata"], "uid": f"pod-{ordinal}"}
    if letter.lower() == "l":
        metadata["deletionTimestamp"] = timestamp(NOW)
    return {
        **made,
        "metadata": metadata,
        "status": {"phase": phases.get(letter.lower(), "Running"), "conditions": conditions},
    }


def short(step):
    """What a step does, in short: +1 creates pod 1, -1 deletes it, ~1 replaces it."""
    signs = (("+", step.create), ("-", step.delete), ("~", step.replace))
    return " ".join(sign + str(parent_and_ordinal(pod["metadata"]["name"])[1]) for sign, some in signs for pod in some)


def stepped(text, of, *images):
    return stateful_set_step(of, pods(text, of), NOW, past(of, *(images or ("one",))))


STEPS = [
    ("the first comes first", "...", {}, "+0"),
    ("the second waits for the first", "w..", {}, ""),
    ("the first is ready", "r..", {}, "+1"),
    ("a gap is filled before what is above it", "r.r", {}, "+1"),
    ("what has failed goes first and comes back later", "fr.", {}, "-0"),
    ("what has succeeded too", "rsr", {}, "-1"),
    ("what leaves is waited for", "rl.", {}, ""),
    ("all is well", "rrr", {}, ""),
    ("too many: the highest goes", "rrrrr", {}, "-4"),
    ("too many, but the highest leaves already", "rrrrl", {}, ""),
    ("too many, but one that stays is not ready", "rwrrr", {}, ""),
    ("too many, and the one not ready is the highest", "rrrrw", {}, "-4"),
    ("too many: the highest goes, though another ails", "rrrwr", {}, "-4"),
    ("two that are too many ail: the lower has to recover", "rrrww", {}, ""),
    ("together: all that are missing", "...", PARALLEL, "+0 +1 +2"),
    ("together: a failed one holds up nobody", "f..", PARALLEL, "+1 +2 -0"),
    ("together: all that are too many", "wrrwl", {**PARALLEL, "replicas": 1}, "-3 -2 -1"),
    ("ordinals from 2: what is below goes", "rrrrr", {"ordinals": {"start": 2}}, "-1"),
    ("ordinals from 2: the first is 2", "", {"ordinals": {"start": 2}}, "+2"),
    ("none wanted", "rr", {"replicas": 0}, "-1"),
]


@pytest.mark.parametrize(("text", "spec", "expected"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS])
def test_a_step(text, spec, expected):
    assert short(stepped(text, stateful_set(**spec))) == expected


def rolling(partition):
    return {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": partition}}}


UPDATES = [
    ("the highest goes first", "rrr", {}, "~2"),
    ("the next waits for it", "rrW", {}, ""),
    ("the next", "rrR", {}, "~1"),
    ("the last", "rRR", {}, "~0"),
    ("one that is not ready is replaced all the same", "rrr", PARALLEL, "~2"),
    ("a pod that never becomes ready is not even replaced", "rrw", {}, ""),
    ("not below the partition", "rrR", rolling(2), ""),
    ("the partition may be above all", "rrr", rolling(9), ""),
    ("by hand only", "rrr", {"updateStrategy": {"type": "OnDelete"}}, ""),
    ("scaling comes before updating", "rrrr", {}, "-3"),
    ("together, and yet one by one", "wrr", PARALLEL, "~2"),
]


@pytest.mark.parametrize(("text", "spec", "expected"), [row[1:] for row in UPDATES], ids=[row[0] for row in UPDATES])
def test_a_step_of_an_update(text, spec, expected):
    assert short(stepped(text, stateful_set(image="two", **spec), "one")) == expected


def test_a_pod_below_the_partition_comes_back_as_it_was():
    of = stateful_set(image="two", **rolling(1))
    images = [stepped(text, of, "one").create[0]["spec"]["containers"][0]["image"] for text in ("...", "r..")]
    assert images == ["one", "two"]


def test_a_pod_knows_who_it_is():
    (pod,) = stepped("r..", stateful_set(volumeClaimTemplates=WWW)).create
    labels, spec = pod["metadata"]["labels"], pod["spec"]
    assert (pod["metadata"]["name"], labels[POD_NAME], labels[POD_INDEX]) == ("web-1", "web-1", "1")
    assert (spec["hostname"], spec["subdomain"]) == ("web-1", "web")
    assert spec["volumes"] == [{"name": "www", "persistentVolumeClaim": {"claimName": "www-web-1"}}]


def test_labels_that_are_lost_come_back():
    of = stateful_set(replicas=1)
    (pod,) = pods("r", of)
    labels = {key: value for key, value in pod["metadata"]["labels"].items() if key != POD_NAME}
    step = stateful_set_step(of, [{**pod, "metadata": {**pod["metadata"], "labels": labels}}], NOW, past(of, "one"))
    assert step.mend == (pod,)


NAMES = [("web-0", ("web", 0)), ("a-1-23", ("a-1", 23)), ("web", ("", -1)), ("web-", ("", -1)), ("-7", ("", 7))]
NAMES += [("web-2147483647", ("web", 2**31 - 1)), ("web-2147483648", ("web", -1)), ("web-" + "9" * 99, ("web", -1))]


@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_a_name_says_the_set_and_the_ordinal(text, expected):
    assert parent_and_ordinal(text) == expected


def claim(of, ordinal, **metadata):
    (made,) = new_claims(of, ordinal)
    return {**made, "metadata": {**made["metadata"], **metadata}}


def test_claims_come_before_their_pod_and_are_found_again():
    of = stateful_set(replicas=1, volumeClaimTemplates=WWW)
    step = stateful_set_step(of, [], NOW, past(of, "one"))
    assert [each.claim["metadata"]["name"] for each in step.claims] == ["www-web-0"]
    assert step.claims[0].pod is step.create[0]
    there = {"www-web-0": claim(of, 0)}
    again = stateful_set_step(of, [], NOW, past(of, "one"), there)
    assert (again.claims, len(again.create)) == ((), 1)
    pending = stateful_set_step(of, pods("p", of), NOW, past(of, "one"))
    assert [each.claim["metadata"]["name"] for each in pending.claims] == ["www-web-0"]


def test_a_claim_on_its_way_out_is_waited_for():
    of = stateful_set(replicas=1, volumeClaimTemplates=WWW)
    there = {"www-web-0": claim(of, 0, deletionTimestamp=timestamp(NOW))}
    assert stateful_set_step(of, [], NOW, past(of, "one"), there).create == ()


KEEP, GO = "Retain", "Delete"
OWNERS = [
    (KEEP, KEEP, [], []),
    (GO, KEEP, ["set"], ["set"]),
    (KEEP, GO, [], ["pod-1"]),
    (GO, GO, ["set"], ["pod-1"]),
]


@pytest.mark.parametrize(("deleted", "scaled", "staying", "leaving"), OWNERS)
@pytest.mark.parametrize("before", [None, "set", "pod-1"])
def test_a_claim_is_owned_by_what_it_goes_with(deleted, scaled, staying, leaving, before):
    for replicas, expected in ((2, staying), (1, leaving)):
        policy = {"whenDeleted": deleted, "whenScaled": scaled}
        of = stateful_set(replicas, volumeClaimTemplates=WWW, persistentVolumeClaimRetentionPolicy=policy)
        pod = pods("rr", of)[1]
        owners = {"set": of, "pod-1": {"apiVersion": "v1", "kind": "Pod", **pod}}
        given = [_reference(owners[before])] if before else []
        held = claim(of, 1, ownerReferences=given)
        after = with_owners(of, pod, held) or held
        assert [each["uid"] for each in after["metadata"]["ownerReferences"]] == expected
        assert with_owners(of, pod, after) is None


def _reference(owner):
    metadata = owner["metadata"]
    return {"kind": owner["kind"], "name": metadata["name"], "uid": metadata["uid"], "controller": True}


def test_a_claim_of_an_earlier_pod_of_the_same_name_is_left_alone_and_waited_for():
    policy = {"whenDeleted": KEEP, "whenScaled": GO}
    of = stateful_set(1, volumeClaimTemplates=WWW, persistentVolumeClaimRetentionPolicy=policy)
    stranger = {"kind": "Pod", "name": "web-0", "uid": "earlier", "controller": True}
    there = {"www-web-0": claim(of, 0, ownerReferences=[stranger])}
    step = stateful_set_step(of, [], NOW, past(of, "one"), there)
    assert (step.create, step.own) == ((), ())


def test_the_status_counts_what_is_there():
    of = stateful_set(image="two")
    found = past(of, "one")
    running = [*pods("rw", of), *stateful_set_step(of, pods("rr", of), NOW, found).create]
    running[2] = {**running[2], "status": {"phase": "Pending"}}
    status = stateful_set_status(of, running, NOW, found)
    counters = {key: value for key, value in status.items() if key.endswith("eplicas")}
    assert counters == {
        "replicas": 3,
        "readyReplicas": 1,
        "availableReplicas": 1,
        "currentReplicas": 2,
        "updatedReplicas": 1,
    }
    assert (status["currentRevision"], status["updateRevision"]) == (name(found.current), name(found.update))


def test_an_update_is_over_when_all_pods_are_updated_and_ready():
    of = stateful_set(image="two")
    found = past(of, "one")
    updated = [{**new_pod(of, found.update, n), "status": pods("r", of)[0]["status"]} for n in range(3)]
    over = stateful_set_status(of, updated, NOW, found)
    assert (over["currentRevision"], over["currentReplicas"]) == (name(found.update), 3)
    under_way = stateful_set_status(of, updated[:2], NOW, found)
    assert under_way["currentRevision"] == name(found.current)


@pytest.mark.parametrize(("age", "available", "wait"), [(10, 0, 21), (30, 0, 1), (31, 1, None)])
def test_a_pod_is_available_after_it_has_been_ready_for_long_enough(age, available, wait):
    of = stateful_set(1, minReadySeconds=30)
    running = pods("r", of, age)
    status = stateful_set_status(of, running, NOW, past(of, "one"))
    assert (status["readyReplicas"], status["availableReplicas"]) == (1, available)
    assert next_available(of, running, NOW) == wait


def test_a_template_that_comes_back_gets_the_next_number_and_no_new_revision():
    of = stateful_set(image="one")
    one = history(of, []).update
    known = [one, history(stateful_set(image="two"), [one]).update]
    back = history(of, known)
    assert (name(back.update), back.update["revision"], back.write) == (name(one), 3, back.update)
    assert history(of, [back.update, known[1]]).write is None


def test_a_name_that_something_else_has_is_not_taken():
    of = stateful_set()
    first = history(of, []).update
    other = history(of, [], {name(first)})
    assert other.collisions == 1
    assert name(other.update) != name(first)


def test_only_so_many_revisions_are_kept_that_no_pod_has():
    of = stateful_set(revisionHistoryLimit=1)
    known = []
    for image in "abcde":
        known.append(history(stateful_set(image=image), known).update)
    surplus = surplus_revisions(of, known, {name(known[0]), name(known[4])})
    assert [each["revision"] for each in surplus] == [2, 3]
