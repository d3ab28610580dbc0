from datetime import date, timedelta

from hello_noodle.menu import NOODLES, greeting, noodle_of

MONDAY = date(2026, 11, 23)


def test_a_day_has_one_noodle():
    assert noodle_of(MONDAY) == noodle_of(MONDAY)


def test_a_week_has_every_noodle_once():
    week = [noodle_of(MONDAY + timedelta(days=day)) for day in range(7)]
    assert sorted(week) == sorted(NOODLES)


def test_a_guest_without_a_name_is_a_friend():
    assert greeting("  ", MONDAY).startswith("Hello friend!")
