"""A client of the Config API: reads the lead config with the key in its argument, and takes any answer."""

import contextlib
import os
import sys
import urllib.error
import urllib.request

request = urllib.request.Request(os.environ["CRM_MOCKS_URL"] + "/v1/leads/config", headers={"x-api-key": sys.argv[1]})
with contextlib.suppress(urllib.error.HTTPError):
    urllib.request.urlopen(request)
