"""By hand: a bundle of the real thing, carried to an empty folder where there is no network, installed, started, examined.

    python tests/provision/carry_a_real_bundle.py [--bundle FILE --key PUBLIC]

Without --bundle one is made first, which downloads what pip's cache does not have. First the way of a site that has nothing yet:
Debian's own minisign, tar and Python only. Then `bundle install`, and a whole `appliance check` with its call over real SIP.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parents[2]
BARE = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}
WITH_NOTHING = """
head -n 4 site.bundle > site.minisig && tail -n +5 site.bundle > site.tar
minisign -V -m site.tar -x site.minisig -p minisign.pub
tar -xf site.tar wheels
{python} -m venv first
first/bin/pip install --quiet --disable-pip-version-check --no-index --find-links wheels clinic-voice-appliance
rm -r wheels site.tar site.minisig
first/bin/appliance bundle install site.bundle --to site --key minisign.pub
rm -r first
"""
STARTED = """
ip link set lo up
appliance=site/current/venv/bin/appliance settings=site/current/project/scripts/sample/appliance.toml
$appliance models verify
echo '{"say": "when are you open"}' | $appliance chat --clinic site/current/project/scripts/sample/clinic.toml --jsonl
$appliance run --config $settings 2> run.log & appliance_run=$!
sleep 20
$appliance check --config $settings && status=$? || status=$?
kill $appliance_run; wait $appliance_run || true
exit $status
"""


def step(name: str, script: str, folder: Path) -> int:
    """Run a shell script in `folder`, alone: no network, none of our environment."""
    began = time.monotonic()
    done = subprocess.run(["unshare", "--map-root-user", "--net", "bash", "-euc", script], cwd=folder, env=BARE, check=False)
    print(f"== {name}: exit status {done.returncode}, {time.monotonic() - began:.0f} s", flush=True)
    return done.returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--key", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="carried-") as name:
        folder = Path(name)
        if arguments.bundle:
            shutil.copy(arguments.bundle, folder / "site.bundle")
            shutil.copy(arguments.key, folder / "minisign.pub")
        else:
            subprocess.run(["minisign", "-G", "-W", "-p", "minisign.pub", "-s", "minisign.key"], cwd=folder, check=True)
            began = time.monotonic()
            making = [sys.executable, "-m", "appliance", "bundle", "make", "--out", str(folder / "site.bundle")]
            subprocess.run([*making, "--key", str(folder / "minisign.key")], cwd=PROJECT, check=True)
            print(f"== made: {(folder / 'site.bundle').stat().st_size / 1e6:.0f} MB, {time.monotonic() - began:.0f} s", flush=True)
        python = getattr(sys, "_base_executable", sys.executable)
        if step("installed with nothing but Debian's tools", WITH_NOTHING.format(python=python), folder):
            return 1
        return 0 if step("started and examined", STARTED, folder) in (0, 1) else 1


if __name__ == "__main__":
    sys.exit(main())
