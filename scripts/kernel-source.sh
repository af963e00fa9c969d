# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The source of the default guest's kernel: sourced after lib.sh.
#
# Only what the static checks and the kernel's own selftests need of it, in
# build/source, so that a guest sees it as well; the cache has it packed up.

SOURCE=$BUILD/source
SOURCE_PATHS="scripts include arch/x86 Documentation/netlink
	tools/arch tools/build tools/docs tools/include tools/lib tools/net tools/scripts
	tools/testing/selftests"

# have_source: build/source is there and belongs to the kernel of guest 7.3.
have_source() {
	local tar
	"$TOP/scripts/guest" build 7.3
	KVER=$(cat "$("$TOP/scripts/guest" path 7.3)/kver")
	tar=$CACHE/source-$KVER-$(printf '%s' "$SOURCE_PATHS" | sha256sum | cut -c1-10).tar
	[ -e "$tar" ] || with_lock source fetch_source "$tar"
	with_lock source unpack_source "$tar"
}

unpack_source() {
	[ "$(readlink "$SOURCE/.from")" != "$1" ] || return 0
	rm -rf "$SOURCE" "$SOURCE.tmp"
	mkdir -p "$SOURCE.tmp"
	tar -xf "$1" -C "$SOURCE.tmp"
	ln -s "$1" "$SOURCE.tmp/.from"
	mv "$SOURCE.tmp" "$SOURCE"
}

# In the guest's root, whose apt knows where its kernel came from. Empty top-level
# directories come along: without them checkpatch does not take it for a kernel.
fetch_source() {
	[ ! -e "$1" ] || return 0
	say "fetching the source of Linux $KVER (170 MB, once)"
	mkdir -p "$BUILD"
	# shellcheck disable=SC2016,SC2086 # for the other shell; a list
	"$TOP/scripts/guest" exec 7.3 -- bash -ec '
		set -o pipefail
		mkdir /tmp/source
		cd /tmp
		apt-get -qq update
		apt-get -qq download linux-source-7.3
		dpkg-deb --fsys-tarfile linux-source-7.3_*.deb |
			tar -xO --wildcards "./usr/src/linux-source-*.tar.xz" | xz -dcT0 |
			tar -x -C source --strip-components=1 --wildcards --no-wildcards-match-slash \
				--no-recursion "linux-source-*/*" \
				--recursion "${@/#/linux-source-*/}"
		tar -cf /simnic/build/source.tar -C source .
	' fetch $SOURCE_PATHS >&2 || die "cannot fetch the kernel's source"
	mv "$BUILD/source.tar" "$1"
}
