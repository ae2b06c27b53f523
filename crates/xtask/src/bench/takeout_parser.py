"""The peer: google_takeout_parser over an extracted export, each file by its own handler. Files of which it makes records
are put into a second folder, so that an import can be given just these. Prints its figures as one JSON document.

It drops every row of a page whose time has a narrow no-break space, or a line break behind it, which all recent pages have;
both read pages without."""

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
    given = both / path.relative_to(export)
    given.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".html":
        page = path.read_text(encoding="utf-8")
        for recent, older in (("&#8239;", " "), ("\u202f", " "), ("<br></div>", "</div>")):
            page = page.replace(recent, older)
        given.write_text(page, encoding="utf-8")
    else:
        os.link(path, given)
    begun = time.process_time()
    found = refused = 0
    try:
        for result in handler(given):
            if isinstance(result, Exception):
                refused += 1
            else:
                found += 1
    except ValueError:
        # A file that ends in the middle: it gives up on all of it.
        found = 0
    took = time.process_time() - begun
    if found == 0:
        given.unlink()
        continue
    records, failed, files, cpu_s = records + found, failed + refused, files + 1, cpu_s + took
print(json.dumps({"records": records, "failed": failed, "files": files, "cpu_s": cpu_s}))
