"""``servanda design --ramp``: which exposures of the stages are best for the trust that a file states?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from games.command_line.progress import progress_line
from games.command_line.terminal import fail, say_json, say_lines, tell


def tell_ramp(path: Path, steps: int | None, plot: Path | None, *, as_json: bool, show_progress: bool) -> None:
    """Find, tell and draw the best stages of the treaty in a file."""
    with progress_line("finding the best stages", show_progress):
        from treaties.assessing.best_ramp import NoRamp, best_ramp, no_ramp
        from treaties.assessing.credibility import CAREFUL
        from treaties.assessing.measure_costs import measure_costs
        from treaties.reading.treaty_file import read_treaty

        treaty = read_treaty(path)
        costs = measure_costs(treaty, CAREFUL)
        try:
            ramp = best_ramp(treaty, CAREFUL, steps)
        except NoRamp as error:
            if not costs:
                fail(f"{path}: {error}")
            ramp = no_ramp(treaty, str(error))
        ramp = replace(ramp, measures=costs)
    if as_json:
        say_json(ramp.to_json())
    else:
        from treaties.findings.ramp_words import ramp_summary

        say_lines(ramp_summary(ramp, treaty))
    if plot is not None:
        from treaties.sweeping.ramp_plot import plot_ramp

        plot_ramp(ramp, treaty, plot)
        tell(f"drew {plot}")
