"""Runs what was recorded of a whole control plane, with a kubelet that makes pods ready at once, through the cluster.

When each pod becomes ready differs from run to run, and with it the steps between: compared are the limits that every
rollout keeps, how it begins and how it ends. A kind of recording that nothing here runs is skipped by its name.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.intstr import scaled
from vlearn.sim.kubernetes.api.pods import is_active, is_available
from vlearn.sim.kubernetes.apiserver import Request
from vlearn.sim.kubernetes.cluster import Cluster, play, run, started, with_image, with_node
from vlearn.sim.kubernetes.cluster.ownership import controller_of
from vlearn.sim.kubernetes.drift import message_today
from vlearn.sim.kubernetes.node import Image, Program, node_object
from vlearn.trace import Trace

Case = Mapping[str, Any]
Object = dict[str, Any]

_APPS, _CORE = "/apis/apps/v1/namespaces/default", "/api/v1"
_IMAGES = {
    "bad": Image(Program(), fault="missing"),
    "fail-exit": Image(Program(exits=0.0, code=1), pull=0.0),
    "ok-exit": Image(Program(exits=0.0), pull=0.0),
}
_LONG = 600.0
