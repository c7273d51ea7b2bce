"""A question whose key is what an image's name means in full: from which registry, which repository, which tag."""

from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.images_scenes import PROGRAMS
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.sim.images.reference import HUB, OFFICIAL, Reference, reference

USERS = ("ada", "linus", "grace", "barbara", "dennis", "margaret", "team42", "ops")
OFFICIAL_IMAGES = ("nginx", "redis", "postgres", "alpine", "debian", "python", "node", "httpd")
REGISTRIES = ("registry.example.org", "ghcr.io", "localhost:5000", "images.example.com:8443", "localhost", "quay.io")
LOOKALIKES = ("registry", "myregistry", "docker", "images", "prod")
"""First parts that are no registry, for they have no dot and no colon and are not `localhost`."""
TAGS = ("1", "1.27", "2.0-alpine", "stable", "edge", "v3", "2024.1")
_HOST = "A first part is a registry only if it has a dot or a colon, or is `localhost`."
_LIBRARY = "`library` goes before names of one part, on Docker Hub alone, and there always."
_HUB = "The first part is a registry here, for it has a dot or a colon, or is `localhost`."
_TAG = "A tag is a name like any other: the one that is written counts, and without one it is `latest`."


def full_name(rng: Random) -> Posed:
    """Which registry, repository and tag does `docker pull NAME` ask for?"""
    name = _drawn(rng)
    right = reference(name)
    wrong = [(_shown(*triple), why) for triple, why in _mistakes(rng, name, right)]
    options, correct = distractors(rng, _shown(right.registry, right.repository, right.tag), wrong, 3)
    prompt = Text(f"What does the command `docker pull {name}` ask for?")
    solution = Text(
        f"In full it is `{right}`. The part before the first slash is a registry if it has a dot or a colon, or is"
        " `localhost`; without one it is Docker Hub, `docker.io`, where names of one part belong to `library`. Without"
        " a tag, the tag is `latest`."
    )
    return Posed((prompt,), SingleChoice(options, correct), (solution,))


def _mistakes(rng: Random, name: str, right: Reference) -> list[tuple[tuple[str, str, str], str]]:
    """What somebody takes the name for who has another rule, two of the place and one of the tag, in any order."""
    path = name.removesuffix(f":{right.tag}")
    first, _, rest = path.partition("/")
    if right.registry != HUB:
        of_place = [
            ((HUB, path, right.tag), _HUB),
            ((HUB, f"{OFFICIAL}/{rest}", right.tag), _HUB),
            ((right.registry, f"{OFFICIAL}/{rest}", right.tag), _LIBRARY),
        ]
    elif rest:
        of_place = [
            ((first, rest, right.tag), _HOST),
            ((HUB, f"{OFFICIAL}/{path}", right.tag), _LIBRARY),
            ((f"{first}.{HUB}", rest, right.tag), _HOST),
        ]
    else:
        of_place = [
            ((HUB, path, right.tag), _LIBRARY),
            ((f"{path}.org", path, right.tag), "Without a registry in the name it is Docker Hub."),
            ((HUB, f"{path}/{path}", right.tag), _LIBRARY),
        ]
    tag = "(the newest)" if right.tag == "latest" else "latest"
    found = [*rng.sample(of_place, 2), ((right.registry, right.repository, tag), _TAG)]
    rng.shuffle(found)
    return found


def _shown(registry: str, repository: str, tag: str) -> str:
    return f"Registry `{registry}`, repository `{repository}`, tag `{tag}`"


def _drawn(rng: Random) -> str:
    tag = f":{rng.choice(TAGS)}" if rng.random() < 0.5 else ""
    official, user, program = rng.choice(OFFICIAL_IMAGES), rng.choice(USERS), rng.choice(PROGRAMS)
    shape = rng.choice(
        (
            official,
            f"{user}/{program}",
            f"{rng.choice(REGISTRIES)}/{program}",
            f"{rng.choice(REGISTRIES)}/{user}/{program}",
            f"{rng.choice(LOOKALIKES)}/{program}",
        )
    )
    return f"{shape}{tag}"
