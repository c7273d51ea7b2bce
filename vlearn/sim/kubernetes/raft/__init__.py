"""Raft, by which etcd's members agree: elections, replicated logs, crashes, partitions; and what must always hold.

run(act, Cluster.begin(3), [*election("S1", ["S2"]), Propose("S1", "x")])    # step by step
simulate(seed=1, members=5, script=[(3000, Crash(LEADER))])                  # with a clock
violations(states(figure_8(COMMITS_OLD_TERMS)))                              # what goes wrong with a mistake
"""

from vlearn.sim.kubernetes.raft.actions import (
    Action,
    Beat,
    Crash,
    Cut,
    Deliver,
    Duplicate,
    Heal,
    Lose,
    LoseAll,
    Propose,
    Read,
    Restart,
    TimeOut,
    election,
    partition,
    replication,
)
from vlearn.sim.kubernetes.raft.agenda import Network
from vlearn.sim.kubernetes.raft.clock import LEADER, Moment, simulate
from vlearn.sim.kubernetes.raft.figure_eight import figure_8
from vlearn.sim.kubernetes.raft.log import Entry, Log
from vlearn.sim.kubernetes.raft.majority import quorum, tolerance, tolerance_table
from vlearn.sim.kubernetes.raft.messages import AppendEntries, AppendReply, Message, RequestVote, VoteReply
from vlearn.sim.kubernetes.raft.reach import electable, reached, voters, with_quorum
from vlearn.sim.kubernetes.raft.rules import ETCD, MISTAKES, RAFT, Rules
from vlearn.sim.kubernetes.raft.safety import PROPERTIES, Violation, states, violations
from vlearn.sim.kubernetes.raft.state import Cluster, Member
from vlearn.sim.kubernetes.raft.stepping import act

__all__ = [
    "ETCD", "LEADER", "MISTAKES", "PROPERTIES", "RAFT",
    "Action", "AppendEntries", "AppendReply", "Beat", "Cluster", "Crash", "Cut", "Deliver", "Duplicate", "Entry",
    "Heal", "Log", "Lose", "LoseAll", "Member", "Message", "Moment", "Network", "Propose", "Read", "RequestVote",
    "Restart", "Rules", "TimeOut", "Violation", "VoteReply",
    "act", "electable", "election", "figure_8", "partition", "quorum", "reached", "replication", "simulate", "states",
    "tolerance", "tolerance_table", "violations", "voters", "with_quorum",
]  # fmt: skip
