"""The runners' modules can be imported by name, as in their images."""

import sys
from pathlib import Path

RUNNERS = Path(__file__).resolve().parents[2] / "runners"
sys.path[:0] = [str(RUNNERS / "wire"), str(RUNNERS / "examiner")]
