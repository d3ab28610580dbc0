"""This machine: git repositories by path or URL, and virtual environments to deploy to."""

from core.ports import Limits
from core.provider import Connected, Kit, Provider
from providers.local.check import LocalCheck
from providers.local.git import GitRepos
from providers.local.gitcli import Git
from providers.local.venv import VirtualEnvironments

_CHECK = Limits(seconds=10)


def _connect(kit: Kit) -> Connected:
    mirrors, environments = kit.home / "git", kit.home / "environments"
    return Connected(
        code_host=GitRepos(mirrors, kit.environ),
        target=VirtualEnvironments(
            environments,
            registry_url=kit.registry_url,
            registry_token=kit.registry_token,
            clock=kit.clock,
            environ=kit.environ,
        ),
        check=LocalCheck(Git(mirrors / "home", kit.environ, _CHECK), environments),
    )


PROVIDER = Provider(
    name="local",
    summary="Git repositories by path or URL, and virtual environments on Noodle's own machine",
    connect=_connect,
)
