#!/usr/bin/env bash
# Installs codeartifact-keyring, and tells Poetry, pip and uv to ask it.
#
#   ./install.sh                 builds it and installs into ~/.local (as root: /usr/local), or --prefix DIR
#   ./install.sh --from FILE     installs a release's tarball instead: no compiler is needed
#   ./install.sh --demo          builds it and shows it at work beside a stand-in for AWS: no account is needed
#   ./install.sh --uninstall     takes everything back
#
# --plan says what would be done and does nothing. --no-configure leaves the clients' files alone, --build-only stops
# after the build, --no-build takes the last one.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=codeartifact-keyring
built=$root/.build/release
scratch=""
trap '[ -z "$scratch" ] || rm -rf "$scratch"' EXIT

say() { printf '%s\n' "$*"; }
fail() {
    printf 'install.sh: %s\n' "$*" >&2
    exit 1
}
wrong() {
    printf 'install.sh: %s\n' "$*" >&2
    exit 2
}

usage() {
    sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

if [ "$(id -u)" -eq 0 ]; then prefix=/usr/local; else prefix=${HOME:-}/.local; fi
action=install build=yes configure=yes plan=no from=""
# A tarball holds this script beside what it installs.
[ -d "$root/Sources" ] || from=$root
while [ $# -gt 0 ]; do
    case $1 in
        --prefix | --from)
            [ -n "${2:-}" ] || wrong "$1 needs a value"
            if [ "$1" = --prefix ]; then prefix=$2; else from=$2; fi
            shift
            ;;
        --prefix=?*) prefix=${1#--prefix=} ;;
        --from=?*) from=${1#--from=} ;;
        --no-configure) configure=no ;;
        --no-build) build=no ;;
        --build-only) action=build ;;
        --uninstall) action=uninstall ;;
        --demo) action=demo ;;
        --plan) plan=yes ;;
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
while [ "$prefix" != "${prefix%/}" ] && [ "$prefix" != / ]; do prefix=${prefix%/}; done
[ -z "$from" ] || build=no
if [ ! -d "$root/Sources" ]; then
    case $action in
        demo) fail "--demo needs the source tree; this is a release" ;;
        build) fail "--build-only needs the source tree; this is a release" ;;
    esac
fi

# --- what the build and the program need from the system ---------------------------------------------------------

# The package manager that this system has.
manager=""
for candidate in apt-get dnf pacman zypper apk; do
    if command -v "$candidate" >/dev/null; then
        manager=$candidate
        break
    fi
done

# What has to be there to run, and to build. Names separated by | stand for one another.
needed_packages() {
    local running="" building=""
    case $manager in
        apt-get)
            running="libcurl4|libcurl3-gnutls|libcurl4t64 libsecret-1-0 ca-certificates"
            building="binutils g++ git libcurl4-openssl-dev|libcurl4-gnutls-dev libsecret-1-dev pkg-config|pkgconf"
            ;;
        dnf)
            running="libcurl|libcurl-minimal libsecret ca-certificates"
            building="binutils gcc-c++ git libcurl-devel libsecret-devel libstdc++-static pkgconf-pkg-config"
            ;;
        pacman)
            running="curl libsecret ca-certificates"
            building="binutils gcc git pkgconf"
            ;;
        zypper)
            running="libcurl4 libsecret-1-0 ca-certificates"
            building="binutils gcc-c++ git libcurl-devel libsecret-devel pkg-config"
            ;;
        apk)
            running="libcurl libsecret ca-certificates"
            building="binutils g++ git curl-dev libsecret-dev pkgconf"
            ;;
    esac
    printf '%s' "$running"
    if [ "$build" = yes ]; then printf ' %s' "$building"; fi
}

is_installed() {
    case $manager in
        apt-get) dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$' ;;
        dnf | zypper) rpm -q --whatprovides "$1" >/dev/null 2>&1 ;;
        pacman) pacman -Q "$1" >/dev/null 2>&1 ;;
        apk) apk info -e "$1" >/dev/null 2>&1 ;;
    esac
}

# The command that installs packages, as words.
installing() {
    case $manager in
        apt-get) install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@") ;;
        dnf) install=(dnf install -y -q "$@") ;;
        pacman) install=(pacman -S --noconfirm --needed "$@") ;;
        zypper) install=(zypper --non-interactive --quiet install "$@") ;;
        apk) install=(apk add --quiet "$@") ;;
    esac
}

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

prepare_system() {
    local package choice found missing=() install
    if [ -z "$manager" ]; then
        say "No package manager that is known here. Needed: libcurl, libsecret and, to build, a C++ compiler with a" \
            "static libstdc++, the headers of libcurl and libsecret, and pkg-config."
        return
    fi
    for package in $(needed_packages); do
        found=no
        for choice in ${package//|/ }; do
            if is_installed "$choice"; then found=yes; fi
        done
        [ $found = yes ] || missing+=("${package%%|*}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    installing "${missing[@]}"
    if [ $plan = yes ]; then
        say "as root: ${install[*]}"
        return
    fi
    say "Installing system packages: ${missing[*]}"
    if ! { [ "$manager" != apt-get ] || as_root apt-get update -qq; } || ! as_root "${install[@]}" >/dev/null; then
        local remedy="Run: sudo ${install[*]}"
        if [ "$(id -u)" -eq 0 ]; then
            remedy="Run: ${install[*]}"
        elif ! command -v sudo >/dev/null; then
            remedy="Run as root: ${install[*]}"
        fi
        [ "$build" = no ] || fail "these packages are needed and could not be installed. $remedy"
        # The program runs without them, and does what it can: it keeps tokens in another store, and asks the AWS CLI.
        printf 'install.sh: %s\n' "these packages could not be installed: ${missing[*]}. $remedy" >&2
    fi
}

# What is wrong with the Swift that is here; nothing if it builds this. Debian's package `swift` is OpenStack's object
# store: the compiler's own words decide.
wrong_swift() {
    local version
    version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | head -n 1) || true
    version=${version#Swift version }
    local major=${version%%.*} minor=${version#*.}
    if [ -z "$version" ] || [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; then
        say "Swift 6.2 or later is needed to build${version:+ (this is $version)}"
    fi
}

check_swift() {
    local wrong
    wrong=$(wrong_swift)
    if [ -n "$wrong" ]; then
        fail "$wrong. Get it with swiftly:
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
    say "Building: the first time takes some minutes (to watch it: tail -f $root/.build-cxx/log)"
    (
        # Before a || nothing stops at a failure by itself. The front is Embedded Swift: it has no library to link in.
        # The manifest names the commit: SwiftPM's cache of what it said would name the one of the first build.
        cd "$root" && swift build -c release --manifest-cache none --product "$name" --static-swift-stdlib \
            -Xswiftc -L -Xswiftc "$static" -Xswiftc -Xclang-linker -Xswiftc -static-libgcc -Xlinker -s "${flags[@]}" &&
            swift build -c release --manifest-cache none --product keyring -Xlinker -s
    ) >"$root/.build-cxx/log" 2>&1 || {
        tail -n 40 "$root/.build-cxx/log" >&2
        fail "the build failed; all of its output is in $root/.build-cxx/log"
    }
}

# --- install and uninstall ---------------------------------------------------------------------------------------

# The lines of a SHA256SUMS that are about a file.
sums_of() {
    local sum name
    while read -r sum name || [ -n "$sum" ]; do
        if [ "${name#\*}" = "$1" ]; then printf '%s  %s\n' "$sum" "$1"; fi
    done
}

# Unpacks a release's tarball, if its checksum is right where one is known beside it; sets `tree`.
unpack() {
    local file=$1 sums known=""
    sums=$(dirname "$file")/SHA256SUMS
    [ -f "$file" ] || fail "$file is not there"
    if [ -f "$sums" ]; then
        known=$(sums_of "$(basename "$file")" <"$sums")
        [ -n "$known" ] || say "$sums does not name $(basename "$file"): it is not checked."
    fi
    if [ -n "$known" ] && ! (cd "$(dirname "$file")" && sha256sum -c --status - <<<"$known") 2>/dev/null; then
        fail "$file is not what $sums says. Get it again"
    fi
    tar -xzf "$file" -C "$scratch" 2>"$scratch/said" || fail "$file could not be unpacked: $(head -n 1 "$scratch/said")"
    tree=$(find "$scratch" -mindepth 1 -maxdepth 1 -name "$name-*")
    [ -d "$tree/libexec/$name" ] || fail "$file is not a release of $name"
}

# A file takes its place whole: a client may be running the old one just now.
put() {
    local mode=$1 from=$2 to=$3
    mkdir -p "$(dirname "$to")"
    cp "$from" "$to.new"
    chmod "$mode" "$to.new"
    mv -f "$to.new" "$to"
}

# Ends where the program does not run, as one for glibc where the C library is musl.
check_runs() {
    "$1/libexec/$name/$name" --version >/dev/null 2>&1 ||
        fail "this program does not run here: it is for $(uname -m) Linux with glibc 2.36 or later. Build it: ./install.sh"
}

# What the link in bin leads to.
target() {
    printf '../libexec/%s/%s\n' "$name" "$1"
}

install_files() {
    local tree=$1 file mode
    if ! mkdir -p "$prefix" 2>/dev/null || [ ! -w "$prefix" ]; then
        fail "$prefix cannot be written to. Name another --prefix, or use sudo"
    fi
    rm -rf "$prefix/share/$name/python"
    (cd "$tree" && find libexec share -type f) | while IFS= read -r file; do
        if [ -x "$tree/$file" ]; then mode=755; else mode=644; fi
        put $mode "$tree/$file" "$prefix/$file"
    done
    mkdir -p "$prefix/bin"
    ln -sf "$(target "$name")" "$prefix/bin/$name.new"
    mv -f "$prefix/bin/$name.new" "$prefix/bin/$name"
    if [ ! -e "$prefix/bin/keyring" ] && [ ! -L "$prefix/bin/keyring" ]; then
        ln -s "$(target keyring)" "$prefix/bin/keyring"
    elif ! is_link_of_ours keyring; then
        say "$prefix/bin/keyring is another program and was left alone: pip and uv will run that one." \
            "Remove it, or put a link to $prefix/libexec/$name/keyring first on PATH."
    fi
}

# The prefix that Python's keyring is told to find our backend in; nothing where it is told of none.
configured_prefix() {
    local settings=${XDG_CONFIG_HOME:-}
    # A relative path is none, to us as to the program.
    case $settings in /*) ;; *) settings=${HOME:-/nonexistent}/.config ;; esac
    sed -n "s|^ *keyring-path *[=:] *\(/.*\)/share/$name/python *\$|\1|p" "$settings/python_keyring/keyringrc.cfg" \
        2>/dev/null | head -n 1 || true
}

# The prefix of the program that PATH leads to.
prefix_on_path() {
    local found
    found=$(command -v "$name" || true)
    found=$(readlink -f "${found:-/nonexistent}" || true)
    case $found in
        */libexec/"$name/$name") say "${found%/libexec/"$name/$name"}" ;;
        */bin/"$name") say "${found%/bin/"$name"}" ;;
    esac
}

is_link_of_ours() {
    [ "$(readlink "$prefix/bin/$1" 2>/dev/null || true)" = "$(target "$1")" ]
}

# Whether there is anything of ours below the prefix, be it what an uninstall that was broken off has left.
is_here() {
    [ -d "$prefix/libexec/$name" ] || [ -d "$prefix/share/$name" ] || is_link_of_ours "$name" || is_link_of_ours keyring
}

# How to remove the installation in another prefix.
how_to_remove() {
    local command
    printf -v command '%q --prefix %q --uninstall' "$0" "$1"
    if [ "$1" != /usr ] && [ "$(readlink "$1/bin/$name" || true)" = "$(target "$name")" ] || [ ! -e "$1/bin/$name" ]; then
        say "Run: $command"
    else
        say "Run: $name unconfigure; then remove it with what has installed it"
    fi
}

# The system's own directories stay, empty or not.
remove_empty_directories() {
    if [ "$prefix" != /usr ] && [ "$prefix" != /usr/local ]; then
        (
            cd "$prefix" 2>/dev/null && rmdir share/man/man1 share/bash-completion/completions share/zsh/site-functions \
                share/fish/vendor_completions.d share/{man,bash-completion,zsh,fish,doc} share libexec bin "$prefix"
        ) 2>/dev/null || true
    fi
}

uninstall() {
    local program configured share=$prefix/share
    configured=$(configured_prefix)
    if [ "$configured" -ef "$prefix" ]; then configured=$prefix; fi
    if [ "$configured" != "$prefix" ] && ! is_here; then
        [ -n "$configured" ] || configured=$(prefix_on_path)
        [ -z "$configured" ] || fail "$name is not installed in $prefix, but in $configured. $(how_to_remove "$configured")"
        remove_empty_directories
        say "$name is not installed in $prefix."
        return
    fi
    if [ "$configured" != "$prefix" ] && [ -d "$configured/share/$name" ] && [ "$configure" = yes ]; then
        say "Poetry, pip and uv stay set up to ask the one in $configured."
        configure=no
    fi
    # First the clients' files: a configuration that names a backend which is gone breaks all who use keyring.
    if [ "$configure" = yes ]; then
        for program in "$prefix" "$root"; do
            program=$program/libexec/$name/$name
            if [ -x "$program" ]; then break; fi
        done
        [ -x "$program" ] || program=$built/$name
        if [ -x "$program" ]; then
            "$program" unconfigure
        elif [ "$configured" = "$prefix" ]; then
            fail "no program is left that could take back what Poetry, pip and uv were told. Run:" \
                "sed -i 's/codeartifact_keyring.*/keyring.backends.chainer.ChainerBackend/;" \
                "/codeartifact-keyring/d' ~/.config/python_keyring/keyringrc.cfg"
        fi
    fi
    unlink_for_pip
    if is_link_of_ours keyring; then rm -f "$prefix/bin/keyring"; fi
    if is_link_of_ours "$name"; then rm -f "$prefix/bin/$name"; fi
    rm -f "$share/man/man1/$name.1" "$share/bash-completion/completions/$name" \
        "$share/zsh/site-functions/_$name" "$share/fish/vendor_completions.d/$name.fish"
    rm -rf "${share:?}/$name" "$share/doc/$name"
    if [ "$configure" = yes ]; then
        local cache=${XDG_CACHE_HOME:-} runtime=${XDG_RUNTIME_DIR:-}
        case $cache in /*) ;; *) cache=${HOME:-/nonexistent}/.cache ;; esac
        case $runtime in /*) ;; *) runtime=/nonexistent ;; esac
        rm -rf "${cache:?}/$name" "${runtime:?}/$name"
        rmdir "$cache" 2>/dev/null || true
    fi
    # Last: as long as the program is there, it can be done again.
    rm -rf "${prefix:?}/libexec/$name"
    remove_empty_directories
    say "$name is uninstalled from $prefix."
}

# pip runs no keyring that lies among its own scripts, as in an image whose Python is in /usr/local too: it goes on to the
# next one on PATH.
link_for_pip() {
    local scripts
    scripts=$(python3 -c 'import sysconfig; print(sysconfig.get_path("scripts"))' 2>/dev/null) || return 0
    [ "$scripts" -ef "$prefix/bin" ] || return 0
    case $(readlink "$prefix/bin/keyring" || true) in *"$name"*) ;; *) return 0 ;; esac
    case ":$PATH:" in
        *":$prefix/sbin:"*)
            [ "$prefix/sbin/keyring" -ef "$prefix/bin/keyring" ] || ln -s ../bin/keyring "$prefix/sbin/keyring" 2>/dev/null || true
            ;;
    esac
    [ "$prefix/sbin/keyring" -ef "$prefix/bin/keyring" ] ||
        say "pip runs no keyring from $scripts, where its own programs are: put a link to $prefix/bin/keyring into another" \
            "directory on PATH."
}

unlink_for_pip() {
    if [ "$(readlink "$prefix/sbin/keyring" 2>/dev/null || true)" = ../bin/keyring ] && is_link_of_ours keyring; then
        rm -f "$prefix/sbin/keyring"
    fi
}

# A word for a shell: as it is where none sees anything special in it, else quoted.
word() {
    local quote="'\\''"
    case $1 in
        '' | '~'* | *[!A-Za-z0-9_./:@%+=,~-]*) printf "'%s'" "${1//\'/$quote}" ;;
        *) printf '%s' "$1" ;;
    esac
}

# The line that puts a directory on PATH in the user's shell; `configure` says the same.
path_line() {
    local line="export PATH=\"$1:\$PATH\""
    if [ "$(word "$1")" != "$1" ]; then line="export PATH=$(word "$1"):\"\$PATH\""; fi
    case ${SHELL:-} in
        */fish) printf 'fish_add_path %s\n' "$(word "$1")" ;;
        */zsh) printf 'echo %s >>~/.zshrc\n' "$(word "$line")" ;;
        */bash) printf 'echo %s >>~/.bashrc\n' "$(word "$line")" ;;
        *) printf '%s\n' "$line" ;;
    esac
}

# All lines but those that begin so: they have been said already.
but_for() {
    local line
    while IFS= read -r line; do
        case $line in "$1"*) ;; *) say "$line" ;; esac
    done
}

install_all() {
    local tree
    scratch=$(mktemp -d)
    if [ -z "$from" ]; then
        tree=$scratch/tree
        "$root/Sources/packaging/lay-out" "$tree" || exit 1
    elif [ -d "$from" ]; then
        tree=$from
    else
        unpack "$from"
    fi
    check_runs "$tree"
    # Not before it is known that there is something to install.
    [ -z "$from" ] || prepare_system
    install_files "$tree"
    link_for_pip
    # With our own bin on PATH, so that `configure` need not put a link elsewhere.
    if [ "$configure" = yes ]; then
        PATH=$prefix/bin:$PATH "$prefix/bin/$name" configure | but_for "$prefix/bin/keyring is another program"
    fi
    say "$name is installed in $prefix."
    case ":$PATH:" in
        *":$prefix/bin:"*) ;;
        *) say "Put $prefix/bin on PATH: $(path_line "$prefix/bin")" ;;
    esac
}

# --- what was asked for ------------------------------------------------------------------------------------------

if [ $plan = yes ] && [ $action = uninstall ]; then
    say "uninstall from $prefix"
    [ $configure = no ] || say "take back what Poetry, pip and uv were told: $name unconfigure"
    exit 0
elif [ $plan = yes ]; then
    prepare_system
    if [ "$build" = yes ]; then
        wrong=$(wrong_swift)
        if [ -n "$wrong" ]; then
            say "missing: $wrong. Get it from https://www.swift.org/install/linux/"
        else
            say "build with: $(swift --version 2>/dev/null | head -n 1 || true)"
        fi
    fi
    say "install into $prefix${from:+ from $from}"
    [ $configure = no ] || say "set up Poetry, pip and uv: codeartifact-keyring configure"
    exit 0
fi
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
        install_all
        ;;
esac
