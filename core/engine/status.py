"""Where an execution of a workflow is."""

from dbos import DBOS

_UNDER_WAY = {"ENQUEUED", "PENDING", "DELAYED"}


def status(workflow_id: str) -> str | None:
    """Return the engine's word for where an execution is, or None when there is none of that id."""
    found = DBOS.get_workflow_status(workflow_id)
    return None if found is None else found.status


def over(workflow_id: str) -> bool:
    """Whether an execution has ended, well, badly or by being cancelled; one that never was has ended too."""
    return status(workflow_id) not in _UNDER_WAY
