from importlib.metadata import EntryPoint

import pytest

import providers
from core.errors import Misconfigured
from core.provider import Provider
from providers import discover


def test_the_providers_in_the_tree_are_found() -> None:
    found = discover()
    assert {"local", "pypi"} <= set(found)
    assert all(isinstance(one, Provider) and one.name == name and one.summary for name, one in found.items())


@pytest.mark.parametrize(
    ("leads_to", "said"), [("pathlib:Path", "is no provider"), ("providers.local:PROVIDER", "calls itself local")]
)
def test_an_installed_package_that_is_none_or_takes_a_name_is_refused(
    monkeypatch: pytest.MonkeyPatch, leads_to: str, said: str
) -> None:
    point = EntryPoint(name="x", value=leads_to, group="noodle.providers")
    monkeypatch.setattr(providers, "entry_points", lambda **_: [point])
    with pytest.raises(Misconfigured, match=said) as refused:
        discover()
    assert refused.value.hint
