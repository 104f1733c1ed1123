#!/usr/bin/env bash
# Finds, downloads or builds a tool of this checkout and becomes it: `run.sh TOOL [ARGUMENT...]`; or puts tools on PATH: `run.sh --install`.
set -CEefuo pipefail
[[ -z "$(declare -F)" ]] || { echo 'shiplane: this shell was started with functions from outside; refused' >&2; exit 1; }
unset BASH_ENV ENV CDPATH GLOBIGNORE

root="$(cd -- "${BASH_SOURCE[0]%/*}/.." && pwd -P)"
version="$(sed -n '/^version = "/{s///;s/".*//p;q;}' "${root}/Cargo.toml")"
tools='branch-gate changelog-bump rollback smoke-check ssh-deploy'
sum=(sha256sum) && command -v sha256sum >/dev/null || sum=(shasum -a 256)
os="$(uname -s)" exe='' && case "${os}" in MINGW* | MSYS*) os=Windows exe=.exe ;; esac

say() { printf 'shiplane: %s\n' "$1" >&2; }
stop() {
  [[ "${GITHUB_ACTIONS:-}" != true ]] || printf '::error title=%s::%s\n' "$1" "$2" >&2
  say "$2" && exit 1
}
# What was made here lies under the hash of what it was made from: another commit never gets this one's binary.
place() {
  local hash && hash="$(cd -- "${root}" && find Cargo.toml Cargo.lock crates -regex 'crates/[^/]*/tests' -prune -o -type f -exec "${sum[@]}" {} + | LC_ALL=C sort | "${sum[@]}")"
  printf '%s\n' "${RUNNER_TOOL_CACHE:-${XDG_CACHE_HOME:-${HOME:-${RUNNER_TEMP:-/tmp}}/.cache}}/shiplane/${version}-${hash:0:16}"
}
on_path() {
  local found
  found="$(type -P -- "$1")" && [[ "$("${found}" --version 2>/dev/null)" == "$1 ${version}" ]] && printf '%s\n' "${found}"
}
made_before() { [[ -x "$2/$1${exe}" ]] && printf '%s\n' "$2/$1${exe}"; }
# Only what was built from exactly these files, and only as assets.sha256 knows it: what differs ends everything.
downloaded() {
  local asset pinned from file="$2/$1.$$.tar.gz"
  asset="$1-${version}-${os}-$(uname -m).tar.gz" && pinned="$(sed -n "s|  ${2##*-}/${asset}\$||p" "${root}/actions/assets.sha256")"
  [[ "${#pinned}" == 64 ]] && command -v curl >/dev/null && mkdir -p -- "$2" || return 1
  from="${SHIPLANE_MIRROR:-$(sed -n '/^repository = "/{s///;s/".*//p;q;}' "${root}/Cargo.toml")/releases/download}/v${version}"
  curl --proto "=${from%%:*}" -fsSL --retry 3 --connect-timeout 10 --max-time 120 -o "${file}" -- "${from}/${asset}" ||
    { say "${asset} could not be downloaded from ${from}" && rm -f -- "${file}" && return 1; }
  [[ "$("${sum[@]}" <"${file}")" == "${pinned} "* ]] || { rm -f -- "${file}" && stop asset-differs "${asset} from ${from} is not the one that assets.sha256 names; nothing was run"; }
  tar -xzOf "${file}" "$1${exe}" >"$2/$1.$$" && rm -f -- "${file}" && chmod 755 "$2/$1.$$" && mv -f -- "$2/$1.$$" "$2/$1${exe}" && made_before "$1" "$2"
}
# In the checkout, so that no .cargo/config.toml of the workspace has a say; without secrets, for build scripts run.
built_now() {
  command -v cargo >/dev/null || stop binary-missing "$1 ${version} is not on PATH, and there is no cargo to build it: https://rustup.rs"
  say "$1 ${version} is not on PATH; building it from ${root}, once on this machine"
  (cd -- "${root}" && unset CARGO_BUILD_TARGET GITHUB_TOKEN GH_TOKEN "${!SHIPLANE_@}" "${!SSH_@}" "${!ACTIONS_@}" "${!INPUT_@}" &&
    cargo build --locked --release --package "$1" --target-dir "${2%/*}/target" >&2 && mkdir -p -- "$2" &&
    cp -- "${2%/*}/target/release/$1${exe}" "$2/$1.$$" && mv -f -- "$2/$1.$$" "$2/$1${exe}") || stop binary-missing "$1 ${version} could not be built"
  made_before "$1" "$2"
}
find_tool() {
  local dir
  [[ -n "$1" && " ${tools} " == *" $1 "* ]] || stop tool-unknown "there is no tool '$1'; there are: ${tools}"
  on_path "$1" || { dir="$(place)" && { made_before "$1" "${dir}" || downloaded "$1" "${dir}" || built_now "$1" "${dir}"; }; }
}

[[ "${1:-}" == --install ]] || { path="$(find_tool "${1:-}")" && exec "${path}" "${@:2}"; exit 1; }
wanted="${SHIPLANE_TOOLS:-}" && wanted="${wanted//,/ }"
[[ "${wanted}" == *[![:space:]]* ]] || wanted="${tools}"
for tool in ${wanted}; do
  path="$(find_tool "${tool}")" || exit 1
  printf '%s\n' "${path%/*}" >>"${GITHUB_PATH:-/dev/stdout}"
done
