"""Which language a file is, by its ending or its first line, and which of our tools can read it."""

# What lizard can measure, by ending; one it can't read is said to be unread.
_BY_ENDING = {
    "python": ("py", "pyw", "pyi"),
    "c": ("c", "h"),
    "c++": ("cpp", "cc", "cxx", "hh", "hpp"),
    "c#": ("cs",),
    "go": ("go",),
    "java": ("java",),
    "javascript": ("js", "cjs", "mjs", "jsx"),
    "kotlin": ("kt", "kts"),
    "lua": ("lua",),
    "perl": ("pl", "pm"),
    "php": ("php",),
    "ruby": ("rb",),
    "rust": ("rs",),
    "scala": ("scala",),
    "swift": ("swift",),
    "typescript": ("ts", "tsx"),
}
LANGUAGE_OF = {ending: language for language, endings in _BY_ENDING.items() for ending in endings}
# Where a comment starts; block comments of the C family go with `//`.
HASH_COMMENTS = {"perl", "ruby", "python"}
DASH_COMMENTS = {"lua"}


def language(name, content):
    """The language of a file as a word, or None where it is no source that we can read."""
    ending = name.rpartition("/")[2].rpartition(".")[2].lower() if "." in name else ""
    first = content[:100].split(b"\n")[0]
    if first.startswith(b"#!") and b"python" in first:
        return "python"
    return LANGUAGE_OF.get(ending)


def is_test(name):
    """Whether a file is one of the submission's own tests, by the usual names."""
    *folders, last = name.split("/")
    stem = last.partition(".")[0]
    return (
        "tests" in folders
        or "test" in folders
        or stem.startswith("test_")
        or stem.endswith("_test")
        or (last == "conftest.py")
    )
