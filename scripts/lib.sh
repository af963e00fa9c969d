# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # the variables are for those who source it
# Shared by the scripts of this directory: source it, do not run it.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/simnic
BUILD=$TOP/build
RESULTS=$BUILD/results
SUDO=()
[ "$EUID" = 0 ] || SUDO=(sudo)
VERSIONS="7.3 6.12 6.1"	# Debian's kernels
BUILT="uml debug kcsan"		# Linux 7.3, configured and compiled here
# What "scripts/guest run" returns if it was the emulation that killed the guest
EMULATION=76
# A kernel that checks everything takes so many times as long, as far as limits go.
slowness() { case $1 in debug | kcsan) echo 4 ;; *) echo 1 ;; esac; }
is_built() { [[ " $BUILT " = *" $1 "* ]]; }

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "error: $*"; exit 1; }

# Making, entering and booting roots needs privilege; what comes of it belongs to
# the user all the same.
as_root() {
	[ "$EUID" = 0 ] && return
	command -v sudo >/dev/null || die "root is needed for this, and there is no sudo"
	local rc=0
	say "needs root: going through sudo"
	sudo --preserve-env=XDG_CACHE_HOME,HOME,CPUS,MEM,TESTS,NIC,GUEST,APPEND,PLAIN,MINUTES,SEED,UPTO,SIMNIC_MIRROR,GUEST_PACKAGES_EXTRA \
		"$0" "$@" || rc=$?
	[ ! -d "$BUILD" ] || sudo chown -R "$EUID" "$BUILD"
	exit $rc
}

# need COMMAND:PACKAGE... installs the packages whose commands are missing.
need() {
	local pair missing=()
	for pair; do
		[ -n "$(PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}")" ] || missing+=("${pair#*:}")
	done
	[ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
}

# A fresh machine may never have asked its mirror what there is.
have_lists() {
	[ -n "$(find /var/lib/apt/lists -name '*Packages*' -print -quit)" ] ||
		"${SUDO[@]}" apt-get -q update >&2 || die "apt-get update failed"
}

install_packages() {
	say "installing on this machine: $*"
	have_lists
	"${SUDO[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qy install \
		--no-install-recommends "$@" >/dev/null || die "cannot install $*"
}

# The headers of a kernel in /lib/modules are a package, those elsewhere are not.
need_headers() {
	[ ! -d "$1" ] || return 0
	[[ $1 = /lib/modules/*/build ]] || die "there are no kernel headers in $1"
	local kernel=${1#/lib/modules/}
	install_packages "linux-headers-${kernel%/build}"
}

# mirror Debian|Debian-Security: the archive that this machine's apt is configured for.
mirror() {
	if [ "$1" = Debian ] && [ -n "${SIMNIC_MIRROR:-}" ]; then
		echo "$SIMNIC_MIRROR"
		return
	fi
	have_lists
	# shellcheck disable=SC2016 # apt fills these in
	apt-get indextargets --format '$(LABEL) $(RELEASE) $(COMPONENT) $(REPO_URI)' \
		'Created-By: Packages' |
		awk -v label="$1" '$1 == label && $2 !~ /-(updates|backports)/ && $3 == "main" &&
			!seen++ { print $4 }'
}

# with_lock NAME COMMAND...: one at a time among all that use this cache.
with_lock() {
	local name=$1 fd rc
	shift
	mkdir -p "$CACHE"
	exec {fd}>"$CACHE/$name.lock"
	flock -n "$fd" || { say "waiting for another run that prepares $name"; flock "$fd"; }
	"$@" # without "||": that would take "set -e" out of force in there
	rc=$?
	exec {fd}>&-
	return $rc
}
