"""`saas config`: configuration as code."""

import json
import sys
from pathlib import Path

import click

from saas.cli import connecting, plans
from saas.kernel import clock
from saas.kernel.actors import SYSTEM
from saas.provisioning import (
    applying,
    exporting,
    folders,
    opening,
    planning,
    price_checks,
    publishing,
    reading,
    recording,
    standing,
    together,
)
from saas.provisioning.applying import Applied, Terms
from saas.provisioning.planning import PlanUnreadable, Shown
from saas.provisioning.problems import ConfigurationInvalid
from saas.provisioning.schema import Configuration

DIRECTORY = click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
UNSAFE = click.option("--allow-unsafe", "reason", metavar="REASON", default="",
                      help="Apply although promises are broken, and why; the reason is kept.")  # fmt: skip
TENANT = click.option("--tenant", "slug", required=True, help="The clinic group.")
CHANGES = 2


@click.group()
def config() -> None:
    """Plan, apply, export and roll back a clinic group's folder of YAML."""


@config.command()
@DIRECTORY
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the plan's fingerprint there, for `apply --plan`.")  # fmt: skip
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 where there are changes.")
def plan(directory: Path, out: Path | None, detailed_exitcode: bool) -> None:
    """Say what applying DIRECTORY would do, and what it means for what is booked; change nothing."""
    configuration = reading.read_folder(directory)
    with connecting.in_tenant(configuration.clinic.slug):
        found = planning.plan(configuration, clock.now())
    for line in [*_notes(configuration), *plans.lines(found)]:
        print(line)
    if out is not None:
        _write_plan(out, found.shown)
    sys.exit(CHANGES if detailed_exitcode and not found.is_empty else 0)


@config.command()
@DIRECTORY
@click.option("--plan", "shown", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Apply only if it is still exactly this plan.")  # fmt: skip
@UNSAFE
def apply(directory: Path, shown: Path | None, reason: str) -> None:
    """Bring the clinic group that DIRECTORY describes to what stands there, or change nothing."""
    configuration = reading.read_folder(directory)
    terms = Terms(_read_plan(shown) if shown else None, reason)
    with connecting.in_tenant(configuration.clinic.slug), plans.reasons_said():
        applied = applying.apply(configuration, SYSTEM, terms)
    _say(applied, _notes(configuration))


@config.command()
@TENANT
@click.argument("version", type=int)
@click.option("--dry-run", is_flag=True, help="Say what it would do, and change nothing.")
@UNSAFE
def rollback(slug: str, version: int, dry_run: bool, reason: str) -> None:
    """Bring a clinic group back to what it was at VERSION, as `saas config history` numbers them."""
    with connecting.in_tenant(slug), plans.reasons_said():
        if dry_run:
            wanted = reading.read_form(recording.require(version))
            for line in plans.lines(planning.plan(wanted, clock.now())):
                print(line)
            return
        applied = applying.roll_back(version, SYSTEM, Terms(reason=reason))
    _say(applied, [])


@config.command()
@TENANT
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
def export(slug: str, directory: Path) -> None:
    """Write a clinic group's configuration to DIRECTORY, empty or of an earlier export."""
    with connecting.in_tenant(slug):
        files = exporting.texts(standing.read().files)
    exporting.write(directory, files, slug)
    print(f"{len(files)} files in {directory}.")


@config.command()
@TENANT
def history(slug: str) -> None:
    """List the versions of a clinic group's configuration, the newest first."""
    with connecting.in_tenant(slug):
        for entry in recording.history():
            print(plans.entry(entry))


@config.command("add-location")
@DIRECTORY
@click.option("--like", "model", required=True, help="The location to open it after.")
@click.option("--slug", required=True, help="The new location's slug.")
@click.option("--name", default="", help="The name people know it by; the slug without.")
def add_location(directory: Path, model: str, slug: str, name: str) -> None:
    """Write the files of a new location into DIRECTORY, and offer there what is offered at the other.

    All of them or none. The file of a location that is there already stays as it is.
    """
    contents, problems = folders.load(directory)
    if problems:
        raise ConfigurationInvalid(problems)
    opened = opening.like(contents, model, slug, name or slug)
    together.put_all(directory, opened.files)
    for file in opened.files or ["nothing to write"]:
        print(f"  {file}")
    print(f"As at {model} until you change it: {', '.join(opened.to_check)}.")
    if opened.waiting:
        print(
            "Not offered there yet; mend what is missing, such as the hours of somebody who may, and ask again:"
        )
    for file, missing in opened.waiting.items():
        print(f"  {file}  {missing}")


@config.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
def schema(directory: Path) -> None:
    """Write the JSON Schema of each kind of file to DIRECTORY, for editors."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in publishing.texts().items():
        (directory / name).write_text(text, encoding="utf-8")
        print(directory / name)


def _notes(configuration: Configuration) -> list[str]:
    return [f"  note: {note}" for note in price_checks.for_review(configuration, clock.now().date())]


def _say(applied: Applied, notes: list[str]) -> None:
    for line in [*applied.changed, *(f"{name} (archived)" for name in applied.archived)]:
        print(f"  {line}")
    for line in [*(f"  note: {one}" for one in applied.replaced), *notes]:
        print(line)
    if applied.changed or applied.archived:
        print(f"Applied as version {applied.version}.")
    else:
        print("No changes." if not applied.version else f"No changes; recorded as version {applied.version}.")


def _write_plan(path: Path, shown: Shown) -> None:
    staged = path.with_name(f"{path.name}.new")
    staged.write_text(json.dumps(shown.as_json(), indent=1) + "\n", encoding="utf-8")
    staged.replace(path)
    print(f"The plan is in {path}.")


def _read_plan(path: Path) -> Shown:
    try:
        return planning.read_shown(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise PlanUnreadable(f"{path} is no plan file.") from error
