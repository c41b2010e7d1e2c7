#!/usr/bin/env bash
# Adds up the test reports of the last build and prints "N passed, N failed, N skipped"; fails when no test ran.
set -u
cd "$(dirname "$0")/.."
shopt -s nullglob
reports=(*/target/surefire-reports/TEST-*.xml */target/failsafe-reports/TEST-*.xml)
sum() {
    [ ${#reports[@]} -eq 0 ] && { echo 0; return; }
    grep -ho "<testsuite [^>]*" "${reports[@]}" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ n += $1 } END { print n + 0 }'
}
tests=$(sum tests) failures=$(sum failures) errors=$(sum errors) skipped=$(sum skipped)
failed=$((failures + errors))
echo "$((tests - failed - skipped)) passed, $failed failed, $skipped skipped"
[ "$tests" -gt 0 ]
