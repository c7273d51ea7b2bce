"""Queueing theory's formulas for one service: utilization, Erlang C, mean wait, mean number, in the steady state.

Arrivals are Poisson at `rate` a second; work is exponential with mean `work` seconds (but for `mean_wait_general`);
`servers` work at once; the first come is served first. Each function but `utilization` and `offered_load` raises
ModelError at a utilization of 1 or more: there is no steady state, the queue grows as long as the load lasts.
Sources: Erlang 1917; Pollaczek 1930 and Khinchine 1932; Little 1961; Kleinrock, Queueing Systems, volume 1, 1975.
"""

from math import ceil, exp, isfinite, log

from vlearn.errors import ModelError


def _refuse(rate: float, work: float, servers: int) -> None:
    if not (isfinite(rate) and rate >= 0):
        raise ModelError(f"a rate of arrivals is 0 or more a second, not {rate}")
    if not (isfinite(work) and work > 0):
        raise ModelError(f"the mean work is in seconds and more than 0, not {work}")
    if servers < 1:
        raise ModelError(f"a service has at least 1 server, not {servers}")


def offered_load(rate: float, work: float) -> float:
    """Servers that would be busy on average if there were enough of them, in erlangs."""
    _refuse(rate, work, 1)
    return rate * work


def utilization(rate: float, work: float, servers: int = 1) -> float:
    """The share of time for which a server is busy; above 1 what would be needed, which it cannot give."""
    _refuse(rate, work, servers)
    return rate * work / servers


def _stable(rate: float, work: float, servers: int) -> float:
    busy = utilization(rate, work, servers)
    if busy >= 1:
        raise ModelError(
            f"{rate:g} arrivals a second of {work:g} s each ask for {rate * work:g} servers of {servers}: the queue "
            f"grows without end; up to {servers / work:g} a second can be served"
        )
    return busy


def erlang_b(load: float, servers: int) -> float:
    """The chance that an arrival finds every server busy and is lost, where nobody waits (M/M/c/c)."""
    _refuse(load, 1, servers)
    lost = 1.0
    for count in range(1, servers + 1):
        lost = load * lost / (count + load * lost)
    return lost


def erlang_c(rate: float, work: float, servers: int = 1) -> float:
    """The chance that an arrival has to wait (M/M/c); for one server it is the utilization."""
    busy = _stable(rate, work, servers)
    lost = erlang_b(rate * work, servers)
    return lost / (1 - busy * (1 - lost))


def mean_wait(rate: float, work: float, servers: int = 1) -> float:
    """Seconds in the queue, over all arrivals (Wq)."""
    return erlang_c(rate, work, servers) * work / (servers * (1 - utilization(rate, work, servers)))


def mean_time(rate: float, work: float, servers: int = 1) -> float:
    """Seconds from arrival to departure (W)."""
    return mean_wait(rate, work, servers) + work


def mean_queue(rate: float, work: float, servers: int = 1) -> float:
    """How many wait (Lq), by Little's law."""
    return rate * mean_wait(rate, work, servers)


def mean_number(rate: float, work: float, servers: int = 1) -> float:
    """How many wait or are served (L), by Little's law: L = rate times W."""
    return rate * mean_time(rate, work, servers)


def mean_wait_general(rate: float, work: float, variation: float) -> float:
    """Seconds in the queue of one server with work of any distribution (M/G/1, Pollaczek and Khinchine).

    `variation` is standard deviation over mean: 1 gives M/M/1, 0 (fixed work) half of it.
    """
    busy = _stable(rate, work, 1)
    if variation < 0:
        raise ModelError(f"a coefficient of variation is 0 or more, not {variation}")
    return busy * work * (1 + variation**2) / (2 * (1 - busy))


def wait_percentile(percent: float, rate: float, work: float, servers: int = 1) -> float:
    """Seconds in the queue that so many percent of arrivals do not exceed (M/M/c)."""
    if not 0 <= percent < 100:
        raise ModelError(f"a percentile is from 0 up to, and not including, 100; not {percent}")
    waits, spare = erlang_c(rate, work, servers), servers / work - rate
    left = 1 - percent / 100
    return log(waits / left) / spare if waits > left else 0.0


def waits_longer(seconds: float, rate: float, work: float, servers: int = 1) -> float:
    """The share of arrivals that waits longer than so many seconds (M/M/c)."""
    return erlang_c(rate, work, servers) * exp(-(servers / work - rate) * seconds)


def servers_needed(rate: float, work: float, wait: float) -> int:
    """The fewest servers with which the mean wait is at most `wait` seconds."""
    if not wait > 0:
        raise ModelError(f"a mean wait to stay within is in seconds and more than 0, not {wait}")
    servers = max(1, ceil(offered_load(rate, work)))
    while utilization(rate, work, servers) >= 1 or mean_wait(rate, work, servers) > wait:
        servers += 1
    return servers
