"""The red team: attacks as data, run through the real graph."""

from evals.redteam.attacks import Attack, load_attacks
from evals.redteam.run import AttackResult, Bout, RedTeamReport, Success, attack_one, red_team

__all__ = ["Attack", "AttackResult", "Bout", "RedTeamReport", "Success", "attack_one", "load_attacks", "red_team"]
