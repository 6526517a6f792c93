"""The processes that train one supernet together, on one node or several; torchrun starts them."""

import ctypes
import os
import signal
from datetime import timedelta

import torch
from torch import distributed

PR_SET_PDEATHSIG = 1


class Processes:
    """
    This process among those that torchrun started it with; the only one without torchrun.

    Each takes its share of a batch, and the gradients are added up once a step. DistributedDataParallel would add
    them up in each backward pass, of which a step has one for every subnet.
    """

    def __init__(self, together):
        self.leads = os.environ.get("RANK", "0") == "0"
        self.count, self.rank, self.nodes = 1, 0, 1
        if together and os.environ.get("WORLD_SIZE", "1") != "1":
            # One whose launcher was killed must not go on writing.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            distributed.init_process_group("gloo", timeout=timedelta(hours=3))
            self.count, self.rank = distributed.get_world_size(), distributed.get_rank()
            self.nodes = int(os.environ["GROUP_WORLD_SIZE"])

    def share(self, batch):
        """The part of a batch that this process takes."""
        return batch[self.rank :: self.count]

    def from_leader(self, value):
        """The leader's value, on all."""
        if self.count == 1:
            return value
        holder = [value]
        distributed.broadcast_object_list(holder)
        return holder[0]

    def add_up(self, gradients, *numbers):
        """Replaces gradients by their sums over all processes, and returns the sums of numbers: one message."""
        if self.count == 1:
            return numbers
        flat = torch.cat([gradient.flatten() for gradient in gradients] + [torch.tensor(numbers)])
        distributed.all_reduce(flat)
        *sums, further = flat.split([gradient.numel() for gradient in gradients] + [len(numbers)])
        for gradient, total in zip(gradients, sums, strict=True):
            gradient.copy_(total.view_as(gradient))
        return further.tolist()

    def wait(self):
        """Until all have come here."""
        if self.count > 1:
            distributed.barrier()
