#!/bin/sh
# A smoke check for a pipeline: would a pass of vmsync do its work with this configuration? Nothing is written but the
# report, which is left beside as vmsync-report.json.
#
#   smoke.sh [FILE]     FILE is the configuration, /etc/vmsync/sync.yaml if it is left out
set -eu
config=${1:-/etc/vmsync/sync.yaml}

vmsync config validate --config "$config"
vmsync check --config "$config"
code=0
vmsync sync all --dry-run --config "$config" --report-file vmsync-report.json || code=$?
case $code in
    0) echo 'smoke: a pass would work' ;;
    4) echo 'smoke: the guard would withhold changes; see the report for the flag that allows them' >&2 ;;
    *) echo "smoke: a pass would end with exit code $code; see EXIT STATUS in vmsync(1)" >&2 ;;
esac
exit "$code"
