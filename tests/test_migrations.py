from core.db import Database
from core.migrations import differences, upgrade


def test_an_upgraded_database_has_the_tables_of_the_code(db: Database) -> None:
    differences(db)


def test_upgrading_twice_changes_nothing(db: Database) -> None:
    upgrade(db)

    differences(db)
