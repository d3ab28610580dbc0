import os
import shutil
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox.demo_repo import create
from core.errors import Conflict, NoodleError, ProviderDown, Refused, Unknown
from core.ports import Limits
from providers.local.git import GitRepos
from providers.local.gitcli import complaint, ensure_address

MAIN = "9d1ea0093cd28d3157489323dda3eafa74cc2156"


@pytest.fixture
def mirrors(tmp_path: Path) -> Path:
    return tmp_path / "mirrors"


@pytest.fixture
def host(mirrors: Path) -> GitRepos:
    return GitRepos(mirrors, os.environ)


@pytest.fixture
def demo(tmp_path: Path) -> str:
    return str(create(tmp_path / "hello-noodle.git"))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "relative/path",
        "-x",
        "--upload-pack=touch /tmp/x",
        "ext::sh -c true",
        "ext::https://x",
        "ftp://example.com/x",
        "/srv/a\nb",
        "https://user:hunter2@example.com/api.git",
        "https://hunter2@example.com/api.git",
        "ssh://git:hunter2@example.com/api.git",
    ],
)
def test_what_is_no_address_or_holds_a_password_is_refused_without_repeating_it(host: GitRepos, address: str) -> None:
    with pytest.raises(Refused) as refused:
        host.resolve(address, "main")
    assert "hunter2" not in str(refused.value.to_json())


@pytest.mark.parametrize(
    "address", ["/srv/git/api.git", "https://example.com/api.git", "git@example.com:team/api.git", "ssh://git@e.com/a"]
)
def test_addresses_as_people_write_them_are_taken(address: str) -> None:
    ensure_address(address)


def test_a_command_hidden_in_a_url_is_not_run(host: GitRepos, tmp_path: Path) -> None:
    for address in (f"ssh://-oProxyCommand=touch${{IFS}}{tmp_path}/ran/x", f"git@-oProxyCommand=touch:{tmp_path}/ran"):
        with pytest.raises(NoodleError):
            host.resolve(address, "main")
    assert not (tmp_path / "ran").exists()


def test_credentials_in_gits_own_words_are_left_out() -> None:
    said = "fatal: unable to access 'https://bot:hunter2@example.com/api.git/': Could not resolve host"
    error = complaint("https://example.com/api.git", said)
    assert isinstance(error, ProviderDown)
    assert "hunter2" not in str(error.to_json())


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("fatal: '/x' does not appear to be a git repository", Unknown),
        ("remote: Repository not found.\nfatal: repository 'https://e.com/x/' not found", Unknown),
        ("fatal: Authentication failed for 'https://e.com/x/'", Refused),
        ("fatal: could not read Username for 'https://e.com': terminal prompts disabled", Refused),
        ("git@e.com: Permission denied (publickey).\nfatal: Could not read from remote repository.", Refused),
        ("fatal: detected dubious ownership in repository at '/x'", Refused),
        ("fatal: unable to access 'https://e.com/x/': Failed to connect to e.com port 443", ProviderDown),
        ("", ProviderDown),
    ],
)
def test_what_git_complains_of_is_told_apart(said: str, kind: type[NoodleError]) -> None:
    error = complaint("https://e.com/x", said)
    assert type(error) is kind
    assert error.hint


def test_a_host_that_does_not_answer_is_down(host: GitRepos) -> None:
    with pytest.raises(ProviderDown, match="localhost"):
        host.resolve("http://localhost:1/api.git", "main")


def test_git_that_takes_too_long_is_down(mirrors: Path, demo: str) -> None:
    with pytest.raises(ProviderDown, match="within 0 s"):
        GitRepos(mirrors, os.environ, Limits(seconds=0)).resolve(demo, "main")


def test_a_machine_without_git_is_told_so(mirrors: Path, demo: str) -> None:
    with pytest.raises(ProviderDown, match="not installed"):
        GitRepos(mirrors, {"PATH": str(mirrors)}).resolve(demo, "main")


def test_a_file_url_and_a_plain_path_are_the_same_repo(host: GitRepos, demo: str) -> None:
    assert host.resolve(f"file://{demo}", "") == host.resolve(demo, "")


def test_a_mirror_that_was_cut_off_is_made_anew(host: GitRepos, mirrors: Path, demo: str) -> None:
    host.resolve(demo, "main")
    (mirror,) = mirrors.glob("*.git")
    for ruin in ("packed-refs.lock", "shallow.lock", "refs/heads/main.lock"):
        (mirror / ruin).parent.mkdir(parents=True, exist_ok=True)
        (mirror / ruin).write_text("")
    shutil.rmtree(mirror / "objects")
    assert host.resolve(demo, "main").sha == MAIN


def test_a_checkout_that_was_cut_off_is_made_anew(host: GitRepos, demo: str, tmp_path: Path) -> None:
    host.checkout(demo, MAIN, tmp_path / "tree")
    for ruin in (".git/index.lock", ".git/HEAD.lock", ".git/config.lock", ".git/refs/tags/v1.lock"):
        (tmp_path / "tree" / ruin).write_text("")
    (tmp_path / "tree" / "README.md").unlink()
    host.checkout(demo, MAIN, tmp_path / "tree")
    assert (tmp_path / "tree" / "README.md").exists()


def test_a_failure_that_concerns_no_repo_names_none(host: GitRepos, demo: str, tmp_path: Path) -> None:
    host.checkout(demo, MAIN, tmp_path / "tree")
    (tmp_path / "tree" / ".git" / "index.lock").write_text("")
    with pytest.raises(ProviderDown, match=r"^git could not do its work: .*index\.lock"):
        host.push_tag(tmp_path / "tree", "v1.0.0", "Release 1.0.0", datetime(2026, 1, 1, tzinfo=UTC))


def test_a_mirror_survives_a_repo_that_is_away_for_a_while(host: GitRepos, demo: str) -> None:
    host.resolve(demo, "main")
    Path(demo).rename(f"{demo}.away")
    with pytest.raises(Unknown):
        host.resolve(demo, "main")
    assert len(host.log(demo, MAIN)) == 5
    Path(f"{demo}.away").rename(demo)
    assert host.resolve(demo, "main").sha == MAIN


def test_many_may_ask_for_a_new_repo_at_once(host: GitRepos, demo: str) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(host.resolve(demo, "main").sha)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [MAIN] * 8


def test_the_origin_of_a_checkout_is_the_real_repo(host: GitRepos, demo: str, tmp_path: Path) -> None:
    host.checkout(demo, MAIN, tmp_path / "work")
    said = subprocess.run(
        ["git", "remote", "get-url", "origin"], cwd=tmp_path / "work", capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == demo


def test_a_checkout_shares_no_file_with_the_mirror(host: GitRepos, demo: str, tmp_path: Path) -> None:
    host.checkout(demo, MAIN, tmp_path / "work")
    assert all(path.stat().st_nlink == 1 for path in (tmp_path / "work").rglob("*") if path.is_file())
    assert not (tmp_path / "work" / ".git" / "objects" / "info" / "alternates").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(host: GitRepos, demo: str, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "thesis").write_text("years")
    with pytest.raises(Conflict):
        host.checkout(demo, MAIN, tmp_path / "work")
    assert (tmp_path / "work" / "thesis").read_text() == "years"


def test_hooks_of_the_machine_do_not_run(demo: str, mirrors: Path, tmp_path: Path) -> None:
    hooks = tmp_path / "home" / "hooks"
    hooks.mkdir(parents=True)
    (hooks / "post-checkout").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (hooks / "post-checkout").chmod(0o755)
    (tmp_path / "home" / ".gitconfig").write_text(f"[core]\nhooksPath = {hooks}\n")
    host = GitRepos(mirrors, {**os.environ, "HOME": str(tmp_path / "home")})
    host.checkout(demo, MAIN, tmp_path / "work")
    assert not (tmp_path / "ran").exists()


def test_secrets_of_the_process_do_not_reach_git(demo: str, mirrors: Path, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nenv >> {tmp_path}/seen\nexec {shutil.which("git")} "$@"\n')
    program.chmod(0o755)
    environ = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "NOODLE_SECRET_KEY": "hunter2"}
    GitRepos(mirrors, environ).resolve(demo, "main")
    assert "GIT_TERMINAL_PROMPT=0" in (tmp_path / "seen").read_text()
    assert "hunter2" not in (tmp_path / "seen").read_text()
