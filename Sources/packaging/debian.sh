#!/usr/bin/env bash
# Makes the Debian package from an installed tree.
#
#   debian.sh TREE DIRECTORY VERSION x86_64|aarch64
#
# Prints the package's path.
set -euo pipefail
unset CDPATH

tree=$1 directory=$2 version=$3
case $4 in
    x86_64) architecture=amd64 ;;
    aarch64) architecture=arm64 ;;
esac
name=codeartifact-keyring
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
root=$scratch/root

mkdir -p "$root/usr/bin"
cp -a "$tree/share" "$tree/libexec" "$root/usr/"
# /usr/bin/keyring is Debian's python3-keyring's: `configure` links this program's where the user's PATH finds it first.
ln -s "../libexec/$name/$name" "$root/usr/bin/$name"

# Debian's own Python can import the backend by its name. It has no metadata there, so no list of packages changes.
packages=$root/usr/lib/python3/dist-packages
mkdir -p "$packages"
ln -s "../../../share/$name/python/codeartifact_keyring" "$packages/"

mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"
doc=$root/usr/share/doc/$name
rm -f "$doc/LICENSE"
{
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: %s\n\nFiles: *\n' "$name"
    sed -n 's/^Copyright (c) /Copyright: /p' "$here/../../LICENSE"
    printf 'License: Expat\n'
    sed '1,4d; s/^$/./; s/^/ /' "$here/../../LICENSE"
} >"$doc/copyright"
{
    printf '%s (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n' "$name" "$version"
    printf ' -- codeartifact-keyring maintainers <maintainers@codeartifact-keyring.invalid>  %s\n' \
        "$(LC_ALL=C date -R -u -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9n >"$doc/changelog.gz"
gzip -9n "$root/usr/share/man/man1/$name.1"

# The newest symbol version asked of libc is the oldest libc this runs on.
libc=$(readelf --wide --dyn-syms "$root/usr/libexec/$name/"* | grep -oE 'GLIBC_[0-9.]+' | sort -uV | tail -n 1)
mkdir "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<END
Package: $name
Version: $version
Architecture: $architecture
Maintainer: codeartifact-keyring maintainers <maintainers@codeartifact-keyring.invalid>
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: libc6 (>= ${libc#GLIBC_}), libcurl4 | libcurl3-gnutls, ca-certificates
Recommends: libsecret-1-0
Suggests: python3-keyring, gnome-keyring | keepassxc
Section: python
Priority: optional
Description: AWS CodeArtifact tokens for Poetry, pip, uv and their friends
 Answers when Python's tools ask for a password: gets a CodeArtifact token with
 the user's own AWS sign-in, keeps it in the system's secret store, and renews
 it in time. No token to export, no password in any file.
 .
 Each user runs once: codeartifact-keyring configure
END
# What Python compiles when root uses it is no file of the package. Users' files are not a package's to look into.
cat >"$root/DEBIAN/prerm" <<END
#!/bin/sh
set -e
rm -rf /usr/share/$name/python/codeartifact_keyring/__pycache__
if [ "\$1" = remove ]; then
    echo "Users who did not run '$name unconfigure' before this can now run:" \\
        "sed -i 's/codeartifact_keyring.*/keyring.backends.chainer.ChainerBackend/;" \\
        "/codeartifact-keyring/d' ~/.config/python_keyring/keyringrc.cfg"
fi
END
chmod 755 "$root/DEBIAN/prerm"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
find "$root" -type d -exec chmod 755 {} +

package=$directory/${name}_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
printf '%s\n' "$package"
