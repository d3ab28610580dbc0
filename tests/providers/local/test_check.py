import os
from pathlib import Path

from core.clock import SystemClock
from core.ports import Check, Limits
from core.provider import Kit
from providers.local import PROVIDER
from providers.local.check import LocalCheck
from providers.local.gitcli import Git


def _check(tmp_path: Path, environments: Path, path: str) -> Check:
    git = Git(tmp_path / "home", {"PATH": path}, Limits(seconds=10))
    return LocalCheck(git, environments).check()


def test_a_machine_with_git_and_disk_is_well(tmp_path: Path) -> None:
    check = _check(tmp_path, tmp_path / "environments", os.environ["PATH"])
    assert check.ok
    assert check.detail.startswith("git version")


def test_a_machine_without_git_is_told_what_to_install(tmp_path: Path) -> None:
    check = _check(tmp_path, tmp_path / "environments", str(tmp_path))
    assert not check.ok
    assert "git" in check.fix


def test_an_old_git_is_told_from_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\necho git version 2.17.1\n")
    (tmp_path / "git").chmod(0o755)
    check = _check(tmp_path, tmp_path / "environments", f"{tmp_path}:{os.environ['PATH']}")
    assert check == Check(ok=False, detail="git version 2.17.1 is too old.", fix="Install git 2.30 or newer.")


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    check = _check(tmp_path, tmp_path / "file" / "environments", os.environ["PATH"])
    assert not check.ok
    assert str(tmp_path / "file") in check.fix


def test_the_provider_gives_a_code_host_a_target_and_a_check(tmp_path: Path) -> None:
    kit = Kit(
        home=tmp_path,
        clock=SystemClock(),
        environ=os.environ,
        registry_url=lambda: "",
        registry_token=lambda _what: "",
    )
    connected = PROVIDER.connect(kit)
    assert connected.code_host is not None
    assert connected.target is not None
    assert connected.check is not None
    assert connected.check.check().ok
