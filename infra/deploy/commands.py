"""`cerca deploy`, `cerca status`, `cerca destroy`."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from infra.deploy.deploy import Deployer
    from infra.deploy.record import Deployment
    from infra.deploy.settings import Settings


class Target(StrEnum):
    AWS = "aws"
    LOCALSTACK = "localstack"


class Mode(StrEnum):
    SERVERLESS = "serverless"
    REALTIME = "realtime"


RECORD = Path("deployment.json")
Record = Annotated[Path, typer.Option(help="Where the deployment's addresses are written and read.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def deploy(
    target: Annotated[Target, typer.Option(help="Where to.")],
    name: Annotated[str, typer.Option(help="Of the stack, the endpoint, the function and the registry.")] = "cerca",
    region: Annotated[str, typer.Option(help="AWS region.")] = "us-east-1",
    bundle: Annotated[Path | None, typer.Option(help="Model bundle; the shipped one by default.")] = None,
    mode: Annotated[
        Mode, typer.Option(help="realtime: an instance that is never cold, and paid by the hour.")
    ] = Mode.SERVERLESS,
    memory: Annotated[int, typer.Option(help="Serverless endpoint's memory, MB.")] = 1024,
    instance: Annotated[str, typer.Option(help="Real-time endpoint's instance type.")] = "ml.t2.medium",
    origin: Annotated[
        str, typer.Option(help="Origin whose pages may call the API; the deployed site by default.")
    ] = "",
    api_key: Annotated[
        bool, typer.Option("--api-key", help="Ask callers for a key; the site's page has none.")
    ] = False,
    email: Annotated[str, typer.Option(help="Gets alarms and the budget's warning.")] = "",
    budget: Annotated[int, typer.Option(min=1, help="USD a month for the account, warned of at 80 %.")] = 20,
    localstack_url: Annotated[str, typer.Option(help="Where LocalStack listens.")] = "http://127.0.0.1:4566",
    sagemaker_url: Annotated[str, typer.Option(help="For LocalStack: where its function finds InvokeEndpoint.")] = "",
    record: Record = RECORD,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the change set and the cost; make nothing.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Deploy the site, the API and the endpoint; shows the cost before it asks."""
    from rich.console import Console

    from infra.deploy.deploy import Deployer
    from infra.deploy.settings import ROOT, Settings

    console = Console()
    with _sentences():
        settings = Settings(
            target=target.value,
            name=name,
            region=region,
            bundle=bundle or ROOT / "models" / "default",
            mode=mode.value,
            serverless_memory=memory,
            instance_type=instance,
            allowed_origin=origin,
            require_api_key=api_key,
            alarm_email=email,
            monthly_budget=budget,
            localstack_url=localstack_url,
            sagemaker_url=sagemaker_url,
        )
        _show_cost(console, settings)
        if dry_run:
            _show_changes(console, Deployer(settings, console.print))
            return
        account = Deployer(settings, lambda _: None).clients.account()
        if not yes:
            typer.confirm(f"Deploy {name} to {target.value}, account {account}, {region}?", abort=True)
        with console.status("deploying ...") as status:

            def say(line: str) -> None:
                console.print(f"  {line}", highlight=False)
                status.update(line)

            deployment = Deployer(settings, say).run(record)
    console.print(f"API   [bold]{deployment.api_url}[/]")
    if deployment.site_url:
        console.print(f"Site  [bold]{deployment.site_url}[/]")
    console.print(f"Written to {record}. `cerca status` looks at it again, `cerca destroy` removes it.")


def status(record: Record = RECORD) -> None:
    """Ask every resource's own service whether it is there; exit code 1 when one is not."""
    from rich.console import Console
    from rich.table import Table

    from infra.deploy.clients import Clients, as_sentences
    from infra.deploy.stack import Stack
    from infra.deploy.verify import verify

    console = Console()
    with _sentences():
        settings, deployment = _recorded(record)
        clients = Clients(settings)
        account = clients.account()
        with as_sentences():
            stack = Stack(clients, settings.name)
            state = stack.status()
            if state is None:
                console.print(f"There is no stack {settings.name}.")
                raise typer.Exit(1)
            found = verify(clients, account, stack.resources())
    table = Table("resource", "type", "there", "state", title=f"{settings.name}: {state}")
    for entry in found:
        table.add_row(entry.resource, entry.kind, "yes" if entry.there else "[red]no[/]", entry.state)
    console.print(table)
    for title, address in (("API ", deployment.api_url), ("Site", deployment.site_url)):
        if address:
            console.print(f"{title}  [bold]{address}[/]")
    if not deployment.complete:
        console.print("The deployment was not finished: run the same `cerca deploy` again, or `cerca destroy`.")
    if not all(entry.there for entry in found) or not deployment.complete:
        raise typer.Exit(1)


def destroy(record: Record = RECORD, yes: Yes = False) -> None:
    """Remove everything that `cerca deploy` made, and list that nothing is left."""
    from rich.console import Console

    from infra.deploy.destroy import destroy as remove

    console = Console()
    with _sentences():
        settings, _ = _recorded(record)
        if not yes:
            typer.confirm(f"Remove {settings.name} from {settings.target}, {settings.region}?", abort=True)
        left = remove(settings, lambda line: console.print(f"  {line}", highlight=False))
    for entry in left:
        console.print(f"  {entry.resource}: {'[red]still there[/]' if entry.there else 'gone'} ({entry.kind})")
    remaining = [entry for entry in left if entry.there]
    if remaining:
        console.print(f"[red]{len(remaining)} resources are left; run `cerca destroy` again.[/]")
        raise typer.Exit(1)
    record.unlink(missing_ok=True)
    console.print(f"Nothing of {settings.name} is left ({len(left)} resources looked for).")


def _recorded(record: Path) -> tuple["Settings", "Deployment"]:
    from infra.deploy.record import Deployment

    deployment = Deployment.read(record)
    return deployment.settings(), deployment


def _show_cost(console: "Console", settings: "Settings") -> None:
    from infra.deploy.cost import estimate

    if settings.target != "aws":
        console.print("LocalStack costs nothing.")
        return
    cost = estimate(settings)
    console.print(
        f"[bold]{cost.month:.2f} USD[/] a month without a request, "
        f"[bold]{cost.predictions:.4f} USD[/] per 1000 predictions,"
    )
    console.print(f"{cost.visits:.2f} USD per 1000 first visits of the site. {cost.basis}.", highlight=False)


def _show_changes(console: "Console", deployer: "Deployer") -> None:
    from rich.table import Table

    changes = deployer.preview()
    table = Table("action", "resource", "type", "made anew", title="Change set (not executed)")
    for change in changes:
        table.add_row(change.action, change.resource, change.kind, "yes" if change.replacement else "")
    console.print(table if changes else "Nothing would change.")


@contextmanager
def _sentences() -> Iterator[None]:
    """Exit code 2 and one sentence for what a person can put right."""
    from rich.console import Console

    from infra.deploy.errors import DeployError
    from recognizer.bundle import BundleError

    try:
        yield
    except (DeployError, BundleError) as error:
        Console(stderr=True).print(str(error), style="red", markup=False, soft_wrap=True, highlight=False)
        raise typer.Exit(2) from None
