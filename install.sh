#!/usr/bin/env bash
# Builds and installs codeartifact-keyring, and tells Poetry, pip and uv to ask it.
#
#   ./install.sh                 into ~/.local (as root: /usr/local), or --prefix DIR
#   ./install.sh --demo          shows it at work in a throw-away place: no AWS account is needed
#   ./install.sh --uninstall     takes everything back
#
# --no-configure leaves the clients' files alone, --build-only stops after the build, --no-build takes the last one.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=codeartifact-keyring
built=$root/.build/release

say() { printf '%s\n' "$*"; }
fail() {
    printf 'install.sh: %s\n' "$*" >&2
    exit 1
}

usage() {
    sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

if [ "$(id -u)" -eq 0 ]; then prefix=/usr/local; else prefix=${HOME:-}/.local; fi
action=install build=yes configure=yes
while [ $# -gt 0 ]; do
    case $1 in
        --prefix)
            prefix=${2:-}
            if [ -z "$prefix" ]; then
                printf 'install.sh: --prefix needs a directory\n' >&2
                exit 2
            fi
            shift
            ;;
        --prefix=*) prefix=${1#--prefix=} ;;
        --no-configure) configure=no ;;
        --no-build) build=no ;;
        --build-only) action=build ;;
        --uninstall) action=uninstall ;;
        --demo) action=demo ;;
        -h | --help)
            usage
            exit 0
            ;;
        *)
            printf 'install.sh: unknown option %s\n' "$1" >&2
            usage >&2
            exit 2
            ;;
    esac
    shift
done
case $prefix in
    /*) ;;
    *) prefix=$PWD/$prefix ;;
esac

# --- what the build and the program need from the system ---------------------------------------------------------

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif ! command -v sudo >/dev/null; then
        return 1
    elif [ -t 0 ] && [ -t 2 ]; then
        sudo "$@"
    else
        sudo -n "$@" # nobody is there to be asked
    fi
}

install_packages() {
    local package missing=()
    # Names separated by | stand for one another.
    for package in "$@"; do
        local choice found=no
        for choice in ${package//|/ }; do
            dpkg-query -W -f '${Status}' "$choice" 2>/dev/null | grep -q '^install ok installed$' && found=yes
        done
        [ $found = yes ] || missing+=("${package%%|*}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "Installing system packages: ${missing[*]}"
    if ! as_root apt-get update -qq ||
        ! as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; then
        fail "these packages are needed and could not be installed. Run: sudo apt-get install ${missing[*]}"
    fi
}

prepare_system() {
    local runtime=("libcurl4|libcurl3-gnutls" libsecret-1-0 ca-certificates)
    local building=(binutils g++ git libcurl4-openssl-dev libsecret-1-dev pkg-config)
    if command -v apt-get >/dev/null; then
        if [ "$build" = yes ]; then install_packages "${runtime[@]}" "${building[@]}"; else install_packages "${runtime[@]}"; fi
    else
        say "This system has no apt. Needed here: libcurl, libsecret and, to build, a C++ compiler with a static libstdc++," \
            "the headers of libcurl and libsecret, and pkg-config."
    fi
}

# Debian's package `swift` is OpenStack's object store: the compiler's own words decide.
check_swift() {
    local version
    version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | head -n 1) || true
    version=${version#Swift version }
    local major=${version%%.*} minor=${version#*.}
    if [ -z "$version" ] || [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; then
        fail "Swift 6.2 or later is needed to build${version:+ (this is $version)}. Get it with swiftly:
  curl -O https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz
  tar xzf swiftly-$(uname -m).tar.gz && ./swiftly init
(Debian's package \"swift\" is another program.)"
    fi
}

# --- build -------------------------------------------------------------------------------------------------------

build_program() {
    check_swift
    # A directory that holds nothing but the static libstdc++ makes the linker take that one.
    local static=$root/.build-cxx headers flag flags=()
    mkdir -p "$static"
    ln -sf "$(gcc -print-file-name=libstdc++.a)" "$static/libstdc++.a"
    # With libsecret's headers in sight, what we declare of it is checked against them.
    headers=$(pkg-config --cflags-only-I libsecret-1 2>/dev/null) || headers=""
    for flag in $headers; do flags+=(-Xcc "$flag"); done
    say "Building (the first time takes some minutes)"
    (
        cd "$root"
        swift build -c release --product "$name" --static-swift-stdlib \
            -Xswiftc -L -Xswiftc "$static" -Xswiftc -Xclang-linker -Xswiftc -static-libgcc -Xlinker -s "${flags[@]}"
        # The front is Embedded Swift: there is no standard library to link in.
        swift build -c release --product keyring -Xlinker -s
    ) >"$root/.build-cxx/log" 2>&1 || {
        tail -n 40 "$root/.build-cxx/log" >&2
        fail "the build failed; all of its output is in $root/.build-cxx/log"
    }
}

# --- install and uninstall ---------------------------------------------------------------------------------------

# A file takes its place whole: a client may be running the old one just now.
put() {
    local mode=$1 from=$2 to=$3
    mkdir -p "$(dirname "$to")"
    cp "$from" "$to.new"
    chmod "$mode" "$to.new"
    mv -f "$to.new" "$to"
}

# The version is in Package.swift and nowhere else.
put_metadata() {
    local version from=$root/Sources/python/codeartifact_keyring.dist-info to
    version=$(sed -n 's/^let version = "\(.*\)"$/\1/p' "$root/Package.swift")
    to=$1/codeartifact_keyring-$version.dist-info
    put 644 "$from/entry_points.txt" "$to/entry_points.txt"
    put 644 "$from/METADATA" "$to/METADATA"
    sed -i "s/@VERSION@/$version/" "$to/METADATA"
}

# What the link in bin leads to.
target() {
    printf '../libexec/%s/%s\n' "$name" "$1"
}

install_files() {
    local python=$prefix/share/$name/python program file
    for program in "$name" keyring; do
        [ -x "$built/$program" ] || fail "$built/$program is not there. Run ./install.sh without --no-build"
    done
    if ! mkdir -p "$prefix" 2>/dev/null || [ ! -w "$prefix" ]; then
        fail "$prefix cannot be written to. Name another --prefix, or use sudo"
    fi
    # The front finds the program beside itself, in a directory of their own.
    for program in "$name" keyring; do put 755 "$built/$program" "$prefix/libexec/$name/$program"; done
    mkdir -p "$prefix/bin"
    ln -sf "$(target "$name")" "$prefix/bin/$name.new"
    mv -f "$prefix/bin/$name.new" "$prefix/bin/$name"
    rm -rf "$python"
    (cd "$root/Sources/python" && find codeartifact_keyring -name '*.py') | while IFS= read -r file; do
        put 644 "$root/Sources/python/$file" "$python/$file"
    done
    put_metadata "$python"
    if [ ! -e "$prefix/bin/keyring" ] && [ ! -L "$prefix/bin/keyring" ]; then
        ln -s "$(target keyring)" "$prefix/bin/keyring"
    elif [ "$(readlink "$prefix/bin/keyring" || true)" != "$(target keyring)" ]; then
        say "$prefix/bin/keyring is another program and was left alone: pip and uv will run that one." \
            "Remove it, or put a link to $prefix/libexec/$name/keyring first on PATH."
    fi
}

uninstall() {
    # First the clients' files: a configuration that names a backend which is gone breaks all who use keyring.
    local program=$prefix/bin/$name
    if [ "$configure" = yes ]; then
        [ -x "$program" ] || program=$built/$name
        if [ -x "$program" ]; then "$program" unconfigure; fi
    fi
    if [ "$(readlink "$prefix/bin/keyring" 2>/dev/null || true)" = "$(target keyring)" ]; then
        rm -f "$prefix/bin/keyring"
    fi
    rm -f "$prefix/bin/$name"
    rm -rf "${prefix:?}/share/$name" "$prefix/libexec/$name"
    rmdir "$prefix/share" "$prefix/libexec" "$prefix/bin" "$prefix" 2>/dev/null || true
    if [ "$configure" = yes ]; then
        local cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}
        rm -rf "${cache:?}/$name" "${XDG_RUNTIME_DIR:-/nonexistent}/$name"
        rmdir "$cache" 2>/dev/null || true
    fi
    say "$name is uninstalled from $prefix."
}

# --- what was asked for ------------------------------------------------------------------------------------------

case $action in
    uninstall) uninstall ;;
    build)
        prepare_system
        build_program
        ;;
    demo) exec "$root/Tests/EndToEnd/demo" ;;
    install)
        if [ "$build" = yes ]; then
            prepare_system
            build_program
        fi
        install_files
        if [ "$configure" = yes ]; then "$prefix/bin/$name" configure; fi
        say "$name is installed in $prefix."
        case ":$PATH:" in
            *":$prefix/bin:"*) ;;
            *) say "Put $prefix/bin on PATH: export PATH=\"$prefix/bin:\$PATH\"" ;;
        esac
        ;;
esac
