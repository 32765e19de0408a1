"""What the terminal shows during an interview: turns, the clock line, help; candidate text is never read as markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from agents.dialogue import Speaker, Utterance

if TYPE_CHECKING:  # the opening is shown before the agents are loaded
    from agents.interviewer import Clock, Schedule

NAMES = {"interviewer": "Interviewer", "facts": "System facts", "candidate": "You"}
STYLES = {"interviewer": "bold cyan", "facts": "bold green", "candidate": "bold"}

HELP = """\
Type your answer and press Enter. Alt-Enter (or Esc, Enter) starts a new line; pasted text keeps its lines.
Ask about the system whenever you like: the facts agent answers only what you ask.

  /time    time left and the current phase      /hint    one hint for the part you are on (credit there becomes assisted)
  /board   open your editor for a diagram       /next    move on to the next phase
  /pause   stop here and come back later        /end     finish now and get the debrief
  /help    this text"""


class View:
    """Writes turns to a console, with or without colour, at any width."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def turn(self, turn: Utterance) -> None:
        """One turn, with its speaker."""
        self.says(turn.speaker, turn.text)

    def says(self, speaker: Speaker, text: str) -> None:
        """What somebody says, under their name."""
        self.console.print()
        self.console.print(Text(NAMES[speaker], style=STYLES[speaker]))
        self.console.print(Padding(Text(text), (0, 0, 0, 2)))

    def clock(self, clock: Clock, schedule: Schedule) -> None:
        """The phase and the time left, in one quiet line."""
        left = max(0, round(schedule.left(clock) / 60))
        self.console.print()
        self.console.print(Text(f"── {schedule.name(clock.phase).capitalize()} · {left} min left ──", style="dim"))

    def note(self, text: str) -> None:
        """A quiet remark of the program itself."""
        self.console.print(Text(text, style="dim"))

    def help(self) -> None:
        """The commands."""
        self.console.print(Text(HELP, style="dim"))
