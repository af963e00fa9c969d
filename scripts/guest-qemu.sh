# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The emulator of the guests: sourced by scripts/guest.
#
# It comes from one suite, whatever this machine has: what it says its processor can do
# decides what kernels choose, and so what is measured; and igb is not in every QEMU. It
# is unpacked into the cache, and runs in there.
QEMU_SUITE=trixie

qemu_dir() {
	echo "$CACHE/qemu-$QEMU_SUITE-$(hash_of "$(declare -f make_qemu sources_of)")"
}

make_qemu() {
	local suite=$1 dir=$2 tmp=$2.tmp log=$2.log options
	say "unpacking the QEMU of $suite (half a minute; log: $log)"
	rm -rf --one-file-system "$tmp"
	mapfile -t options < <(apt_options)
	sources_of "$suite" | mmdebstrap --mode=root --variant=extract --format=directory \
		--include=qemu-system-x86,base-files "${options[@]/#/--aptopt=}" \
		--aptopt='APT::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/doc/*' \
		"$suite" "$tmp" - >"$log" 2>&1 ||
		give_up "$tmp" "$log" "cannot unpack the QEMU of $suite"
	mkdir -p "$tmp"/{dev,proc,tmp,var/tmp}
	mv "$tmp" "$dir"
	rm -f "$log"
}

ensure_qemu() {
	local dir
	dir=$(qemu_dir)
	[ -d "$dir" ] || with_lock "qemu-$QEMU_SUITE" prepare "$dir" make_qemu "$QEMU_SUITE"
	touch "$dir"
}

# find_qemu: what runs it, in the array QEMU. It sees checkout and cache where they are.
find_qemu() {
	# shellcheck disable=SC2016,SC2034 # for the other shell; guest-boot.sh uses it
	QEMU=(env -u TMPDIR ROOT="$(qemu_dir)" TOP="$TOP" CACHE="$CACHE" unshare --mount --propagation private
		bash -ec '
		for dir in "$TOP" "$CACHE"; do
			mkdir -p "$ROOT$dir"
			mount --rbind "$dir" "$ROOT$dir"
		done
		mount --rbind /proc "$ROOT/proc"
		mount --rbind /dev "$ROOT/dev"
		exec chroot "$ROOT" /usr/bin/qemu-system-x86_64 "$@"' qemu)
}
