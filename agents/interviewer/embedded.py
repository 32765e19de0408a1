"""The embedded interviewer: picks a neutral probe, a follow-up on the candidate's own words, or a fixed reply."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from agents.dialogue import InterviewerAct, words
from agents.interviewer.house_rules import MAX_WORDS, violations
from agents.interviewer.phrases import Phrases, fill, load_phrases
from agents.interviewer.protocol import Coverage, Draft, InterviewerView
from agents.interviewer.quoting import best_piece
from agents.interviewer.schedule import Schedule
from agents.settings import Settings
from scenarios.brief import Brief, Probe
from scenarios.names import AreaId, PhaseId

_QUOTED = re.compile(r"“([^”]+)”")
ECHO_RATIO = 0.85
SHORT_WORDS = 20
EARLY = 180
QUOTABLE_WORDS = 8
_NO_MORE = re.compile(
    r"^\W*(?:no+|nope|nah|nothing|none|not really|that's (?:it|all)|i'm (?:done|good|fine))\b.{0,40}$", re.IGNORECASE
)


class EmbeddedInterviewer:
    """Deterministic; holds the brief and nothing else."""

    def __init__(self, brief: Brief, settings: Settings, phrases: Phrases | None = None) -> None:
        self._brief = brief
        self._probes = tuple(probe for probe in brief.probes if not settings.areas or probe.area in settings.areas)
        self._short = settings.short_turns
        self._schedule = Schedule(brief, settings.minutes)
        self._phrases = phrases or load_phrases()

    def open(self) -> Draft:
        """The brief's opening statement."""
        phase = self._brief.phases[0].id
        return Draft(text=self._brief.opening, act="opening", fallback=self._brief.opening, phase=phase)

    async def reply(self, view: InterviewerView) -> Draft:
        """The next turn, chosen by what was said, the clock and coverage."""
        said = _Said(view)
        return (
            self._closing(view)
            or self._next_phase(view, forced=view.command == "next" or view.routing.part_ended)
            or self._meta(view, said)
            or self._odd_turn(view, said)
            or self._declined(view)
            or self._next_phase(view)
            or self._follow(view, said)
        )

    def _closing(self, view: InterviewerView) -> Draft | None:
        left = self._schedule.left(view.clock)
        if view.command == "end":
            return self._say(view, "closing", self._phrases.closing_early, closing=True)
        if left <= 0:
            return self._say(view, "closing", self._phrases.closing, closing=True)
        offered = [
            turn.text.startswith(_stem(self._phrases.early_finish)) for turn in view.transcript if turn.speaker == "interviewer"
        ]
        declined = bool(offered) and offered[-1] and bool(_NO_MORE.match(_last_candidate_text(view)))
        finished = "finished" in view.routing.acts and not view.routing.part_ended
        if not finished and not declined:
            return None
        if any(offered) or left < EARLY:
            return self._say(view, "closing", self._phrases.closing_early, closing=True)
        return self._say(view, "meta_reply", fill(self._phrases.early_finish, left=self._schedule.spoken_left(view.clock)))

    def _next_phase(self, view: InterviewerView, *, forced: bool = False) -> Draft | None:
        following = self._schedule.following(view.clock.phase)
        if following is None or not (forced or self._schedule.spent(view.clock)):
            return self._say(view, "neutral", self._unused(self._phrases.neutral, view)) if forced else None
        return self._say(view, "transition", following.entry, phase=following.id, area=following.areas[0])

    def _meta(self, view: InterviewerView, said: "_Said") -> Draft | None:
        kind = view.routing.meta
        if kind is None or {"statement", "hint_request"} & set(view.routing.acts):
            return None
        last = said.last_interviewer or self._brief.opening
        match kind:
            case "time":
                text = fill(
                    self._phrases.time, left=self._schedule.spoken_left(view.clock), phase=self._schedule.name(view.clock.phase)
                )
            case "repeat":
                text = fill(self._phrases.repeat, last=said.last_heard or last)
            case "clarify":
                text = fill(self._unused(self._phrases.clarify, view), last=_question_of(last))
            case "thinking":
                text = self._unused(self._phrases.thinking, view)
            case "greeting":
                text = self._unused(self._phrases.greeting, view)
            case "process":
                text = self._unused(self._phrases.process, view)
        return self._say(view, "meta_reply", text)

    def _odd_turn(self, view: InterviewerView, said: "_Said") -> Draft | None:
        if "empty" in view.routing.acts:
            lines = self._phrases.unclear if said.text.strip() else self._phrases.silence
            return self._say(view, "meta_reply", self._unused(lines, view))
        if said.echoes:
            return self._say(view, "meta_reply", self._unused(self._phrases.echo, view))
        return None

    def _declined(self, view: InterviewerView) -> Draft | None:
        if "hint_request" not in view.routing.acts or words(view.routing.statement) > 25:
            return None
        return self._say(view, "decline", self._unused(self._phrases.declines, view))

    def _follow(self, view: InterviewerView, said: "_Said") -> Draft:
        quoted = said.follow_ups_in_a_row
        area = said.area
        leading = words(said.text) >= 12
        if leading and quoted < 2:
            draft = self._quote_back(view, said, area)
            if draft:
                return draft
        return (
            self._probe(view, said)
            or self._quote_back(view, said, area)
            or self._say(view, "neutral", self._unused(self._phrases.neutral, view))
        )

    def _quote_back(self, view: InterviewerView, said: "_Said", area: AreaId | None) -> Draft | None:
        used_quotes = frozenset(
            quote.lower() for turn in view.transcript if turn.speaker == "interviewer" for quote in _QUOTED.findall(turn.text)
        )
        source = view.routing.statement or said.text
        quote = best_piece(source, used_quotes) if words(source) >= QUOTABLE_WORDS else None
        if quote is None:
            return None
        for number in self._order(len(self._phrases.follow_ups), len(view.transcript)):
            probe_id = f"follow-up-{number + 1:02d}"
            if probe_id in view.used_probes:
                continue
            text = fill(self._phrases.follow_ups[number], quote=quote)
            if not violations(text) and not (self._short and words(text) > SHORT_WORDS):
                return self._say(view, "follow_up", text, probe_id=probe_id, area=area)
        return None

    def _probe(self, view: InterviewerView, said: "_Said") -> Draft | None:
        probe = choose_probe(self._probes, view.clock.phase, view.coverage, view.used_probes, said.area, self._schedule)
        if probe is None:
            return None
        reaction = self._phrases.reactions[len(view.transcript) % len(self._phrases.reactions)]
        text = f"{reaction} {probe.text}"
        if self._short or words(text) > MAX_WORDS:
            text = probe.text
        return self._say(view, "probe", text, probe_id=probe.id, area=probe.area)

    def _unused(self, lines: Iterable[str], view: InterviewerView) -> str:
        """The line that was used least often so far, earliest first on a tie."""
        spoken = [turn.text for turn in view.transcript if turn.speaker == "interviewer"]
        return min(lines, key=lambda line: sum(_stem(line) in text for text in spoken))

    def _order(self, n: int, start: int) -> list[int]:
        return [(start * 7 + step) % n for step in range(n)]

    def _say(
        self,
        view: InterviewerView,
        act: InterviewerAct,
        text: str,
        *,
        phase: PhaseId | None = None,
        area: AreaId | None = None,
        probe_id: str | None = None,
        closing: bool = False,
    ) -> Draft:
        fallback = text if closing else self._unused(self._phrases.neutral, view)
        return Draft(
            text=text,
            act=act,
            fallback=fallback,
            probe_id=probe_id,
            area=area,
            phase=phase or view.clock.phase,
            closing=closing,
        )


def choose_probe(
    probes: tuple[Probe, ...],
    phase: PhaseId,
    coverage: Coverage,
    used: tuple[str, ...],
    current: AreaId | None,
    schedule: Schedule,
) -> Probe | None:
    """The unused probe that fits best: this phase's areas, the least covered first, opening before deepening."""
    areas = schedule.areas(phase)
    thinness = {"no": 0, "thin": 1, "yes": 2}

    def cost(item: tuple[int, Probe]) -> tuple[int, int, int, int, int]:
        position, probe = item
        covered = thinness[coverage.get(probe.area, "no")]
        outside = 0 if probe.phase == phase else 1
        off_topic = areas.index(probe.area) if probe.area in areas else len(areas)
        opens = probe.kind == "open"
        wrong_kind = int(opens != (covered == 0))
        leads = 0 if probe.area == current else 1
        return outside, covered + (0 if probe.area in areas else 3), leads + off_topic, wrong_kind, position

    unused = [
        (position, probe)
        for position, probe in enumerate(probes)
        if probe.id not in used and schedule.reached(probe.phase, phase)
    ]
    return min(unused, key=cost)[1] if unused else None


def _last_candidate_text(view: InterviewerView) -> str:
    return next((turn.text for turn in reversed(view.transcript) if turn.speaker == "candidate"), "")


class _Said:
    """What the last exchange was, read off the public transcript."""

    def __init__(self, view: InterviewerView) -> None:
        self._turns = view.transcript
        last = next((turn for turn in reversed(self._turns) if turn.speaker == "candidate"), None)
        self.text = last.text if last else ""
        self.area = last.area if last else None
        before = [turn for turn in self._turns if last is None or turn.index < last.index]
        self.last_interviewer = next((turn.text for turn in reversed(before) if turn.speaker == "interviewer"), "")
        self.last_heard = before[-1].text if before else ""

    @property
    def echoes(self) -> bool:
        """Whether the candidate only handed the question back."""
        asked, said = _normal(self.last_interviewer), _normal(self.text)
        if len(said) <= 15:
            return False
        match = SequenceMatcher(None, asked[-600:], said[:600])
        # The first two are upper bounds of the third, at a fraction of its time.
        return all(ratio() >= ECHO_RATIO for ratio in (match.real_quick_ratio, match.quick_ratio, match.ratio))

    @property
    def follow_ups_in_a_row(self) -> int:
        """How many of the latest interviewer turns quoted the candidate."""
        count = 0
        for turn in reversed([turn for turn in self._turns if turn.speaker == "interviewer"]):
            if "follow_up" not in turn.acts:
                break
            count += 1
        return count


def _stem(line: str) -> str:
    return line.partition("${")[0].strip() or line


def _normal(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def _question_of(text: str) -> str:
    """The last question in `text`, or the whole of it."""
    sentences = re.split(r"(?<=[.!?])\s+", text.strip())
    return next((sentence for sentence in reversed(sentences) if sentence.endswith("?")), sentences[-1])
