"""`python -m medianest`."""

from medianest.cli import main

main(prog_name="medianest")
