"""`environment create`: somewhere new to deploy to."""

from typing import Annotated

from pydantic import Field

from bot.command import Args, Command, Rest, Word, everywhere
from bot.views.status import environment_message
from core.app import Noodle
from core.asked import Asked
from core.environments.model import Environment


class EnvironmentCreateArgs(Args):
    """An environment to be."""

    environment: Annotated[str, Word()] = Field(description="Its name, such as staging.")
    target: str = Field("local", description="The provider that deploys there.")
    order: int = Field(0, description="Its place on the way to production, lowest first.", ge=0)
    protected: bool = Field(default=False, description="Deploying there takes the role releaser.")
    task: Annotated[str, Rest()] = Field("", description="A task that each deploy leaves behind.")
    dependency_index: str = Field("", description="Where dependencies are installed from; Noodle's own without it.")


def run(args: EnvironmentCreateArgs, asked: Asked, noodle: Noodle) -> Environment:
    """Keep the environment. Raises AlreadyExists, and Unknown for a target no provider offers."""
    settings = {"dependency_index": args.dependency_index} if args.dependency_index else {}
    return noodle.environments.create(
        Environment(
            name=args.environment,
            order=args.order,
            protected=args.protected,
            target=args.target,
            settings=settings,
            checklist=(args.task,) if args.task else (),
        )
    )


COMMAND = Command(
    name="environment create",
    summary="Make an environment to deploy to",
    args=EnvironmentCreateArgs,
    examples=(
        "environment create staging",
        "environment create production --order 1 --protected --task check the dashboards",
    ),
    allow="environment:edit",
    needs=everywhere("environment:edit"),
    run=run,
    show=environment_message,
)
