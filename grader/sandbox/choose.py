"""Which sandbox a command gets, or why none."""

from typing import Literal

from grader.errors import NotGraded
from grader.progress import Progress
from grader.sandbox import process
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.protocol import Sandbox

Purpose = Literal["grade", "check", "demo"]

_OWN_CODE = ("check", "demo")  # one's own, or ours: a thinner wall is enough


def pick(name: str | None, purpose: Purpose, base_image: str, progress: Progress, runtime: str = "") -> Sandbox:
    """Return the sandbox asked for by name; without a name Docker, and for own code the process sandbox if there is none.

    Args:
        name: `docker`, `process` or None.
        purpose: whose code it is for.
        base_image: of the containers.
        progress: told what is used, and when images are built.
        runtime: of the containers, such as `runsc`; empty for the engine's default.

    Raises:
        NotGraded: no container engine answers, and strangers' code needs one.
        UsageError: the base image or the runtime can't be had.
    """
    if name == "process":
        return _process(progress)
    try:
        return DockerSandbox(base_image, progress, runtime)
    except NotGraded as cause:
        if cause.code != "G401" or name == "docker" or purpose not in _OWN_CODE:
            raise
        progress.note("no container engine answers: using the process sandbox, for code you trust")
        return _process(progress)


def _process(progress: Progress) -> Sandbox:
    sandbox = process.ProcessSandbox()
    if sandbox.runtime == "none":
        progress.note("bubblewrap is not installed: code runs under resource limits alone, and can read your files")
    return sandbox
