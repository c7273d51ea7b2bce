"""The programs, one module a family, in a table by the name that an executable file gives."""

from collections.abc import Mapping

from vlearn.sim.containers.shell.programs import (
    cgroup_tools,
    copying,
    editing,
    fetching,
    files,
    finding,
    identity,
    ipc,
    listing,
    mounts,
    namespaces,
    networking,
    ownership,
    packages,
    processes,
    saying,
    searching,
    servers,
    shells,
    showing,
    status,
    system,
    text,
    text_more,
)
from vlearn.sim.containers.shell.task import Body

FAMILIES = (
    cgroup_tools, copying, editing, fetching, files, finding, identity, ipc, listing, mounts, namespaces,
    networking, ownership, packages, processes, saying, searching, servers, shells, showing, status, system, text,
    text_more,
)  # fmt: skip
PROGRAMS: Mapping[str, Body] = {name: body for family in FAMILIES for name, body in family.PROGRAMS.items()}
