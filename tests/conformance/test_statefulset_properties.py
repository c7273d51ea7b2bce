"""The searches can fail: each finds a model that breaks its property, and what is not known is reported by name."""

from dataclasses import replace

import pytest

from tests.conformance import k8s_cases, k8s_statefulset_runs
from tests.conformance.k8s_statefulset_cases import PROPERTIES
from vlearn.sim.kubernetes.api.pods import is_terminating
from vlearn.sim.kubernetes.controllers.history import name
from vlearn.sim.kubernetes.controllers.statefulset import stateful_set_step
from vlearn.sim.kubernetes.controllers.statefulset_identity import ordinal_of, revision_of


def with_spec(**spec):
    """A model that takes a set for one with another spec."""

    def step(stateful_set, *rest):
        return stateful_set_step({**stateful_set, "spec": {**stateful_set["spec"], **spec}}, *rest)

    return step


def lowest_first(stateful_set, pods, now, history, claims):
    """A model that updates from ordinal 0 up."""
    step = stateful_set_step(stateful_set, pods, now, history, claims)
    old = [pod for pod in pods if revision_of(pod) != name(history.update) and not is_terminating(pod)]
    return replace(step, replace=tuple(sorted(old, key=ordinal_of)[:1])) if step.replace else step


def misnamed(stateful_set, *rest):
    """A model that counts from one."""
    spec = stateful_set["spec"]
    above = {"start": spec["ordinals"]["start"] + 1}
    return stateful_set_step({**stateful_set, "spec": {**spec, "ordinals": above}}, *rest)


ROLLING = {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
BROKEN = [
    ("OrderedReady: pod i is created", with_spec(podManagementPolicy="Parallel")),
    ("only pods with ordinal >= partition", with_spec(updateStrategy=ROLLING)),
    ("rolling back", lowest_first),
    ("OrderedReady: scale-down", with_spec(podManagementPolicy="Parallel")),
    ("a failed create is retried", with_spec(podManagementPolicy="Parallel")),
    ("rolling update goes from", lowest_first),
    ("OnDelete", with_spec(updateStrategy=ROLLING)),
    ("pod name = ", misnamed),
]


@pytest.mark.parametrize(("words", "step"), BROKEN, ids=[words for words, _ in BROKEN])
def test_a_model_that_breaks_a_property_is_found(words, step, monkeypatch):
    monkeypatch.setattr(k8s_statefulset_runs, "stateful_set_step", step)
    (check,) = (check for each, check in PROPERTIES.items() if each.startswith(words))
    assert check()


def test_every_property_has_a_model_that_breaks_it():
    assert len(BROKEN) == len(PROPERTIES)


def test_a_property_in_other_words_is_one_that_cannot_be_run():
    case = {"test": "TestStatefulSetControlRollback", "data": {"property": "pods are created in any order"}}
    with pytest.raises(pytest.skip.Exception, match="'pods are created in any order'"):
        k8s_cases.table_row(case)
