#!/bin/sh
# Copies Node.js and the libraries it is linked with into a folder: an image made of it has no shell
# and no package manager.
set -eu
target="$1"
node="$(readlink -f "$(command -v node)")"
install -D "$node" "$target/usr/local/bin/node"
ldd "$node" | grep -o '/[^ ]*' | sort -u | while read -r library; do
  install -D "$(readlink -f "$library")" "$target$library"
done
install -D /dev/null "$target/tmp/.keep"
chmod 1777 "$target/tmp"
mkdir -p "$target/data" "$target/etc"
chown 65532:65532 "$target/data"
echo 'hubsync:x:65532:65532::/data:/sbin/nologin' > "$target/etc/passwd"
echo 'hubsync:x:65532:' > "$target/etc/group"
