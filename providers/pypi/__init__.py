"""Python packages."""

from core.provider import Connected, Kit, Provider
from providers.pypi.format import inspect
from providers.pypi.routes import router


def _connect(_kit: Kit) -> Connected:
    return Connected(inspect=inspect, router=router)


PROVIDER = Provider(
    name="pypi",
    summary="Python packages, for pip, uv, twine and every other tool that speaks PEP 503",
    connect=_connect,
)
