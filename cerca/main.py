"""`cerca`: every package's commands under one name.

A package's `commands.py` imports the heavy libraries inside its functions, so that `cerca --help` answers at once.
"""

import sys

import typer

from analysis import commands as analysis_commands
from infra import commands as infra_commands
from infra.deploy import commands as deploy_commands
from loadtests import commands as loadtests_commands
from loadtests.coldstart import commands as coldstart_commands
from loadtests.extraction import commands as extraction_commands
from loadtests.load import commands as load_commands
from loadtests.network import commands as network_commands
from recognizer import commands as recognizer_commands
from recognizer import extractor
from recognizer.compress import commands as compress_commands
from recognizer.study import commands as study_commands
from samples.render import commands as samples_commands

# So that every command that takes a dataset takes clips, too.
extractor.of_clips = extraction_commands.keypoints_of

app = typer.Typer(
    help="Cloud or edge? Runs the same model file on both sides and measures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.command()(loadtests_commands.compare)
app.command()(load_commands.loadtest)
app.command()(infra_commands.serve)
app.command()(analysis_commands.report)
app.command()(network_commands.network)
app.command()(coldstart_commands.coldstart)
app.command()(extraction_commands.extract)
app.command()(extraction_commands.divergence)
app.command()(recognizer_commands.train)
app.command()(study_commands.study)
app.command()(recognizer_commands.evaluate)
app.command()(compress_commands.compress)
app.command()(recognizer_commands.bundle)
app.command()(recognizer_commands.dataset)
app.command()(deploy_commands.deploy)
app.command()(deploy_commands.status)
app.command()(deploy_commands.destroy)

samples_app = typer.Typer(help="The clips that the project ships: render them, check them.", no_args_is_help=True)
samples_app.command()(samples_commands.render)
samples_app.command()(samples_commands.check)
app.add_typer(samples_app, name="samples")


def main() -> None:
    """Exit codes: 0 done; 1 done with failures that the output names; 2 nothing done, one sentence; 130 interrupted."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
