"""What the client alone says, without asking the daemon: help, usage errors, options. Compared with the real one."""

import shlex

import pytest

from vlearn.sim.engine.command_line.client import answer
from vlearn.sim.engine.command_line.command import commands
from vlearn.sim.engine.command_line.help import help_of
from vlearn.sim.engine.command_line.place import Place
from vlearn.sim.engine.docker import Docker

WRONG = """
foo
psa
network foo
container foo
run
run --x
run -z alpine
run -dz alpine
run -dp
run -p
run --name
run ---x alpine
run --d alpine
run --rm=maybe alpine
run -d=x alpine
run --memory abc alpine
run --memory '' alpine
run --cpus x alpine
run --pids-limit x alpine
run --stop-timeout x alpine
run --health-interval x alpine
run --mount foo alpine
run --mount type=foo alpine
run -e =x alpine
run --add-host foo alpine
run -e alpine
run -p x alpine
run -p 99999:80 alpine
run -p 80:x alpine
run -p 80:80/foo alpine
run -p 1.2.3:80:80 alpine
run -v '' alpine
run --restart on-failure:x alpine
run --rm --restart always alpine
run --pull foo alpine
run --env-file /nope alpine
run --health-retries -1 alpine
run --no-healthcheck --health-cmd x alpine
run ''
run --name x Foo
create
ps foo
ps --x
ps -n
ps --last x
ps -f foo
ps --format
ps -aqx
ps --all=x
container ls foo
images a b
image ls a b
exec a
exec -z a b
logs
logs a b
logs --tail
stop -t 1.5 a
stop --time x a
kill -s
rm
rmi
tag a
tag A b
pull
pull A
pull a:b:c
port
port a b c
commit
commit a b c
rename a
cp a
cp a b
cp a:b c:d
history
inspect
inspect --type foo a
inspect --format '{{.x' a
network create
network connect a
network ls --foo
network rm
volume rm
volume ls a
volume create a b
container prune x
system df x
update
update --cpus x a
info x
events --since x
--foo
-x
help foo
""".strip().splitlines()


@pytest.fixture(scope="module")
def place() -> tuple[Docker, Place]:
    docker = Docker.boot()
    return docker, Place(docker.host, docker.host.spawn(1, "/bin/bash"))


def test_usage_errors_are_those_of_the_real_client(real_docker, place) -> None:
    docker, where = place
    different = []
    for line in WRONG:
        words = shlex.split(line)
        real, said = real_docker(None, *words), answer(docker, words, where)
        # 28.2.2 has a slip of the pen in one of its messages: "SRun 'docker images --help'"
        expected = (real.stdout, real.stderr.replace("\nSRun '", "\nRun '"), real.returncode)
        if (said.out, said.err, said.code) != expected:
            different.append((line, expected, (said.out, said.err, said.code)))
    assert not different, "\n".join(
        f"$ docker {line}\n--- docker\n{real}\n--- ours\n{said}" for line, real, said in different
    )


def test_every_option_is_one_of_the_real_client_with_its_letter_and_kind(real_docker) -> None:
    wrong = []
    for name, command in commands().items():
        if name.startswith("compose") or name != command.name:
            continue
        real = real_docker(None, *name.split(), "--help").stdout
        for flag in (one for one in command.flags if not one.means):
            head = f"  {f'-{flag.short}, ' if flag.short else '    '}--{flag.long}{' ' * bool(flag.kind)}{flag.kind}"
            if not any(f"{line} ".startswith(f"{head} ") for line in real.splitlines()):
                wrong.append(f"{name}: {head}")
        usage = f"Usage:  docker {name} {command.usage}".rstrip()
        if usage not in real.splitlines():
            wrong.append(f"{name}: {usage}")
        if command.summary not in real:
            wrong.append(f"{name}: {command.summary}")
    assert wrong == []


def test_the_model_knows_every_option_of_the_real_client_by_name(real_docker) -> None:
    unknown = []
    for name, command in commands().items():
        if name.startswith("compose") or name != command.name:
            continue
        known = {flag.long for flag in command.flags} | {"help"}
        for line in real_docker(None, *name.split(), "--help").stdout.splitlines():
            words = line.split()
            long = next((word for word in words[:2] if word.startswith("--")), "")
            if line.startswith(("  -", "      --")) and long.removeprefix("--") not in known:
                unknown.append(f"{name} {long}")
    assert unknown == []


@pytest.mark.parametrize(
    "name", ["rm", "kill", "network rm", "tag", "pause", "wait", "rename", "diff", "network prune"]
)
def test_the_help_of_a_command_that_is_modelled_whole_is_the_real_one(real_docker, name: str) -> None:
    command = commands()[name]
    if any(not flag.text for flag in command.flags):
        real = [line for line in real_docker(None, *name.split(), "--help").stdout.splitlines() if line]
        ours = help_of(command, name).splitlines()
        assert [line for line in ours if line and line.startswith(("Usage", "Aliases"))] == [
            line for line in real if line.startswith(("Usage", "Aliases"))
        ]
    else:
        assert help_of(command, name) == real_docker(None, *name.split(), "--help").stdout
