"""The image that all runner images are built from: the one that was chosen, or the default, or what stands in for it.

The default comes from an image registry. Where none answers and nobody chose an image, the one that `make engine` makes
from Debian packages takes its place, and that is said; results name the digests of the images they were made with.
"""

import json
from dataclasses import dataclass

import docker
import docker.errors

from grader.errors import UsageError
from grader.progress import Progress
from grader.quote import quote
from grader.sandbox import engine

DEFAULT = "python:3.12-slim"
MADE_HERE = "grader-base:debian"  # by runners/engine.sh
_PROBE = (
    "import json, platform as p, sys; "
    "sys.stdout.write(json.dumps([p.python_version(), p.machine(), p.release()]) + chr(10))"
)


@dataclass(frozen=True, slots=True)
class Base:
    """A base image and what its Python says; `kernel` is the one that its containers see, empty where it is the engine's."""

    name: str
    id: str
    python: str
    machine: str
    kernel: str


def read(client: docker.DockerClient, name: str, progress: Progress, runtime: str = "") -> Base:
    """Return a base image, pulled where it isn't local, with what a container of it says under this runtime.

    Raises:
        NotGraded: the engine failed.
        UsageError: it can't be had or has no Python.
    """
    with engine.failures("reading the base image"):
        id_ = take(client, name, progress)
        if (id_, runtime) not in _known:
            _known[id_, runtime] = _remembered(client, id_, runtime) or _asked(client, name, id_, runtime)
    return Base(name, id_, *_known[id_, runtime])


def label(base: Base) -> str:
    """What images made from a base say of it, so that the next command need not start a container to ask."""
    return f"{_LABEL}={base.id} {_LABEL}.python={base.python} {_LABEL}.machine={base.machine}"


_LABEL = f"{engine.LABEL}.base"
_ENGINES_KERNEL = ("", "runc", "crun")  # runtimes whose containers run on it


_known: dict[tuple[str, str], tuple[str, str, str]] = {}


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


def _remembered(client: docker.DockerClient, id_: str, runtime: str) -> tuple[str, str, str] | None:
    """What an image made from this base says; None where there is none, or the runtime has a kernel of its own."""
    if runtime not in _ENGINES_KERNEL:
        return None
    for image in client.api.images(filters={"label": f"{_LABEL}={id_}"}):
        python, machine = (image["Labels"].get(f"{_LABEL}.{name}") for name in ("python", "machine"))
        if python and machine:
            return str(python), str(machine), ""
    return None


def _asked(client: docker.DockerClient, name: str, id_: str, runtime: str) -> tuple[str, str, str]:
    """Version and machine of the image's Python, and its kernel, asked in a container without rights."""
    try:
        said = client.containers.run(
            id_,
            ["python3", "-I", "-c", _PROBE],
            network_disabled=True,
            network_mode="none",
            read_only=True,
            cap_drop=["ALL"],
            user="65534:65534",
            labels=dict(engine.labels("probe")),
            ulimits=engine.ulimits(),
            remove=True,
            runtime=runtime or None,
        )
        version, machine, kernel = json.loads(said)
    except (docker.errors.ContainerError, docker.errors.APIError, ValueError) as cause:
        raise UsageError(
            "G407",
            f"the base image {quote(name)} has no python3 that starts",
            "Tests, analysers and submissions all need it.",
            f"Choose an image such as python:3.12-slim, or make one: {engine.make_base()}",
        ) from cause
    return str(version), str(machine), "" if runtime in _ENGINES_KERNEL else str(kernel)


def _missing(name: str) -> UsageError:
    return UsageError(
        "G406",
        f"the base image {quote(name)} is not on this engine and can't be pulled",
        "All runner images are built from it; without a registry it has to be a local image.",
        f"Set GRADER_BASE_IMAGE to a local image with python3, or make one: {engine.make_base()}",
    )
