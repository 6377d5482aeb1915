"""What a score is computed from: the measurements of one run, and nothing else."""

from dataclasses import dataclass

from grader.results.model import Finding, Function, Measurement, Results, Test, Timing
from grader.results.observations import Check, OwnTests, Pace


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was measured; `analysed` of `analysable` files could be read, both 0 where quality wasn't measured.

    `noise` is what this host can't tell from a ratio of 1, as a share; 0 where it wasn't measured.
    """

    tests: tuple[Test, ...]
    measurements: tuple[Measurement, ...] = ()
    findings: tuple[Finding, ...] = ()
    functions: tuple[Function, ...] = ()
    timings: tuple[Timing, ...] = ()
    analysed: int = 0
    analysable: int = 0
    checks: tuple[Check, ...] = ()
    own_tests: OwnTests | None = None
    noise: float = 0.0
    pace: Pace | None = None

    def value(self, name: str) -> float | None:
        """The measurement of that name, or None."""
        return next((measurement.value for measurement in self.measurements if measurement.name == name), None)


def evidence_of(results: Results) -> Evidence:
    """Return what a recorded score was computed from; the record keeps all of it."""
    return Evidence(
        tests=results.tests,
        measurements=results.measurements,
        findings=results.findings,
        functions=results.functions,
        timings=results.speed,
        analysed=results.provenance.analysed,
        analysable=results.provenance.analysable,
        checks=results.checks,
        own_tests=results.own_tests,
        noise=results.provenance.host.noise or 0.0,
        pace=results.pace,
    )
