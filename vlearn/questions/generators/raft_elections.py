"""A question whose key is which members can be elected, given the logs of all and who is down."""

from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.forms import listed
from vlearn.questions.generators.posed import Posed
from vlearn.questions.generators.raft_scenes import drawn_logs, in_term, log_table
from vlearn.questions.model import MultipleChoice, Option
from vlearn.questions.replay import Replay
from vlearn.sim.kubernetes.raft import Action, Cluster, Crash, LoseAll, act, electable, election, quorum, voters
from vlearn.trace import run
from vlearn.views.raft import draw

TERMS = 4


def who_can_win(rng: Random, members: int = 5) -> Posed:
    """Which members can win the next election?"""
    while True:
        logs = drawn_logs(rng, members, TERMS)
        term = rng.randint(max(log[-1].term for log in logs if log), TERMS)
        start = in_term(Cluster.with_logs(logs), term)
        down = tuple(sorted(rng.sample([member.name for member in start.members], rng.choice((0, 1, 1)))))
        cluster = run(act, start, map(Crash, down)).final
        winners = electable(cluster)
        if 0 < len(winners) < members - len(down) and len(set(logs)) > 2:
            break
    up = tuple(member.name for member in cluster.members if member.up)
    options = tuple(Option(member.name, _why(cluster, member.name)) for member in cluster.members)
    correct = frozenset(n for n, option in enumerate(options) if option.text in winners)
    lost = f" {listed(down)} is down." if down else ""
    prompt = Text(
        f"An etcd cluster has {members} members, which have all heard of term {term} and have the logs of the table."
        f"{lost} Nobody leads, and any member that runs may time out first. Which members can win an election by Raft's"
        " rules before any more entries are copied?"
    )
    actions: list[Action] = [Crash(name) for name in down]
    for name in up:
        actions += [*election(name, (other for other in up if other != name)), LoseAll()]
    told = " ".join(f"{option.text}: {option.feedback}" for option in options)
    rule = Text(
        f"A member votes for candidates whose log is at least as up to date as its own: the later term of the last"
        f" entry decides, then the length. {quorum(members)} votes of {members} win. {told}"
    )
    table = log_table(logs, dict.fromkeys(down, " (down)"))
    return Posed((prompt, table), MultipleChoice(options, correct), (rule,), Replay(act, start, tuple(actions), draw))


def _why(cluster: Cluster, name: str) -> str:
    if not cluster.member(name).up:
        return "It is down."
    votes = voters(cluster, name)
    others = tuple(each.name for each in cluster.members if each.up and each.name not in votes)
    counted = f"{len(votes)} would vote for it, itself included, and {quorum(len(cluster.members))} are needed"
    if not others:
        return f"No log is more up to date: {counted}."
    better = f"logs of {listed(others)} are" if len(others) > 1 else f"log of {others[0]} is"
    return f"The {better} more up to date: {counted}."
