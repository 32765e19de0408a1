"""The red team: attacks as data, run through the real graph."""

from evals.redteam.attacks import Attack, load_attacks
from evals.redteam.run import AttackResult, RedTeamReport, Success, attack_one, red_team

__all__ = ["Attack", "AttackResult", "RedTeamReport", "Success", "attack_one", "load_attacks", "red_team"]
