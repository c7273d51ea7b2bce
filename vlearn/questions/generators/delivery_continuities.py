"""A question whose key is what a pipeline deserves to be called, by which of its gates a person opens."""

from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification
from vlearn.sim.delivery.stages import DELIVERY, DEPLOYMENT, INTEGRATION, STAGES, practised

CATEGORIES = ("no continuity", INTEGRATION.name, DELIVERY.name, DEPLOYMENT.name)
PRODUCTS = (
    "A blog", "A bank", "A game", "A museum's site", "A parcel service", "A radio station", "A school", "A shop",
    "A theatre", "A travel agency", "An airline", "An observatory",
)  # fmt: skip
WHO = ("the head of testing", "a release manager", "the developer on duty", "an operator", "the customer")
_HOW = ("presses a button for", "starts a script for", "approves")
_ORDER = tuple(stage.name for stage in STAGES)


def which_continuity(rng: Random) -> Posed:
    """Which of the continuities has each pipeline reached?"""
    pipelines = [_drawn(rng, category) for category in (*CATEGORIES, *rng.sample(CATEGORIES, 1))]
    rng.shuffle(pipelines)
    names = rng.sample(PRODUCTS, len(pipelines))
    items = tuple(f"{name}: {_words(rng, *one)}" for name, one in zip(names, pipelines, strict=True))
    key = tuple(CATEGORIES.index(practised(*one)) for one in pipelines)
    prompt = Text(
        "Everybody merges into the main line at least daily. After a merge, the stages"
        f" {', '.join(f'`{name}`' for name in _ORDER)} would follow one another; those that are not mentioned run by"
        " themselves if the one before was green. Which name does each pipeline deserve, the furthest that it has"
        " reached? There is no continuity where build or tests do not run by themselves; delivery brings every change"
        " that passes through all stages up to production by itself."
    )
    solution = Text(
        "Ask at which gates the pipeline stops and waits. Build and test must run by themselves, else nothing is"
        " continuous. If that is all, or a person is needed before the artifact has been accepted in staging, it is"
        " integration. If only the step into production waits for a person, it is delivery: a button is its mark. If"
        " nobody is asked at all, it is deployment. Whose finger it is, and which tool waits for it, plays no part."
    )
    return Posed((prompt,), Classification(CATEGORIES, items, key), (solution,))


def _drawn(rng: Random, category: str) -> tuple[frozenset[str], frozenset[str]]:
    """Gates that a person opens, and stages that the pipeline does not have, of a pipeline of the category."""
    while True:
        ends = rng.choice((len(_ORDER), len(_ORDER), rng.randrange(1, len(_ORDER) - 1)))
        manual = frozenset(rng.sample(_ORDER[:ends], min(ends, rng.choice((0, 1, 1, 2)))))
        absent = frozenset(_ORDER[ends:])
        if practised(manual, absent) == category:
            return manual, absent


def _words(rng: Random, manual: frozenset[str], absent: frozenset[str]) -> str:
    said = [f"{rng.choice(WHO)} {rng.choice(_HOW)} `{name}`" for name in _ORDER if name in manual]
    if absent:
        first = next(name for name in _ORDER if name in absent)
        said.append(f"`{first}` and what would follow are done by hand, now and then, without the pipeline")
    return "; ".join(said) or f"{rng.choice(WHO)} gets a mail when `production` is done"
