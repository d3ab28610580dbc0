import subprocess
from pathlib import Path

import pytest

from bot.sandbox.demo_repo import create
from core.errors import Misconfigured


def _git(repo: Path, *arguments: str) -> str:
    command = ["git", f"--git-dir={repo}", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def test_the_demo_repo_is_the_same_everywhere(tmp_path: Path) -> None:
    repo = create(tmp_path / "deep" / "hello-noodle.git")
    assert repo == tmp_path / "deep" / "hello-noodle.git"
    assert _git(repo, "rev-parse", "HEAD", "kishimen").split() == [
        "9d1ea0093cd28d3157489323dda3eafa74cc2156",
        "24ad77d7183c8ff124634abb415e0a8cb96bbcc7",
    ]
    assert _git(repo, "symbolic-ref", "HEAD").strip() == "refs/heads/main"


def test_main_is_the_project_as_it_stands_in_our_tree(tmp_path: Path) -> None:
    repo = create(tmp_path / "hello-noodle.git")
    project = Path(__file__).parents[3] / "bot" / "sandbox" / "demo_project"
    names = _git(repo, "ls-tree", "-r", "--name-only", "main").split()
    ours = {
        str(path.relative_to(project))
        for path in project.rglob("*")
        if path.is_file() and "cache" not in str(path.relative_to(project))
    }
    assert set(names) == ours
    for name in names:
        assert _git(repo, "show", f"main:{name}") == (project / name).read_text(encoding="utf-8")


def test_its_history_is_of_three_people_and_reads_like_one(tmp_path: Path) -> None:
    repo = create(tmp_path / "hello-noodle.git")
    commits = [line.split("|") for line in _git(repo, "log", "--format=%an|%s", "main").splitlines()]
    assert len(commits) == 5
    assert len({author for author, _ in commits}) == 3
    assert {subject.split(":")[0] for _, subject in commits} == {"chore", "feat", "test", "fix"}


def test_a_repo_that_was_half_made_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / ".hello-noodle.git.new" / "objects").mkdir(parents=True)
    assert _git(create(tmp_path / "hello-noodle.git"), "rev-parse", "main")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "hello-noodle.git").mkdir()
    (tmp_path / "hello-noodle.git" / "mine").write_text("")
    with pytest.raises(Misconfigured):
        create(tmp_path / "hello-noodle.git")
