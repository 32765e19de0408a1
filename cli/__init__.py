"""How people run it: the `interview` command; the only importer of rich and typer."""
