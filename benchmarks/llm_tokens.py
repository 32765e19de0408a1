"""Counts what a whole interview costs in input tokens by role, beside a naive interviewer whose one prompt carries everything.

`python -m benchmarks.llm_tokens` sits one interview against the local server, whose prefix cache works in blocks
of 16 tokens as vLLM's does, and prints the table of docs/models.md for 40 turns. Tokens are four bytes each.
"""

import asyncio
import itertools
import os
from dataclasses import dataclass

from agents.candidate import find_profile
from agents.candidate.llm import LlmCandidate
from agents.cast import build_cast
from agents.devserver import ChatRequest, DevServer, Options, serving
from agents.devserver.prefix import PrefixCache, count_tokens
from agents.encoder import packaged_encoder
from agents.engines import Engines
from agents.fence import fenced_transcript
from agents.record import Record, ScenarioStamp
from agents.settings import Settings
from benchmarks.scripted_model import ROLES, ScriptedModel, role_of
from graphs.episode import EpisodeSpec, run_episode
from scenarios.catalog import find
from scenarios.scenario import Scenario

SCENARIO = "firearms-marketplace"


@dataclass
class Spent:
    """Input tokens of some calls, and how many of them a prefix cache would not have served."""

    calls: int = 0
    tokens: int = 0
    fresh: int = 0

    def add(self, tokens: int, cached: int) -> None:
        """Count one call."""
        self.calls += 1
        self.tokens += tokens
        self.fresh += tokens - cached


def sit(server: DevServer, scenario: Scenario, *, turns: int = 40, seed: int = 1) -> Record:
    """One simulated interview in which a model plays every role that one may play."""
    settings = Settings(engine="llm", model="dev", base_url=server.base_url, simulated_clock=True, max_turns=turns)
    engines = Engines.of(settings, os.environ)
    spec = EpisodeSpec(scenario=ScenarioStamp(id=scenario.id, sha256=scenario.sha256), profile="ic6", episode=0, seed=seed)
    candidate = LlmCandidate(find_profile("ic6"), engines.model("candidate"), seed=seed, session=spec.session_id)
    cast = build_cast(scenario, settings, packaged_encoder(), engines)
    return asyncio.run(run_episode(spec, cast, candidate, settings))


def by_role(server: DevServer) -> dict[str, Spent]:
    """What the server saw, by role; each role has a cache of its own, as if each had a model of its own."""
    caches = {role: PrefixCache() for role in ROLES}
    spent = {role: Spent() for role in ROLES}
    for call in server.calls:
        role = role_of(call.request)
        prompt = call.request.prompt
        spent[role].add(count_tokens(prompt), caches[role].lookup(prompt))
    return spent


def naive(scenario: Scenario, record: Record, *, time_first: bool, grades: bool = False) -> Spent:
    """The same turns by one prompt a turn that carries brief, facts, rubric, reference and transcript.

    `time_first` puts the time left at the top, where naive prompts have it, so that no prefix is shared. `grades` adds one
    last call that asks the same prompt for all grades.
    """
    spent, cache = Spent(), PrefixCache()
    everything = scenario.model_dump_json(indent=1)
    transcript = record.transcript()
    moments = [(turn.index, f"Seconds gone: {turn.at:.0f}.\n") for turn in transcript[1:] if turn.speaker != "candidate"]
    if grades:
        moments.append((len(transcript), "The interview is over. Grade every criterion.\n"))
    for upto, clock in moments:
        body = f"You are the interviewer. Everything you need:\n{everything}\n{fenced_transcript(transcript[:upto])}\n"
        prompt = clock + body if time_first else body + clock
        spent.add(count_tokens(prompt), cache.lookup(prompt))
    return spent


def shared_prefixes(requests: list[ChatRequest]) -> list[tuple[int, int, int]]:
    """(bytes shared as a prefix, bytes of the earlier prompt, bytes of the later one) for successive prompts."""
    prompts = [request.prompt.encode() for request in requests]
    pairs = itertools.pairwise(prompts)
    return [(len(os.path.commonprefix([one, two])), len(one), len(two)) for one, two in pairs]  # noqa: RUF071 - of bytes, not of paths


def main() -> None:
    """Print the table."""
    os.environ.setdefault("OPENAI_API_KEY", "none")
    scenario = find(SCENARIO).scenario
    with serving(Options(), ScriptedModel()) as server:
        record = sit(server, scenario)
        spent = by_role(server)
        print(f"{len(record.turns)} turns, scenario {SCENARIO}")
        print(
            "| role | calls | input tokens | not served from a prefix | of earlier prompt shared, least | of all bytes shared |"
        )
        print("|---|---|---|---|---|---|")
        for role, part in spent.items():
            pairs = shared_prefixes([call.request for call in server.calls if role_of(call.request) == role])
            least = min((shared / one for shared, one, _ in pairs), default=1.0)
            overall = sum(shared for shared, _, _ in pairs) / max(1, sum(two for _, _, two in pairs))
            print(f"| {role} | {part.calls} | {part.tokens:,} | {part.fresh:,} | {least:.1%} | {overall:.1%} |")
        for title, roles in (("interviewer and facts", ROLES[:2]), ("and the grader", ROLES[:3])):
            played = [spent[role] for role in roles]
            calls, tokens, fresh = (sum(getattr(part, name) for part in played) for name in ("calls", "tokens", "fresh"))
            print(f"| {title} | {calls} | {tokens:,} | {fresh:,} | | |")
        for title, first, grades in (
            ("naive, time first", True, False),
            ("naive, ordered for the cache", False, False),
            ("naive, ordered for the cache, and grading", False, True),
        ):
            part = naive(scenario, record, time_first=first, grades=grades)
            print(f"| {title} | {part.calls} | {part.tokens:,} | {part.fresh:,} | | |")


if __name__ == "__main__":
    main()
