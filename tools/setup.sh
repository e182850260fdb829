#!/usr/bin/env bash
# Makes .venv: pinned dependencies and an editable install of this tree, its C extension built.
#
#   tools/setup.sh demo|test|bench|extension
#
# `demo` installs what the product needs, `test` also the test tools, `bench` also what dspc is measured against;
# `extension` only builds the C again.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=$1
venv=.venv
pip=("$venv/bin/python" -m pip --disable-pip-version-check --no-input -qq)
pins=(-c requirements.txt)

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "no Python of version 3.11 or newer was found; name one with PYTHON=..." >&2
    return 1
}

install_tree() { # an old extension is removed: setuptools would keep it if only a header had changed
    rm -f runtime/_runtime*.so
    "${pip[@]}" install "${pins[@]}" --no-build-isolation "$@"
    if ! compgen -G 'runtime/_runtime*.so' >/dev/null; then
        echo "The runtime's C extension was not built. Its compiler said:" >&2
        "$venv/bin/python" setup.py build_ext --inplace >&2
        exit 1
    fi
}

if [ "$purpose" = extension ]; then
    install_tree --no-deps -e .
    exit
fi

python=$(find_python)
tools/system_packages.sh "$python" "$purpose"
[ -x "$venv/bin/python" ] && "$venv/bin/python" -c '' 2>/dev/null || "$python" -m venv --clear "$venv"
# Built without isolation, with the pinned build tools: the same versions everywhere.
"${pip[@]}" install "${pins[@]}" setuptools cffi
case $purpose in
demo) install_tree -e . ;;
test) install_tree -e '.[test]' ;;
bench) install_tree -e '.[bench]' ;;
*)
    echo "usage: tools/setup.sh demo|test|bench|extension" >&2
    exit 2
    ;;
esac
