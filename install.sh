#!/bin/sh
# shellcheck shell=bash
# Installs codeartifact-keyring, upgrades it and removes it: see usage below.

# Alpine has no bash, so its own sh has to understand everything up to the line that starts bash.
case $(ldd --version 2>&1) in
    *musl*)
        echo "install.sh: codeartifact-keyring needs glibc, and this system has musl instead (as Alpine has)." \
            "Hand a token in from outside: codeartifact-keyring netrc, or exec (docs/containers.md)" >&2
        exit 1
        ;;
esac
if [ -z "${BASH_VERSION:-}" ]; then
    case $0 in
        *install.sh) exec bash "$0" "$@" ;;
    esac
    echo "install.sh: this script is for bash" >&2
    exit 1
fi
set +o posix
set -euo pipefail
unset CDPATH

usage() {
    cat <<'END'
Installs codeartifact-keyring, and tells Poetry, pip and uv to ask it. An older version is upgraded.

  ./install.sh                 builds it and installs into ~/.local (as root: /usr/local), or --prefix DIR
  ./install.sh --from RELEASE  installs a release instead, without a compiler: its tarball, or the directory it is in,
                               as a path or as an https:// address
  ./install.sh --demo          builds it and shows it at work beside a stand-in for AWS: no account is needed
  ./install.sh --uninstall     removes it, and undoes the changes to the clients' files

--plan says what would be done and does nothing. --no-configure leaves the clients' files alone, --build-only stops
after the build, --no-build takes the last one.
END
}

say() { printf '%s\n' "$*"; }
warn() { printf 'install.sh: %s\n' "$*" >&2; }
fail() { warn "$@" || true; exit 1; }
wrong() { warn "$@" || true; exit 2; }

name=codeartifact-keyring
# What is installed below the prefix, beside the links in bin.
ours=("libexec/$name" "share/$name" "share/doc/$name" "share/man/man1/$name.1" "share/bash-completion/completions/$name"
    "share/zsh/site-functions/_$name" "share/fish/vendor_completions.d/$name.fish")
# The source tree or the release that this script lies in; none if it is read from a pipe, for then nothing tells what
# the working directory is.
root=/nonexistent
if [ -f "${BASH_SOURCE[0]:-}" ]; then root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd); fi
# What is installed is for everybody, and no umask keeps its owner from reading it.
umask 022

scratch="" stage="" made=""
clean_up() {
    rm -rf ${scratch:+"$scratch"} ${stage:+"$stage"}
    [ -z "$made" ] || rmdir "$made" 2>/dev/null || true
}
trap clean_up EXIT

# --- what the build and the program need from the system ---------------------------------------------------------

# Packages separated by | stand for one another.
for manager in apt-get dnf pacman zypper none; do
    if command -v "$manager" >/dev/null; then break; fi
done
case $manager in
    apt-get)
        running="libcurl4|libcurl3-gnutls|libcurl4t64 libsecret-1-0 ca-certificates"
        installing="env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends"
        is_installed() { [ "$(dpkg-query -W -f '${Status}' "$1" 2>/dev/null)" = "install ok installed" ]; }
        ;;
    dnf)
        running="libcurl|libcurl-minimal libsecret ca-certificates"
        installing="dnf install -y -q"
        is_installed() { rpm -q --whatprovides "$1" >/dev/null 2>&1; }
        ;;
    pacman)
        running="curl libsecret ca-certificates"
        installing="pacman -S --noconfirm --needed"
        is_installed() { pacman -Q "$1" >/dev/null 2>&1; }
        ;;
    zypper)
        running="libcurl4 libsecret-1-0 ca-certificates"
        installing="zypper --non-interactive --quiet install"
        is_installed() { rpm -q --whatprovides "$1" >/dev/null 2>&1; }
        ;;
    none) running="" ;;
esac

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

update_package_lists() {
    [ "$manager" != apt-get ] || [ $plan = yes ] || as_root apt-get update -qq
}

# Installs those of the packages that are missing; says how to where that cannot be done here.
install_packages() {
    local package choice found missing=() command how="Run: "
    for package in "$@"; do
        found=no
        for choice in ${package//|/ }; do
            if is_installed "$choice"; then found=yes; fi
        done
        [ $found = yes ] || missing+=("${package%%|*}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command="$installing ${missing[*]}"
    if [ $plan = yes ]; then
        say "as root: $command"
        return
    fi
    say "Installing system packages: ${missing[*]}"
    # shellcheck disable=SC2086 # The command is words without spaces in them.
    if ! { update_package_lists && as_root $command >/dev/null; }; then
        if [ "$(id -u)" -ne 0 ]; then
            if command -v sudo >/dev/null; then how="Run: sudo "; else how="Run as root: "; fi
        fi
        warn "these packages are missing and could not be installed: ${missing[*]}. $how$command"
        return 1
    fi
}

prepare_to_run() {
    if [ "$manager" = none ]; then
        say "This system's package manager is not known here. The program needs libcurl, and libsecret for a desktop."
        return
    fi
    # shellcheck disable=SC2086
    # Without them it still runs: it keeps tokens in another store, and asks the AWS CLI.
    install_packages $running || true
}

# The tools that a release is unpacked with: Amazon Linux's image has no tar.
prepare_to_unpack() {
    local tool missing=()
    for tool in tar gzip; do
        command -v $tool >/dev/null || missing+=("$tool")
    done
    case $from in
        https://*) command -v curl >/dev/null || missing+=(curl ca-certificates) ;;
    esac
    [ ${#missing[@]} -eq 0 ] || { [ "$manager" != none ] && install_packages "${missing[@]}"; } ||
        fail "a release is unpacked with: ${missing[*]}"
}

# --- a release ---------------------------------------------------------------------------------------------------

download() {
    curl -q -g -fsSL --proto '=https' --tlsv1.2 --connect-timeout 20 --speed-limit 1000 --speed-time 30 -o "$2" "$1" \
        2>"$scratch/said" || fail "${1%%\?*} could not be downloaded: $(head -n 1 "$scratch/said")"
}

# Gets a release by its https:// address, and what its checksum has to be: the one behind #sha256=, else that of the
# SHA256SUMS beside it. Makes `from` its path.
get_release() {
    local address=${from%%#*} folder file=""
    folder=${address%%\?*}
    case $folder in
        *.tar.gz) file=${folder##*/} folder=${folder%/*} ;;
    esac
    folder=${folder%/}
    case $from in
        *.tar.gz*#sha256=*) printf '%s  %s\n' "${from#*#sha256=}" "$file" >"$scratch/SHA256SUMS" ;;
        *#*) wrong "behind the address of a tarball #sha256= may follow, and nothing else: $from" ;;
        *) download "$folder/SHA256SUMS" "$scratch/SHA256SUMS" ;;
    esac
    if [ -z "$file" ]; then
        file=$(release_in "$scratch")
        [ -n "$file" ] || fail "$folder/SHA256SUMS names no release for $(uname -m)"
        address=$folder/$file
    fi
    [ -n "$(checksum_of "$file" "$scratch")" ] || fail "$folder/SHA256SUMS does not name $file"
    download "$address" "$scratch/$file"
    from=$scratch/$file
}

# The line about a file in the SHA256SUMS of a directory.
checksum_of() {
    local sum file
    while read -r sum file || [ -n "$sum" ]; do
        if [ "${file#\*}" = "$1" ]; then say "$sum  $1"; fi
    done <"$2/SHA256SUMS"
}

# The release for this machine, as the SHA256SUMS of a directory names it.
release_in() {
    sed -n "s/^[0-9a-f]* [ *]\($name-[^/ ]*-linux-$(uname -m)\.tar\.gz\)\$/\1/p" "$1/SHA256SUMS" | tail -n 1
}

# Unpacks the release, if its checksum is right where one is known; sets `tree`.
unpack_release() {
    local file folder known=""
    if [ -d "$from" ] && [ -f "$from/SHA256SUMS" ]; then
        file=$(release_in "$from")
        [ -n "$file" ] || fail "$from/SHA256SUMS names no release for $(uname -m)"
        from=$from/$file
    fi
    [ -f "$from" ] || fail "$from is no release of $name"
    file=$(basename "$from") folder=$(dirname "$from")
    if [ -f "$folder/SHA256SUMS" ]; then
        known=$(checksum_of "$file" "$folder")
        [ -n "$known" ] || say "$folder/SHA256SUMS does not name $file: it is not checked."
    fi
    if [ -n "$known" ] && ! (cd "$folder" && sha256sum -c --status - <<<"$known") 2>/dev/null; then
        fail "$from is not what $folder/SHA256SUMS says. Get it again"
    fi
    mkdir "$scratch/unpacked"
    tar -xzf "$from" --no-same-owner -C "$scratch/unpacked" 2>"$scratch/said" ||
        fail "$from could not be unpacked: $(head -n 1 "$scratch/said")"
    for tree in "$scratch/unpacked/$name-"*; do
        [ -d "$tree/libexec/$name" ] || fail "$from is no release of $name"
    done
}

# --- install -----------------------------------------------------------------------------------------------------

# What the link in bin leads to.
target() { printf '../libexec/%s/%s' "$name" "$1"; }

is_our_link() { [ "$(readlink "$prefix/bin/$1" 2>/dev/null || true)" = "$(target "$1")" ]; }

write() {
    "$@" 2>"$scratch/said" ||
        fail "$prefix cannot be written to: $(head -n 1 "$scratch/said"). Name another --prefix, or use sudo"
}

# Puts everything into a directory in the prefix, so that nothing can fail any more while it takes its place.
stage_files() {
    local path
    [ -d "$prefix" ] || made=$prefix
    write mkdir -p "$prefix"
    if command -v flock >/dev/null; then
        exec 9<"$prefix"
        flock -w 300 9 || fail "another install.sh is at work in $prefix"
    fi
    rm -rf "$prefix/.$name".??????
    stage=$(write mktemp -d "$prefix/.$name.XXXXXX")
    for path in "${ours[@]}"; do
        [ -e "$tree/$path" ] || continue
        write mkdir -p "$stage/$(dirname "$path")" "$prefix/$(dirname "$path")"
        write cp -RL "$tree/$path" "$stage/$path"
    done
    write chmod -R u=rwX,go=rX "$stage/"*
    write mkdir -p "$stage/bin" "$prefix/bin" "$prefix/libexec/$name" "$prefix/share/$name" "$prefix/share/doc/$name"
    write ln -s "$(target "$name")" "$stage/bin/$name"
    if is_our_link keyring || { [ ! -e "$prefix/bin/keyring" ] && [ ! -L "$prefix/bin/keyring" ]; }; then
        write ln -s "$(target keyring)" "$stage/bin/keyring"
    fi
}

# What is staged takes its place, each file whole: a client may be running the old one. A directory in one of ours is
# reached by a link of its name, which changes from one version to the other in one step.
swap() {
    local path files=()
    if [ -L "$stage/$1" ] || [ -f "$stage/$1" ]; then
        mv -fT "$stage/$1" "$prefix/$1"
        return
    fi
    for path in "$stage/$1/"*; do
        if [ -d "$path" ]; then swap_directory "$1/${path##*/}"; elif [ -e "$path" ]; then files+=("$path"); fi
    done
    [ ${#files[@]} -eq 0 ] || mv -f -t "$prefix/$1" "${files[@]}"
}

swap_directory() {
    local path=$prefix/$1 version=${stage##*.} other
    mv -T "$stage/$1" "$path.$version"
    ln -s "${path##*/}.$version" "$stage/link"
    if [ ! -d "$path" ] || [ -L "$path" ]; then
        mv -fT "$stage/link" "$path"
    # What stands there is from a version that had no link yet.
    elif ! mv --exchange -T "$stage/link" "$path" 2>/dev/null; then
        mv -T "$path" "$stage/before"
        mv -T "$stage/link" "$path" || mv -T "$stage/before" "$path"
    fi
    for other in "$path".*; do
        [ "$other" -ef "$path" ] || rm -rf "$other"
    done
}

# pip runs no keyring that lies among its own scripts, as in an image whose Python is in /usr/local too: it goes on to the
# next one on PATH.
link_for_pip() {
    local scripts
    scripts=$(python3 -I -c 'import sysconfig; print(sysconfig.get_path("scripts"))' 2>/dev/null) || return 0
    if ! [ "$scripts" -ef "$prefix/bin" ] || ! is_our_link keyring; then return 0; fi
    case ":$PATH:" in
        *":$prefix/sbin:"*)
            [ "$prefix/sbin/keyring" -ef "$prefix/bin/keyring" ] || ln -s ../bin/keyring "$prefix/sbin/keyring" 2>/dev/null || true
            ;;
    esac
    [ "$prefix/sbin/keyring" -ef "$prefix/bin/keyring" ] ||
        say "pip runs no keyring from $scripts, where its own programs are: put a link to $prefix/bin/keyring into another" \
            "directory on PATH."
}

install_all() {
    local tree=$from path before="" now done=0
    scratch=$(mktemp -d)
    if [ -z "$from" ]; then
        tree=$scratch/tree
        "$root/Sources/packaging/lay-out" "$tree" || exit 1
    elif [ ! -d "$from/libexec/$name" ]; then
        prepare_to_unpack
        case $from in https://*) get_release ;; esac
        unpack_release
    fi
    stage_files
    # Not before it is known that there is something to install.
    now=$("$stage/libexec/$name/$name" --version 2>&1) ||
        fail "this program does not run on this machine ($(uname -m)): ${now##*: }"
    [ -z "$from" ] || prepare_to_run
    [ ! -e "$prefix/libexec/$name/$name" ] ||
        before=$("$prefix/libexec/$name/$name" --version 2>/dev/null) || before="a version that does not run"
    # The program first: an older backend can ask a newer program, but not the other way round.
    for path in "${ours[@]}" "bin/$name" bin/keyring; do swap "$path"; done
    link_for_pip
    if [ "$before" = "$now" ] || [ -z "$before" ]; then
        say "$name $now is installed in $prefix."
    else
        say "$name in $prefix is upgraded from $before to $now."
    fi
    [ $configure = no ] || "$prefix/libexec/$name/$name" configure || done=1
    case ":$PATH:" in
        *":$prefix/bin:"*) ;;
        *) say "$prefix/bin is not on PATH yet." ;;
    esac
    return $done
}

# --- uninstall ---------------------------------------------------------------------------------------------------

# The prefix of the installation whose backend Python's keyring is told to load; nothing where it is told of none. It loads
# the user's own copy, in which a link leads there.
configured_prefix() {
    local settings=${XDG_CONFIG_HOME:-} copy package
    # A relative path is none, to this script as to the program.
    case $settings in /*) ;; *) settings=${HOME:-/nonexistent}/.config ;; esac
    copy=$(sed -n 's|^ *keyring-path *[=:] *\(/.*[^ ]\) *$|\1|p' "$settings/python_keyring/keyringrc.cfg" 2>/dev/null |
        head -n 1) || true
    package=$(readlink "$copy/codeartifact_keyring/installed") || package=$copy/codeartifact_keyring
    case $package in */share/"$name"/python/codeartifact_keyring) say "${package%/share/"$name"/python/*}" ;; esac
}

# The prefix of the program that PATH leads to.
prefix_on_path() {
    local found
    found=$(readlink -f "$(command -v "$name" || echo /nonexistent)" || true)
    case $found in
        */libexec/"$name/$name") say "${found%/libexec/"$name/$name"}" ;;
        */bin/"$name") say "${found%/bin/"$name"}" ;;
    esac
}

# Whether there is anything of ours below the prefix, be it what an uninstall that was broken off has left.
is_here() {
    [ -d "$prefix/libexec/$name" ] || [ -d "$prefix/share/$name" ] || is_our_link "$name" || is_our_link keyring
}

# How to remove the installation in another prefix.
how_to_remove() {
    local command
    if [ "$1" != /usr ] && [ "$(readlink "$1/bin/$name" || true)" = "$(target "$name")" ] || [ ! -e "$1/bin/$name" ]; then
        printf -v command '%q --prefix %q --uninstall' "$0" "$1"
        say "Run: $command"
    else
        say "Run: $name unconfigure; then remove it with what has installed it"
    fi
}

# The system's own directories stay, empty or not.
remove_empty_directories() {
    case $prefix in /usr | /usr/local) return ;; esac
    (
        cd "$prefix" && rmdir share/man/man1 share/bash-completion/completions share/zsh/site-functions \
            share/fish/vendor_completions.d share/{man,bash-completion,zsh,fish,doc} share libexec bin "$prefix"
    ) 2>/dev/null || true
}

uninstall() {
    local program configured path
    configured=$(configured_prefix)
    if [ "$configured" -ef "$prefix" ]; then configured=$prefix; fi
    if [ "$configured" != "$prefix" ] && ! is_here; then
        [ -n "$configured" ] || configured=$(prefix_on_path)
        [ -z "$configured" ] || fail "$name is not installed in $prefix, but in $configured. $(how_to_remove "$configured")"
        remove_empty_directories
        say "$name is not installed in $prefix."
        return
    fi
    if [ "$configured" != "$prefix" ] && [ -d "$configured/share/$name" ] && [ $configure = yes ]; then
        say "Poetry, pip and uv stay set up to ask the one in $configured."
        configure=no
    fi
    # First the clients' files: a configuration that names a backend which is gone breaks all who use keyring.
    if [ $configure = yes ]; then
        for program in "$prefix/libexec/$name/$name" "$root/libexec/$name/$name" "$root/.build/release/$name"; do
            if [ -x "$program" ]; then break; fi
        done
        if [ -x "$program" ]; then
            "$program" unconfigure
        elif [ "$configured" = "$prefix" ]; then
            fail "no program is left that could undo the changes to the clients' files. Run:" \
                "sed -i 's/codeartifact_keyring.*/keyring.backends.chainer.ChainerBackend/;" \
                "/codeartifact-keyring/d' ~/.config/python_keyring/keyringrc.cfg"
        fi
    fi
    if is_our_link keyring && [ "$(readlink "$prefix/sbin/keyring" 2>/dev/null || true)" = ../bin/keyring ]; then
        rm -f "$prefix/sbin/keyring"
    fi
    for path in keyring "$name"; do
        if is_our_link "$path"; then rm -f "$prefix/bin/$path"; fi
    done
    # The program last: as long as it is there, this can be done again.
    for path in "${ours[@]:1}" "${ours[0]}"; do rm -rf "${prefix:?}/$path"; done
    rm -rf "${prefix:?}/.$name".??????
    remove_empty_directories
    say "$name is uninstalled from $prefix."
}

# --- what was asked for ------------------------------------------------------------------------------------------

# Begun by the last line, so that a script that came half through a pipe does nothing.
main() {
    if [ "$(id -u)" -eq 0 ]; then prefix=/usr/local; else prefix=${HOME:-}/.local; fi
    action=install build=yes configure=yes plan=no from=""
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
                return
                ;;
            *)
                warn "unknown option $1"
                usage >&2
                return 2
                ;;
        esac
        shift
    done
    case $prefix in
        /*) ;;
        *) prefix=$PWD/$prefix ;;
    esac
    while [ "$prefix" != "${prefix%/}" ] && [ "$prefix" != / ]; do prefix=${prefix%/}; done
    case $from in
        https://*) ;;
        *://*) wrong "--from takes a path or an https:// address, not $from" ;;
    esac
    if [ ! -d "$root/Sources" ]; then
        case $action in
            demo) fail "--demo needs the source tree; this is a release" ;;
            build) fail "--build-only needs the source tree; this is a release" ;;
        esac
        # A release holds this script beside what it installs.
        if [ -z "$from" ] && [ $action = install ]; then
            [ -d "$root/libexec/$name" ] ||
                fail "there is nothing beside this script to install. Name a release: --from RELEASE"
            from=$root
        fi
    fi
    [ -z "$from" ] || build=no
    case $action in
        uninstall | demo) build=no ;;
    esac
    # shellcheck source=Sources/packaging/build.sh
    [ $build = no ] || . "$root/Sources/packaging/build.sh"

    if [ $plan = yes ] && [ $action = uninstall ]; then
        say "uninstall from $prefix"
        [ $configure = no ] || say "undo the changes to the files of Poetry, pip and uv: $name unconfigure"
        return
    elif [ $plan = yes ]; then
        if [ $build = yes ]; then prepare_to_build; else prepare_to_run; fi
        say "install into $prefix${from:+ from $from}"
        [ $configure = no ] || say "set up Poetry, pip and uv: $name configure"
        return
    fi
    case $action in
        uninstall) uninstall ;;
        demo) exec "$root/Tests/EndToEnd/demo" ;;
        *)
            if [ $build = yes ]; then
                prepare_to_build
                build_program
            fi
            [ $action = build ] || install_all
            ;;
    esac
}

main "$@"
