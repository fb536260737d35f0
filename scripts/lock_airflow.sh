#!/bin/sh
# Locks one Airflow version with the amazon provider that MWAA ships for it.
# Usage: scripts/lock_airflow.sh VERSION PINS
# PINS is MWAA's constraints file for that version: lines of name==version.
set -eu
if [ $# -ne 2 ] || [ -z "$1" ] || [ ! -f "$2" ]; then
  echo "error: run make lock-airflow VERSION=3.0.6 PINS=<a file of name==version lines>" >&2
  exit 2
fi
version=$1 pins=$2
cd "$(dirname "$0")/.."
target=scripts/mwaa_ecs/sandbox/airflow/locks/$version.txt
provider=$(grep -i '^apache-airflow-providers-amazon==' "$pins") || {
  echo "error: PINS: $pins does not pin apache-airflow-providers-amazon" >&2
  exit 2
}
# Deferrable operators need it; MWAA pins it.
async=$(grep -i '^aiobotocore==' "$pins" || true)
draft=$(mktemp)
trap 'rm -f "$draft"' EXIT
printf 'apache-airflow==%s\n%s\n%s\n' "$version" "$provider" "$async" |
  .venv/bin/uv pip compile - --constraints "$pins" --universal --python-version 3.11 \
    --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links \
    --quiet --output-file "$draft"
{
  echo "# Airflow $version and the amazon provider as MWAA ships them: the lock of an environment of its own."
  echo "# Made by: make lock-airflow VERSION=$version PINS=<MWAA's constraints for $version>"
  cat "$draft"
} >"$target"
echo "wrote $target"
