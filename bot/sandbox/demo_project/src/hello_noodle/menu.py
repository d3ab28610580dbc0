"""The menu: which noodle belongs to which day."""

from datetime import date

NOODLES = ("ramen", "soba", "udon", "pho", "laksa", "spätzle", "pappardelle")


def noodle_of(day: date) -> str:
    """Return the noodle of a day. A week has every noodle once."""
    return NOODLES[day.toordinal() % len(NOODLES)]


def greeting(name: str, day: date) -> str:
    """Return what to say to somebody on a day; a nameless guest is a friend."""
    return f"Hello {name.strip() or 'friend'}! Today is a day for {noodle_of(day)}."
