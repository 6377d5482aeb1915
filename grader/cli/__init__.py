"""The command line: arguments to values, one call, exit code. Click lives here alone."""
