"""batch.json from what the desk knows: the roster's order, one entry a submission."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

from grader.assignment import rubric
from grader.batch.desk import Desk
from grader.batch.plan import Plan
from grader.batch.reference import Reference
from grader.batch.similarity import similarity
from grader.results import summary
from grader.results.batch import SCHEMA, Batch
from grader.results.model import AssignmentRef
from grader.results.provenance import Provenance


def record(plan: Plan, desk: Desk, own: Sequence[Reference], started_at: str, engine: tuple[str, int]) -> Batch:
    """Return the batch's record: finished where every submission has its entry.

    Args:
        plan: who was to be graded.
        desk: what is recorded.
        own: the assignment's reference, then its starter.
        started_at: of the batch, also where it was resumed since.
        engine: its name, and how many submissions ran at a time.
    """
    reference, rules = own[0], plan.assignment.rules
    shape = desk.shape() or reference.results
    entries = summary.timed_alike([desk.entries[listed.id] for listed in plan.listed if listed.id in desk.entries])
    now = plan.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    tests = summary.tests(shape) if shape else ()
    return Batch(
        schema=SCHEMA,
        assignment=AssignmentRef(rules.id, rules.title or rules.id, rules.version, plan.assignment.digest),
        started_at=started_at,
        finished_at=now if len(entries) == len(plan.listed) else None,
        seed=plan.seed,
        noise=reference.noise(),
        rubric=rubric.recorded(rules),
        groups=summary.groups(shape) if shape else (),
        tests=tests,
        entries=entries,
        expected=len(plan.listed),
        provenance=_provenance(shape.provenance, started_at, now) if shape else None,
        engine=engine[0],
        jobs=engine[1],
        reference=reference.entry([test.id for test in tests]),
        similarity=similarity(desk.prints, set().union(*(piece.prints() for piece in own))),
    )


def _provenance(one: Provenance, started_at: str, finished_at: str) -> Provenance:
    return replace(one, started_at=started_at, finished_at=finished_at, notes=())
