"""The family of errors that a user may meet: what happened, why, and what to do.

Every error carries a stable code; the exit code follows from its class. Only `cli/main.py` shows them.
Codes: G1xx assignments, G2xx submissions, G3xx examination, G4xx our infrastructure, G5xx the command line, G6xx batches;
`reports/explain/errors.md` explains each.
"""


class GraderError(Exception):
    """A failure with a message for the user.

    Args:
        code: stable, `G` and three digits.
        what: where and what, one line; foreign text in it is already escaped and capped.
        why: the rule or the cause, one line.
        do: what to do, and what was kept.
    """

    exit_code = 4

    def __init__(self, code: str, what: str, why: str, do: str) -> None:
        super().__init__(what)
        self.code, self.what, self.why, self.do = code, what, why, do

    def __reduce__(self) -> tuple[type["GraderError"], tuple[str, str, str, str]]:
        """What it takes to make it again in another process."""
        return type(self), (self.code, self.what, self.why, self.do)


class UsageError(GraderError):
    """The command line, an assignment or a setting is wrong; nothing was run."""

    exit_code = 2


class NotGradable(GraderError):
    """The submission can't be read or loaded, by its own cause."""

    exit_code = 3


class NotGraded(GraderError):
    """Our infrastructure failed; the submission keeps its right to a grade."""

    exit_code = 4
