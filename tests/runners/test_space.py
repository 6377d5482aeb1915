"""Where a submission may write, emptied whatever it did there. Real folders, no container."""

import os

import space


def test_a_folder_is_emptied_however_deep_it_is(tmp_path):
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(3000):  # deeper than a path may be long, and than Python may recurse
        os.mkdir("deeper", dir_fd=here)
        below = os.open("deeper", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)

    assert space.empty(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_links_are_removed_and_never_followed(tmp_path):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    (outside / "kept").mkdir(parents=True)
    inside.mkdir()
    (inside / "folder").symlink_to(outside)
    (inside / "deep").mkdir()
    (inside / "deep" / "file").symlink_to(outside / "kept")

    assert space.empty(inside)

    assert (list(inside.iterdir()), (outside / "kept").is_dir()) == ([], True)


def test_folders_that_may_not_be_read_are_removed(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b").chmod(0)
    (tmp_path / "a").chmod(0)

    assert space.empty(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_link_in_a_folders_place_is_replaced_and_what_it_leads_to_is_kept(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    (tmp_path / "scratch").symlink_to("kept")

    assert space.empty(tmp_path / "scratch")

    assert (os.listdir(tmp_path / "scratch"), os.listdir(tmp_path / "kept")) == ([], ["file"])


def test_files_lie_below_their_folder_and_nowhere_else(tmp_path):
    space.put({"a/b.txt": b"1", "../up.txt": b"2", "/abs.txt": b"3", "a/../../up.txt": b"4"}, tmp_path / "work")

    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.txt")] == ["work/a/b.txt"]
