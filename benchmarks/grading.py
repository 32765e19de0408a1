"""How long grading a 45-minute interview takes when nothing of it is cached: `python -m benchmarks.grading`."""

import argparse
import asyncio
import json
import statistics
import sys
import time
from itertools import islice

from agents.encoder import MiniLM
from agents.grader import EmbeddedGrader, Interview
from evals.gold import compose, load_banks
from scenarios.catalog import find

SCENARIO = "food-delivery-eta"
TARGET_SECONDS = 1.0


def seconds(count: int) -> list[tuple[float, float]]:
    """Wall and processor seconds of each of `count` composed interviews; no sentence is encoded twice or remembered."""
    scenario = find(SCENARIO).scenario
    encoder = MiniLM()
    grader = EmbeddedGrader(scenario.rubric, scenario.reference, encoder, target_level="IC6")
    silence = Interview(turns=(), minutes=0)
    asyncio.run(grader.grade(silence))  # the rubric is encoded once for each scenario, not for each interview
    spent = []
    for case in islice(compose(scenario, load_banks()[SCENARIO]), count):
        interview = Interview(turns=case.turns, minutes=45)
        wall, used = time.perf_counter(), time.process_time()
        asyncio.run(grader.grade(interview))
        spent.append((time.perf_counter() - wall, time.process_time() - used))
    return spent


def main() -> None:
    """Print median and worst as JSON; exit 1 if the median is over the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interviews", type=int, default=12)
    spent = seconds(parser.parse_args().interviews)
    wall, used = ([pair[column] for pair in spent] for column in (0, 1))
    report = {
        "interviews": len(spent),
        "wall_median": round(statistics.median(wall), 3),
        "wall_worst": round(max(wall), 3),
        "processor_median": round(statistics.median(used), 3),
        "target": TARGET_SECONDS,
    }
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    sys.exit(int(statistics.median(wall) > TARGET_SECONDS))


if __name__ == "__main__":
    main()
