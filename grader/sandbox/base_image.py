"""The image that all runner images are built from: the one that was chosen, or the default, or what stands in for it.

The default comes from an image registry. Where none answers and nobody chose an image, the one that `make engine` makes
from Debian packages takes its place, and that is said; results name the digests of the images they were made with.
"""

import docker
import docker.errors

from grader.errors import UsageError
from grader.progress import Progress
from grader.quote import quote
from grader.sandbox import engine

DEFAULT = "python:3.12-slim"
MADE_HERE = "grader-base:debian"  # by runners/engine.sh


def local(client: docker.DockerClient, name: str) -> str | None:
    """Return the digest of a base image that is on the engine, or of what stands in for the default; None: neither."""
    found = engine.digest(client, name)
    return engine.digest(client, MADE_HERE) if found is None and name == DEFAULT else found


def take(client: docker.DockerClient, name: str, progress: Progress) -> str:
    """Return the digest of a base image; one that isn't on the engine is pulled.

    Raises:
        UsageError: it can't be had, and nothing may stand in for it.
    """
    found = engine.digest(client, name)
    if found is not None:
        return found
    progress.stage("images", f"pulling {name}")
    try:
        return str(client.images.pull(name).id)
    except docker.errors.APIError as cause:
        stand_in = local(client, name)
        if stand_in is None:
            raise _missing(name) from cause
        progress.note(f"{name} can't be pulled: using {MADE_HERE}, which is here (GRADER_BASE_IMAGE chooses)")
        return stand_in


def _missing(name: str) -> UsageError:
    return UsageError(
        "G406",
        f"the base image {quote(name)} is not on this engine and can't be pulled",
        "All runner images are built from it; without a registry it has to be a local image.",
        "Set GRADER_BASE_IMAGE to a local image with python3, or make one: bash runners/base-image.sh NAME",
    )
