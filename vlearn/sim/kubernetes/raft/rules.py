"""The rules by which members vote, accept and commit, and the same with one mistake each, for bug hunts.

Source: Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm (2014), figure 2.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """What each rule of Raft is good for shows when it is missing; only `empty_entry` may be chosen freely.

    `votes_once`: one vote in a term. `keeps_vote`: a restart does not forget it. `compares_logs`: a vote goes to
    candidates only whose log is at least as up to date. `checks_previous`: a follower accepts entries only behind an
    entry of the same index and term. `own_term_only`: replicas are counted for entries of the leader's own term, and
    older ones are committed with them. `empty_entry`: a new leader begins its term with an entry of its own.
    """

    name: str
    votes_once: bool = True
    keeps_vote: bool = True
    compares_logs: bool = True
    checks_previous: bool = True
    own_term_only: bool = True
    empty_entry: bool = False


RAFT = Rules("as the paper says")
ETCD = Rules("as etcd does", empty_entry=True)
VOTES_TWICE = Rules("votes twice in a term", votes_once=False)
FORGETS_VOTE = Rules("forgets its vote at a restart", keeps_vote=False)
ELECTS_ANY_LOG = Rules("votes without comparing logs", compares_logs=False)
ACCEPTS_ANYWHERE = Rules("accepts entries behind any others", checks_previous=False)
COMMITS_OLD_TERMS = Rules("commits old terms by counting replicas", own_term_only=False)

MISTAKES = (VOTES_TWICE, FORGETS_VOTE, ELECTS_ANY_LOG, ACCEPTS_ANYWHERE, COMMITS_OLD_TERMS)
