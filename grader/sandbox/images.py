"""The runners' images: a base with Python, our programs, and wheels collected on the host by hash.

A build has no network: packages are laid out on the host by pip for the base's Python and platform. All that it runs is the
base's own compiler over those files, since a container that compiled them at its start would pay for that every time. The
tag comes from a hash of all that goes in, so an image that exists is right.
"""

import hashlib
import io
import json
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
from grader.sandbox import base_image, engine, packages
from grader.sandbox.base_image import Base
from grader.sandbox.protocol import Role

_ROOT = "/opt/grader"
_PARTS = {
    "examiner": ("wire", "init", "examiner", "shared"),
    "quality": ("quality",),
    "python": ("wire", "init", "python"),
}

# It imports none of what it compiles; what Python can't compile (a template, say) is passed over. The standard library
# comes compiled from a distribution, and without a compiled file in Python's official images.
_COMPILE = f"""\
import compileall, os, py_compile, re
for folder in ("{_ROOT}", os.path.dirname(os.__file__)):
    compileall.compile_dir(
        folder,
        quiet=2,
        rx=re.compile("/(test|tests|idlelib|lib2to3|tkinter|turtledemo|ensurepip|site-packages|dist-packages)/"),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
"""

SHARED = ["python3", "-I", "-S", f"{_ROOT}/shared/main.py", "--lib", f"{_ROOT}/lib", "--work", "/work"]
# As a module, which the image holds compiled.
_SUPERVISOR = (
    f"import sys; sys.path.insert(0, '{_ROOT}/python'); import supervisor; "
    "raise SystemExit(supervisor.main(sys.argv[1:]))"
)
# -s, -S, -P and an environment without Python's own variables are -I, but for the hash seed, which -I would ignore.
CANDIDATE = ["python3", "-s", "-S", "-P", "-B", "-c", _SUPERVISOR, "--work", "/work", "--site", f"{_ROOT}/site"]
BRIDGE = ["python3", "-I", f"{_ROOT}/examiner/bridge.py"]


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


def build(name: str, progress: Progress) -> tuple[Image, ...]:
    """Build what is missing; returns all runner images.

    Raises:
        NotGraded: no engine, or it failed.
        UsageError: the base image can't be had or has no Python.
    """
    client = engine.connect()
    return tuple(
        Image(image.tag, image.digest) for image in ensure(client, base_image.read(client, name, progress), progress)
    )


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


def ensure(client: docker.DockerClient, base: Base, progress: Progress) -> tuple[RunnerImage, ...]:
    """Return the runner images, building those that are missing."""
    return tuple(ensured(client, base, role, (), progress) for role in _PARTS)


def ensured(client: docker.DockerClient, base: Base, role: str, pins: Sequence[str], progress: Progress) -> RunnerImage:
    """Return one runner's image, built where it is missing; `pins` are packages beside it, for submissions to import."""
    tag = _tag(role, base.id, pins)
    with engine.failures(f"building the image {tag}"):
        digest = engine.digest(client, tag)
        if digest is None:
            progress.stage("images", f"{role}, from {base.name}")
            with tempfile.TemporaryDirectory(prefix="grader-image-") as folder:
                library = _collect(role, Path(folder), base)
                site = packages.collect(pins, base.python, base.machine) if pins else None
                head = [f"FROM {base.id}", *_silenced(client, base.id), f"LABEL {base_image.label(base)}"]
                context = _context(role, head, library, site)
            digest = _build(client, tag, context)
    return RunnerImage(role, tag, digest, base.python)


def _tag(role: str, base_id: str, pins: Sequence[str] = ()) -> str:
    return f"grader-{role}:{_fingerprint(role, base_id, pins)}"


def _fingerprint(role: str, base_id: str, pins: Sequence[str]) -> str:
    total = hashlib.sha256("\n".join([base_id, *_recipe(role, bool(pins)), *sorted(pins)]).encode())
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


def _build(client: docker.DockerClient, tag: str, context: bytes) -> str:
    for event in client.api.build(
        fileobj=io.BytesIO(context),
        custom_context=True,
        tag=tag,
        rm=True,
        forcerm=True,
        decode=True,
        network_mode="none",
    ):
        if "error" in event:
            raise NotGraded(
                "G408",
                f"the image {tag} can't be built: {quote(str(event['error']), 300)}",
                "The engine refused a build that copies files and compiles them.",
                "See that the engine has room and works (grader doctor), then: grader image build",
            )
    return str(client.api.inspect_image(tag)["Id"])


def _collect(role: str, folder: Path, base: Base) -> Path | None:
    """Lay out a runner's packages for the image's Python; None where it needs none."""
    lock = bundled.path("runners") / role / "requirements.lock"
    if not lock.is_file():
        return None
    wanted = ["--require-hashes", f"--requirement={lock}"]
    complaint = packages.lay_out(wanted, folder / "lib", base.python, base.machine)
    if complaint:
        raise NotGraded(
            "G409",
            f"the packages of the {role} image can't be collected: {quote(complaint[-300:], 300)}",
            f"They are installed by hash from {lock.name}, for Python {'.'.join(base.python.split('.')[:2])}.",
            "See that this machine reaches a package index, then: grader image build",
        )
    return folder / "lib"


def _recipe(role: str, has_site: bool = False) -> list[str]:
    """The Dockerfile after its FROM."""
    has_library = (bundled.path("runners") / role / "requirements.lock").is_file()
    # Where tests and submission share a container, its packages stand beside pytest's own, which are laid over them.
    site = [f"COPY site {_ROOT}/{'lib' if has_library else 'site'}"] if has_site else []
    parts = [*(["lib"] if has_library else []), *_PARTS[role]]
    return [
        *site,
        *(f"COPY {part} {_ROOT}/{part}" for part in parts),
        f"RUN {json.dumps(['python3', '-I', '-S', '-c', _COMPILE])}",
        f"LABEL {engine.LABEL}.role={role}",
        "ENV PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 LANG=C.UTF-8 TZ=UTC",
    ]


def _silenced(client: docker.DockerClient, base: str) -> list[str]:
    """Lines that take Python's own variables away, as a base image may set them; an empty one is none to Python."""
    set_ = client.api.inspect_image(base)["Config"].get("Env") or ()
    return [f'ENV {name}=""' for name in (entry.partition("=")[0] for entry in set_) if name.startswith("PYTHON")]


def _context(role: str, head: Sequence[str], library: Path | None, site: Path | None) -> bytes:
    """A build context in memory, the same bytes for the same files."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        recipe = [*head, *_recipe(role, site is not None), ""]
        _add(tar, "Dockerfile", "\n".join(recipe).encode(), 0o644)
        for name, content in _files(role):
            _add(tar, name, content, 0o644)
        for part, folder in (("lib", library), ("site", site)):
            for path in _below(folder):
                name = f"{part}/{path.relative_to(folder or path).as_posix()}"
                _add(tar, name, path.read_bytes(), path.stat().st_mode & 0o755)
    return stream.getvalue()


def _below(folder: Path | None) -> Sequence[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder else []


def _add(tar: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    tar.addfile(member, io.BytesIO(content))
