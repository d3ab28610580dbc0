import pytest

from core.access.model import PERMISSIONS, Ask, Grant, Role, decide, refusal

ADA, DEV, VIC = "slack:T1:UADA", "slack:T1:UDEV", "slack:T1:UVIC"


def grant(person: str, role: Role, package: str = "*", environment: str = "*") -> Grant:
    return Grant(id=1, person=person, role=role, package=package, environment=environment)


@pytest.mark.parametrize("permission", [name for name, needed in PERMISSIONS.items() if needed])
def test_without_a_grant_everything_is_denied(permission: str) -> None:
    assert not decide(VIC, Ask(permission=permission), []).allowed


@pytest.mark.parametrize("permission", PERMISSIONS)
@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_exactly_what_it_covers(permission: str, role: Role) -> None:
    needed = PERMISSIONS[permission]

    decision = decide(DEV, Ask(permission=permission, package="api"), [grant(DEV, role)])

    assert decision.allowed == (needed is None or role.covers(needed))


def test_a_permission_nobody_has_heard_of_is_denied_even_to_an_admin() -> None:
    assert not decide(ADA, Ask(permission="world:end"), [grant(ADA, Role.ADMIN)]).allowed


def test_a_grant_for_one_package_says_nothing_of_another() -> None:
    grants = [grant(DEV, Role.DEVELOPER, package="api")]

    assert decide(DEV, Ask(permission="build:run", package="api"), grants).allowed
    assert not decide(DEV, Ask(permission="build:run", package="web"), grants).allowed


def test_a_grant_for_one_environment_says_nothing_of_another() -> None:
    grants = [grant(DEV, Role.RELEASER, environment="staging")]

    assert decide(DEV, Ask(permission="deploy:run", package="api", environment="staging"), grants).allowed
    assert not decide(DEV, Ask(permission="deploy:protected", package="api", environment="production"), grants).allowed


def test_what_concerns_every_package_takes_a_grant_for_every_package() -> None:
    assert not decide(ADA, Ask(permission="access:grant"), [grant(ADA, Role.ADMIN, package="api")]).allowed
    assert decide(ADA, Ask(permission="access:grant"), [grant(ADA, Role.ADMIN)]).allowed


def test_a_pattern_covers_the_names_that_match_it() -> None:
    grants = [grant(DEV, Role.DEVELOPER, package="team-*")]

    assert decide(DEV, Ask(permission="build:run", package="team-api"), grants).allowed
    assert not decide(DEV, Ask(permission="build:run", package="steam-api"), grants).allowed


def test_a_denial_names_the_rule_and_who_can() -> None:
    decision = decide(
        VIC, Ask(permission="deploy:run", package="api"), [grant(VIC, Role.VIEWER), grant(ADA, Role.ADMIN)]
    )

    refused = refusal(decision, ["Ada"], "`deploy`")

    assert refused.message == "You may not `deploy`: deploy:run needs developer for api, and you are not."
    assert refused.hint == "Ask Ada."
    assert decision.who_can == (ADA,)


def test_a_denial_where_nobody_can_says_how_the_first_one_is_made() -> None:
    decision = decide(VIC, Ask(permission="deploy:run"), [])

    assert "grant admin" in refusal(decision, [], "`deploy`").hint
