from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import Conflict, NoodleError, Unknown
from tests.contracts.conftest import Repo

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_branch_a_tag_and_a_sha_are_found(repo: Repo) -> None:
    first = repo.commit("feat: begin", a="a")
    repo.git("tag", "light")
    repo.git("tag", "--annotate", "-m", "Release 1", "v1.0.0")
    repo.git("push", "--quiet", "--tags", "origin")
    second = repo.commit("fix: gru\N{LATIN SMALL LETTER SHARP S}", a="b")
    for ref in ("light", "v1.0.0", first, first[:8]):
        assert repo.host.resolve(repo.name, ref).sha == first
    found = repo.host.resolve(repo.name, "main")
    assert (found.sha, found.subject, found.author, found.email) == (
        second,
        "fix: gru\N{LATIN SMALL LETTER SHARP S}",
        "Ada",
        "ada@example.com",
    )


def test_no_ref_is_the_default_branch_as_it_is_now(repo: Repo) -> None:
    repo.commit("feat: begin", a="a")
    repo.git("checkout", "--quiet", "-b", "other")
    repo.commit("feat: elsewhere", a="b")
    repo.git("checkout", "--quiet", "main")
    assert repo.host.resolve(repo.name, "").subject == "feat: begin"
    later = repo.commit("feat: go on", a="c")
    assert repo.host.resolve(repo.name, "").sha == later


def test_a_branch_that_was_rewritten_is_found_where_it_is_now(repo: Repo) -> None:
    repo.commit("feat: begin", a="a")
    repo.commit("feat: oops", a="b")
    repo.host.resolve(repo.name, "main")
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    repo.git("push", "--quiet", "--force", "origin", "main")
    assert repo.host.resolve(repo.name, "main").subject == "feat: begin"


def test_a_branch_that_is_gone_is_unknown(repo: Repo) -> None:
    repo.commit("feat: begin", a="a")
    repo.git("push", "--quiet", "origin", "main:passing")
    repo.host.resolve(repo.name, "passing")
    repo.git("push", "--quiet", "--delete", "origin", "passing")
    with pytest.raises(Unknown):
        repo.host.resolve(repo.name, "passing")


def test_an_unknown_ref_is_refused_with_what_was_probably_meant(repo: Repo) -> None:
    repo.commit("feat: begin", a="a")
    repo.git("push", "--quiet", "origin", "main:feature/search")
    with pytest.raises(Unknown) as refused:
        repo.host.resolve(repo.name, "feature/serach")
    assert refused.value.suggestions == ("feature/search",)


def test_an_empty_repo_is_refused_with_a_hint(repo: Repo) -> None:
    with pytest.raises(Unknown, match="no commits"):
        repo.host.resolve(repo.name, "")


def test_a_repo_that_is_not_there_is_refused_with_a_hint(repo: Repo) -> None:
    with pytest.raises(NoodleError) as refused:
        repo.host.resolve(repo.name.replace("api", "apy"), "main")
    assert refused.value.hint


@pytest.mark.parametrize(
    "ref", ["../../etc", "-rf", "--upload-pack=touch x", "a b", "\N{SNOWMAN}", "main~1", "main^{tree}", "a\nb", "@{u}"]
)
def test_a_hostile_ref_is_unknown(repo: Repo, ref: str) -> None:
    repo.commit("feat: begin", a="a")
    with pytest.raises(Unknown):
        repo.host.resolve(repo.name, ref)


def test_the_log_is_what_one_commit_has_and_the_other_has_not(repo: Repo) -> None:
    first = repo.commit("feat: begin", a="a")
    repo.commit("feat: go on", a="b")
    last = repo.commit("fix: mend", a="c")
    subjects = [commit.subject for commit in repo.host.log(repo.name, last, since=first)]
    assert subjects == ["fix: mend", "feat: go on"]
    assert [commit.subject for commit in repo.host.log(repo.name, last, limit=1)] == ["fix: mend"]
    assert len(repo.host.log(repo.name, last)) == 3
    assert repo.host.log(repo.name, last, since=last) == ()


def test_changed_files_are_named_as_they_are(repo: Repo) -> None:
    first = repo.commit("feat: begin", a="a", b="b")
    last = repo.commit("feat: go on", **{"b": "c", "\N{SNOWMAN} man": "x"})
    assert repo.host.changed_files(repo.name, first, last) == ("b", "\N{SNOWMAN} man")


def test_a_checkout_is_the_commit_and_nothing_else(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit("feat: begin", a="old")
    repo.commit("feat: go on", a="new", b="b")
    folder = tmp_path / "work"
    folder.mkdir()
    repo.host.checkout(repo.name, first, folder)
    assert {path.name for path in folder.iterdir()} - {".git"} == {"a"}
    (folder / "a").write_text("changed")
    (folder / "left").write_text("over")
    repo.host.checkout(repo.name, first, folder)
    assert {path.name: path.read_text() for path in folder.iterdir() if path.is_file()} == {"a": "old"}


def test_a_tag_stands_on_the_commit_with_what_was_changed(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit("feat: begin", a="a")
    folder = tmp_path / "work"
    repo.host.checkout(repo.name, first, folder)
    (folder / "a").write_text("changed")
    tagged = repo.host.push_tag(folder, "v1.0.0", "Release 1.0.0", AT)
    assert (tagged.author, tagged.email, tagged.at, tagged.subject) == (
        "Noodle",
        "noodle@localhost",
        AT,
        "Release 1.0.0",
    )
    assert repo.host.resolve(repo.name, "v1.0.0") == tagged
    assert repo.host.resolve(repo.name, "main").sha == first
    assert repo.host.changed_files(repo.name, first, tagged.sha) == ("a",)


def test_a_tag_without_a_change_stands_on_the_commit_itself(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit("feat: begin", a="a")
    repo.host.checkout(repo.name, first, tmp_path / "work")
    assert repo.host.push_tag(tmp_path / "work", "v1.0.0", "Release 1.0.0", AT).sha == first


def test_pushing_a_tag_twice_from_two_folders_makes_the_same_commit(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit("feat: begin", a="a")
    tagged = []
    for name in ("one", "one", "two"):
        if not (tmp_path / name).exists():
            repo.host.checkout(repo.name, first, tmp_path / name)
        (tmp_path / name / "a").write_text("changed")
        tagged.append(repo.host.push_tag(tmp_path / name, "v1.0.0", "Release 1.0.0", AT))
    assert len({commit.sha for commit in tagged}) == 1


def test_a_tag_on_another_commit_is_a_conflict(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit("feat: begin", a="a")
    repo.git("tag", "v1.0.0")
    repo.git("push", "--quiet", "origin", "v1.0.0")
    repo.host.checkout(repo.name, first, tmp_path / "work")
    (tmp_path / "work" / "a").write_text("changed")
    with pytest.raises(Conflict, match=r"v1\.0\.0"):
        repo.host.push_tag(tmp_path / "work", "v1.0.0", "Release 1.0.0", AT)
    assert repo.host.resolve(repo.name, "v1.0.0").sha == first


@pytest.mark.parametrize("tag", ["-d", "../../etc", "a b", "", "v1..0"])
def test_a_name_that_cannot_be_a_tag_is_refused(repo: Repo, tmp_path: Path, tag: str) -> None:
    first = repo.commit("feat: begin", a="a")
    repo.host.checkout(repo.name, first, tmp_path / "work")
    with pytest.raises(Unknown):
        repo.host.push_tag(tmp_path / "work", tag, "Release", AT)


def test_checks_are_a_tuple_even_where_there_are_none(repo: Repo) -> None:
    assert isinstance(repo.host.checks(repo.name, repo.commit("feat: begin", a="a")), tuple)
