"""Who is in a batch: a folder, a learning system's export, a manifest; and what is no batch at all."""

import io
import resource
import tarfile
import zipfile

import pytest

from grader.errors import NotGradable, NotGraded, UsageError
from grader.intake import source
from grader.intake.member import Member
from grader.intake.roster import roster

ROOM = 10**8


def packed(*names):
    """A small archive with files of these names."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name in names or ("answer.py",):
            archive.writestr(name, "double = lambda n: 2 * n\n")
    return raw.getvalue()


def export(path, entries):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return str(path)


@pytest.fixture
def scratch(tmp_path):
    """A folder of ours for what an export holds."""
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


def people(found):
    return [(member.name, member.source) for member in found.members]


def test_each_child_of_a_folder_is_a_submission_and_what_is_none_is_told(tmp_path, scratch):
    root = tmp_path / "submissions"
    (root / "ada").mkdir(parents=True)
    (root / "ada/answer.py").write_text("")
    (root / "empty").mkdir()
    (root / "grace.tar.gz").write_bytes(b"")
    (root / "notes.txt").write_text("")
    (root / ".DS_Store").write_text("")
    (root / "link").symlink_to(root / "ada")

    found = roster(str(root), scratch, ROOM)

    assert people(found) == [("ada", "ada"), ("grace", "grace.tar.gz")]
    assert found.notes == (
        "empty is no submission: an empty folder",
        "link is no submission: a link",
        "notes.txt is no submission: neither a folder nor an archive",
    )


@pytest.mark.parametrize("name", ["pass.rar", "seven.7z", "carol_12347_67892_answer.py"])
def test_what_somebody_handed_in_is_a_submission_also_where_it_can_not_be_taken(tmp_path, scratch, name):
    (tmp_path / "submissions").mkdir()
    (tmp_path / "submissions" / name).write_bytes(b"Rar!\x1a\x07\x01\x00")

    [member] = roster(str(tmp_path / "submissions"), scratch, ROOM).members

    with pytest.raises(NotGradable) as caught:
        source.take(member.path)
    assert (member.source, caught.value.code) == (name, "G206")


def test_a_folder_that_may_not_be_read_is_a_submission_and_stops_nobody_else(as_nobody):
    (as_nobody / "ada").mkdir(mode=0)
    (as_nobody / "ben").mkdir()
    (as_nobody / "ben/answer.py").write_text("double = None\n")

    found = roster(str(as_nobody), as_nobody, ROOM)

    assert people(found) == [("ada", "ada"), ("ben", "ben")]


@pytest.mark.parametrize("mode", [0, 0o444], ids=["not to be listed", "not to be entered"])
def test_submissions_that_may_not_be_listed_are_no_batch(as_nobody, mode):
    (as_nobody / "all/ada").mkdir(parents=True)
    (as_nobody / "all").chmod(mode)

    with pytest.raises(UsageError) as caught:
        roster(str(as_nobody / "all"), as_nobody, ROOM)

    assert caught.value.code == "G602"
    assert caught.value.what == f"no submissions in {as_nobody}/all: it can't be read (Permission denied)"


@pytest.mark.parametrize(
    ("out", "told"), [("out", "out"), ("results/round 1", "results")], ids=["a child", "below one"]
)
def test_the_folder_for_the_results_is_nobodys(tmp_path, scratch, out, told):
    (tmp_path / "all/ann").mkdir(parents=True)
    (tmp_path / "all/ann/answer.py").write_text("")
    (tmp_path / "all" / out / "ann-1").mkdir(parents=True)

    found = roster(str(tmp_path / "all"), scratch, ROOM, tmp_path / "all/ann/.." / out)

    assert people(found) == [("ann", "ann")]
    assert found.notes == (f"{told} is no submission: it holds the results of this batch",)


def test_results_among_the_submissions_themselves_are_refused(tmp_path, scratch):
    (tmp_path / "ann").mkdir()

    with pytest.raises(UsageError) as caught:
        roster(str(tmp_path), scratch, ROOM, tmp_path)

    assert caught.value.code == "G602"
    assert caught.value.what == (
        f"no submissions in {tmp_path}: it is the folder for the results too, and those would be taken for submissions"
    )


def test_what_is_passed_over_by_its_name_is_told_in_one_note_but_for_what_archivers_leave(tmp_path, scratch):
    for name in ("ann", "venv", "x.egg-info", ".cache", "__MACOSX", *(f".{n}" for n in range(8))):
        (tmp_path / "all" / name).mkdir(parents=True)
        (tmp_path / "all" / name / "a.py").write_text("")
    for name in (".x.zip", ".DS_Store", "._ann.zip", "answer.pyc"):
        (tmp_path / "all" / name).write_text("")

    found = roster(str(tmp_path / "all"), scratch, ROOM)

    assert people(found) == [("ann", "ann")]
    assert found.notes == ("passed over by their names: .0, .1, .2, .3, .4, .5, .6, .7, .cache, .x.zip and 3 more",)


def test_an_empty_folder_of_an_export_is_told(tmp_path, scratch):
    given = export(tmp_path / "export.zip", {"Ann/": b"", "Ben/answer.py": b"", "Cy/src/deep/": b""})

    found = roster(given, scratch, ROOM)

    assert people(found) == [("Ben", "Ben"), ("Cy", "Cy")]
    assert found.notes == ("Ann is no submission: an empty folder",)


@pytest.mark.parametrize(
    ("name", "entry", "who"),
    [
        ("export.zip", "Ann/sol.zip", "Ann"),
        ("Ann.zip", "Ann/sol.zip", "sol"),
        ("export.zip", "round 1/lovelaceada_12345_67890_solution.zip", "lovelaceada"),
        ("export.zip", "all/Ann/sol.zip", "Ann"),
    ],
    ids=["a candidate's", "named as the export", "named by the system", "in a folder of all"],
)
def test_the_one_archive_of_an_export_is_known_by_its_folder(tmp_path, scratch, name, entry, who):
    found = roster(export(tmp_path / name, {entry: packed()}), scratch, ROOM)

    assert [member.name for member in found.members] == [who]


def test_a_full_disk_is_our_failure_and_not_the_exports(tmp_path, scratch):
    given = export(tmp_path / "export.zip", {"ada.zip": b"\0" * 3_000_000})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))

    try:
        with pytest.raises(NotGraded) as caught:
            roster(given, scratch, ROOM)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert (caught.value.code, caught.value.what) == (
        "G451",
        "export.zip can't be unpacked: ada.zip can't be written (File too large)",
    )


def test_moodles_export_shows_candidates_by_name(tmp_path, scratch):
    entries = {
        "Ada Lovelace_12345_assignsubmission_file_/x.zip": packed(),
        "Ada Lovelace_12345_assignsubmission_onlinetext_/onlinetext.html": b"hello",
        "Élodie Ng_12346_assignsubmission_file_/answer.py": b"double = None\n",
        "Grace Hopper_12347_assignsubmission_file_x.zip": packed(),
    }

    found = roster(export(tmp_path / "export.zip", entries), scratch, ROOM)

    assert people(found) == [
        ("Ada Lovelace", "Ada Lovelace_12345_assignsubmission_file_/x.zip"),
        ("Grace Hopper", "Grace Hopper_12347_assignsubmission_file_x.zip"),
        ("Élodie Ng", "Élodie Ng_12346_assignsubmission_file_"),
    ]


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("lovelaceada_12345_67890_solution.zip", "lovelaceada"),
        ("lovelaceada_LATE_12345_67890_solution.zip", "lovelaceada"),
        ("Take home_adal_attempt_2026-01-05-10-00-00_solution.zip", "adal"),
        ("ada_lovelace.zip", "ada_lovelace"),
        ("v2_final_2.zip", "v2_final_2"),
    ],
    ids=["canvas", "canvas late", "blackboard", "underscore", "version"],
)
def test_other_systems_names_are_known_and_plain_ones_stay(tmp_path, scratch, name, who):
    found = roster(export(tmp_path / "export.zip", {name: packed()}), scratch, ROOM)

    assert people(found) == [(who, name)]


def test_an_export_of_one_folder_stands_for_that_folder(tmp_path, scratch):
    given = export(tmp_path / "export.zip", {"round 1/ada.zip": packed(), "round 1/grace/answer.py": b""})

    assert people(roster(given, scratch, ROOM)) == [("ada", "ada.zip"), ("grace", "grace")]


def test_a_tar_of_archives_is_an_export_too(tmp_path, scratch):
    with tarfile.open(tmp_path / "export.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("ada.zip")
        member.size = len(packed())
        archive.addfile(member, io.BytesIO(packed()))

    assert people(roster(str(tmp_path / "export.tar.gz"), scratch, ROOM)) == [("ada", "ada.zip")]


def test_no_name_in_an_export_leads_out_of_our_folder(tmp_path, scratch):
    given = export(tmp_path / "export.zip", {"../outside.zip": packed()})

    with pytest.raises(UsageError) as caught:
        roster(given, scratch, ROOM)

    assert (caught.value.code, caught.value.what) == ("G603", 'export.zip: entry "../outside.zip" points outside')
    assert list(tmp_path.glob("outside*")) == []


def test_an_export_larger_than_the_disk_is_refused_with_the_figures_before_anything_is_written(tmp_path, scratch):
    given = export(tmp_path / "export.zip", {"ada.zip": b"\0" * 3_000_000})

    with pytest.raises(UsageError) as caught:
        roster(given, scratch, room=1_500_000)

    assert (caught.value.code, list(scratch.iterdir())) == ("G604", [])
    assert caught.value.what == f"{given} unpacks to 2.9 MiB, and there is room for 1.4 MiB"


@pytest.mark.parametrize("given", ["nothing", "empty", "a.txt", "files"])
def test_what_holds_no_submission_is_said(tmp_path, scratch, given):
    (tmp_path / "empty").mkdir()
    (tmp_path / "files").mkdir()
    (tmp_path / "files/answer.py").write_text("")
    (tmp_path / "a.txt").write_text("")

    with pytest.raises(UsageError, match="no submissions in") as caught:
        roster(str(tmp_path / given), scratch, ROOM)

    assert caught.value.code == "G602"


@pytest.fixture
def manifest(tmp_path, scratch):
    """Write a manifest beside a folder `ada`, and read it."""
    (tmp_path / "ada").mkdir()

    def read(text):
        (tmp_path / "who.csv").write_text(text)
        return roster(str(tmp_path / "who.csv"), scratch, ROOM)

    return read


def test_a_manifest_names_paths_or_repositories_and_times(tmp_path, manifest):
    found = manifest(
        "id,path,repo,revision,received_at,time_factor,deadline\r\n"
        "a-1,ada,,,2026-01-05T12:00:00+02:00,1.25,2026-01-05\r\n"
        "b_2,,https://example.org/b.git,v1,,,\r\n"
    )

    assert found.members == (
        Member("a-1", f"{tmp_path}/ada", "ada", "a-1", "2026-01-05T10:00:00Z", "2026-01-05T00:00:00Z", 1.25),
        Member("b_2", "https://example.org/b.git@v1", "https://example.org/b.git@v1", "b_2"),
    )


@pytest.mark.parametrize("id_", ["logsdon", "logs", "batch.json-2", "data"])
def test_an_id_may_begin_like_a_file_of_the_batch(manifest, id_):
    assert [member.id for member in manifest(f"id,path\n{id_},ada\n").members] == [id_]


def test_a_repository_of_a_long_name_is_no_folder(manifest):
    assert manifest(f"id,repo\na,{'x' * 300}\n").members[0].path == f"{'x' * 300}@HEAD"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("path\nada\n", ["line 1: the column 'id' is missing"]),
        ("id\na\n", ["line 1: both 'path' and 'repo' are missing"]),
        ("id,path,recieved_at\na,ada,\n", ["line 1: no column is called 'recieved_at' (did you mean 'received_at'?)"]),
        ("id,path\nAda,ada\nada,ada\n", ["line 3: the id 'ada' is 'Ada' of line 2 where case is folded"]),
        ("id,path\nada,ada\nada,ada\n", ["line 3: the id 'ada' is that of line 2"]),
        ("id,path\n,ada\n", ["line 2: the id is missing"]),
        ("id,path\n../x,ada\n", ["line 2: the id '../x' is none"]),
        ("id,path\nbatch.json,ada\n", ["line 2: the id 'batch.json' names a file of the batch itself"]),
        ("id,path\nAliases.json,ada\n", ["line 2: the id 'Aliases.json' names a file of the batch itself"]),
        ("id,path\na,gone\n", ["line 2: there is nothing at gone"]),
        (f"id,path\na,{'x' * 300}\n", [f"line 2: there is nothing at {'x' * 200}... (100 more)"]),
        ("id,path\na,a\0da\n", ["line 2: a cell holds the character NUL"]),
        ("id,path,repo\na,ada,r\nb,,\n", ["line 2: it needs a path or a repo, and one alone"] * 2),
        ("id,path,received_at\na,ada,soon\n", ["line 2: received_at 'soon' is no time"]),
        (
            "id,path,deadline\na,ada,0001-01-01T00:00:00+14:00\n",
            ["line 2: deadline '0001-01-01T00:00:00+14:00' is no time"],
        ),
        ("id,path,time_factor\na,ada,0\n", ["line 2: time_factor '0' is no number above 0"]),
        ("id,path\na,ada,more\n", ["line 2: 3 cells under 2 columns"]),
        ("id,path\n", ["it has no row"]),
        ('id,path\n"a\n', ["it is no CSV file in UTF-8 (unexpected end of data)"]),
    ],
    ids=[
        *(
            "no id",
            "no place",
            "misspelt",
            "case",
            "twice",
            "empty id",
            "path as id",
            "our file",
            "our map",
            "missing",
            "too long",
            "NUL",
        ),
        *("both or none", "time", "before all time", "factor", "cells", "no rows", "quote"),
    ],
)
def test_every_mistake_of_a_manifest_is_told_with_its_line(manifest, tmp_path, text, told):
    with pytest.raises(UsageError) as caught:
        manifest(text)

    first, *rest = caught.value.what.split("\n  ")
    assert (caught.value.code, first) == ("G601", f"{tmp_path / 'who.csv'}: {told[0]}")
    assert [line.partition(": ")[2] for line in rest] == [line.partition(": ")[2] for line in told[1:]]
