"""What deploying somewhere takes: more where the environment is protected."""

from core.access.model import Ask
from core.app import Noodle


def deploying(package: str, environment: str, noodle: Noodle) -> Ask:
    """Return the permission to deploy a package to an environment. Raises Unknown for names that do not exist."""
    where = noodle.environments.get(environment)
    permission = "deploy:protected" if where.protected else "deploy:run"
    return Ask(permission=permission, package=noodle.packages.get(package).name, environment=where.name)


def deploying_run(number: int, noodle: Noodle) -> Ask:
    """Return the permission that the deploy with this number takes. Raises Unknown."""
    run = noodle.runs.get(number)
    return deploying(run.package, str(run.detail.get("environment", "")), noodle)
