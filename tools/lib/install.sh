# shellcheck shell=bash
# Sourced by tools/demo, tools/test and tools/bundle.  `root` is the top of the source tree.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '%s\n' "$*" >&2; }

# Names in cmake/packages.txt that are not installed, one a line.  A browser only where `with_browser` is set.
missing_packages() {
  local name use _
  while read -r name use _; do
    case $name in '' | '#'*) continue ;; esac
    if [ "$use" = browser ] && [ -z "${with_browser-}" ]; then continue; fi
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s\n' "$name"
  done < "$root/cmake/packages.txt"
}

# Installs what is missing, and nothing else; without a missing package neither apt nor the network is touched.
install_packages() {
  if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
    say "This is no Debian system: nothing is installed.  CMake names what it does not find; the Debian names of"
    say "all packages are in cmake/packages.txt."
    return 0
  fi
  local missing
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} -gt 0 ] || return 0
  say "Missing packages: ${missing[*]}"
  local -a as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo > /dev/null; then
      say "They cannot be installed: this user is not root and there is no sudo.  Ask an administrator for"
      say "  apt-get install --no-install-recommends ${missing[*]}"
      return 1
    fi
    as_root=(sudo)
    [ -t 0 ] || as_root=(sudo -n)
  fi
  local -a apt=(${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
  # A foreign repository that does not answer must not stop us: what counts is whether the packages come.
  "${apt[@]}" update >&2 || say "apt-get update reported trouble; trying to install all the same."
  "${apt[@]}" install --no-install-recommends "${missing[@]}" >&2 || true
  mapfile -t missing < <(missing_packages)
  if [ ${#missing[@]} -gt 0 ]; then
    say "These packages are still missing and could not be installed (apt-get's messages are above): ${missing[*]}"
    return 1
  fi
}

# build TARGET...: configures the release preset and builds the targets on all cores.
build() {
  (cd "$root" && cmake --preset release && cmake --build --preset release --parallel "$(nproc)" --target "$@") >&2
}
