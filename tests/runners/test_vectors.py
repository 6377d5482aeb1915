"""The vectors beside the codec: what each side writes and reads, whatever language it is written in."""

import json

import codec
import frames
import pytest

from grader import bundled

VECTORS = bundled.path("runners") / "wire" / "vectors"
VALUES = json.loads((VECTORS / "values.json").read_text())
REFUSED = json.loads((VECTORS / "refused.json").read_text())


def no_handles(*_):
    raise frames.Breach("no handles here")


@pytest.mark.parametrize("row", VALUES, ids=lambda row: row["value"][:40])
def test_a_value_is_written_as_its_vector_and_read_back(row):
    read = codec.Codec(1, no_handles, no_handles).decode(row["wire"])

    assert repr(read) == row["value"]
    assert codec.Codec(0, no_handles, no_handles).encode(read) == row["wire"]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row["says"])
def test_what_is_no_value_is_a_breach(row):
    with pytest.raises(frames.Breach):
        codec.Codec(1, no_handles, no_handles).decode(row["wire"])
