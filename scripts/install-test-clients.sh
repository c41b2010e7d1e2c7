#!/usr/bin/env bash
# Brings the clients of other languages that the tests use: kcat and two Python clients from Debian, kafkajs from npm.
# What it cannot bring it names; the tests that need it then fail by name rather than being skipped.
set -u
cd "$(dirname "$0")/.."

debian_packages=(kcat python3-kafka python3-confluent-kafka)
missing=()
for package in "${debian_packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
    if command -v apt-get >/dev/null; then
        "${as_root[@]}" apt-get update -qq
        DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq "${missing[@]}" >/dev/null ||
            echo "Could not install ${missing[*]}; the tests with these clients will fail." >&2
    else
        echo "No apt-get here: install ${missing[*]} by hand; the tests with these clients will fail without them." >&2
    fi
fi

kafkajs=conformance/clients/kafkajs
if [ -f $kafkajs/package-lock.json ] && [ ! -d $kafkajs/node_modules/kafkajs ]; then
    if command -v npm >/dev/null; then
        (cd $kafkajs && npm ci --silent --no-audit --no-fund) ||
            echo "Could not install kafkajs; the tests with it will fail." >&2
    else
        echo "No npm here: install Node.js 18 or later; the tests with kafkajs will fail without it." >&2
    fi
fi
exit 0
