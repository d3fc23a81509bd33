#!/bin/sh
# shellcheck shell=bash
# Installs codeartifact-keyring, upgrades it and removes it: see usage below. What is done in the prefix is in
# Sources/packaging/setup, which every release has in it.

# Alpine has no bash, so its own sh has to understand everything up to the line that starts bash.
case $(ldd --version 2>&1) in
    *musl*)
        echo "install.sh: codeartifact-keyring needs glibc, and this system has musl instead (as Alpine has)." \
            "Create the token outside the container: codeartifact-keyring netrc, or exec" >&2
        exit 1
        ;;
esac
if [ -z "${BASH_VERSION:-}" ]; then
    case $0 in *install.sh) exec bash "$0" "$@" ;; esac
    echo "install.sh: this script is for bash" >&2
    exit 1
fi
set +o posix
set -euo pipefail
unset CDPATH

usage() {
    cat <<'END'
Installs codeartifact-keyring and configures Poetry, pip and uv to use it. An older version is upgraded.

  ./install.sh                 builds it and installs into ~/.local (as root: /usr/local), or --prefix DIR
  ./install.sh --from RELEASE  installs a release, without a compiler: its tarball or the directory it is in,
                               as a path or an https:// address
  ./install.sh --demo          builds it and shows it with a stand-in for AWS: no AWS account is needed
  ./install.sh --uninstall     removes it and restores the configuration of Poetry, pip and uv

--plan prints what would be done and does nothing. --no-configure does not touch the clients' files.
--build-only stops after the build; --no-build installs the last one.
END
}

say() { printf '%s\n' "$*"; }
warn() { printf 'install.sh: %s\n' "$*" >&2; }
fail() {
    warn "$@"
    exit "${code:-1}"
}

name=codeartifact-keyring
# The source tree or release that this script is in; none if it is read from a pipe, whatever the working directory is.
root=/nonexistent
if [ -f "${BASH_SOURCE[0]:-}" ]; then root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd); fi
scratch=""
trap 'rm -rf ${scratch:+"$scratch"}' EXIT

# --- system packages ---------------------------------------------------------------------------------------------

# `needed` is what the program needs to run; of packages separated by | one is enough.
for manager in apt-get dnf pacman zypper none; do
    if command -v "$manager" >/dev/null; then break; fi
done
is_installed() { rpm -q --whatprovides "$1" >/dev/null 2>&1; }
case $manager in
    apt-get)
        needed="libcurl4|libcurl3-gnutls|libcurl4t64 libsecret-1-0 ca-certificates"
        installation="env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends"
        is_installed() { [ "$(dpkg-query -W -f '${Status}' "$1" 2>/dev/null)" = "install ok installed" ]; }
        ;;
    dnf) needed="libcurl|libcurl-minimal libsecret ca-certificates" installation="dnf install -y -q" ;;
    pacman)
        needed="curl libsecret ca-certificates" installation="pacman -S --noconfirm --needed"
        is_installed() { pacman -Q "$1" >/dev/null 2>&1; }
        ;;
    zypper) needed="libcurl4 libsecret-1-0 ca-certificates" installation="zypper --non-interactive --quiet install" ;;
    none) needed="" ;;
esac

# What a command is run with as root, and what a user is told to run it with.
case "$(id -u) $(command -v sudo || true)" in
    "0 "*) as_root="" remedy="Run:" ;;
    *" ") as_root=false remedy="Run as root:" ;;
    *) as_root="sudo -n" remedy="Run: sudo" ;;
esac
# Somebody can be asked for a password.
if [ "$as_root" = "sudo -n" ] && [ -t 0 ] && [ -t 2 ]; then as_root=sudo; fi

update_package_lists() {
    [ "$manager" != apt-get ] || [ $plan = yes ] || $as_root apt-get update -qq
}

# Installs those of the packages that are missing; prints how to where that cannot be done.
install_packages() {
    local package choice missing=() command
    for package in "$@"; do
        for choice in ${package//|/ }; do
            if is_installed "$choice"; then continue 2; fi
        done
        missing+=("${package%%|*}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command="$installation ${missing[*]}"
    if [ $plan = yes ]; then
        say "as root: $command"
        return
    fi
    say "Installing system packages: ${missing[*]}"
    # shellcheck disable=SC2086 # The command is words without spaces in them.
    if ! { update_package_lists && $as_root $command >/dev/null; }; then
        warn "these packages are missing and could not be installed: ${missing[*]}. $remedy $command"
        return 1
    fi
}

prepare_to_run() {
    [ "$manager" != none ] || say "No known package manager is here. The program needs libcurl and, on a desktop, libsecret."
    # Without them it runs, too: it stores tokens elsewhere and uses the AWS CLI.
    # shellcheck disable=SC2086
    install_packages $needed || true
}

# --- a release ---------------------------------------------------------------------------------------------------

# Amazon Linux's image has no tar, and python:3-slim no curl.
prepare_to_unpack() {
    local tool missing=()
    for tool in tar gzip; do
        command -v $tool >/dev/null || missing+=("$tool")
    done
    case $from in https://*) command -v curl >/dev/null || missing+=(curl ca-certificates) ;; esac
    [ ${#missing[@]} -eq 0 ] || { [ "$manager" != none ] && install_packages "${missing[@]}"; } ||
        fail "unpacking a release needs ${missing[*]}"
}

# What a program said; gzip begins with an empty line.
reason() { grep -m 1 . "$scratch/error"; }

# Copies a file of a release from its path or address.
fetch() {
    case $1 in https://*) ;; *) cp "$1" "$2" || exit; return ;; esac
    curl -q -g -fsSL --proto '=https' --tlsv1.2 --connect-timeout 20 --speed-limit 1000 --speed-time 30 -o "$2" "$1" \
        2>"$scratch/error" || fail "${1%%\?*} could not be downloaded: $(reason)"
}

# Sets `folder`, and `file` and `address` where `from` names a tarball; copies the checksums to `sums`. They are the one after
# #sha256=, or the SHA256SUMS in the folder, which is optional beside a local tarball.
locate_release() {
    if [ -f "$from" ]; then
        address=$from folder=$(dirname "$from") file=${from##*/}
        [ ! -f "$folder/SHA256SUMS" ] || fetch "$folder/SHA256SUMS" "$sums"
        return
    elif [ "$from" = "${from#https://}" ]; then
        folder=$from
        [ -f "$folder/SHA256SUMS" ] || fail "$from is not a release of $name"
    else
        address=${from%%#*}
        folder=${address%%\?*}
        case $folder in *.tar.gz) file=${folder##*/} folder=${folder%/*} ;; esac
        folder=${folder%/}
        case $file${from#"$address"} in
            *.tar.gz#sha256=*)
                say "${from#*#sha256=}  $file" >"$sums"
                return
                ;;
            *#*) code=2 fail "only #sha256= may follow an address, and only that of a tarball: $from" ;;
        esac
    fi
    fetch "$folder/SHA256SUMS" "$sums"
}

# The lines of the checksums that are about a file.
checksums_of() {
    local sum file
    while read -r sum file || [ -n "$sum" ]; do
        if [ "${file#\*}" = "$1" ]; then say "$sum  $1"; fi
    done <"$sums"
}

# Fetches the release, verifies it and unpacks it; sets `tree`.
get_release() {
    local address folder file="" known="" sums=$scratch/SHA256SUMS
    locate_release
    if [ -z "$file" ]; then
        file=$(sed -n "s/^[0-9a-f]* [ *]\($name-[^/ ]*-linux-$(uname -m)\.tar\.gz\)\$/\1/p" "$sums" | tail -n 1)
        [ -n "$file" ] || fail "$folder/SHA256SUMS names no release for $(uname -m)"
        address=$folder/$file
    fi
    if [ -f "$sums" ]; then
        known=$(checksums_of "$file")
        if [ -z "$known" ]; then
            [ -f "$from" ] || fail "$folder/SHA256SUMS does not name $file"
            say "$folder/SHA256SUMS does not name $file: it was not verified."
        fi
    fi
    fetch "$address" "$scratch/$file"
    if [ -n "$known" ] && ! (cd "$scratch" && sha256sum -c --status - <<<"$known") 2>/dev/null; then
        fail "$folder/$file does not match its checksum in $folder/SHA256SUMS. Download it again"
    fi
    mkdir "$scratch/unpacked"
    tar -xzf "$scratch/$file" --no-same-owner -C "$scratch/unpacked" 2>"$scratch/error" ||
        fail "$from could not be unpacked: $(reason)"
    for tree in "$scratch/unpacked/$name-"*; do
        [ -f "$tree/libexec/$name/setup" ] || fail "$from is not a release of $name"
    done
}

# --- what was asked for ------------------------------------------------------------------------------------------

install_all() {
    local tree=$from
    if [ $plan = yes ]; then
        [ -z "$from" ] || prepare_to_run
        say "install into $prefix${from:+ from $from}"
        [ $configure = no ] || say "configure Poetry, pip and uv: $name configure"
        return
    fi
    scratch=$(mktemp -d)
    if [ -z "$from" ]; then
        tree=$scratch/tree
        "$root/Sources/packaging/lay-out" "$tree"
    elif [ ! -f "$from/libexec/$name/setup" ]; then
        prepare_to_unpack
        get_release
    fi
    bash "$tree/libexec/$name/setup" install "$tree" "$prefix"
    # Not before it is known that the program runs here.
    [ -z "$from" ] || prepare_to_run
    if [ $configure = yes ]; then
        "$prefix/libexec/$name/$name" configure
    else
        printf 'To configure Poetry, pip and uv, each user runs: %q configure\n' "$prefix/bin/$name"
    fi
    printf 'To uninstall it, run: bash %q uninstall\n' "$prefix/libexec/$name/setup"
}

uninstall() {
    local setup settings=${XDG_CONFIG_HOME:-${HOME:-}/.config}/python_keyring/keyringrc.cfg
    if [ $plan = yes ]; then
        say "uninstall from $prefix"
        [ $configure = no ] || say "restore the files of Poetry, pip and uv: $name unconfigure"
        return
    fi
    for setup in "$root/Sources/packaging/setup" "$root/libexec/$name/setup" "$prefix/libexec/$name/setup"; do
        if [ -f "$setup" ]; then
            [ $configure = yes ] || set -- --no-configure
            exec bash "$setup" uninstall "$prefix" "$@"
        fi
    done
    ! grep -qs codeartifact_keyring "$settings" ||
        fail "$name is not installed in $prefix. Python's keyring is configured to use it. Run:" \
            "sed -i 's/codeartifact_keyring.*/keyring.backends.chainer.ChainerBackend/; /codeartifact-keyring/d'" \
            "$(printf %q "$settings")"
    say "$name is not installed in $prefix."
}

# Called by the last line, so that a script that came half through a pipe does nothing.
main() {
    if [ "$(id -u)" -eq 0 ]; then prefix=/usr/local; else prefix=${HOME:-}/.local; fi
    action=install build=yes configure=yes plan=no from=""
    while [ $# -gt 0 ]; do
        case $1 in
            --prefix=?*) prefix=${1#*=} ;;
            --from=?*) from=${1#*=} ;;
            --prefix | --from)
                [ -n "${2:-}" ] || code=2 fail "$1 needs a value"
                if [ "$1" = --prefix ]; then prefix=$2; else from=$2; fi
                shift
                ;;
            --build-only | --demo | --uninstall) action=${1#--} ;;
            --no-build) build=no ;;
            --no-configure) configure=no ;;
            --plan) plan=yes ;;
            -h | --help)
                usage
                exit
                ;;
            *) code=2 fail "unknown option $1. --help lists all options" ;;
        esac
        shift
    done
    # Below sudo -E, HOME is the caller's, and configure refuses to write there; unconfigure does not.
    if [ "$action" = install ] && [ -n "${SUDO_UID:-}" ] && [ "$SUDO_UID" != "$(id -u)" ] &&
        [ "$(stat -c %u "${HOME:-/}" 2>/dev/null)" = "$SUDO_UID" ]; then
        configure=no
    fi
    case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
    while [ "$prefix" != "${prefix%/}" ] && [ "$prefix" != / ]; do prefix=${prefix%/}; done
    [[ $from != *://* || $from = https://* ]] || code=2 fail "--from takes a path or an https:// address, not $from"
    # Whoever installed with --from may uninstall with the same options.
    [ -z "$from" ] || [ "$action" = install ] || [ "$action" = uninstall ] ||
        code=2 fail "--$action cannot be combined with --from"
    [ "$action $build" != "build-only no" ] || code=2 fail "--build-only cannot be combined with --no-build"
    if [ ! -d "$root/Sources" ] && [ "$action" != uninstall ]; then
        [ "$action" = install ] || fail "--$action needs the source tree; this is a release"
        # A release holds this script beside what it installs.
        if [ -z "$from" ]; then
            from=$root
            [ -d "$from/libexec/$name" ] || fail "there is nothing to install beside this script. Name a release: --from RELEASE"
        fi
    fi
    if [ "$action" = uninstall ]; then
        uninstall
    elif [ "$action" = demo ] && [ $plan = no ]; then
        exec "$root/Tests/EndToEnd/demo"
    else
        if [ -z "$from" ] && [ $build = yes ]; then
            # shellcheck source=Sources/packaging/build.sh
            . "$root/Sources/packaging/build.sh"
            prepare_to_build
            [ $plan = yes ] || build_program
        fi
        [ "$action" != install ] || install_all
    fi
}

main "$@"
