"""How a submission differs from what was given and from the reference: for reviewers, and never without end."""

from grader.intake import shown


def test_a_file_is_set_beside_those_of_its_path():
    mine = {"a.py": b"def f():\n    return 2\n", "b.py": b"same\n", "new.py": b"x\n"}

    found = shown.differences(
        mine, {"a.py": b"def f():\n    ...\n", "b.py": b"same\n"}, {"a.py": b"def f():\n    return 3\n"}
    )

    assert [(one.against, one.path, one.added, one.removed, one.is_cut) for one in found] == [
        ("starter", "a.py", 1, 1, False),
        ("reference", "a.py", 1, 1, False),
    ]
    assert found[0].text.splitlines() == [
        "--- starter",
        "+++ a.py",
        "@@ -1,2 +1,2 @@",
        " def f():",
        "-    ...",
        "+    return 2",
    ]


def test_long_differences_are_cut_and_say_so():
    (found,) = shown.differences({"a.py": b"x = 1\n" * 900 + b"y" * 5000}, {"a.py": b"z = 1\n" * 900}, {})

    assert (found.added, found.removed, found.is_cut) == (901, 900, True)
    assert (len(found.text.splitlines()), max(map(len, found.text.splitlines()))) == (400, 19)


def test_what_is_no_text_or_too_long_is_not_compared():
    mine = {"a.bin": b"\0\1", "long.py": b"x\n" * 3000, "wide.py": b"x" * 300_000}

    assert shown.differences(mine, dict.fromkeys(mine, b"other\n"), {}) == ()
