# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the static checks and the kernel's own selftests need from Debian besides
# a guest: sourced after lib.sh. It is unpacked in build/, so that a guest sees it
# as well; the cache has it packed up.

# The source of the default guest's kernel, as far as anybody here looks at it.
SOURCE=$BUILD/source
SOURCE_PATHS="scripts include arch/x86 Documentation/netlink
	tools/arch tools/build tools/docs tools/include tools/lib tools/net tools/scripts
	tools/testing/selftests"
# Tools for Linux 7.3 which Debian 13 has only too old, and which run on it: sparse
# (__typeof_unqual__), ethtool (JSON of -l), liburing (zero-copy receive).
NEWER=$BUILD/newer
NEWER_SUITE=forky
NEWER_PACKAGES="sparse ethtool liburing-dev"

short_hash() { printf '%s\n' "$@" | sha256sum | cut -c1-10; }

have_source() {
	"$TOP/scripts/guest" build 7.3
	KVER=$(cat "$("$TOP/scripts/guest" path 7.3)/kver")
	have "$SOURCE" "$CACHE/source-$KVER-$(short_hash "$SOURCE_PATHS").tar" fetch_source
}

have_newer() {
	have "$NEWER" "$CACHE/newer-$(short_hash $NEWER_SUITE "$NEWER_PACKAGES").tar" fetch_newer
}

# have DIR TAR FETCH: DIR has the contents of TAR, which FETCH makes when missing.
have() {
	[ -e "$2" ] || with_lock "${1##*/}" fetch "$2" "$3"
	with_lock "${1##*/}" unpack "$1" "$2"
}

# Somebody else may have done it meanwhile.
fetch() {
	[ -e "$1" ] || { mkdir -p "$BUILD" && "$2" "$1"; }
}

unpack() {
	[ "$(readlink "$1/.from")" != "$2" ] || return 0
	rm -rf "$1" "$1.tmp"
	mkdir -p "$1.tmp"
	tar -xf "$2" -C "$1.tmp"
	ln -s "$2" "$1.tmp/.from"
	mv "$1.tmp" "$1"
}

# Of the whole that kernels are compiled from. Empty top-level directories come along:
# without them checkpatch does not take it for a kernel.
fetch_source() {
	cp "$("$TOP/scripts/guest" source)" "$BUILD/linux.tar.xz"
	# shellcheck disable=SC2016,SC2086 # for the other shell; a list
	"$TOP/scripts/guest" exec 7.3 -- bash -ec '
		set -o pipefail
		mkdir /tmp/source
		xz -dcT0 build/linux.tar.xz |
			tar -x -C /tmp/source --strip-components=1 --wildcards --no-wildcards-match-slash \
				--no-recursion "linux-source-*/*" \
				--recursion "${@/#/linux-source-*/}"
		tar -cf build/source.tar -C /tmp/source .
	' fetch $SOURCE_PATHS >&2 || die "cannot unpack the kernel's source"
	rm "$BUILD/linux.tar.xz"
	mv "$BUILD/source.tar" "$1"
}

# Without their dependencies: those that matter, the guest has.
fetch_newer() {
	say "fetching $NEWER_PACKAGES of Debian's $NEWER_SUITE (10 MB, once)"
	# shellcheck disable=SC2016,SC2086 # for the other shell; a list
	"$TOP/scripts/guest" exec 7.3 -- bash -ec '
		cd /tmp
		echo "deb $(awk "/^deb / { print \$2; exit }" /etc/apt/sources.list) $0 main" \
			>/etc/apt/sources.list.d/newer.list
		apt-get -qq -o Acquire::Languages=none update
		apt-get -qq download "${@/%//$0}"
		for deb in *.deb; do dpkg-deb -x "$deb" newer; done
		tar -cf /simnic/build/newer.tar -C newer usr
	' $NEWER_SUITE $NEWER_PACKAGES >&2 || die "cannot fetch $NEWER_PACKAGES of $NEWER_SUITE"
	mv "$BUILD/newer.tar" "$1"
}
