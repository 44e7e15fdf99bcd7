"""Installs a bundle in a process that can be killed: python installing_process.py BUNDLE FOLDER PUBLIC_KEY."""

import sys
from pathlib import Path

from appliance.provision.bundle.installing import install
from appliance.provision.bundle.signature import public_key

if __name__ == "__main__":
    install(Path(sys.argv[1]), Path(sys.argv[2]), public_key(sys.argv[3]), print)
