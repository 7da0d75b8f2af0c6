#!/usr/bin/env bash
# Rewrites both lock files from pyproject.toml:  tools/lock.sh UV [more options for uv, e.g. --upgrade]
# No index address is written into them: where packages come from is the installer's affair.
set -euo pipefail
uv=$1
shift
compile=("$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@")
"${compile[@]}" --extra build -o requirements.txt
"${compile[@]}" --extra build --extra dev -c requirements.txt -o requirements-dev.txt
