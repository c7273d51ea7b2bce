import pytest

from vlearn.sim.kubernetes.controllers.revisions import (
    REVISION,
    find_new,
    next_revision,
    same_template,
    surplus_history,
    template_hash,
)


def template(image="shop:1", labels=(("app", "shop"),), **spec):
    return {"metadata": {"labels": dict(labels)}, "spec": {"containers": [{"name": "c", "image": image}], **spec}}


def with_nothing(some):
    metadata = {**some["metadata"], "creationTimestamp": None, "annotations": {}}
    containers = [{**some["spec"]["containers"][0], "resources": {}, "ports": None}]
    return {"metadata": metadata, "spec": {**some["spec"], "containers": containers, "volumes": []}}


def test_fields_that_say_nothing_change_neither_equality_nor_hash():
    assert same_template(template(), with_nothing(template()))
    assert template_hash(template()) == template_hash(with_nothing(template()))


def test_an_empty_object_that_says_something_counts():
    kinds = [template(volumes=[{"name": "v", **kind}]) for kind in ({"emptyDir": {}}, {})]
    assert not same_template(*kinds)


def test_the_hash_label_does_not_count_and_every_other_does():
    labelled = template(labels=(("app", "shop"), ("pod-template-hash", "abc")))
    assert same_template(template(), labelled)
    assert not same_template(template(), template(labels=(("app", "shop"), ("tier", "web"))))


def test_another_template_or_a_collision_gives_another_hash():
    hashes = [template_hash(template()), template_hash(template("shop:2")), template_hash(template(), 0)]
    assert len({*hashes, template_hash(template(), 1)}) == 4
    assert not set("".join(hashes)) & set("aeiou013")


def replica_set(name, number, image="shop:1", size=0, **metadata):
    annotations = {REVISION: str(number)}
    spec = {"replicas": size, "template": template(image)}
    return {
        "metadata": {"name": name, "annotations": annotations, **metadata},
        "spec": spec,
        "status": {"replicas": size},
    }


def test_going_back_to_an_old_template_takes_its_replica_set_and_a_new_number():
    sets = [replica_set("a", 1), replica_set("b", 2, "shop:2")]
    web = {"metadata": {"name": "web"}, "spec": {"template": with_nothing(template())}}
    assert find_new(web, sets)["metadata"]["name"] == "a"
    assert next_revision([sets[1]]) == 3
    assert find_new({"spec": {"template": template("shop:3")}}, sets) is None


HISTORY = [
    (0, ["b", "c", "d"]),
    (2, ["b"]),  # the one with pods is among the surplus, and stays
    (4, []),
    (None, []),
    (2**31 - 1, []),
]


@pytest.mark.parametrize(("limit", "expected"), HISTORY)
def test_the_lowest_revisions_go_first_and_none_that_has_pods(limit, expected):
    sets = [replica_set("d", 4), replica_set("b", 2), replica_set("c", 3), replica_set("a", 1, size=1)]
    sets.append(replica_set("e", 0, deletionTimestamp="2026-01-01T00:00:00Z"))
    deleted = surplus_history({"spec": {"revisionHistoryLimit": limit}}, sets)
    assert [each["metadata"]["name"] for each in deleted] == expected
