"""What else a submission holds: packages that it needs and whether it says so, and files that are nobody's work."""

import re
import sys

import languages

_DECLARING = re.compile(
    r"(?:^|/)(?:requirements[\w.-]*\.(?:txt|in|lock)|pyproject\.toml|setup\.(?:py|cfg)|Pipfile(?:\.lock)?|poetry\.lock"
    r"|uv\.lock|pylock[\w.]*\.toml|environment\.ya?ml|pdm\.lock)$"
)
_JUNK = re.compile(
    r"(?:^|/)(?:\.idea|\.vscode|\.ipynb_checkpoints|htmlcov|\.coverage|\.env|desktop\.ini|nohup\.out|core|dist|build"
    r"|\.cache|__pypackages__)(?:/|$)|\.(?:swp|swo|bak|orig|rej|tmp|log|pyc|pyo|class|o|obj|exe)$|~$|(?:^|/)\._"
)
_TEST_TOOLS = {"pytest", "hypothesis", "_pytest"}
_LARGE = 1024 * 1024
_SHOWN = 20


def tidiness(files, measured):
    """`{"packages": [[name, path, line]], "declared": path or None, "junk": [path]}`.

    Args:
        files: content by path.
        measured: what is known of each source file.
    """
    own = {part.partition(".")[0] for name in files for part in name.split("/")}
    packages = {}
    for file in measured:
        for name, line in file.get("imports", {}).items():
            is_tool = name in _TEST_TOOLS and languages.is_test(file["path"])
            if name not in own and name not in sys.stdlib_module_names and not is_tool:
                packages.setdefault(name, [name, file["path"], line])
    junk = [name for name, content in files.items() if _JUNK.search(name) or _is_bulk(content)]
    declared = next((name for name, content in files.items() if _DECLARING.search(name) and content.strip()), None)
    return {"packages": list(packages.values())[:_SHOWN], "declared": declared, "junk": junk[:_SHOWN]}


def _is_bulk(content):
    """A large file that nobody can read."""
    return len(content) > _LARGE and b"\0" in content[:8000]
