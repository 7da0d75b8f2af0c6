"""How a batch kernel is started: over sockets in the file system, and without a history."""

from __future__ import annotations

import os
import tempfile
import uuid
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from traitlets import Unicode, default

LONGEST = 60
"""Letters a socket's folder may have: the system allows about 100 for the whole name."""


class FileKernelManager(AsyncKernelManager):
    """Kernels over ipc: no port that two runs could both want, and nothing that another machine could reach."""

    transport = Unicode("ipc")

    @default("ip")
    def _socket_name(self) -> str:
        # absolute, because kernel and caller may stand in different folders
        return os.path.join(tempfile.gettempdir(), f"ratebook-kernel-{uuid.uuid4().hex[:12]}")


def kernel_options() -> dict[str, Any]:
    """What nbclient and papermill hand on to the kernel: ipc where its names fit, IPython's history off."""
    short = len(tempfile.gettempdir()) <= LONGEST
    manager = {"kernel_manager_class": FileKernelManager} if short else {}
    # two kernels that write one history file wait for each other; the kernel's own log would mix with what a command
    # prints, and says nothing that an error of a cell does not
    return {**manager, "extra_arguments": ["--HistoryManager.enabled=False", "--IPKernelApp.log_level=50"]}
