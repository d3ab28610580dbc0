import pytest

from hello_noodle.cli import main


def test_it_greets_by_name(capsys):
    assert main(["Ada"]) == 0
    assert capsys.readouterr().out.startswith("Hello Ada! Today is a day for ")


def test_it_says_its_version(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("hello-noodle ")
