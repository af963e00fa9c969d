# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Guests whose kernel is compiled here, from Debian's source of Linux 7.3 and the
# fragments in scripts/config: sourced by scripts/guest. In the cache:
#   linux-source-7.3-HASH.tar.xz   the source as Debian packs it
#   kernel-VERSION-HASH/           vmlinuz, kver, kernel.tar: what goes into a root

# fragments VERSION: the parts of its configuration; a later line wins
fragments() {
	case $1 in
	uml) echo base uml ;;
	debug) echo base x86 checks debug ;;
	kcsan) echo base x86 checks kcsan ;;
	esac
}

arch_of() { [ "$1" = uml ] && echo um || echo x86_64; }

fragment_files() {
	local name
	for name in $(fragments "$1"); do echo "$TOP/scripts/config/$name"; done
}

# Of a configuration only what it says counts, not why.
configuration() {
	# shellcheck disable=SC2046 # a list
	grep -h '^CONFIG_' $(fragment_files "$1")
}

source_tar() {
	echo "$CACHE/linux-source-7.3-$(hash_of "$(base_dir trixie)" "$(declare -f make_source)").tar.xz"
}

# Named by what is done to compile it, not by what is said about that.
kernel_dir() {
	echo "$CACHE/kernel-$1-$(hash_of "$(source_tar)" "$(configuration "$1")" "$(arch_of "$1")" \
		"$(grep -v '^#' "$TOP/scripts/kernel-build")")"
}

built_guest_dir() {
	echo "$CACHE/guest-$1-$(hash_of "$(base_dir trixie)" "$(kernel_dir "$1")" \
		"${GUEST_PACKAGES_EXTRA:-}" "$(declare -f make_built_guest make_initrd)")"
}

ensure_base() {
	local base
	base=$(base_dir "$1")
	[ -d "$base" ] || with_lock "base-$1" prepare "$base" make_base "$1"
}

# make_source trixie TAR
make_source() {
	local tmp=$2.tmp
	[ ! -e "$2" ] || return 0
	ensure_base "$1"
	say "fetching the source of Linux 7.3 (170 MB, once)"
	mkdir -p "$tmp"
	# shellcheck disable=SC2016 # for the other shell
	TOP=$tmp in_root "$(base_dir "$1")" bash -ec '
		set -o pipefail
		echo "deb $1 $2-backports main" >/etc/apt/sources.list.d/backports.list
		cd /tmp
		apt-get -qq update
		apt-get -qq download linux-source-7.3
		dpkg-deb --fsys-tarfile linux-source-7.3_*.deb |
			tar -xO --wildcards "./usr/src/linux-source-*.tar.xz" >/simnic/source
	' source "$(mirror Debian)" "$1" >&2 || give_up "$tmp" /dev/null "cannot fetch the kernel's source"
	mv "$tmp/source" "$2"
	rm -rf --one-file-system "$tmp"
}

ensure_source() {
	local source
	source=$(source_tar)
	[ -e "$source" ] || with_lock source-7.3 make_source trixie "$source"
}

# make_kernel VERSION DIR
make_kernel() {
	local version=$1 dir=$2 tmp=$2.tmp log=$2.log
	ensure_base trixie
	ensure_source
	say "compiling the kernel of guest $version (10 to 25 processor minutes, once; log: $log)"
	rm -rf --one-file-system "$tmp"
	mkdir -p "$tmp"
	cp "$TOP/scripts/kernel-build" "$tmp"
	ln "$(source_tar)" "$tmp/source.tar.xz"
	# shellcheck disable=SC2046 # a list
	cat $(fragment_files "$version") >"$tmp/fragment"
	TOP=$tmp in_root "$(base_dir trixie)" nice -n 10 /simnic/kernel-build "$(arch_of "$version")" >"$log" 2>&1 ||
		give_up "$tmp" "$log" "cannot compile the kernel of guest $version"
	rm -rf --one-file-system "$tmp"/{linux,source.tar.xz,kernel-build,fragment}
	mv "$tmp" "$dir"
	rm -f "$log"
}

# make_built_guest VERSION DIR
make_built_guest() {
	local version=$1 dir=$2 tmp=$2.tmp log=$2.log kernel
	ensure_base trixie
	kernel=$(kernel_dir "$version")
	[ -d "$kernel" ] || with_lock "kernel-$version" prepare "$kernel" make_kernel "$version"
	say "making guest $version: its kernel into a copy of the trixie root"
	rm -rf --one-file-system "$tmp"
	mkdir -p "$tmp"
	cp -a --reflink=auto "$(base_dir trixie)" "$tmp/root"
	mkdir -p "$tmp/root/simnic"
	tar -xf "$kernel/kernel.tar" -C "$tmp/root"
	cp "$kernel/kver" "$kernel/vmlinuz" "$tmp"
	# User-mode Linux is a program, and runs in its root.
	[ "$version" != uml ] || install "$kernel/vmlinuz" "$tmp/root/boot/linux"
	# shellcheck disable=SC2016,SC2086 # for the other shell; a list
	[ -z "${GUEST_PACKAGES_EXTRA:-}" ] || in_root --keep "$tmp/root" env DEBIAN_FRONTEND=noninteractive bash -ec '
		apt-get -q update
		apt-get -qy install --no-install-recommends "$@"
		apt-get clean
	' sh $GUEST_PACKAGES_EXTRA >"$log" 2>&1 ||
		give_up "$tmp" "$log" "cannot install $GUEST_PACKAGES_EXTRA"
	if [ "$version" != uml ]; then
		make_initrd "$tmp" >>"$log" 2>&1 ||
			give_up "$tmp" "$log" "cannot make the initial RAM disk of guest $version"
		mke2fs -q -t ext4 -O ^has_journal -m 0 -d "$tmp/root" "$tmp/root.ext4" \
			"$(($(du -sm --apparent-size "$tmp/root" | cut -f1) * 5 / 4 + 2048))M" >>"$log" 2>&1 ||
			give_up "$tmp" "$log" "cannot make the disk image of guest $version"
	fi
	mv "$tmp" "$dir"
	rm -f "$log"
	say "guest $version is ready: Linux $(cat "$dir/kver")"
}
