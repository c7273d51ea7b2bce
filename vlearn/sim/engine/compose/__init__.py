"""Docker Compose: a file that says which containers belong together, and what to do so that they run.

    project = load(text, "shop", {"TAG": "1"})     # load: Project, or ComposeError in compose's words
    levels(project)                                # order: what may start side by side, dependencies first
    for line in up(docker, project): ...           # up: ("Container shop-db-1", "Starting"), one after another
    down(docker, project, volumes=True)

Read are: name, services (image, build, command, entrypoint, environment, env_file, ports, expose, volumes, tmpfs,
networks, network_mode, depends_on with its conditions, healthcheck, restart, deploy.replicas and limits, scale,
container_name, hostname, user, working_dir, labels, cap_add, cap_drop, privileged, read_only, mem_limit, cpus,
pids_limit, stop_signal, stop_grace_period, extra_hosts, pid, profiles, tty and stdin_open, which change nothing here),
networks, volumes, `x-` extensions, anchors. What else the Compose specification has is refused by name. Sources: the
Compose specification and the messages of Compose 2.36. Left out: several files that are merged, include, extends,
configs, secrets, watch; `docker compose` pulls and builds one after another, where the real one does it side by side.
"""
