"""What a code means: errors, criteria, verdicts, outcomes, gates, rules; texts that ship with the program."""
