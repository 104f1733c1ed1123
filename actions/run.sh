#!/usr/bin/env bash
# Finds or builds a tool of this checkout and becomes it: `run.sh TOOL [ARGUMENT...]`; or puts tools on PATH: `run.sh --install`.
set -CEefuo pipefail
[[ -z "$(declare -F)" ]] || { echo 'shiplane: this shell was started with functions from outside; refused' >&2; exit 1; }
unset BASH_ENV ENV CDPATH GLOBIGNORE

root="$(cd -- "${BASH_SOURCE[0]%/*}/.." && pwd -P)"
version="$(sed -n '/^version = "/{s///;s/".*//p;q;}' "${root}/Cargo.toml")"
tools='branch-gate changelog-bump rollback smoke-check ssh-deploy'

say() { printf 'shiplane: %s\n' "$1" >&2; }
stop() {
  [[ "${GITHUB_ACTIONS:-}" != true ]] || printf '::error title=binary-missing::%s\n' "$1" >&2
  say "$1"
  exit 1
}

# What was built here lies under the hash of what it was built from: another commit never gets this one's binary.
place() {
  local sum=(sha256sum) hash
  command -v sha256sum >/dev/null || sum=(shasum -a 256)
  hash="$(cd -- "${root}" && find Cargo.toml Cargo.lock crates -type f -exec "${sum[@]}" {} + | LC_ALL=C sort | "${sum[@]}")"
  printf '%s\n' "${RUNNER_TOOL_CACHE:-${XDG_CACHE_HOME:-${HOME:-${RUNNER_TEMP:-/tmp}}/.cache}}/shiplane/${version}-${hash:0:16}"
}

on_path() {
  local found
  found="$(type -P -- "$1")" && [[ "$("${found}" --version 2>/dev/null)" == "$1 ${version}" ]] && printf '%s\n' "${found}"
}

built_before() { [[ -x "$2/$1" ]] && printf '%s\n' "$2/$1"; }
# In the checkout, so that no .cargo/config.toml of the workspace has a say; without secrets, for build scripts run.
built_now() {
  command -v cargo >/dev/null || stop "$1 ${version} is not on PATH, and there is no cargo to build it: https://rustup.rs"
  say "$1 ${version} is not on PATH; building it from ${root}, once on this machine"
  (cd -- "${root}" && unset CARGO_BUILD_TARGET GITHUB_TOKEN GH_TOKEN "${!SHIPLANE_@}" "${!SSH_@}" "${!ACTIONS_@}" "${!INPUT_@}" &&
    cargo build --locked --release --package "$1" --target-dir "${2%/*}/target" >&2 && mkdir -p -- "$2" &&
    cp -- "${2%/*}/target/release/$1" "$2/$1.$$" && mv -f -- "$2/$1.$$" "$2/$1") || stop "$1 ${version} could not be built"
  printf '%s\n' "$2/$1"
}

find_tool() {
  local dir
  [[ -n "$1" && " ${tools} " == *" $1 "* ]] || stop "there is no tool '$1'; there are: ${tools}"
  on_path "$1" && return
  dir="$(place)" && { built_before "$1" "${dir}" || built_now "$1" "${dir}"; }
}

if [[ "${1:-}" == --install ]]; then
  wanted="${SHIPLANE_TOOLS:-}" && wanted="${wanted//,/ }"
  [[ "${wanted}" == *[![:space:]]* ]] || wanted="${tools}"
  for tool in ${wanted}; do
    path="$(find_tool "${tool}")" || exit 1
    printf '%s\n' "${path%/*}" >>"${GITHUB_PATH:-/dev/stdout}"
  done
else
  path="$(find_tool "${1:-}")" || exit 1
  shift
  exec "${path}" "$@"
fi
