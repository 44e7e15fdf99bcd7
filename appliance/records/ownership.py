"""Files that root makes beside the service's must be the service's own, or it cannot open them."""

from __future__ import annotations

import os
from pathlib import Path


def owned_like_folder(path: Path) -> None:
    """Give a file to the owner of its folder when we are root, and let nobody else read it. Raises OSError."""
    path.chmod(0o600)
    if os.geteuid() == 0:
        about = path.parent.stat()
        os.chown(path, about.st_uid, about.st_gid)
