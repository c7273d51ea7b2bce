"""`vlearn cluster`: a Kubernetes cluster of the model, for the real kubectl."""

from pathlib import Path

import click


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
    """Serve a new cluster on this computer alone, until Ctrl+C."""
    from threading import Event
    from time import time

    from vlearn.errors import ModelError
    from vlearn.sim.kubernetes.cluster import started
    from vlearn.sim.kubernetes.server.live import serve as live_server

    if kubeconfig.exists():
        raise click.ClickException(f"{kubeconfig} is there already; name another file with --kubeconfig")
    try:
        live = live_server(started(nodes, now=time()), port, speed)
    except ModelError as error:
        raise click.ClickException(str(error)) from None
    with live:
        try:
            kubeconfig.touch(mode=0o600)
            kubeconfig.write_text(live.kubeconfig)
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
