#!/usr/bin/env bash
# Whether this machine can lend a test a disk of its own whose power can be cut: a file with ext4 on a loop device. Needs root where mounting is
# allowed. Prints why not, and fails, when it cannot.
set -u
if [ "$(id -u)" -ne 0 ]; then
    echo "not root"
    exit 1
fi
for program in mkfs.ext4 mount umount; do
    if ! command -v $program >/dev/null; then
        echo "no $program"
        exit 1
    fi
done
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
truncate -s 16M "$scratch/image"
mkdir "$scratch/disk"
if ! said=$(mkfs.ext4 -q -F "$scratch/image" 2>&1 && mount -o loop "$scratch/image" "$scratch/disk" 2>&1); then
    echo "mounting a file failed: $(echo "$said" | tr '\n' ' ')"
    exit 1
fi
umount "$scratch/disk"
