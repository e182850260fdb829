#!/usr/bin/env bash
# Installs the Debian packages that `make demo`, `make test` or `make bench` needs, where it can (root, apt-get);
# otherwise names what is missing and fails.
#
#   tools/system_packages.sh PYTHON demo|test|bench
set -euo pipefail

python=$1
purpose=$2
missing=() # "package: what it is for"

need() { # need PACKAGE WHAT_FOR COMMAND...: the package is missing if the command fails
    local package=$1 what_for=$2
    shift 2
    "$@" >/dev/null 2>&1 || missing+=("$package: $what_for")
}

has() { command -v "$1"; }
has_c_headers() { echo '#include <stdio.h>' | cc -E -; }
has_python_headers() {
    "$python" -c 'import os, sysconfig; os.stat(sysconfig.get_path("include") + "/Python.h")'
}
has_venv() { "$python" -c 'import ensurepip, venv'; }

find_missing() {
    missing=()
    local version
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    need gcc "the C compiler" has cc
    need libc6-dev "the C library's headers" has_c_headers
    need "python$version-venv" "virtual environments" has_venv
    need "python$version-dev" "Python's headers, for the runtime's extension module" has_python_headers
    if [ "$purpose" != demo ]; then
        need binutils "the audit of machine code" has objdump
        need clang "the second C compiler that must give the same bits" has clang
        need wabt "the check of WebAssembly modules" has wasm-validate
        need valgrind "the count of instructions" has valgrind
        need csound "a reference for the library" has csound
    fi
    if [ "$purpose" = bench ]; then
        need faust "a peer that dspc is measured against" has faust
        need g++ "the compiler of what Faust writes" has g++
    fi
}

find_missing
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && has apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    echo "installing ${missing[*]%%:*}"
    apt-get update -qq || echo "apt-get update failed; trying the lists that are here" >&2
    apt-get install -y -qq --no-install-recommends "${missing[@]%%:*}" >/dev/null || true
    find_missing
fi

if [ ${#missing[@]} -gt 0 ]; then
    echo "Missing on this machine (names of Debian's packages):" >&2
    printf '  %s\n' "${missing[@]}" >&2
    exit 1
fi
