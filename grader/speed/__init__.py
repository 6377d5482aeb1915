"""Pillar speed: paired, interleaved runs of the submission against the reference."""
