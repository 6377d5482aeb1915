"""Remove what a killed run left: containers and volumes of ours whose owner lives no more."""

import contextlib
import socket

import docker
import docker.errors

from grader.sandbox import engine


def sweep(client: docker.DockerClient) -> int:
    """Remove leftovers of dead owners on this host; returns how many there were.

    Raises:
        NotGraded: the engine failed.
    """
    mine = {"label": [engine.LABEL, f"{engine.LABEL}.host={socket.gethostname()}"]}
    with engine.failures("looking for leftovers"):
        containers = client.api.containers(all=True, filters=mine)
        left = [entry["Id"] for entry in containers if _is_orphan(entry["Labels"])]
        for container in left:
            with contextlib.suppress(docker.errors.APIError):
                client.api.remove_container(container, force=True, v=True)
        volumes = client.api.volumes(filters=mine)["Volumes"] or []
        stale = [entry["Name"] for entry in volumes if _is_orphan(entry["Labels"] or {})]
        for volume in stale:
            with contextlib.suppress(docker.errors.APIError):
                client.api.remove_volume(volume, force=True)
    return len(left) + len(stale)


def _is_orphan(labels: dict[str, str]) -> bool:
    owner = labels.get(f"{engine.LABEL}.owner", "")
    pid = owner.partition("-")[0]
    return not pid.isdigit() or engine.owner(int(pid)) != owner
