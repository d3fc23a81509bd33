#!/usr/bin/env bash
# Builds what is in this source tree, on and for this machine: read by install.sh, with whose names this is written.
# shellcheck disable=SC2154

case $manager in
    apt-get) building="binutils g++ git libcurl4-openssl-dev|libcurl4-gnutls-dev libsecret-1-dev pkg-config|pkgconf" ;;
    dnf) building="binutils gcc-c++ git libcurl-devel libsecret-devel libstdc++-static pkgconf-pkg-config" ;;
    pacman) building="binutils gcc git pkgconf" ;;
    zypper) building="binutils gcc-c++ git libcurl-devel libsecret-devel pkg-config" ;;
    none) building="" ;;
esac

# Whether a version of Swift builds this.
is_new_enough() {
    case $1 in
        [0-9]*) [ "$(printf '%s\n' 6.2 "$1" | sort -V | head -n 1)" = 6.2 ] ;;
        *) return 1 ;;
    esac
}

# Ends where there is no compiler that is new enough, and none to be installed: Debian has one since version 14. It is
# known by swiftc: `swift` is a command of OpenStack's on some systems.
prepare_to_build() {
    local version candidate swift=""
    version=$(swiftc --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1) || true
    if ! is_new_enough "$version"; then
        if [ "$manager" = apt-get ]; then
            update_package_lists || true
            candidate=$(apt-cache policy swiftlang 2>/dev/null | sed -n 's/^ *Candidate: //p') || candidate=""
            if is_new_enough "$candidate"; then swift=swiftlang; fi
        fi
        if [ -z "$swift" ]; then
            version="Swift 6.2 or later is not installed${version:+ (this is $version)}. Without a compiler, install a release: \
./install.sh --from RELEASE (its tarball or https:// address), or its wheel: uv tool install FILE. To build, install Swift: \
https://www.swift.org/install/"
            [ "$plan" = yes ] || fail "$version"
            say "missing: $version"
        fi
    elif [ "$plan" = yes ]; then
        say "build with: Swift $version"
    fi
    # shellcheck disable=SC2086
    [ "$manager" = none ] || install_packages $needed $building $swift || fail "the build needs them"
}

build_program() {
    # A directory that holds nothing but the static libstdc++ makes the linker take that one.
    local static=$root/.build-cxx headers flag flags=()
    # The manifest names the commit: SwiftPM's cache of what it said would name the one of the first build. No library is
    # looked for beside the program.
    local options=(-c release --manifest-cache none --disable-local-rpath -Xlinker -s)
    mkdir -p "$static"
    ln -sf "$(gcc -print-file-name=libstdc++.a)" "$static/libstdc++.a"
    # Where libsecret's headers are installed, the declarations in CSecret are checked against them.
    headers=$(pkg-config --cflags-only-I libsecret-1 2>/dev/null) || headers=""
    for flag in $headers; do flags+=(-Xcc "$flag"); done
    say "Building: the first time takes some minutes (to watch it: tail -f $static/log)"
    (
        # Before a || nothing stops at a failure by itself. The fast path is Embedded Swift: it has no library to link in.
        cd "$root" && swift-build "${options[@]}" --product "$name" --static-swift-stdlib \
            -Xswiftc -L -Xswiftc "$static" -Xswiftc -Xclang-linker -Xswiftc -static-libgcc "${flags[@]}" &&
            swift-build "${options[@]}" --product keyring
    ) >"$static/log" 2>&1 || {
        tail -n 40 "$static/log" >&2
        fail "the build failed; all of its output is in $static/log"
    }
}
