"""Reads a role's prompt.md and fills it strictly: a missing or an unused name is an error."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

_SECTION = re.compile(r"^# (?P<name>[a-z][a-z_]*)\n", re.MULTILINE)


class PromptError(ValueError):
    """A prompt file or its filling is wrong; it names the section and what is missing or unused."""


@dataclass(frozen=True)
class Prompt:
    """One prompt file: sections under `# name` headings, each a string.Template, and the hash of the whole file."""

    sections: dict[str, Template]
    sha256: str

    @classmethod
    def parse(cls, text: str) -> "Prompt":
        """The prompt that `text` holds; raises PromptError if it has no section, or one twice."""
        headings = list(_SECTION.finditer(text))
        names = [heading["name"] for heading in headings]
        if not names or len(set(names)) < len(names):
            raise PromptError(f"a prompt needs sections '# name', each once; found {names}")
        ends = [heading.start() for heading in headings[1:]] + [len(text)]
        bodies = [text[heading.end() : end].strip() for heading, end in zip(headings, ends, strict=True)]
        for name, body in zip(names, bodies, strict=True):
            if not Template(body).is_valid():
                raise PromptError(f"section '{name}': a $ that is neither a name nor doubled")
        sections = {name: Template(body) for name, body in zip(names, bodies, strict=True)}
        return cls(sections, hashlib.sha256(text.encode()).hexdigest())

    def fill(self, section: str, **values: str) -> str:
        """The section with every place filled; raises PromptError unless names and values match exactly."""
        if section not in self.sections:
            raise PromptError(f"there is no section '{section}'")
        template = self.sections[section]
        wanted = set(template.get_identifiers())
        if wanted != values.keys():
            missing, unused = sorted(wanted - values.keys()), sorted(values.keys() - wanted)
            raise PromptError(f"section '{section}': missing {missing}, unused {unused}")
        return template.substitute(values)


@cache
def load_prompt(path: Path) -> Prompt:
    """The prompt in one file; raises PromptError naming the file."""
    try:
        return Prompt.parse(path.read_text(encoding="utf-8"))
    except PromptError as error:
        raise PromptError(f"{path.parent.name}/{path.name}: {error}") from None
