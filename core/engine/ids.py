"""Ids of workflows: sortable, because ties in time are broken by them."""


def run_id(kind: str, number: int) -> str:
    """Return the workflow id of a run: `deploy-000000000042`."""
    return f"{kind}-{number:012d}"
