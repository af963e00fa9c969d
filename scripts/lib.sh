# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # the variables are for those who source it
# Shared by the scripts of this directory: source it, do not run it.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/simnic
BUILD=$TOP/build
RESULTS=$BUILD/results
VERSIONS="7.3 6.12 6.1"

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "error: $*"; exit 1; }

# Whatever makes or enters a root needs privilege; the rest of the scripts do not.
as_root() {
	[ "$EUID" = 0 ] && return
	command -v sudo >/dev/null || die "root is needed for this, and there is no sudo"
	say "needs root: going through sudo"
	exec sudo --preserve-env=XDG_CACHE_HOME,HOME,CPUS,MEM,TESTS,SIMNIC_MIRROR,GUEST_PACKAGES_EXTRA \
		"$0" "$@"
}

# need COMMAND:PACKAGE... installs the packages whose commands are missing.
need() {
	local pair missing=()
	for pair; do
		[ -n "$(PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}")" ] || missing+=("${pair#*:}")
	done
	[ ${#missing[@]} = 0 ] && return
	local sudo=()
	[ "$EUID" = 0 ] || sudo=(sudo)
	say "installing on this machine: ${missing[*]}"
	[ -n "$(find /var/lib/apt/lists -name '*Packages*' -print -quit)" ] ||
		"${sudo[@]}" apt-get -q update || die "apt-get update failed"
	DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get -qy install --no-install-recommends \
		"${missing[@]}" >/dev/null || die "cannot install ${missing[*]}"
}

# mirror main|security: the archive that this machine's apt is configured for.
mirror() {
	local want='^[a-z]+$'
	if [ "$1" = security ]; then
		want='-security$|/updates$'
	elif [ -n "${SIMNIC_MIRROR:-}" ]; then
		echo "$SIMNIC_MIRROR"
		return
	fi
	# shellcheck disable=SC2016 # apt fills these in
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
		awk -v want="$want" '$3 == "main" && $1 ~ /debian/ && $2 ~ want { print $1; exit }'
}

# with_lock NAME COMMAND...: one at a time among all that use this cache.
with_lock() {
	local name=$1 fd rc=0
	shift
	mkdir -p "$CACHE"
	exec {fd}>"$CACHE/$name.lock"
	flock -n "$fd" || { say "waiting for another run that prepares $name"; flock "$fd"; }
	"$@" || rc=$?
	exec {fd}>&-
	return $rc
}
