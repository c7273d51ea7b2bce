"""A rolling release beside chapter 14's cluster, whose pods also become ready at the same time: the same servers."""

import pytest

from vlearn.lab.exercises.ch14_rollouts import SLOW, updated
from vlearn.sim.delivery.phases import Rolling
from vlearn.sim.delivery.release import Release, RollOut, Service, Version, release
from vlearn.trace import run
from vlearn.views.kubernetes_rollout_counts import rollout

CASES = [(10, "25%", "25%"), (10, 1, 0), (4, 0, 1), (6, "50%", 0), (5, 2, 2), (7, 1, 3)]


@pytest.mark.parametrize(("servers", "surge", "unavailable"), CASES)
def test_it_takes_the_servers_and_the_rounds_of_a_deployment(servers, surge, unavailable):
    service = Service(servers, start=SLOW / 60)
    ours = run(release, Release(service), [RollOut(Version("v2"), Rolling(surge, unavailable))]).final
    counts = rollout(updated(surge, unavailable, servers), "shop").counts
    assert ours.most == max(count.total for count in counts)
    assert ours.least == min(count.available for count in counts)
    ready = sorted({count.at for count in counts if count.parts[1] == servers})[0]
    rounds = sum(phase.starting > 0 for phase in ours.past)
    # Besides the pods' own start, each round takes the seconds of a probe, of the image and of the controllers.
    assert rounds * SLOW <= ready <= rounds * (SLOW + 5)
