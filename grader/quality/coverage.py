"""Which lines a submission's own tests ran, from what was told by the side that is on trial: nothing of it is believed; pure."""

from collections.abc import Mapping

from grader.results.observations import Covered

_FILES, _LINES = 200, 5000


def lines(told: object, files: Mapping[str, bytes]) -> tuple[Covered, ...]:
    """Return what is said of files that there are, and of lines that they have.

    Args:
        told: `{path: [lines that ran, lines that were missed]}`, if it is that.
        files: the submission's, by path.
    """
    if not isinstance(told, dict):
        return ()
    found = (_covered(path, told[path], files[path]) for path in sorted(files) if path in told)
    return tuple(each for each in found if each is not None)[:_FILES]


def _covered(path: str, said: object, content: bytes) -> Covered | None:
    if not isinstance(said, list) or len(said) != 2 or not all(isinstance(numbers, list) for numbers in said):
        return None
    most = min(_LINES, content.count(b"\n") + 1)
    ran, missed = ({number for number in numbers if type(number) is int and 0 < number <= most} for numbers in said)
    return Covered(path, tuple(sorted(ran - missed)), tuple(sorted(missed)))
