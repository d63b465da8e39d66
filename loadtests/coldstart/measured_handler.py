"""A Lambda handler that is another one, and says when that one's import began and ended.

The function is named by `CERCA_MEASURED_HANDLER` (`lambda_proxy.handler.handler`) and imported as Lambda would import
it. One JSON line on stderr: seconds of the system's monotonic clock.
"""

import importlib
import json
import os
import sys
from time import monotonic

_begun = monotonic()
_module, _, _name = os.environ["CERCA_MEASURED_HANDLER"].rpartition(".")
handler = getattr(importlib.import_module(_module), _name)
print(json.dumps({"init": {"begun": _begun, "imported": monotonic()}}), file=sys.stderr, flush=True)
