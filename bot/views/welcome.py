"""The walk through a first deploy, for the sandbox."""

from bot.message import Message
from bot.views.blocks import actions, button, code, context, divider, escape, header, message, section


def welcome(package: str, repo: str) -> Message:
    """Return the walk: each step a line to type, or a button that types it."""
    create = f"package create {package} --repo {repo}"
    steps = (
        ("1. Make the package known", create, "Create"),
        ("2. Run its own tests", f"test {package}", "Test"),
        ("3. Build it", f"build {package}", "Build"),
        ("4. Make a version: built, tagged, kept as a draft", f"release {package} minor", "Release"),
        ("5. Put it into the registry, where pip can install it", f"publish {package}", "Publish"),
        ("6. Deploy it: a card shows first what would happen", f"deploy {package} to staging", "Deploy"),
        ("7. See what is live where", "status", "Status"),
    )
    blocks = [
        header("Ship your first package"),
        section(
            f"Here is a small Python project, *{escape(package)}*, in a git repository, and two environments, "
            "*staging* and *production*. Type the lines below, or press the buttons."
        ),
        divider(),
    ]
    for title, line, label in steps:
        blocks.append(section(f"*{title}*\n{code('/noodle ' + line)}") | {"accessory": button(label, line)})
    blocks += [
        divider(),
        context("8. After the deploy there is a task: react to it with ✅ when it is done, 👀 to take it."),
        context(
            "9. Then look around: act as *Vic* and try to deploy; mistype `prodution`; say `@noodle status` in a "
            "thread; `/noodle rollback` after a second version; `/noodle help` for everything."
        ),
        *actions([button("Help", "help"), button("What may I do?", "whoami")]),
    ]
    return message(escape(f"Ship your first package: begin with /noodle {create}"), blocks)
