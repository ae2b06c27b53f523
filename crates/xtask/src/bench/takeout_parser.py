"""The peer: google_takeout_parser over an extracted export, each file by its own handler. Files of which it makes records
are linked into a second folder, so that an import can be given just these. Prints its figures as one JSON document."""

import json
import logging
import os
import sys
import time
from pathlib import Path

from google_takeout_parser.path_dispatch import TakeoutParser

logging.disable(logging.CRITICAL)
export, both = Path(sys.argv[1]), Path(sys.argv[2])
parser = TakeoutParser(export, locale_name="EN", warn_exceptions=False, error_policy="yield")
records, failed, files, cpu_s = 0, 0, 0, 0.0
for path, handler in sorted(parser.dispatch_map().items()):
    begun = time.process_time()
    found = refused = 0
    for result in handler(path):
        if isinstance(result, Exception):
            refused += 1
        else:
            found += 1
    took = time.process_time() - begun
    if found == 0:
        continue
    records, failed, files, cpu_s = records + found, failed + refused, files + 1, cpu_s + took
    link = both / path.relative_to(export)
    link.parent.mkdir(parents=True, exist_ok=True)
    os.link(path, link)
print(json.dumps({"records": records, "failed": failed, "files": files, "cpu_s": cpu_s}))
