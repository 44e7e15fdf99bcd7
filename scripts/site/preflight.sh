# shellcheck shell=bash
# Is this machine fit for the appliance? Every need is named with its repair; the first that is not met stops the installation.

readonly NEED_PROGRAM_MB=3000 NEED_DATA_MB=1000 NEED_MEMORY_MB=1800
readonly PACKAGES=(python3.11 python3.11-venv espeak-ng libportaudio2 libgomp1)

# preflight REPAIR ANSWERS BUNDLE VENV
preflight() {
  local repair="$1" answers="$2" bundle="$3" venv="$4" program
  for program in systemd-sysusers systemd-tmpfiles tar awk; do
    command -v "$program" >/dev/null || fail "the program $program is missing." "On Debian 12: apt-get install systemd tar mawk."
  done
  [[ -z $bundle ]] || command -v minisign >/dev/null || fail "the program minisign is missing." "apt-get install minisign, or carry its .deb here."
  [[ -z $bundle || -r $bundle ]] || fail "the bundle $bundle cannot be read." "Correct --bundle."
  [[ -z $answers || -r $answers ]] || fail "the answers $answers cannot be read." "Correct --answers."
  [[ -z $venv || -x $venv/bin/appliance ]] || fail "$venv has no bin/appliance." "Give the environment that the appliance is installed in."
  if [[ -n $ROOT ]]; then
    note "installing into $ROOT: this machine's system, disk, memory, ports, clock and network are not examined"
    return
  fi
  system_fits
  packages_fit "$repair" "$venv"
  # shellcheck disable=SC2153  # common.sh says where
  room_fits "$PROGRAM" "$NEED_PROGRAM_MB"
  room_fits "$DATA" "$NEED_DATA_MB"
  memory_fits
  ports_fit
  clock_fits "$repair"
  pbx_fits "$answers"
}

system_fits() {
  # shellcheck disable=SC1091  # every Debian has it
  (source /etc/os-release && [[ ${ID:-} == debian && ${VERSION_ID:-} == 12 ]]) \
    || fail "this is not Debian 12." "Install it there; other systems are not tried."
  [[ "$(uname -m)" == x86_64 ]] || fail "this is a $(uname -m) machine." "The telephone library exists for x86_64 only."
}

packages_fit() {
  local repair="$1" venv="$2" missing=() package
  for package in "${PACKAGES[@]}"; do
    # a Python 3.11 from elsewhere will do, and a ready environment brings its own
    if [[ $package == python3.11* ]] && { [[ -n $venv ]] || python3.11 -c 'import ensurepip' 2>/dev/null; }; then continue; fi
    [[ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" == ii* ]] || missing+=("$package")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  [[ -n $repair ]] || fail "Debian packages are missing: ${missing[*]}." "Run this with --repair, or: apt-get install ${missing[*]}"
  note "installing ${missing[*]}"
  DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}" >&2 </dev/null \
    || fail "apt-get could not install ${missing[*]}." "Look at the network, run apt-get update, and run this again."
}

# room_fits FOLDER MB: at the nearest folder above it that is there
room_fits() {
  local folder="$1" free
  while [[ ! -d $folder ]]; do folder="$(dirname "$folder")"; done
  free="$(df --output=avail -BM "$folder" | tail -n 1 | tr -dc 0-9)"
  [[ $free -ge $2 ]] || fail "$folder has $free MB free, and $2 MB are needed." "Make room, or give it a disk of its own."
}

memory_fits() {
  local megabytes
  megabytes="$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)"
  [[ $megabytes -ge $NEED_MEMORY_MB ]] || fail "this machine has $megabytes MB of memory, and $NEED_MEMORY_MB MB are needed." "Give it more."
}

# Ports of a configuration that is there are the services' own; a first installation needs the default ones.
ports_fit() {
  [[ ! -e $ETC/appliance.toml ]] || return 0
  local port
  for port in 5070 8080; do
    if grep -qiE "^ *[0-9]+: [0-9A-F]+:$(printf '%04X' "$port") " /proc/net/tcp /proc/net/udp 2>/dev/null; then
      fail "port $port is taken by another program." "Stop it (ss -lnp | grep $port), or write $ETC/appliance.toml with another port first."
    fi
  done
}

clock_fits() {
  local repair="$1"
  [[ -d /run/systemd/system ]] || { note "systemd does not run here: see to it yourself that the clock is right"; return; }
  [[ "$(timedatectl show -p NTP --value 2>/dev/null)" != yes ]] || return 0
  [[ -n $repair ]] || { note "WARNING: the clock is not synchronised; a wrong clock books the wrong day. --repair switches it on."; return; }
  timedatectl set-ntp true || fail "time synchronisation cannot be switched on." "apt-get install systemd-timesyncd, and run this again."
}

# The PBX's name has to be known before its address can be allowed through.
pbx_fits() {
  local answers="$1" pbx="${APPLIANCE_ANSWER_PBX:-}"
  [[ -z $answers ]] || pbx="$(awk -F= '$1 ~ /^ *pbx *$/ { gsub(/[ "]/, "", $2); print $2 }' "$answers")"
  # an address needs nobody to be asked, and a machine whose network is not up yet could not
  [[ -n $pbx && ! ${pbx%:*} =~ ^[0-9.]+$ ]] || return 0
  getent ahostsv4 "${pbx%:*}" >/dev/null || fail "the name of the PBX, ${pbx%:*}, cannot be resolved." "Correct it, or give its address."
}
