"""Pure arithmetic from measurements to points."""
