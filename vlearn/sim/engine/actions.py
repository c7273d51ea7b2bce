"""Everything that a client can ask of the engine: the actions of containers and those of all other objects."""

from typing import TypeAlias

from vlearn.sim.engine.container_actions import (
    Commit,
    Create,
    Exec,
    Kill,
    Pause,
    Remove,
    Rename,
    RestartContainer,
    Run,
    Start,
    Stop,
    Unpause,
    Update,
    Wait,
)
from vlearn.sim.engine.object_actions import (
    Advance,
    BuildImage,
    Connect,
    CreateNetwork,
    CreateVolume,
    Disconnect,
    Prune,
    Pull,
    Push,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
    RestartDaemon,
    Tag,
)

Action: TypeAlias = (
    Create | Start | Run | Stop | RestartContainer | Kill | Pause | Unpause | Wait | Remove | Rename | Exec | Update
    | Commit | Pull | Push | Tag | RemoveImage | BuildImage | CreateVolume | RemoveVolume | CreateNetwork
    | RemoveNetwork | Connect | Disconnect | Prune | Advance | RestartDaemon
)  # fmt: skip

__all__ = [
    "Action",
    "Advance",
    "BuildImage",
    "Commit",
    "Connect",
    "Create",
    "CreateNetwork",
    "CreateVolume",
    "Disconnect",
    "Exec",
    "Kill",
    "Pause",
    "Prune",
    "Pull",
    "Push",
    "Remove",
    "RemoveImage",
    "RemoveNetwork",
    "RemoveVolume",
    "Rename",
    "RestartContainer",
    "RestartDaemon",
    "Run",
    "Start",
    "Stop",
    "Tag",
    "Unpause",
    "Update",
    "Wait",
]
