#!/usr/bin/env python3
"""torchrun that ends as the worker ended: it exits with the worker's status instead of 1, and with 75 when stopped.

    launch.py --standalone --nproc-per-node=2 worker.py train --spec=… --store=…
"""

import sys

from torch.distributed.elastic.multiprocessing.api import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
from torch.distributed.run import main

INTERNAL, STOPPED = 70, 75

try:
    main()
except ChildFailedError as failed:
    # Those that only lost another process end with INTERNAL, or are killed.
    statuses = [failure.exitcode for failure in failed.failures.values()]
    sys.exit(next((status for status in statuses if status > 0 and status != INTERNAL), INTERNAL))
except SignalException:
    sys.exit(STOPPED)
