#!/bin/sh
# A smoke check for a pipeline: would a pass of vmsync do its work with this configuration? Nothing is written but the
# report, vmsync-report.json in the current folder: an artifact to keep, if it came to the dry run.
#
#   smoke.sh [FILE]     FILE is the configuration, /etc/vmsync/sync.yaml if it is left out
#
# It stops at the first step that fails, with its exit code.
set -eu
config=${1:-/etc/vmsync/sync.yaml}
report=vmsync-report.json

advice() {
    case $1 in
        2) echo 'this vmsync has other options: see vmsync --version' ;;
        3) echo 'a source fails or is incomplete: see which one, and why, above' ;;
        4) echo 'the guard would withhold changes: look at them above; the report has the flag that allows them' ;;
        5) echo 'a service would not be told of renames: see which one, and why, above' ;;
        6) echo 'Redis or the store would fail: see why above' ;;
        7) echo 'it takes too long: raise sync.deadline, or see which source is slow' ;;
        69) echo 'no source answers, or the document store does not: can they be reached from here?' ;;
        77) echo 'a login or a certificate is refused: correct the password, or pin the certificate' ;;
        78) echo 'correct the mistakes in the configuration that stand above' ;;
        126 | 127) echo 'install vmsync, or put it into PATH' ;;
        130 | 143) echo 'it was stopped: run it again' ;;
        *) echo 'see EXIT STATUS in vmsync(1)' ;;
    esac
}

# step NAME COMMAND…
step() {
    name=$1
    shift
    code=0
    "$@" || code=$?
    [ "$code" -ne 0 ] || return 0
    echo "smoke: $name ended with exit code $code: $(advice "$code")" >&2
    exit "$code"
}

# That of an earlier check says nothing of this one.
rm -f -- "$report"
step 'config validate' vmsync config validate --config "$config"
step 'check' vmsync check --config "$config"
step 'the dry run' vmsync sync all --dry-run --config "$config" --report-file "$report"
echo 'smoke: a pass would work'
