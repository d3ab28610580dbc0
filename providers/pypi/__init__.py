"""Python packages."""

from core.provider import Connected, Kit, Provider
from providers.pypi.build import PythonBuilder
from providers.pypi.format import inspect
from providers.pypi.routes import router


def _connect(kit: Kit) -> Connected:
    return Connected(builder=PythonBuilder(kit.environ), inspect=inspect, router=router)


PROVIDER = Provider(
    name="pypi",
    summary="Python packages, for pip, uv, twine and every other tool that speaks PEP 503",
    connect=_connect,
)
