"""Files as recording tools write them, in all their variants."""

from tests.recordings.tools import cassettes, har
from tests.recordings.tools.tool import Tool

TOOLS: dict[str, Tool] = {**har.TOOLS, **cassettes.TOOLS}
