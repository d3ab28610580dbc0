import pytest

from bot.command import Args, Command
from bot.commands import discover, each
from bot.grammar import Missing, arguments, find, parse, words
from core.errors import BadCommand

COMMANDS = discover()


def understood(line: str) -> tuple[str, dict[str, object]]:
    command, given = find(line, COMMANDS)
    return command.name, arguments(command, parse(command, given)).model_dump()


@pytest.mark.parametrize("example", [example for command in each(COMMANDS) for example in command.examples])
def test_every_example_of_every_command_can_be_read(example: str) -> None:
    name, _ = understood(example)

    assert example.startswith(name)


@pytest.mark.parametrize("command", each(COMMANDS), ids=lambda command: command.name)
def test_every_argument_of_every_command_is_explained(command: Command) -> None:
    assert issubclass(command.args, Args)
    assert [name for name, info in command.args.model_fields.items() if not info.description] == []


@pytest.mark.parametrize(
    "line",
    [
        "deploy api@1.4.2 to staging",
        "DEPLOY api@1.4.2 in staging",
        "deploy to staging api@1.4.2",
    ],
)
def test_a_deploy_is_understood_in_any_order(line: str) -> None:
    name, args = understood(line)

    assert (name, args["package"], args["version"], args["environment"]) == ("deploy", "api", "1.4.2", "staging")


def test_flags_stand_anywhere_and_a_reason_takes_all_words_up_to_the_next_flag() -> None:
    _, args = understood("deploy --reason the login is broken --dry-run api to staging")

    assert args["reason"] == "the login is broken"
    assert args["dry_run"] is True


def test_smart_quotes_and_long_dashes_are_what_they_stand_for() -> None:
    assert words("deploy api —reason “a b” ‘c’") == ["deploy", "api", "--reason", "a b", "'c'"]


def test_a_branch_with_slashes_is_one_word_behind_the_at() -> None:
    _, args = understood("build api@feature/new-login")

    assert args["ref"] == "feature/new-login"


def test_a_scoped_name_keeps_its_own_at() -> None:
    _, args = understood("deploy @acme/lib@1.0.0 to staging")

    assert (args["package"], args["version"]) == ("@acme/lib", "1.0.0")


def test_a_version_may_come_before_its_package() -> None:
    _, args = understood("release minor api")

    assert (args["package"], args["version"]) == ("api", "minor")


def test_nothing_asks_for_help() -> None:
    assert find("", COMMANDS)[0].name == "help"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("deploi api", "There is no command `deploi`."),
        ("package", "`package` what?"),
        ("deploy api 1.4.2 to staging", "I do not know what `1.4.2` means"),
        ("deploy api to staging --force", "has no flag `--force`"),
        ("deploy api@ to staging", "nothing behind the @"),
        ("deploy api to staging --reason", "needs a value"),
        ("deploy api to", "I do not know what `to` means"),
        ("confirm twelve", "<number> of `confirm` is wrong"),
        ("grant king to @ada", "<role> of `grant` is wrong"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_the_reason_and_a_way_on(line: str, said: str) -> None:
    with pytest.raises(BadCommand) as refused:
        understood(line)

    assert said in refused.value.message
    assert refused.value.hint


def test_a_version_without_at_is_shown_how_it_is_written() -> None:
    with pytest.raises(BadCommand) as refused:
        understood("deploy api 1.4.2 to staging")

    assert "`<package>@1.4.2`" in refused.value.hint


def test_a_typo_in_the_verb_and_in_a_flag_gets_what_was_probably_meant() -> None:
    with pytest.raises(BadCommand) as verb:
        understood("deply api to staging")
    with pytest.raises(BadCommand) as flag:
        understood("deploy api to staging --dryrun")

    assert verb.value.suggestions[0] == "deploy"
    assert flag.value.suggestions == ("--dry-run",)


def test_what_is_missing_is_named_and_what_was_given_is_kept_for_the_form() -> None:
    command, given = find("deploy api@1.0.0", COMMANDS)

    with pytest.raises(Missing) as missing:
        arguments(command, parse(command, given))

    assert "needs <environment>" in missing.value.message
    assert missing.value.given == {"package": "api", "version": "1.0.0"}
