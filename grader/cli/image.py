"""`grader image`: the images that code runs in."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import rich_click as click

from grader.cli import options
from grader.cli.options import Manner
from grader.cli.progress import progress
from grader.results.provenance import Image
from grader.sandbox import images


@click.group("image")
def command() -> None:
    """Build, list or prune the images that submissions and tests run in.

    Example: grader image list
    """


@command.command("build")
@options.manner
def build(manner: Manner) -> int:
    """Build the runner images from the base image (GRADER_BASE_IMAGE); what exists is kept.

    Example: grader image build
    """
    with progress(manner) as shown:
        built = images.build(options.base_image(), shown)
    _show(built, manner)
    return 0


@command.command("list")
@options.output
def list_(manner: Manner) -> int:
    """List the runner images on this engine.

    Example: grader image list
    """
    _show(images.installed(), manner)
    return 0


@command.command("prune")
def prune() -> int:
    """Remove the runner images that this version doesn't use.

    Example: grader image prune
    """
    for name in images.prune(options.base_image()):
        click.echo(f"removed {name}")
    return 0


def _show(found: Sequence[Image], manner: Manner) -> None:
    if manner.json:
        click.echo(json.dumps([asdict(image) for image in found], indent=2))
        return
    for image in found:
        click.echo(image.name if manner.quiet else f"{image.name}  {image.digest}")
