"""The runners' images: a base with Python, our programs, and wheels collected on the host by hash.

A Dockerfile of ours has no RUN, so a build needs no network and runs nothing; packages are laid out on the host by pip for
the base's Python and platform. The tag comes from a hash of all that goes in, so an image that exists is right.
"""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import docker
import docker.errors

from grader import bundled
from grader.errors import NotGraded, UsageError
from grader.progress import Progress
from grader.quote import quote
from grader.results.provenance import Image
from grader.sandbox import base_image, engine
from grader.sandbox.protocol import Role

_ROOT = "/opt/grader"
_PARTS = {"examiner": ("wire", "examiner", "shared"), "quality": ("quality",), "python": ("wire", "python")}
_PLATFORMS = {"amd64": "x86_64", "arm64": "aarch64"}
_GLIBC = ("manylinux_2_28", "manylinux_2_17", "manylinux2014")
_PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
_PROBE = "import json, platform, sys; sys.stdout.write(json.dumps([platform.python_version(), platform.machine()]) + chr(10))"

SHARED = ["python3", "-I", "-S", f"{_ROOT}/shared/main.py", "--lib", f"{_ROOT}/lib", "--work", "/work"]
CANDIDATE = ["python3", "-I", "-S", f"{_ROOT}/python/supervisor.py", "--slot", "/slot", "--work", "/work"]


@dataclass(frozen=True, slots=True)
class RunnerImage:
    """One runner's image; `role` is the folder below runners/, `digest` the engine's id of the image."""

    role: str
    tag: str
    digest: str
    python: str


def command(role: Role, slots: int) -> list[str]:
    """What a service's container runs."""
    more = ["--slots", str(slots)] if role == "examiner" else []
    return ["python3", "-I", f"{_ROOT}/{role}/main.py", "--lib", f"{_ROOT}/lib", *more]


def build(base: str, progress: Progress) -> tuple[Image, ...]:
    """Build what is missing; returns all runner images.

    Raises:
        NotGraded: no engine, or it failed.
        UsageError: the base image can't be had or has no Python.
    """
    return tuple(Image(image.tag, image.digest) for image in ensure(engine.connect(), base, progress))


def installed() -> tuple[Image, ...]:
    """The runner images on this engine, newest first."""
    with engine.failures("listing images"):
        entries = engine.connect().api.images(filters={"label": f"{engine.LABEL}.role"})
    return tuple(Image(tag, entry["Id"]) for entry in entries for tag in entry["RepoTags"] or [])


def prune(base: str) -> tuple[str, ...]:
    """Remove the runner images that this version doesn't use with this base; returns their names.

    Raises:
        UsageError: the base image isn't on this engine, so which images it gave can't be told.
    """
    used = _in_use(base)
    stale = [image.name for image in installed() if image.name not in used]
    with engine.failures("removing images"):
        for name in stale:
            engine.connect().api.remove_image(name)
    return tuple(stale)


def _in_use(base: str) -> set[str]:
    """The names of the images that this version makes of a base, whether they are built or not."""
    with engine.failures("reading the base image"):
        base_id = base_image.local(engine.connect(), base)
    if base_id is None:
        raise UsageError(
            "G411",
            f"the base image {quote(base)} is not on this engine",
            "Which runner images are in use follows from the base image; without it all would look unused.",
            "Set GRADER_BASE_IMAGE to the base in use. Nothing was removed.",
        )
    return {_tag(role, base_id) for role in _PARTS}


def ensure(client: docker.DockerClient, base: str, progress: Progress) -> tuple[RunnerImage, ...]:
    """Return the runner images, building those that are missing."""
    with engine.failures("reading the base image"):
        base_id = base_image.take(client, base, progress)
        version, machine = _python(client, base, base_id)
    ready = []
    for done, role in enumerate(_PARTS):
        tag = _tag(role, base_id)
        with engine.failures(f"building the image {tag}"):
            digest = engine.digest(client, tag)
            if digest is None:
                progress.stage("images", f"{role} ({done + 1} of {len(_PARTS)}), from {base}")
                digest = _build(client, role, tag, base_id, version, machine)
        ready.append(RunnerImage(role, tag, digest, version))
    return tuple(ready)


def _python(client: docker.DockerClient, base: str, base_id: str) -> tuple[str, str]:
    """Version and machine of the base's Python, asked once in a container without rights."""
    known = _python_known.get(base_id)
    if known is not None:
        return known
    try:
        said = client.containers.run(
            base_id,
            ["python3", "-I", "-c", _PROBE],
            network_disabled=True,
            network_mode="none",
            read_only=True,
            cap_drop=["ALL"],
            user="65534:65534",
            labels=dict(engine.labels("probe")),
            remove=True,
        )
        version, machine = json.loads(said)
    except (docker.errors.ContainerError, docker.errors.APIError, ValueError) as cause:
        raise UsageError(
            "G407",
            f"the base image {quote(base)} has no python3 that starts",
            "Tests, analysers and submissions all need it.",
            "Choose an image such as python:3.12-slim, or make one: bash runners/base-image.sh NAME",
        ) from cause
    _python_known[base_id] = (str(version), str(machine))
    return _python_known[base_id]


_python_known: dict[str, tuple[str, str]] = {}


def _tag(role: str, base_id: str) -> str:
    return f"grader-{role}:{_fingerprint(role, base_id)}"


def _fingerprint(role: str, base_id: str) -> str:
    total = hashlib.sha256("\n".join([base_id, *_recipe(role)]).encode())
    for path, content in _files(role):
        total.update(path.encode() + b"\0" + hashlib.sha256(content).digest())
    return total.hexdigest()[:12]


def _files(role: str) -> Iterator[tuple[str, bytes]]:
    """Our own files of a runner, as (path below the root, content), in a fixed order."""
    runners = bundled.path("runners")
    for part in _PARTS[role]:
        for path in sorted((runners / part).rglob("*")):
            if path.suffix in (".py", ".lock", ".toml"):
                yield path.relative_to(runners).as_posix(), path.read_bytes()


def _build(client: docker.DockerClient, role: str, tag: str, base: str, version: str, machine: str) -> str:
    with tempfile.TemporaryDirectory(prefix="grader-image-") as folder:
        library = _collect(role, Path(folder), version, machine)
        context = _context(role, base, library)
    for event in client.api.build(
        fileobj=io.BytesIO(context), custom_context=True, tag=tag, rm=True, decode=True, network_mode="none"
    ):
        if "error" in event:
            raise NotGraded(
                "G408",
                f"the image {tag} can't be built: {quote(str(event['error']), 300)}",
                "The engine refused a build that copies files and runs nothing.",
                "See that the engine has room and works (grader doctor), then: grader image build",
            )
    return str(client.api.inspect_image(tag)["Id"])


def _collect(role: str, folder: Path, version: str, machine: str) -> Path | None:
    """Lay out a runner's packages for the image's Python; None where it needs none."""
    lock = bundled.path("runners") / role / "requirements.lock"
    if not lock.is_file():
        return None
    platforms = [f"--platform={glibc}_{_PLATFORMS.get(machine, machine)}" for glibc in _GLIBC]
    short = ".".join(version.split(".")[:2])
    arguments = [
        "--require-hashes",
        "--no-deps",
        "--only-binary=:all:",
        "--implementation=cp",
        f"--python-version={short}",
    ]
    done = subprocess.run(  # noqa: S603  (pip of this environment, with our own lock file)
        [*_PIP, *arguments, *platforms, f"--target={folder / 'lib'}", f"--requirement={lock}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotGraded(
            "G409",
            f"the packages of the {role} image can't be collected: {quote(done.stderr.strip()[-300:], 300)}",
            f"They are installed by hash from {lock.name}, for Python {short}.",
            "See that this machine reaches a package index, then: grader image build",
        )
    return folder / "lib"


def _recipe(role: str) -> list[str]:
    """The Dockerfile after its FROM."""
    has_library = (bundled.path("runners") / role / "requirements.lock").is_file()
    parts = [*(["lib"] if has_library else []), *_PARTS[role]]
    copies = [f"COPY {part} {_ROOT}/{part}" for part in parts]
    return [*copies, f"LABEL {engine.LABEL}.role={role}", "ENV PYTHONDONTWRITEBYTECODE=1 LANG=C.UTF-8 TZ=UTC"]


def _context(role: str, base: str, library: Path | None) -> bytes:
    """A build context in memory, the same bytes for the same files."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        _add(tar, "Dockerfile", "\n".join([f"FROM {base}", *_recipe(role), ""]).encode(), 0o644)
        for name, content in _files(role):
            _add(tar, name, content, 0o644)
        for path in _below(library):
            _add(
                tar,
                f"lib/{path.relative_to(library or path).as_posix()}",
                path.read_bytes(),
                path.stat().st_mode & 0o755,
            )
    return stream.getvalue()


def _below(folder: Path | None) -> Sequence[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder else []


def _add(tar: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    tar.addfile(member, io.BytesIO(content))
