"""What a testing process answered, as values of the right shape: the seal says who wrote it, not that it makes sense."""

import seal

_OUTCOMES = ("passed", "failed", "error")
_KINDS = ("syntax", "missing", "raised")
_TEXT, _NAMES = 20_000, 5


def outcome(message):
    """One test's outcome with its texts, and the names of what was found patched."""
    told = {"outcome": _one_of(_OUTCOMES, message.get("outcome"))}
    for key in ("message", "detail", "output"):
        told[key] = _text_or_none(message.get(key))
    patched = _is(list, message.get("patched"))
    return {**told, "patched": [_text(name)[:80] for name in patched[:_NAMES]]}


def fault(message):
    """Why the modules can't be imported, or None."""
    told = message.get("fault")
    if told is None:
        return None
    _is(dict, told)
    line = told.get("line")
    return {
        "kind": _one_of(_KINDS, told.get("kind")),
        "message": _text(told.get("message")),
        "path": _text_or_none(told.get("path")),
        "line": line if type(line) is int else None,
    }


def found(message):
    """How many tests each function has, and why a file has none: by id, with and without its case, and by file."""
    counts = {_text(base): _is(int, count) for base, count in _is(dict, message.get("found")).items()}
    faults = {}
    for path, why in _is(dict, message.get("faults")).items():
        line, detail = (*_is(list, why), None, None)[:2]
        faults[_text(path)] = (_text(line), _text_or_none(detail))
    return counts, faults


def _is(type_, value):
    if type(value) is not type_:
        raise seal.BrokenSeal
    return value


def _one_of(known, value):
    if value not in known:
        raise seal.BrokenSeal
    return value


def _text(value):
    return _is(str, value)[:_TEXT]


def _text_or_none(value):
    return None if value is None else _text(value)
