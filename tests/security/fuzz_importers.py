"""Fuzzes what reads files of unknown origin with atheris, guided by coverage: `make fuzz`, or

    python -m tests.security.fuzz_importers moodle gift -runs=100000

Without names all targets are fuzzed, each in a process of its own; other options are libFuzzer's. An input that takes
more than 10 s or 1 GB is a finding as much as an error that is not ours; it is then left in the file that is named.
"""

import subprocess
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

RUNS = 100_000
LIMITS = ("-timeout=10", "-rss_limit_mb=1024", "-max_len=20000", "-print_final_stats=1", "-verbosity=0")


def fuzz(name: str, options: list[str]) -> None:
    """Fuzz one target; libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["vlearn.questions", "vlearn.exams"]):
        from tests.security.mutation import mutated
        from tests.security.targets import TARGETS

    target = TARGETS[name]

    def survives(data: bytes) -> None:
        target.refusal(data)

    def mutator(data: bytes, longest: int, seed: int) -> bytes:
        rng = Random(seed)
        if rng.random() < 0.3:
            return bytes(atheris.Mutate(data, longest))
        return mutated(data, target.seeds, target.words, rng, longest)

    with TemporaryDirectory() as corpus:
        for n, seed in enumerate(target.seeds):
            (Path(corpus) / f"{n:02}").write_bytes(seed)
        arguments = [name, *LIMITS, f"-runs={RUNS}", f"-artifact_prefix=finding-{name}-", *options, corpus]
        atheris.Setup(arguments, survives, custom_mutator=mutator)
        atheris.Fuzz()


def main(arguments: list[str]) -> int:
    """Fuzz the named targets one after the other; how many of them had a finding."""
    names = [argument for argument in arguments if not argument.startswith("-")]
    options = [argument for argument in arguments if argument.startswith("-")]
    if len(names) == 1:
        fuzz(names[0], options)
        return 0
    from tests.security.targets import TARGETS

    findings = 0
    for name in names or TARGETS:
        print(f"--- {name}", flush=True)
        findings += bool(subprocess.run([sys.executable, "-m", __spec__.name, name, *options], check=False).returncode)
    print(f"{findings} of {len(names or TARGETS)} targets had a finding")
    return findings


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
