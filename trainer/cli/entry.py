"""The program `trainer`: says which extra is missing, since a plain install leaves out TensorFlow and others."""

import sys

OWN_PACKAGES = ("inkling", "server", "trainer")


def main() -> None:
    """Run the command line."""
    try:
        from trainer.cli.main import main as run
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in OWN_PACKAGES:
            raise
        sys.exit(f"Error: the package {package} is not installed. Install the trainer: pip install 'inkling[trainer]'.")
    run()
