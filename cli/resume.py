"""`interview resume`: carries on with a session exactly where it stopped."""

from typing import Annotated

import typer

from cli.console import data_dir, remark
from cli.engine import BaseUrlOption, EngineOption, ModelOption, engine_fields
from cli.options import DataDir, Json
from cli.sessions import pick

app = typer.Typer()


@app.command()
def resume(
    session: Annotated[
        str | None, typer.Argument(help="Session id, or the start of one (default: the latest unfinished).")
    ] = None,
    engine: EngineOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    as_json: Json = False,
    folder: DataDir = None,
) -> None:
    """Carry on with a paused or interrupted session; nothing said is lost or taken twice.

    It goes on with the engine and model that it was started with, unless others are named here.
    """
    chosen = pick(data_dir(folder) / "sessions", session, unfinished=session is None)
    remark(f"Session {chosen.path.name}")
    from cli.sitting import sit  # LangGraph takes a second to import, which a mistake in the options should not cost

    named = engine is not None or model is not None or base_url is not None
    sit(chosen, resumed=True, as_json=as_json, engines=engine_fields(engine, model, base_url) if named else None)
