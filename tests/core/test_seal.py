from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from core.errors import Misconfigured
from core.seal import Seal


def key() -> str:
    return Fernet.generate_key().decode()


def test_what_is_sealed_does_not_stand_in_the_text_and_opens_again() -> None:
    seal = Seal.from_text(key())

    sealed = seal.close("https://hooks.example/T1/secret")

    assert "secret" not in sealed
    assert seal.open(sealed) == "https://hooks.example/T1/secret"


def test_nothing_stays_nothing() -> None:
    seal = Seal.from_text(key())

    assert (seal.close(""), seal.open("")) == ("", "")


def test_an_old_key_behind_the_new_one_still_opens() -> None:
    old, new = key(), key()

    assert Seal.from_text(f"{new},{old}").open(Seal.from_text(old).close("x")) == "x"


def test_a_foreign_key_is_named_as_the_fault() -> None:
    with pytest.raises(Misconfigured, match="another key"):
        Seal.from_text(key()).open(Seal.from_text(key()).close("x"))


def test_a_key_that_is_none_is_refused_without_being_shown() -> None:
    with pytest.raises(Misconfigured) as refused:
        Seal.from_text("hunter2")

    assert "hunter2" not in refused.value.message + refused.value.hint


def test_the_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "home" / "secret.key"

    sealed = Seal.from_file(path).close("x")

    assert Seal.from_file(path).open(sealed) == "x"
    assert path.stat().st_mode & 0o077 == 0
