"""What a record says of the machine."""

import os

import pytest

from grader.speed import machine

CPUINFO = """\
processor\t: 0
vendor_id\t: AuthenticAMD
model name\t: AMD EPYC 7B13
cpu MHz\t\t: 2449.998

processor\t: 1
model name\t: AMD EPYC 7B13
"""


@pytest.mark.parametrize(
    ("text", "named"), [(CPUINFO, True), ("processor\t: 0\nBogoMIPS\t: 50\n", False), (None, False)]
)
def test_the_processor_has_a_name_where_the_system_tells(tmp_path, monkeypatch, text, named):
    if text is not None:
        (tmp_path / "cpuinfo").write_text(text)
    monkeypatch.setattr(machine, "_CPUINFO", tmp_path / "cpuinfo")

    host = machine.host(0.01)

    assert (host.cpus, host.noise, host.cpu == "AMD EPYC 7B13", host.cpu != "") == (os.cpu_count(), 0.01, named, True)
