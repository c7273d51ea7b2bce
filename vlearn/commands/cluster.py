"""`vlearn cluster`: a Kubernetes cluster of the model, for the real kubectl."""

from pathlib import Path

import click

from vlearn.commands.group import progress_bar


@click.group()
def cluster() -> None:
    """A Kubernetes cluster of the model, for the real kubectl."""


@cluster.command()
@click.option("--nodes", type=click.IntRange(1, 500), default=3, show_default=True, help="How many nodes it has.")
@click.option("--speed", type=click.FloatRange(0), default=1.0, show_default=True, help="Its seconds in one of yours.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="A port of this computer; 0: any that is free.")
@click.option(
    "--kubeconfig",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("vlearn.kubeconfig"),
    show_default=True,
    help="The file to write, by which kubectl finds the cluster. It is removed at the end.",
)
def serve(nodes: int, speed: float, port: int, kubeconfig: Path) -> None:
    """Serve a new cluster on this computer alone, until Ctrl+C.

    At a speed other than 1 some ages that kubectl itself computes, as in `describe`, are off: it goes by your clock.
    """
    from threading import Event
    from time import time

    from vlearn.sim.kubernetes.cluster import started
    from vlearn.sim.kubernetes.server.live import serve as live_server

    if kubeconfig.exists():
        raise click.ClickException(f"{kubeconfig} is there already; name another file with --kubeconfig")
    with live_server(started(nodes, now=time()), port, speed) as live:
        try:
            kubeconfig.touch(mode=0o600)
            kubeconfig.write_text(live.kubeconfig, encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{kubeconfig} cannot be written: {error.strerror}") from None
        click.echo(f"A cluster of {nodes} nodes runs at speed {speed:g}. In another terminal:")
        click.echo(f"  export KUBECONFIG={kubeconfig.resolve()}")
        click.echo("  kubectl get nodes")
        click.echo("Ctrl+C ends it.")
        try:
            Event().wait()
        except KeyboardInterrupt:
            click.echo("\nThe cluster is gone.")
        finally:
            kubeconfig.unlink(missing_ok=True)


@cluster.command()
@click.option("--nodes", type=click.IntRange(1, 8192), default=5000, show_default=True)
@click.option("--pods", type=click.IntRange(1), default=150_000, show_default=True)
def grow(nodes: int, pods: int) -> None:
    """Start a cluster of any size, and say what it took. The defaults are the limits that Kubernetes publishes."""
    import resource
    from time import perf_counter

    from vlearn.sim.kubernetes.cluster.growth import grown, running_pods

    begin = perf_counter()
    with progress_bar("Starting") as advance:
        result = grown(nodes, pods, advance)
    seconds = perf_counter() - begin
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(f"{running_pods(result)} of {pods} pods run on {nodes} nodes.")
    click.echo(f"{seconds:.1f} s, {seconds / pods * 1e6:.0f} us a pod, {size:.0f} MiB, {result.store.revision} writes")
