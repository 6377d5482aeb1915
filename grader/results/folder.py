"""The names of what a batch writes into its folder, beside a folder a submission; none of them is a submission's id."""

RECORD = "batch.json"
JOURNAL = "journal.sqlite"
METRICS = "metrics.prom"
PAGE, TABLE = "batch.html", "ranking.csv"
BLIND_PAGE, BLIND_TABLE = "batch.blind.html", "ranking.blind.csv"
ALIASES = "aliases.json"
COMPARISON = "comparison.html"

_OWN = frozenset(
    {
        *(RECORD, METRICS, PAGE, TABLE, BLIND_PAGE, BLIND_TABLE, ALIASES, COMPARISON),
        *(f"{JOURNAL}{end}" for end in ("", "-journal", "-shm", "-wal")),  # SQLite's own, beside the journal
    }
)


def is_own(name: str) -> bool:
    """Whether a file of the batch has this name, also on systems that fold case."""
    return name.casefold() in _OWN
