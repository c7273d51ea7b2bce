"""Runs of clusters that several tests of views draw: made once, and never changed."""

from functools import cache

from vlearn.lab.exercises.ch14_clusters import applied, deployment, job, service, workload
from vlearn.sim.kubernetes.cluster import play, power_off, run, started, stop

LONG = "a-very-long-name-of-a-deployment-indeed"


@cache
def coming_up():
    """A deployment of three and its service, from nothing."""
    return play(applied(run(started(3), 1), deployment("web", 3), service("web")), 30)


@cache
def update():
    """A rolling update of six pods, with the limits of the API's defaults."""
    before = run(applied(started(3), deployment("web", 6, "nginx:1.28")), 60)
    return play(applied(before, deployment("web", 6, "nginx:1.29")), 30)


@cache
def lost():
    """A node that loses its power while the scheduler is down."""
    return play(power_off(stop(coming_up().final, "default-scheduler"), "node-1"), 400)


@cache
def crowded():
    """Twenty nodes with 140 pods, 40 of which fail, and one of every workload."""
    many = deployment("web", 100), deployment(LONG, 40, "no-such-thing"), service("web"), service(LONG)
    others = workload("StatefulSet", "db", replicas=2), workload("DaemonSet", "logs"), job("once", "exit 1")
    return run(applied(started(20), *many, *others), 30)


def moments(trace, every=1):
    """The start and the steps, as a view is given them."""
    steps = [(step.state, step.event) for step in trace.steps]
    return [(trace.start, None), *steps[::every]]
