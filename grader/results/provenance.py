"""What it takes to repeat a run: images, machine, tools, limits, seed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_STRICT = {"extra": "forbid", "strict": True}


@dataclass(frozen=True, slots=True)
class Image:
    """A runner image by name and content digest."""

    __pydantic_config__ = _STRICT
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Host:
    """The machine: cores, memory in MiB, the noise of timings as a share (None: not measured), the processor's name."""

    __pydantic_config__ = _STRICT
    cpus: int
    memory: int
    noise: float | None = None
    cpu: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What it takes to repeat the run; times are ISO 8601 in UTC."""

    __pydantic_config__ = _STRICT
    grader: str
    runner_images: tuple[Image, ...]
    sandbox: str
    runtime: str
    started_at: str
    finished_at: str
    host: Host
    seed: int
    python: str = ""
    tools: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    analysed: int = 0
    analysable: int = 0
    clock: str = ""
    notes: tuple[str, ...] = ()
