"""The ordinary suite is a submission and its hidden tests: data, not tests of ours."""

collect_ignore = ["ordinary"]
