"""Authoring: makes a complete, valid draft of a scenario from a problem statement and notes."""

from evals.authoring.draft import Draft, Order, draft, slug
from evals.authoring.harvest import Harvest, harvest
from evals.authoring.statement import Statement, read_statement
from evals.authoring.write import Form, write_draft

__all__ = ["Draft", "Form", "Harvest", "Order", "Statement", "draft", "harvest", "read_statement", "slug", "write_draft"]
