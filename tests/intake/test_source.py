"""What was handed in becomes a Snapshot, or a refusal that names the entry."""

import io
import os
import subprocess
import tarfile
import zipfile

import pytest

from grader.errors import NotGradable, UsageError
from grader.intake.rules import Caps
from grader.intake.source import submission_id, take
from grader.results.model import LeftOut


def zipped(path, *entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return str(path)


def tarred(path, *members):
    with tarfile.open(path, "w:gz") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return str(path)


def refused(source, caps=None):
    with pytest.raises(NotGradable) as caught:
        take(source, caps)
    return caught.value


def test_a_folder_becomes_its_regular_files(tmp_path):
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/b.py").write_text("b = 1\n")
    (tmp_path / "a.py").write_text("a = 1\n")

    taken = take(str(tmp_path))

    assert taken.files == {"a.py": b"a = 1\n", "pkg/b.py": b"b = 1\n"}


def test_equal_content_has_equal_digest_whatever_it_came_in(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/a.py").write_text("a = 1\n")
    archive = zipped(tmp_path / "any.zip", ("top/a.py", "a = 1\n"))

    assert take(str(tmp_path / "folder")).digest == take(archive).digest


def test_caches_environments_and_version_control_are_left_out_with_a_note(tmp_path):
    for name in (".git/config", "__pycache__/a.pyc", "venv/bin/python", "env/pyvenv.cfg", "a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")

    taken = take(str(tmp_path))

    assert list(taken.files) == ["a.py"]
    assert taken.left_out == (
        LeftOut(".git/", "version control"),
        LeftOut("__pycache__/", "a cache"),
        LeftOut("env/", "a virtual environment"),
        LeftOut("venv/", "a virtual environment"),
    )


def test_a_link_in_a_folder_is_never_followed(tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/a.py").write_text("a = 1\n")
    (tmp_path / "sub/link.py").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "sub/pipe.py")

    taken = take(str(tmp_path / "sub"))

    assert taken.files == {"a.py": b"a = 1\n"}
    assert taken.left_out == (LeftOut("link.py", "a link"), LeftOut("pipe.py", "no regular file"))


@pytest.mark.parametrize("name", ["../out.py", "/etc/out.py", "a/../../out.py", "C:/out.py", "..\\out.py"])
def test_an_entry_that_points_outside_is_refused_by_name(tmp_path, name):
    error = refused(zipped(tmp_path / "bad.zip", ("a.py", "1"), (name, "2")))

    assert error.code == "G203"
    assert "out.py" in error.what


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_a_special_member_of_an_archive_is_refused_by_name(tmp_path, kind):
    member = tarfile.TarInfo("evil")
    member.type, member.linkname = kind, "/etc/passwd"

    error = refused(tarred(tmp_path / "bad.tar.gz", (member, b"")))

    assert (error.code, '"evil"' in error.what) == ("G208", True)


def test_a_link_in_a_zip_is_refused(tmp_path):
    link = zipfile.ZipInfo("link.py")
    link.external_attr = 0o120777 << 16

    error = refused(zipped(tmp_path / "bad.zip", (link, "/etc/passwd")))

    assert error.code == "G208"


def test_a_bomb_is_refused_while_it_is_read(tmp_path):
    error = refused(zipped(tmp_path / "bomb.zip", ("a.py", b"0" * 30_000_000)))

    assert error.code == "G202"


def test_a_damaged_archive_is_refused(tmp_path):
    path = tmp_path / "bad.zip"
    zipped(path, ("a.py", "print(1)\n" * 100))
    raw = bytearray(path.read_bytes())
    raw[45] ^= 0xFF
    path.write_bytes(raw)

    assert refused(str(path)).code == "G206"


@pytest.mark.parametrize("content", [b"", b"PK", b"not an archive at all"], ids=["empty", "cut off", "text"])
def test_what_is_no_archive_is_refused(tmp_path, content):
    (tmp_path / "odd.zip").write_bytes(content)

    assert refused(str(tmp_path / "odd.zip")).code == "G206"


def test_an_encrypted_zip_is_refused_by_name(tmp_path):
    path = tmp_path / "locked.zip"
    zipped(path, ("a.py", "1"))
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)

    assert refused(str(path)).code == "G207"


def test_names_that_are_one_on_some_systems_are_refused(tmp_path):
    assert refused(zipped(tmp_path / "bad.zip", ("A.py", "1"), ("a.py", "2"))).code == "G204"


@pytest.mark.parametrize("name", ["x" * 256 + ".py", "\u00e9" * 200 + ".py", "/".join(["d" * 200] * 9) + ".py"])
def test_a_name_that_no_file_system_takes_is_refused(tmp_path, name):
    assert "too long or too deep" in refused(zipped(tmp_path / "a.zip", (name, "x"))).what


def test_a_file_without_a_name_is_refused(tmp_path):
    assert "no name" in refused(tarred(tmp_path / "a.tgz", (tarfile.TarInfo("."), b"x"))).what


def test_the_folder_itself_may_be_an_entry(tmp_path):
    folder = tarfile.TarInfo("./")
    folder.type = tarfile.DIRTYPE

    assert list(take(tarred(tmp_path / "a.tgz", (folder, b""), (tarfile.TarInfo("./a.py"), b"x"))).files) == ["a.py"]


def test_too_many_folders_are_refused(tmp_path):
    entries = [(f"{n}/a/b/c.py", "") for n in range(40)]

    assert "folders" in refused(zipped(tmp_path / "a.zip", *entries), Caps(folders=100)).what


def test_an_empty_submission_is_refused(tmp_path):
    assert refused(str(tmp_path)).code == "G201"


def test_too_many_files_are_refused_quickly(tmp_path):
    entries = [(f"f{n}.py", "") for n in range(30)]

    error = refused(zipped(tmp_path / "many.zip", *entries), Caps(files=10))

    assert error.what == "many: more than 10 files"


def test_odd_names_are_kept_and_shown_escaped(tmp_path):
    (tmp_path / "a\n\u202eb.py").write_text("x = 1\n")
    (tmp_path / "A\n\u202eB.py").write_text("x = 2\n")

    error = refused(str(tmp_path))

    assert "a\\n\\u202eb.py" in error.what


def test_a_revision_is_read_from_objects_and_runs_no_hook(tmp_path):
    repository = tmp_path / "repo"
    subprocess.run(["git", "init", "-q", repository], check=True)
    (repository / "a.py").write_text("a = 1\n")
    (repository / "link").symlink_to("/etc/passwd")
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run(["git", "-C", repository, "add", "."], check=True)
    subprocess.run(["git", "-C", repository, *identity, "commit", "-qm", "one"], check=True)
    (repository / "a.py").write_text("a = 2\n")

    taken = take(f"{repository}@HEAD")

    assert (taken.files, taken.left_out) == ({"a.py": b"a = 1\n"}, (LeftOut("link", "a link"),))


def test_a_tag_names_a_revision_too(tmp_path):
    repository = tmp_path / "repo"
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run(["git", "init", "-q", repository], check=True)
    for version in ("1", "2"):
        (repository / "a.py").write_text(f"a = {version}\n")
        subprocess.run(["git", "-C", repository, "add", "."], check=True)
        subprocess.run(["git", "-C", repository, *identity, "commit", "-qm", version], check=True)
        subprocess.run(["git", "-C", repository, *identity, "tag", "-am", version, f"v{version}"], check=True)

    assert take(f"{repository}@v1").files == {"a.py": b"a = 1\n"}


def test_a_missing_submission_is_a_usage_error():
    with pytest.raises(UsageError) as caught:
        take("/nowhere/at/all")

    assert caught.value.code == "G211"


def test_an_id_is_safe_as_a_folder_name():
    assert submission_id("/x/Ana María (2)/../../etc.zip", "sha256:0123456789abcdef") == "etc-01234567"
    assert submission_id("/x/Ana María (2).tar.gz", "sha256:0123456789abcdef") == "Ana-Maria-2-01234567"


def test_an_archive_in_an_archive_is_not_unpacked_and_it_is_said(tmp_path):
    inner = zipped(tmp_path / "inner.zip", ("answer.py", "a = 1\n"))
    with open(inner, "rb") as file:
        outer = zipped(tmp_path / "outer.zip", ("work/inner.zip", file.read()))

    error = refused(outer)

    assert (error.code, error.what) == ("G623", "outer: it holds archives and nothing else")
