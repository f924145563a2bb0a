"""Runs scim2-tester against a server and fails on any check that is not green."""

import collections
import os
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server



def main(base: str) -> int:
    headers = {"Authorization": f"Bearer {os.environ['SCIM_TOKEN']}"}
    with Client(base_url=base, headers=headers, timeout=30) as http:
        results = check_server(SyncSCIMClient(http))
    counts = collections.Counter(result.status for result in results)
    red = [one for one in results if one.status not in (Status.SUCCESS, Status.SKIPPED)]
    for one in red:
        print(f"{one.status.name} {one.resource_type} {one.title}: {one.reason}")
    print(", ".join(f"{status.name.lower()} {count}" for status, count in counts.items()))
    # A run that checks nothing is no success.
    return 1 if red or counts[Status.SUCCESS] < 50 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
