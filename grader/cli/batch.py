"""`grader batch`: many submissions, each graded once and recorded once, whatever dies in between."""

import secrets
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import rich_click as click

from grader import bundled
from grader.assignment import load
from grader.assignment.model import Assignment, Limits
from grader.batch import disk, run, survey
from grader.batch.journal import Journal, journal
from grader.batch.metrics import Metrics
from grader.batch.plan import Plan
from grader.batch.survey import Listed
from grader.cli import options
from grader.cli.options import Manner
from grader.cli.place import Place, default_jobs, engine, scratch
from grader.cli.watch import Watching, watch
from grader.errors import UsageError
from grader.intake import roster
from grader.quote import quote
from grader.results.folder import METRICS
from grader.results.model import Results

_SPARED = 200 * 1024 * 1024  # bytes of the disk that are left to others
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("batch")
@click.argument("assignment")
@click.argument("submissions")
@click.option(
    "--out", type=_FOLDER, required=True, help="Folder for the results: one folder a submission, and batch.json."
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=None,
    help="Submissions at a time; default: one a core, as far as memory goes.",
)
@click.option("--resume", is_flag=True, help="Go on with the batch in --out: what is recorded is not graded again.")
@click.option(
    "--engine", "address", default="local", show_default=True, help="local, or the tls:// address of a scheduler."
)
@click.option("--insecure-engine", is_flag=True, help="Take a scheduler that anybody on the network can command.")
@click.option("--seed", type=int, default=None, help="Repeat a batch: the seed of its inputs, from batch.json.")
@options.blind
@options.formats
@options.sandbox
@options.manner
def command(**given: object) -> int:
    """Grade many submissions with the hidden tests, and rank them.

    ASSIGNMENT is a folder or the id of a bundled one; SUBMISSIONS a folder whose children are submissions, an archive of
    archives as learning systems export it, or a CSV manifest. Ctrl-C finishes what runs, a second one stops at once.

    Example: grader batch inventory submissions/ --out out
    """
    return _batch(_Asked(**given))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The command line, by the names of its parameters."""

    assignment: str
    submissions: str
    out: Path
    jobs: int | None
    resume: bool
    address: str
    insecure_engine: bool
    seed: int | None
    blind: bool
    formats: tuple[str, ...]
    sandbox_name: str | None
    manner: Manner

    def place(self, batch: str, limits: Limits) -> Place:
        """Where the submissions of this batch run."""
        return Place(batch, self.address, self.insecure_engine, self.jobs or default_jobs(limits), self.sandbox_name)

    def render(self, results: Results, to: Path) -> None:
        """Write one submission's reports; what writes them is imported meanwhile, when the first containers run."""
        from grader.cli.deliver import render

        render(results, to, self.formats, self.manner.lang)


def _batch(asked: _Asked) -> int:
    chosen, out = load.load(asked.assignment, bundled.path("assignments")), asked.out
    with watch(asked.manner) as shown, journal(out, asked.resume) as book, scratch(out) as folder:
        shown.metrics = Metrics(out / METRICS, shown.tally, chosen.rules.id)
        settled = _seed(book, asked.seed, chosen)
        listed = _listed(asked.submissions, folder, out, shown)
        place = asked.place(book.value("id", secrets.token_hex(8)), chosen.rules.limits)
        with engine(place, chosen, settled, shown) as ready:
            plan = Plan(chosen, listed, ready.parts, ready.seed, shown, threading.Event(), _utc)
            with _interruptible(plan.stop, shown):
                batch = run.run(plan, ready.engine, book, out, asked.render)
            ready.engine.dismiss()  # workers leave while the page is drawn
            from grader.cli import deliver_batch  # as late as the reports

            page = deliver_batch.render_batch(batch, out, out, asked.manner.lang, is_blind=asked.blind)
    return deliver_batch.deliver_batch(batch, page, asked.manner)


def _listed(submissions: str, folder: Path, out: Path, shown: Watching) -> tuple[Listed, ...]:
    """Who is in the batch; room for the results is looked at before the first run."""
    free = shutil.disk_usage(out).free - _SPARED
    found = roster.roster(submissions, folder, max(0, free), out)
    for note in (*found.notes, *_of_the_disk(out)):
        shown.note(note)
    shown.stage("", "intake", f"{len(found.members)} submissions")
    listed = survey.survey(found.members)
    survey.require_room(listed, max(0, shutil.disk_usage(out).free - _SPARED))
    return listed


def _of_the_disk(out: Path) -> Iterator[str]:
    kind = disk.networked(out)
    if kind:
        yield f"{quote(str(out))} is on a network file system ({kind}), where a journal may be damaged: use a local disk"


def _seed(book: Journal, given: int | None, assignment: Assignment) -> int:
    """The batch's own seed, also where it is resumed; its journal belongs to one assignment."""
    belongs = book.value("assignment", assignment.rules.id)
    if belongs != assignment.rules.id:
        raise UsageError(
            "G613",
            f"the batch in this folder is of the assignment {quote(belongs, 60)!r}, not {assignment.rules.id!r}",
            "Results of two assignments can't be ranked together.",
            "Give that assignment, or choose another --out. Nothing was run.",
        )
    seed = int(book.value("seed", str(given if given is not None else secrets.randbits(32))))
    if given not in (None, seed):
        raise UsageError(
            "G615",
            f"the batch in this folder has the seed {seed}, not {given}",
            "All submissions of a batch get the same inputs.",
            "Leave --seed out, or choose another --out. Nothing was run.",
        )
    return seed


@contextmanager
def _interruptible(stop: threading.Event, shown: Watching) -> Iterator[None]:
    """The first Ctrl-C lets finish what runs; the second raises, as ever."""

    def first(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # From a thread: the handler may stand in the middle of another line.
        told = "finishing what runs; Ctrl-C again stops at once, and keeps what is done"
        threading.Thread(target=shown.note, args=(told,), daemon=True).start()

    before = signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _utc() -> datetime:
    return datetime.now(UTC)
