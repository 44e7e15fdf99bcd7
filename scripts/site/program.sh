# shellcheck shell=bash
# Bringing the program into $PROGRAM/versions/<version> and making it current; the same layout as `appliance bundle install`.

readonly PROJECT_PARTS=(appliance models scripts systemd setup.cfg pyproject.toml README.md LICENSE)

# see_checkout CHECKOUT
see_checkout() {
  local part
  for part in "${PROJECT_PARTS[@]}"; do
    [[ -e $1/$part ]] || fail "this checkout has no $part." "Run the script from a whole source tree."
  done
}

# The name of what is in a checkout: its version, and a digest of every file that is installed.
version_of() {
  local number digest
  number="$(sed -n 's/^version = //p' "$1/setup.cfg")"
  digest="$(project_files "$1" | (cd "$1" && xargs -0 sha256sum) | sha256sum | cut -c 1-12)"
  printf '%s-%s' "$number" "$digest"
}

# The files of the source tree, without what git ignores or tests make; NUL-separated.
project_files() {
  (cd "$1" && find "${PROJECT_PARTS[@]}" -type f -not -path '*/__pycache__/*' -not -path 'models/downloaded/*' -print0 | LC_ALL=C sort -z)
}

# program_from_checkout CHECKOUT VENV
program_from_checkout() {
  local checkout="$1" venv="$2" versions="$ROOT$PROGRAM/versions" version beside
  see_checkout "$checkout"
  version="$(version_of "$checkout")"
  [[ -z $venv ]] || version="$version-$(cd "$venv" && pwd -P | sha256sum | cut -c 1-6)"
  if [[ -e $versions/$version/.whole ]]; then
    [[ "$(current_version)" == "$version" ]] || switch_to "$version"
    note "version $version is there"
    return
  fi
  mkdir -p "$versions"
  rm -rf "$versions"/.new-*
  beside="$versions/.new-$version"
  mkdir -p "$beside/project"
  note "copying the source tree"
  project_files "$checkout" | (cd "$checkout" && tar --null -cf - --files-from -) | tar -xf - -C "$beside/project"
  # where an installed appliance looks for its models: beside its environment; what was fetched comes along
  ln -s project/models "$beside/models"
  if [[ -d $ROOT$PROGRAM/current/models/downloaded ]]; then
    cp -al "$ROOT$PROGRAM/current/models/downloaded" "$beside/project/models/"
    cp -a "$ROOT$PROGRAM/current/models/lock.toml" "$beside/project/models/" 2>/dev/null || true
  fi
  if [[ -n $venv ]]; then
    ln -s "$(cd "$venv" && pwd -P)" "$beside/venv"
  else
    note "making an environment and installing the Python packages; llama.cpp is compiled, which takes some minutes"
    # made at its final place, for an environment cannot be moved: the version's folder only counts once .whole is in it
    rm -rf "${versions:?}/$version"
    mv -T "$beside" "$versions/$version"
    beside="$versions/$version"
    python3.11 -m venv "$beside/venv" || fail "Python could not make an environment." "apt-get install python3.11-venv"
    CMAKE_ARGS="-DLLAVA_BUILD=OFF $(gpu_build)${CMAKE_ARGS:-}" "$beside/venv/bin/python" -m pip install --disable-pip-version-check --no-input \
      "$beside/project" >&2 </dev/null || fail "pip could not install the packages." "The reason stands above; run this again."
  fi
  "$beside/venv/bin/appliance" --version >&2 || fail "the new version does not start here." "The reason stands above."
  touch "$beside/.whole"
  if [[ $beside == */.new-* ]]; then
    rm -rf "${versions:?}/$version"
    mv -T "$beside" "$versions/$version"
  fi
  switch_to "$version"
  note "version $version is current"
}

# With NVIDIA's compiler and a card, llama.cpp is built for both.
gpu_build() {
  if command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1; then
    if command -v nvcc >/dev/null; then
      note "a GPU was found: llama.cpp is built for it"
      printf -- '-DGGML_CUDA=ON '
    else
      note "WARNING: a GPU was found, but not nvcc; without it llama.cpp runs on the processor (apt-get install nvidia-cuda-toolkit)"
    fi
  fi
}

# program_from_bundle CHECKOUT BUNDLE KEY
program_from_bundle() {
  local bundle="$2" key="$3" first
  if [[ -x $ROOT$PROGRAM/current/venv/bin/appliance ]]; then
    appliance bundle install "$bundle" --key "$key" --to "$ROOT$PROGRAM" >&2 || fail "the bundle was refused." "The reason stands above."
    return
  fi
  # the first time there is no appliance that could verify and install: Debian's own tools do, for the time it takes
  first="$(mktemp -d)"
  # shellcheck disable=SC2064  # the folder of now
  trap "rm -rf '$first'" EXIT
  note "verifying the signature"
  head -n 4 "$bundle" > "$first/site.minisig"
  tail -n +5 "$bundle" > "$first/site.tar"
  if [[ -f $key ]]; then set -- -p "$key"; else set -- -P "$key"; fi
  minisign -V -q -m "$first/site.tar" -x "$first/site.minisig" "$@" >&2 || fail "the bundle is not signed by that key." "Get it again, or the right key."
  tar -xf "$first/site.tar" -C "$first" wheels || fail "the bundle has no wheels." "Make it again."
  note "making an environment that can install the bundle"
  python3.11 -m venv "$first/venv" || fail "Python could not make an environment." "apt-get install python3.11-venv"
  "$first/venv/bin/python" -m pip install --disable-pip-version-check --no-input --no-index --find-links "$first/wheels" \
    clinic-voice-appliance >&2 </dev/null || fail "the bundle's wheels could not be installed." "The reason stands above."
  mkdir -p "$ROOT$PROGRAM"
  "$first/venv/bin/appliance" bundle install "$bundle" --key "$key" --to "$ROOT$PROGRAM" >&2 || fail "the bundle was refused." "The reason stands above."
}

# install_units CHECKOUT: copied only where they differ
install_units() {
  local path
  for path in "$1"/systemd/*.service "$1"/systemd/*.timer "$1"/systemd/*.target "$1"/systemd/*.service.d/*.conf; do
    install -C -D -m 644 "$path" "$ROOT$UNITS/${path#"$1"/systemd/}"
  done
}

# The command on everybody's path. As root it becomes the service's user, so that no file of root's lies among the records; what
# changes the program or the settings stays root.
install_command() {
  local beside
  beside="$(mktemp)"
  cat > "$beside" <<END
#!/bin/sh
# The appliance's command, as the user that its services run as.
program=$PROGRAM/current/venv/bin/appliance
case "\${1:-}" in bundle | models | setup | support | units) exec "\$program" "\$@" ;; esac
[ "\$(id -u)" -ne 0 ] || ! id $SERVICE_USER >/dev/null 2>&1 || exec runuser -u $SERVICE_USER -- "\$program" "\$@"
exec "\$program" "\$@"
END
  install -C -D -m 755 "$beside" "$ROOT$COMMAND"
  rm -f "$beside"
}
