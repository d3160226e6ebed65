# Sourced by run, test, bench and texts: makes .venv and installs what the system lacks. Does nothing when nothing changed.
# Wants: $root (the project's folder). Gives: $python (the environment's interpreter).
set -euo pipefail
python="$root/.venv/bin/python"

say() { printf 'agmonitor: %s\n' "$*" >&2; }

may_install() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# Installs Debian packages, or prints the one line that would. Returns 1 where they are still missing.
want_packages() {
    [ $# -gt 0 ] || return 0
    if may_install; then
        say "installing $*"
        local out
        out=$(mktemp)
        if as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >"$out" 2>&1 &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >>"$out" 2>&1; then
            rm -f "$out"
            return 0
        fi
        tail -n 5 "$out" >&2
        rm -f "$out"
    fi
    say "this system lacks something; please run:  sudo apt-get install -y $*"
    return 1
}

# BIND's package starts a name server, at each boot too; here its program alone is wanted.
without_service() {
    if command -v systemctl >/dev/null && [ -d /run/systemd/system ]; then
        as_root systemctl disable --quiet --now "$1" || say "the service $1 that came with it could not be stopped"
    fi
}

# Prints the packages of those libraries ("file:package" each) that the loader does not know.
missing_libraries() {
    local known entry
    known=$( (ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null || true) )
    for entry in "$@"; do
        case "$known" in *"${entry%%:*}"*) ;; *) printf '%s\n' "${entry##*:}" ;; esac
    done
}

qt_libraries=(
    libglib-2.0.so.0:libglib2.0-0 libEGL.so.1:libegl1 libGL.so.1:libgl1 libxkbcommon.so.0:libxkbcommon0
    libdbus-1.so.3:libdbus-1-3 libfontconfig.so.1:libfontconfig1
    libxcb-cursor.so.0:libxcb-cursor0 libxcb-icccm.so.4:libxcb-icccm4 libxcb-keysyms.so.1:libxcb-keysyms1
    libxkbcommon-x11.so.0:libxkbcommon-x11-0 libxcb-shape.so.0:libxcb-shape0
)

find_python() {
    local candidate
    for candidate in python3 python3.13 python3.12 python3.11 python3.14; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    say "needs Python 3.11 or newer; on Debian or Ubuntu:  sudo apt-get install -y python3 python3-venv"
    return 1
}

up_to_date() {
    local file
    for file in "$root/pyproject.toml" "$root/packaging/constraints.txt" "$root/packaging/setup.sh"; do
        [ "$1" -nt "$file" ] || return 1
    done
}

# Prints what the system lacks: venv support for the interpreter given, Qt's libraries, a font.
missing_packages() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    missing_libraries "${qt_libraries[@]}"
    compgen -G '/usr/share/fonts/*/*' >/dev/null || compgen -G "$HOME/.fonts/*" >/dev/null || echo fonts-dejavu-core
}

# install STAMP PROJECT [PROGRAM:PACKAGE…]: the package (with extras) and its dependencies as pinned, and what the
# system lacks for it, when anything changed since.
install() {
    local stamp="$root/.venv/$1" project=$2 base lacking program
    shift 2
    up_to_date "$stamp" && return 0
    exec 9>"$root/.setup.lock"
    if command -v flock >/dev/null; then flock 9; fi
    up_to_date "$stamp" && return 0 # another copy did it while we waited
    base=$(find_python)
    lacking=$(missing_packages "$base")
    for program in "$@"; do
        PATH="$PATH:/usr/sbin" command -v "${program%%:*}" >/dev/null || lacking+=" ${program##*:}"
    done
    # status and watch do without a window, the tests without BIND; the environment fails below by itself
    # shellcheck disable=SC2086
    if want_packages $lacking && [[ " $lacking " == *" bind9 "* ]]; then without_service named; fi
    if ! "$python" -c 'import pip' 2>/dev/null; then
        "$base" -c 'import ensurepip, venv' 2>/dev/null || exit 1 # said above
        say "making .venv with $("$base" --version)"
        rm -rf "$root/.venv"
        "$base" -m venv "$root/.venv"
    fi
    say "installing the pinned packages (once)"
    local pip=("$python" -m pip install --quiet --disable-pip-version-check --constraint "$root/packaging/constraints.txt")
    "${pip[@]}" hatchling editables
    "${pip[@]}" --no-build-isolation --editable "$project"
    touch "$stamp"
    exec 9>&-
}
