"""The one record of a run: every stage gives these values, every output is rendered from them."""
