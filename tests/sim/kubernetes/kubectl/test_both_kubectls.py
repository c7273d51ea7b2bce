"""Ours says what the real one says, and leaves the same cluster, command by command."""

import pytest

from tests.sim.kubernetes.kubectl.both import ABSENT, REAL, Both
from tests.sim.kubernetes.kubectl.sessions import FILES, SESSIONS
from vlearn.sim.kubernetes.cluster import run, started
from vlearn.sim.kubernetes.server.live import serve


@pytest.mark.skipif(REAL is None, reason=ABSENT)
@pytest.mark.parametrize("session", SESSIONS)
def test_both_print_the_same_in_a_whole_session(tmp_path, session):
    different = []
    with serve(started(3), speed=0) as live:
        both = Both(live, run(started(3)), tmp_path, FILES)
        for line in SESSIONS[session].strip().splitlines():
            if line.isdecimal():
                both.pass_time(float(line))
                continue
            ours, theirs = both.type(line)
            if ours != theirs:
                different.append((line, theirs, ours))
            assert both.cluster.store.revision == live.cluster.store.revision, line
    assert not different, "\n".join(
        f"$ kubectl {line}\n--- real\n{real}\n--- ours\n{said}" for line, real, said in different
    )
