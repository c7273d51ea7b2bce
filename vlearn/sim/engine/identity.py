"""Ids and names: what Docker draws at random comes from a seed here, so that the same actions give the same ids."""

from dataclasses import replace
from hashlib import sha256

from vlearn.sim.engine.state import Engine

ADJECTIVES = [
    "brave",
    "bold",
    "busy",
    "calm",
    "clever",
    "cool",
    "curious",
    "eager",
    "elegant",
    "fervent",
    "focused",
    "gentle",
    "happy",
    "jolly",
    "keen",
    "kind",
    "lucid",
    "modest",
    "nifty",
    "pensive",
    "quirky",
    "serene",
    "silly",
    "stoic",
    "sweet",
    "tender",
    "upbeat",
    "vibrant",
    "wise",
    "zealous",
]
SCIENTISTS = [
    "bell",
    "bohr",
    "bose",
    "curie",
    "darwin",
    "dijkstra",
    "einstein",
    "euler",
    "fermi",
    "gauss",
    "germain",
    "goldberg",
    "hamilton",
    "hopper",
    "hypatia",
    "johnson",
    "kepler",
    "knuth",
    "lamport",
    "lovelace",
    "meitner",
    "mendel",
    "newton",
    "noether",
    "pasteur",
    "popek",
    "raman",
    "ritchie",
    "shannon",
    "turing",
]


def take_id(engine: Engine) -> tuple[Engine, str]:
    """The next id: 64 hexadecimal digits."""
    found = sha256(f"{engine.seed}:{engine.made}".encode()).hexdigest()
    return replace(engine, made=engine.made + 1), found


def name_for(engine: Engine, id: str) -> str:
    """A name for a container that was given none: an adjective and a scientist, with a digit if both are taken."""
    number = int(id[:12], 16)
    name = f"{ADJECTIVES[number % len(ADJECTIVES)]}_{SCIENTISTS[number // 97 % len(SCIENTISTS)]}"
    taken = (f"{name}{n or ''}" for n in range(len(engine.names) + 1))
    return next(one for one in taken if one not in engine.names)
