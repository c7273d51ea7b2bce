"""The same session typed at the real docker client, over the Engine API, and at ours: what both print must be equal."""

import shlex

from vlearn.sim.engine.command_line.client import answer
from vlearn.sim.engine.command_line.place import Place
from vlearn.sim.engine.docker import Docker

SESSION = """
ps
ps -a
images
images -q
images --digests
images nginx
network ls
volume ls
create --name first alpine sleep 3
run -d -p 8080:80 --name web nginx
run -d -p 9000-9002:9000-9002 -p 53:53/udp --name many -l tier=back alpine sleep 1000
run -d --name logger --restart on-failure:2 alpine sh -c 'echo one; echo two >&2; echo three'
ps
ps -a
ps -q
ps -aq --no-trunc
ps -l
ps -n 2
ps --filter name=web
ps --filter status=exited
ps --filter label=tier=back
ps --format '{{.Names}}: {{.Status}}'
ps --format 'table {{.ID}}\\t{{.Names}}\\t{{.Ports}}'
ps --format '{{.Nope}}'
ps --format '{{.ID'
logs logger
logs --tail 1 logger
logs nobody
diff logger
pause web
ps
unpause web
restart web
stop web
ps -a
start web nobody
kill many
kill many
rename many few
rm few
rm -f web nobody
rm nobody
rm -f nobody
inspect -f '{{.State.Status}} {{.State.ExitCode}}' logger
inspect -f '{{json .Config.Cmd}}' logger
inspect -f '{{range .Mounts}}{{.Name}}{{end}}|{{.HostConfig.RestartPolicy.Name}}' logger
inspect -f '{{.State.Nope}}' logger
inspect nobody
container inspect nobody
image inspect nobody
network inspect nobody
volume inspect nobody
network create mynet
network create mynet
network ls
network ls -q
network inspect -f '{{.Name}} {{.Driver}}' mynet
network rm mynet nonet
volume create data
volume create
volume ls
volume ls -q
volume inspect -f '{{.Mountpoint}}' data
volume rm data data
history nginx
history --no-trunc -q nginx
history nobody
tag nginx me/nginx:2
images
rmi me/nginx:2
rmi nobody
wait logger
port logger
rm logger first
ps -a
""".strip().splitlines()


def booted() -> Docker:
    docker = Docker.boot(seed=7)
    for name in ("nginx", "alpine"):
        docker.pull(name)
    return docker


def test_both_clients_print_the_same_in_a_whole_session(real_docker) -> None:
    theirs, ours = booted(), booted()
    place = Place(ours.host, ours.host.spawn(1, "/bin/bash"))
    theirs.host.spawn(1, "/bin/bash")
    different = []
    for line in SESSION:
        words = shlex.split(line)
        real, said = real_docker(theirs, *words), answer(ours, words, place)
        expected, printed = (real.stdout, real.stderr, real.returncode), (said.out, said.err, said.code)
        if line == "images":  # the real client prints an image's several names in the order of a map of Go: in none
            expected, printed = ((sorted(one[0].splitlines()), *one[1:]) for one in (expected, printed))
        if expected != printed:
            different.append((line, expected, printed))
        for docker in (theirs, ours):
            docker.advance(1)
    assert not different, "\n".join(
        f"$ docker {line}\n--- docker\n{real}\n--- ours\n{said}" for line, real, said in different
    )
