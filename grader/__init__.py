"""The take-home grader: hidden tests behind glass, measured quality and speed, a score that explains itself."""

__version__ = "0.1.0"
