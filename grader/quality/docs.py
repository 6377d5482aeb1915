"""Documentation as a checklist: three questions to the README, two to the public names; length earns nothing."""

from grader.quality.answer import Answer, Public
from grader.results.observations import Check

_ALLOWED = 1  # name that may lack words or types: one slip is no habit
_NAMED = 5

Missing = tuple[str, str, int]


def checks(answer: Answer) -> tuple[Check, ...]:
    """Every question with its answer."""
    if not answer.files:
        return ()
    return (*_readme(answer), *_names(answer.public))


def _readme(answer: Answer) -> tuple[Check, ...]:
    papers = answer.papers
    asked = (
        ("readme-run", papers.run, "how to use or run it, with the command or call"),
        ("readme-test", papers.test, "how to run the tests, with the command"),
        ("readme-decisions", papers.decisions, "what was decided and why"),
    )
    return tuple(_told(papers.readme, id_, line, what) for id_, line, what in asked)


def _told(readme: str | None, id_: str, line: int, what: str) -> Check:
    if readme is None:
        return Check("docs", id_, False, f"there is no README that says {what}")
    verb = "says" if line else "doesn't say"
    return Check("docs", id_, line > 0, f"the README {verb} {what}", f"{readme}:{line}" if line else readme)


def _names(public: tuple[Public, ...]) -> tuple[Check, ...]:
    if not public:
        return ()
    silent = [(name, file.path, line) for file in public for name, line in file.undocumented]
    loose = [(name, file.path, line) for file in public for name, line in file.untyped]
    return (_lacking("docstrings", "a docstring", silent), _lacking("types", "types", loose))


def _lacking(id_: str, what: str, missing: list[Missing]) -> Check:
    if len(missing) <= _ALLOWED:
        but = "".join(f" but for {name}" for name, _, _ in missing)
        return Check("docs", id_, True, f"public names have {what}{but}")
    named = ", ".join(name for name, _, _ in missing[:_NAMED])
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    _, path, line = missing[0]
    return Check("docs", id_, False, f"{len(missing)} public names lack {what}: {named}{more}", f"{path}:{line}")
