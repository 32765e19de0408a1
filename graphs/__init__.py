"""How the roles take turns: the interview graph, live sessions and their disk, and batches; the only importer of LangGraph."""

import os

# LangGraph reads this once, at import: only plain JSON values may come back out of a checkpoint.
os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
