"""One submission's files through every analyser; each file is its own risk.

    request -> {"files": [...], "ruff": [...], "copies": {...}, "documents": {...}, "tidiness": {...}, "hidden": [...], ...}

Files are written under numbers, so that no name of a submission is ever an argument or a path on disk.
"""

import base64
import shutil
import tempfile
import time
import tokenize
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

import architecture
import documents
import duplication
import foreign
import functions
import hidden
import languages
import linting
import measure
import size
import source
import tidiness
import tokens

_ALL_S = 35  # of the service's minute
_FINDINGS = 5000
_FILES = 2000
_SIMPLE, _TANGLED = 10, 15
_PRIVATE = ("units", "public", "mentions", "tokens", "text", "imports", "hidden")


def analyse(request, library, is_careful):
    """Return what the analysers say of a submission.

    Args:
        request: `files` and `starter`, base64 by path; `interface`, names that the brief asks for, or None;
            `architecture`, the assignment's table, or None; `fingerprints`, whether to give them.
        library: where our packages are.
        is_careful: whether parsers run in children of their own, so that this process outlives what kills one.
    """
    folder = Path(tempfile.mkdtemp(prefix="quality-"))
    end = time.monotonic() + _ALL_S
    try:
        files, starter = _unpacked(request["files"]), _unpacked(request.get("starter"))
        sources, others = _sorted(files)
        easy = {name: content for name, (kind, content) in sources.items() if kind == "python" and _is_easy(content)}
        early = linting.Run(library, _written({name: _text(each) for name, each in easy.items()}, folder, "a"))
        measured = [*measure.measured(sources, end, is_careful), *others]
        ruff = _linted(library, measured, early, set(easy), folder, end)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return _answer(request, library, files, starter, measured, ruff)


def _answer(request, library, files, starter, measured, ruff):
    sound = [file for file in measured if file["state"] == "analysed"]
    _settle(sound, request.get("interface"))
    found = {file["path"]: file["tokens"] for file in sound}
    asked = request.get("architecture")
    rules = architecture.findings(asked, *_parted(measured, files)) if asked else None
    return {
        "files": [{name: value for name, value in file.items() if name not in _PRIVATE} for file in measured],
        "ruff": ruff[:_FINDINGS],
        "copies": duplication.duplicates(found, _starter_tokens(starter)),
        "documents": documents.documents(files, starter),
        "public": [
            [file["path"], file["public"]] for file in sound if file.get("public") and not _is_test(file, sound)
        ],
        "tidiness": tidiness.tidiness(files, measured),
        "hidden": _hidden(files, measured),
        "architecture": rules,
        "interface": sorted({unit["name"] for file in sound for unit in file.get("units", ()) if unit["name"]}),
        "fingerprints": {path: tokens.fingerprints(each) for path, each in found.items()}
        if request.get("fingerprints")
        else None,
        "tools": _tools(library),
    }


def _parted(measured, files):
    """Python that can be read, by path, and the paths of what can't."""
    python = [file for file in measured if file.get("language") == "python"]
    sound = {file["path"]: files[file["path"]] for file in python if file["state"] == "analysed"}
    return sound, [file["path"] for file in python if file["state"] != "analysed"]


def _unpacked(packed):
    """The files by their own name; nothing is written."""
    return {name: base64.b64decode(content) for name, content in (packed or {}).items()}


def _sorted(files):
    """What can be measured, shallow files first so that bulk below them costs itself; and what is over the cap."""
    kinds = {name: languages.language(name, content) for name, content in files.items()}
    ordered = sorted((name for name, kind in kinds.items() if kind), key=lambda name: (name.count("/"), name))
    sources = {name: (kinds[name], files[name]) for name in ordered[:_FILES]}
    return sources, [
        measure.unread(name, kinds[name], f"the submission has over {_FILES:,} source files")
        for name in ordered[_FILES:]
    ]


def _is_easy(content):
    """Whether ruff may read a file while it is measured: plain UTF-8, so that nothing has to be looked into before."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"coding" not in b"\n".join(content.split(b"\n", 2)[:2]) and b"\0" not in content


def _text(content):
    return source.obedient(source.foreign(content))


def _written(texts, folder, prefix):
    names = {}
    for number, (name, text) in enumerate(texts.items()):
        path = folder / f"{prefix}{number}.py"
        path.write_bytes(text.encode("utf-8", "replace"))
        names[path] = name
    return names


def _linted(library, measured, early, easy, folder, end):
    """Findings of ruff in files that all others could read; the ones it died on are not analysed."""
    sound = {file["path"]: file for file in measured if file["state"] == "analysed" and "text" in file}
    found = early.together(end)
    late = set(sound) - easy if found is not None else set(sound)
    again, broken = linting.Run(library, _written({n: sound[n]["text"] for n in late}, folder, "b")).findings(end)
    for name in broken:
        sound[name]["state"], sound[name]["why"] = "unparsable", "ruff ended abnormally on it"
    return [finding for finding in [*(found or []), *again] if finding["path"] in sound]


def _settle(sound, interface):
    """Each file's logical lines, and its functions without simple ones that nobody mentions."""
    parts = [unit for file in sound for unit in file.get("units", ())]
    living = {id(unit) for unit in size.distinct(size.alive(parts, set(interface) if interface is not None else None))}
    for file in sound:
        if "units" not in file:
            continue
        alive = [unit for unit in file["units"] if id(unit) in living]
        dead = {unit["line"] for unit in file["units"] if unit["name"] and id(unit) not in living}
        file["lloc"] = sum(unit["statements"] for unit in alive)
        loose = sum(unit["tokens"] for unit in alive if unit["kind"] == "other")
        kept = [each for each in file["functions"] if each["line"] not in dead or not _is_simple(each)]
        file["functions"] = [_sized(each, loose) for each in kept]


def _sized(function, loose):
    """The code outside of all functions is as large as what somebody mentions of it."""
    return {**function, "lines": functions.lines(loose)} if function["name"] == functions.OUTSIDE else function


def _is_simple(function):
    return function["cyclomatic"] <= _SIMPLE and (function["cognitive"] or 0) <= _TANGLED


def _is_test(file, sound):
    """Whether a file is one of the submission's own tests, and nothing that its program needs."""
    names = {part.partition(".")[0] for part in file["path"].split("/")}
    users = [other for other in sound if not languages.is_test(other["path"])]
    return languages.is_test(file["path"]) and not any(names & other.get("imports", {}).keys() for other in users)


def _starter_tokens(starter):
    found = []
    for name, content in starter.items():
        kind = languages.language(name, content)
        try:
            if kind == "python":
                found.append(tokens.python(source.decoded(content)))
            elif kind:
                found.append(tokens.foreign(source.foreign(content), foreign.comments(kind)))
        except (SyntaxError, UnicodeDecodeError, tokenize.TokenError):
            continue  # a starter that isn't Python yet has nothing to compare with
    return found


def _hidden(files, measured):
    """Code that runs and was not analysed, as [rule, path, line, message]."""
    found = [[rule, file["path"], line, why] for file in measured for rule, line, why in file.get("hidden", ())]
    mentioned = {name for file in measured for name in file.get("mentions", ())}
    imported = {name for file in measured for name in file.get("imports", ())}
    known = {file["path"] for file in measured}
    for name, content in files.items():
        why = None if name in known else hidden.in_data(name, content, mentioned, imported)
        if why:
            found.append(["code-in-data", name, 1, why])
    return found


def warm(library):
    """Have once, before the first submission, what each would have to make anew in its child: expressions, versions."""
    _tools(library)
    measure.warm()


@cache
def _tools(library):
    packages = {name: _installed(name) for name in ("radon", "complexipy", "lizard")}
    return {"ruff": linting.version(library), **packages}


def _installed(name):
    try:
        return installed(name)
    except PackageNotFoundError:
        return ""
