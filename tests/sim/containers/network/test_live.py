"""The model's `ip` beside the real one, in a network namespace of the machine's own kernel, where it may make one."""

import re
import shlex
import shutil
import subprocess

import pytest

from vlearn.sim.containers.network.command import ip
from vlearn.sim.containers.network.state import Networks

MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
SCRIPTS = [
    "ip link; ip route; ip link set lo up; ip -br link; ip link del lo; ip -br addr",
    "ip link add va type veth peer name vb; ip -br link; ip link set va up; ip -br link; "
    "ip link set vb up; ip -br link; ip addr add 10.0.0.2/24 dev va; "
    "ip route add default via 10.0.0.1; ip route add default via 10.0.0.7; "
    "ip route get 8.8.8.8; ip route get 10.0.0.2; ip link set va down; ip route; ip link del vb; ip -br link",
    "ip link add va type veth peer name va; ip addr add 10.0.0.1/24 dev nope; ip link add q type nonsense; ip foo; "
    "ip route del 1.2.3.0/24; ip addr del 10.0.0.9/24 dev lo; ip addr add 300.1.1.1/24 dev lo; ip -n nope link",
]


def real(commands: list[str], settle: float) -> list[str]:
    """What the machine's own tools print. The kernel may tell of a carrier a second late: hence `settle`."""
    script = "".join(f"{command}; echo rc=$?; echo ==; sleep {settle};" for command in commands)
    arguments = ["unshare", "-n", "sh", "-c", script]
    done = subprocess.run(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=60
    )
    return done.stdout.split("==\n")


def plain(text: str) -> str:
    lines = [line for line in text.splitlines() if "inet6" not in line and "altname" not in line]
    return MAC.sub("MAC", re.sub(r"ipv4: | \S*:\S*/\d+", "", "\n".join(lines)))


def may() -> bool:
    if not (shutil.which("unshare") and shutil.which("ip")):
        return False
    return subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("script", SCRIPTS, ids=["loopback", "pair", "refusals"])
def test_the_models_ip_says_what_the_real_one_says(script):
    if not may():
        pytest.skip("this machine may not make network namespaces, or has no iproute2")
    commands = [command.strip() for command in script.split(";")]
    networks, said = Networks().add(1), []
    for command in commands:
        networks, answer = ip(networks, 1, shlex.split(command)[1:])
        said.append(f"{answer.stderr}{answer.stdout}rc={answer.status}\n")
    expected = [plain(model) for model in said]
    for settle in (0.0, 0.1, 1.2):
        found = [plain(kernel).replace(" linkdown", "") for kernel in real(commands, settle)][: len(commands)]
        if found == expected:
            break
    assert dict(enumerate(found)) == dict(enumerate(expected))
