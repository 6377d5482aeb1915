"""Pillar correctness: the hidden tests in the examiner, the submission behind glass."""
