# shellcheck shell=bash
# What install, upgrade, uninstall and support-bundle share: places, words, and how a failure is told. Read by them, never run.

# places, below --root
PROGRAM=/opt/clinic-voice-appliance
ETC=/etc/clinic-voice-appliance
DATA=/var/lib/appliance
UNITS=/etc/systemd/system
COMMAND=/usr/local/bin/appliance
SERVICE_USER=clinic-voice
export PROGRAM ETC DATA UNITS COMMAND SERVICE_USER

ME="${0##*/}"
ROOT=""

step() { printf '== %s\n' "$*" >&2; }
note() { printf '   %s\n' "$*" >&2; }
# fail WHAT-IS-WRONG REPAIR
fail() { printf 'scripts/%s: %s %s\n' "$ME" "$1" "$2" >&2; exit 2; }

# The option's value, or the sentence that it is missing.
value_of() { [[ $# -ge 2 && -n $2 ]] || fail "$1 needs a value." "scripts/$ME --help tells which."; printf '%s' "$2"; }

set_root() {
  ROOT="$(cd "$1" 2>/dev/null && pwd -P)" || fail "--root $1 is no folder." "Make it first."
  [[ $ROOT != / ]] || ROOT=""
}

need_root() {
  [[ $EUID -eq 0 || -n $ROOT ]] || fail "this has to be done as root." "Run it with sudo."
}

systemd_runs() { [[ -z $ROOT && -d /run/systemd/system ]]; }

# The usage of a script is its own head: from the second line to the first that is no comment.
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"; }

# The name of the version that runs, or nothing.
current_version() {
  local link
  link="$(readlink "$ROOT$PROGRAM/current" 2>/dev/null)" || return 0
  printf '%s' "${link##*/}"
}

# One rename, so that there is an old version or a new one at every moment.
switch_to() {
  ln -sfn "versions/$1" "$ROOT$PROGRAM/.current.new"
  mv -T "$ROOT$PROGRAM/.current.new" "$ROOT$PROGRAM/current"
}

# The appliance command of the version that runs.
appliance() { "$ROOT$PROGRAM/current/venv/bin/appliance" "$@"; }
