"""Whose log, and which part of it."""

import pytest

from vlearn.sim.kubernetes.api.kinds import PODS
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.apiserver.logs import log_container, shown_part
from vlearn.sim.kubernetes.apiserver.paths import Target
from vlearn.sim.kubernetes.store import Key, Store

PLACE = Target(PODS, "default", "p", "log")


def holding(*names, init=(), **status):
    spec = {"containers": [{"name": each} for each in names], "initContainers": [{"name": each} for each in init]}
    pod = {"kind": "Pod", "metadata": {"name": "p"}, "spec": spec, "status": status}
    return Store().put(Key("pods", "default", "p"), pod)


def state(name, **states):
    return {"containerStatuses": [{"name": name, **states}]}


WAITING = {"waiting": {"reason": "ContainerCreating"}}
REFUSALS = [
    (Store(), {}, 404, 'pods "p" not found'),
    (holding("a", "b"), {}, 400, "a container name must be specified for pod p, choose one of: [a b]"),
    (holding("a", init=("i",)), {}, 400, "choose one of: [a] or one of the init containers: [i]"),
    (holding("a"), {"container": "b"}, 400, "container b is not valid for pod p"),
    (holding("a"), {"previous": "true"}, 400, 'previous terminated container "a" in pod "p" not found'),
    (
        holding("a", **state("a", state=WAITING)),
        {},
        400,
        'container "a" in pod "p" is waiting to start: ContainerCreat',
    ),
    (
        holding("a", **state("a", state={"waiting": {"reason": "ImagePullBackOff"}})),
        {},
        400,
        'container "a" in pod "p" is waiting to start: trying and failing to pull image',
    ),
]


@pytest.mark.parametrize(("store", "query", "code", "words"), REFUSALS)
def test_a_request_without_a_container_to_read_is_refused(store, query, code, words):
    with pytest.raises(StatusError) as raised:
        log_container(store, PLACE, query)
    assert raised.value.code == code
    assert words in raised.value.message


def test_the_only_container_need_not_be_named_and_one_that_ran_before_may_be_waiting():
    assert log_container(holding("a"), PLACE, {}) == "a"
    assert log_container(holding("a", "b"), PLACE, {"container": "b"}) == "b"
    crashed = state("a", state={"waiting": {"reason": "CrashLoopBackOff"}}, lastState={"terminated": {"exitCode": 1}})
    assert log_container(holding("a", **crashed), PLACE, {"previous": "true"}) == "a"


PARTS = [
    ({}, "one\ntwo\n"),
    ({"tailLines": "1"}, "two\n"),
    ({"tailLines": "0"}, ""),
    ({"tailLines": "9"}, "one\ntwo\n"),
    ({"limitBytes": "5"}, "one\nt"),
    ({"tailLines": "1", "limitBytes": "2"}, "tw"),
]


@pytest.mark.parametrize(("query", "shown"), PARTS)
def test_the_options_say_which_part_is_shown(query, shown):
    assert shown_part("one\ntwo\n", query) == shown


def test_a_limit_never_splits_a_character_and_must_be_a_number():
    assert shown_part("aé", {"limitBytes": "2"}) == "a"
    with pytest.raises(StatusError, match="invalid syntax"):
        shown_part("", {"tailLines": "-1"})
