from core.suggest import close


def test_a_slip_of_the_keyboard_finds_the_name() -> None:
    assert close("nodle-demo", ["noodle-demo", "api"]) == ("noodle-demo",)


def test_the_beginning_of_a_name_finds_it() -> None:
    assert close("noo", ["noodle-demo", "api"]) == ("noodle-demo",)


def test_separators_and_case_make_no_difference() -> None:
    assert close("NOODLE_DEMO", ["noodle-demo", "noodle-docs"])[0] == "noodle-demo"


def test_nothing_like_it_gives_nothing() -> None:
    assert close("zebra", ["noodle-demo", "api"]) == ()
    assert close("", ["noodle-demo"]) == ()


def test_at_most_three_are_given_the_likeliest_first() -> None:
    assert close("web-api", ["web-api-2", "web-app", "web-apis", "web-ape", "db"])[0] in {"web-apis", "web-api-2"}
    assert len(close("web-api", ["web-api-2", "web-app", "web-apis", "web-ape", "db"])) == 3
