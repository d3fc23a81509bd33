#!/usr/bin/env bash
# Makes the RPM package from an installed tree.
#
#   rpm.sh TREE DIRECTORY VERSION x86_64|aarch64
#
# Prints the package's path.
set -euo pipefail
unset CDPATH

tree=$(cd "$1" && pwd) directory=$2 version=$3 architecture=$4
name=codeartifact-keyring
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

libc=$(readelf --wide --dyn-syms "$tree/libexec/$name/"* | grep -oE 'GLIBC_[0-9.]+' | sort -uV | tail -n 1)
# What this package needs and has is said here, not found out: the machine that it is made on may be another system.
cat >"$scratch/$name.spec" <<END
Name: $name
Version: $version
Release: 1
Summary: AWS CodeArtifact tokens for Poetry, pip, uv and their friends
License: MIT
AutoReqProv: no
Requires: libc.so.6($libc)(64bit)
Requires: libcurl.so.4()(64bit)
Requires: ca-certificates
Recommends: libsecret-1.so.0()(64bit)

%description
Answers when Python's tools ask for a password: gets a CodeArtifact token with
the user's own AWS sign-in, keeps it in the system's secret store, and renews
it in time. No token to export, no password in any file.

Each user runs once: codeartifact-keyring configure

%install
mkdir -p %{buildroot}/usr/bin
cp -a $tree/share $tree/libexec %{buildroot}/usr/
ln -s ../libexec/$name/$name %{buildroot}/usr/bin/$name
mv %{buildroot}/usr/share/fish/vendor_completions.d %{buildroot}/usr/share/fish/completions
gzip -9n %{buildroot}/usr/share/man/man1/$name.1

%preun
rm -rf /usr/share/$name/python/codeartifact_keyring/__pycache__

%files
%defattr(-,root,root,-)
/usr/bin/$name
/usr/libexec/$name
/usr/share/$name
/usr/share/doc/$name
/usr/share/man/man1/$name.1.gz
/usr/share/bash-completion/completions/$name
/usr/share/zsh/site-functions/_$name
/usr/share/fish/completions/$name.fish
END
# Every rpm since RHEL 8's reads xz. The same source gives the same package: neither the machine nor the time is in it.
if ! rpmbuild -bb --quiet --target "$architecture-linux" \
    --define "_topdir $scratch/build" --define "_rpmdir $scratch/packages" --define "_rpmfilename $name.rpm" \
    --define "_buildhost localhost" --define "use_source_date_epoch_as_buildtime 1" \
    --define "clamp_mtime_to_source_date_epoch 1" --define "_binary_payload w6.xzdio" --define "_build_id_links none" \
    --define "__os_install_post %{nil}" --define "debug_package %{nil}" \
    "$scratch/$name.spec" >"$scratch/log" 2>&1; then
    cat "$scratch/log" >&2
    exit 1
fi
package=$directory/$name-$version-1.$architecture.rpm
mv "$scratch/packages/$name.rpm" "$package"
printf '%s\n' "$package"
