"""An assignment folder, read strictly, as values."""
