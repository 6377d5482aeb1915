"""Pillar quality: analysers in a container, their output as measurements and findings."""
