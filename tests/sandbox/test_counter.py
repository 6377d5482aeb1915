"""The engine's figure for a container: its cgroup's file where there is one, by the full id; else the engine's word."""

import pytest

from grader.sandbox import counter

ID = "c0ffee" * 10 + "c0ff"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (f"cpuacct/docker/{ID}/cpuacct.usage", "1234567000\n"),
        (f"docker/{ID}/cpu.stat", "usage_usec 1234567\nuser_usec 1000000\n"),
        (f"system.slice/docker-{ID}.scope/cpu.stat", "usage_usec 1234567\n"),
    ],
    ids=["v1", "v2", "v2 by systemd"],
)
def test_a_cgroups_file_is_read_in_nanoseconds(tmp_path, name, text):
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(text)

    assert counter.from_files(ID, tmp_path) == 1_234_567_000
    assert counter.from_files("0" * 64, tmp_path) is None


@pytest.mark.parametrize(
    ("stats", "expected"),
    [
        ({"cpu_stats": {"cpu_usage": {"total_usage": 5_000_000}}}, 5_000_000),
        ({"cpu_stats": {"cpu_usage": {"total_usage": 0}}}, None),
        ({"cpu_stats": {}}, None),
        ({}, None),
    ],
)
def test_the_engines_statistics_may_say_nothing(stats, expected):
    assert counter.from_stats(stats) == expected
