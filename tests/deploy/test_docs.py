"""docs/deploy.md knows every option of `cerca deploy`."""

import typer
from typer.main import get_command

from infra.deploy import commands
from infra.deploy.settings import ROOT


def test_every_option_is_documented():
    app = typer.Typer()
    app.command()(commands.deploy)
    options = {option for parameter in get_command(app).params for option in parameter.opts}
    table = (ROOT / "docs" / "deploy.md").read_text()
    documented = {option for option in options if f"`{option}`" in table}
    assert len(options) > 12
    assert options - documented <= {"--install-completion", "--show-completion", "--help"}
