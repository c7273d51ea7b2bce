import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.delivery.flags import Flag, bucket, combinations, share
from vlearn.sim.delivery.phases import BlueGreen, Canary, Recreate, Rolling, phases
from vlearn.sim.delivery.release import Release, RollOut, Service, Version, release
from vlearn.sim.delivery.servers import Converge, Declare, Patch, Rebuild, Servers, operate
from vlearn.trace import run

GOOD, BAD, HANGS = Version("v2"), Version("v2", 0.2), Version("v2", starts=False)


def released(version, strategy, **service):
    return run(release, Release(Service(**service)), [RollOut(version, strategy)])


CAPACITY = [  # least that answer, most that are paid for, minutes until all users have it
    (Recreate(), 0, 10, 2),
    (Rolling(), 8, 13, 4),
    (Rolling(1, 0), 10, 11, 20),
    (Rolling(0, 1), 9, 10, 20),
    (BlueGreen(), 10, 20, 2),
    (Canary(), 10, 20, 32),
]


@pytest.mark.parametrize(("strategy", "least", "most", "minutes"), CAPACITY)
def test_strategies_trade_capacity_cost_and_time(strategy, least, most, minutes):
    final = released(GOOD, strategy, watch=0).final
    assert (final.least, final.most, final.minutes) == (least, most, minutes)
    assert (final.version, final.failed, final.back) == ("v2", 0, None)


BACK = [
    (Recreate(), 2),
    (Rolling(), 4),
    (Rolling(1, 0), 10),
    (BlueGreen(), 0),
    (Canary(), 0),
]


@pytest.mark.parametrize(("strategy", "minutes"), BACK)
def test_the_way_back_is_short_where_the_old_servers_still_stand(strategy, minutes):
    trace = released(BAD, strategy)
    assert trace.final.back == minutes
    assert trace.kinds[-2:] == ("notice", "back")
    assert trace.final.version == "old"


def test_on_the_way_back_users_still_meet_the_fault():
    final = released(BAD, Rolling(1, 0), notice=0.1).final
    there, back = final.past[: -final.returning], final.past[-final.returning :]
    assert sum(one.minutes for one in final.past) == pytest.approx(final.minutes)
    assert sum(one.share * one.minutes for one in there) * BAD.failing == pytest.approx(0.1)
    assert [round(one.share, 2) for one in back] == [0.2, 0.1, 0.0]
    assert final.failed == pytest.approx(0.1 + (0.2 + 0.1) * 2 * BAD.failing)


def test_a_canary_meets_a_fault_that_everybody_would_notice_with_few_users():
    shares = {type(one).__name__: released(BAD, one).steps[-2].state.phase.share for one in (Canary(), BlueGreen())}
    assert shares == {"Canary": 0.5, "BlueGreen": 1.0}


@pytest.mark.parametrize(("strategy", "least"), [(Recreate(), 0), (Rolling(), 8), (BlueGreen(), 10), (Canary(), 10)])
def test_a_version_that_does_not_start_reaches_no_user(strategy, least):
    trace = released(HANGS, strategy)
    assert trace.kinds[-2:] == ("stall", "back")
    assert (trace.final.failed, trace.final.least) == (0, least)


@given(st.integers(1, 30), st.integers(0, 5), st.integers(0, 5), st.floats(0, 1), st.floats(0.1, 3), st.booleans())
@settings(deadline=None, max_examples=80)
def test_a_rolling_release_keeps_its_fenceposts_there_and_back(servers, surge, unavailable, failing, notice, starts):
    unavailable = unavailable or not surge
    version = Version("v2", failing, starts)
    trace = released(version, Rolling(surge, unavailable), servers=servers, notice=notice)
    final = trace.final
    assert servers - unavailable <= final.least <= final.most <= servers + surge
    assert final.failed <= max(notice, failing * 60 + 60) if final.version == "old" else final.back is None
    assert final.version == ("old" if final.back is not None else "v2")


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 40))
def test_rounds_end_with_new_servers_alone(servers, surge, unavailable):
    found = phases(Rolling(surge, unavailable), servers, 1)
    assert found[-1].new + found[-1].starting == servers
    assert found[-1].old == 0
    assert sum(phase.starting for phase in found) == servers


# --- flags ---


@given(st.text(min_size=1), st.floats(0, 100), st.floats(0, 100))
def test_whoever_has_a_feature_keeps_it_as_the_share_grows(user, one, other):
    few, many = (Flag("new", percent) for percent in sorted((one, other)))
    assert many.on(user) or not few.on(user)


def test_a_share_of_users_is_about_that_share_and_another_flag_has_another_order():
    users = [f"user {n}" for n in range(5000)]
    assert share(Flag("new", 20), users) == pytest.approx(0.2, abs=0.02)
    both = sum(bucket("a", user) < 50 and bucket("b", user) < 50 for user in users)
    assert both / len(users) == pytest.approx(0.25, abs=0.03)
    assert share(Flag("new", 100), users) == 1
    assert share(Flag("new"), ()) == 0


def test_a_flag_is_killed_without_a_deployment():
    flag = Flag("new", always=frozenset({"ana"})).at(100)
    assert flag.on("bo")
    assert not flag.kill().on("ana")
    assert Flag("new", always=frozenset({"ana"})).on("ana")
    assert combinations(10) == 1024


# --- servers ---

STORY = (
    Patch("tls", "1.3", (0, 1)),
    Patch("debug", "on", (2,)),
    Declare("tls", "1.3"),
    Converge(missed=(3,)),
    Rebuild(),
)


def test_servers_that_are_changed_in_place_drift_and_those_that_are_replaced_do_not():
    trace = run(operate, Servers.of(4, tls="1.2"), STORY)
    assert [step.state.kinds for step in trace.steps] == [2, 3, 3, 3, 1]
    assert [step.state.drifted for step in trace.steps] == [(0, 1), (0, 1, 2), (2, 3), (2, 3), ()]


@given(
    st.lists(
        st.builds(Patch, st.sampled_from("ab"), st.sampled_from("xy"), st.sets(st.integers(0, 3)).map(tuple))
        | st.builds(Declare, st.sampled_from("ab"), st.sampled_from("xy"))
        | st.builds(Converge, st.sets(st.integers(0, 3)).map(tuple))
    )
)
def test_replacing_ends_any_drift_and_converging_sets_what_is_declared(actions):
    state = run(operate, Servers.of(4, a="x"), actions).final
    converged = run(operate, state, [Converge()]).final
    assert all(each.get(key) == value for each in converged.settings for key, value in state.declared.items())
    assert run(operate, state, [Rebuild()]).final.drifted == ()


REFUSED = [
    (lambda: phases(BlueGreen(), 0, 1), "1 server or more"),
    (lambda: phases(BlueGreen(), 1, -1), "cannot take -1 minutes"),
    (lambda: phases(Rolling(-1, 1), 5, 1), "-1 servers too many or too few"),
    (lambda: Canary((0.5, 0.1)), "shares grow"),
    (lambda: Canary(minutes=0), "more than 0 minutes"),
    (lambda: Version("v", -0.1), "from 0 to 1, not -0.1"),
    (lambda: Service(notice=0), "noticing takes more than none"),
    (lambda: Flag("f", 101), "0 to 100 percent"),
    (lambda: combinations(-1), "-1 flags"),
    (lambda: Servers.of(0), "1 server at least"),
    (lambda: run(operate, Servers.of(2), [Patch("a", "b", (2,))]), "there is no server 2"),
]


@pytest.mark.parametrize(("attempt", "message"), REFUSED)
def test_what_cannot_be_is_refused_in_words(attempt, message):
    with pytest.raises(ModelError, match=message):
        attempt()
