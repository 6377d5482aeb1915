"""What was handed in, made safe: a Snapshot of regular files, or a refusal."""
