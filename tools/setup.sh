#!/usr/bin/env bash
# Makes VENV hold exactly what a lock file pins, and this checkout itself.
#   tools/setup.sh PYTHON VENV LOCK
# A stamp named after the digest of its inputs makes every later call return at once, without a network.
set -euo pipefail
python=$1 venv=$2 lock=$3

if ! command -v "$python" > /dev/null; then
  echo "error: no \`$python\` here; install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3" >&2
  exit 2
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "error: ratebook needs Python 3.11 or newer, but \`$python\` is $("$python" -V 2>&1)" >&2
  echo "help: name a newer one, for example: make bill PYTHON=python3.12" >&2
  exit 2
fi

# which packages exist is part of the digest: the editable install knows only those that it found
digest_of() {
  { cat "$1" pyproject.toml tools/setup.sh; ls -d engine dsl notebooks/workbench 2> /dev/null || true; } | "$python" -c \
    'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest()[:16])'
}
stamp_of() { echo "$venv/.ready-$(basename "$1" .txt)-$(digest_of "$1")"; }

# the development lock holds all that the plain one does; scripts in a .venv that was moved point at its old folder
here=$(pwd -P)
placed=$(cat "$venv/.place" 2> /dev/null || echo "$here")
if [ "$placed" = "$here" ] && "$venv/bin/python" -c '' 2> /dev/null; then
  for done_already in "$lock" requirements-dev.txt; do
    [ -f "$(stamp_of "$done_already")" ] && exit 0
  done
fi

if [ "$placed" != "$here" ] || ! "$venv/bin/python" -m pip --version > /dev/null 2>&1; then
  echo "making $venv with $("$python" -V)"
  "$python" -m venv --clear "$venv"
fi
echo "installing what $lock pins"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r "$lock"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
# an editable install leaves out what a wheel puts below share: JupyterLab's extension and settings are linked instead
share=$venv/share/jupyter
mkdir -p "$share/labextensions" "$share/lab/settings/overrides.d"
ln -sfn "$here/editors/jupyterlab" "$share/labextensions/ratebook"
ln -sfn "$here/editors/jupyterlab/settings/ratebook.json" "$share/lab/settings/overrides.d/ratebook.json"
rm -f "$venv"/.ready-"$(basename "$lock" .txt)"-*
echo "$here" > "$venv/.place"
touch "$(stamp_of "$lock")"
