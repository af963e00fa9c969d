# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Making the guests: sourced by scripts/guest.
#
# A guest is made in steps, each kept in the cache under a name that
# contains a hash of what went into it:
#   base-SUITE-HASH/       root directory: the suite with all tools, no kernel
#   kernel-VERSION-HASH/   a kernel that is compiled here (guest-kernel.sh)
#   guest-VERSION-HASH/    root/ (base + kernel, headers), root.ext4, initrd, vmlinuz, kver
# root/ serves to build and to run tools natively (chroot), root.ext4 to boot;
# user-mode Linux boots root/.

SUITE_PACKAGES="
	apt ca-certificates bash coreutils util-linux mount procps psmisc kmod busybox-static cpio
	netbase less strace
	gcc make libc6-dev pahole sparse perl gawk bc file rsync xz-utils zstd git patch pkgconf
	iproute2 ethtool iputils-ping iputils-arping iperf3 tcpdump nftables socat netcat-openbsd
	bpftool jq python3 python3-yaml python3-jsonschema
	libmnl-dev libelf-dev libcap-dev libnuma-dev"

hash_of() { printf '%s\n' "$@" | sha256sum | cut -c1-10; }

suite_of() {
	case $1 in
	6.1) echo bookworm ;;
	6.12 | 7.3 | uml | debug | kcsan) echo trixie ;;
	*) die "no such guest: '$1' (there are: $VERSIONS $BUILT)" ;;
	esac
}

# The first sources of a suite; backports only where the kernel comes from there.
sources_of() {
	local suite=$1 main security
	main=$(mirror Debian)
	security=$(mirror Debian-Security)
	[ -n "$main" ] || die "apt on this machine knows no Debian mirror: set SIMNIC_MIRROR=URL"
	echo "deb $main $suite main"
	echo "deb $main $suite-updates main"
	[ -z "$security" ] || echo "deb $security $suite-security main"
}

# A changed package list or recipe gives a new name, hence a new root.
base_dir() {
	echo "$CACHE/base-$1-$(hash_of "$SUITE_PACKAGES" "$(declare -f make_base sources_of)")"
}
guest_dir() {
	local suite
	! is_built "$1" || { built_guest_dir "$1"; return; }
	suite=$(suite_of "$1") || exit
	echo "$CACHE/guest-$1-$(hash_of "$(base_dir "$suite")" "${GUEST_PACKAGES_EXTRA:-}" \
		"$(declare -f make_guest make_initrd)")"
}

# in_root [--keep] ROOT COMMAND...: natively, in a private mount and process
# namespace, so that nothing stays mounted however it ends. Changes to the root
# are thrown away afterwards, unless --keep. The checkout appears at /simnic.
in_root() {
	local ROOTED
	rooted "$@"
	"${ROOTED[@]}"
}

# rooted ARG...: the command line that does it, in the array ROOTED.
rooted() {
	local keep=
	[ "$1" = --keep ] && { keep=1; shift; }
	local root=$1
	shift
	# shellcheck disable=SC2016 # for the other shell
	ROOTED=(env KEEP="$keep" ROOT="$root" TOP="$TOP" unshare --mount --pid --fork --kill-child
		--propagation private bash -c '
		set -e
		if [ -z "$KEEP" ]; then
			mount -t tmpfs -o mode=755 tmpfs /mnt
			mkdir /mnt/upper /mnt/work /mnt/root
			mount -t overlay -o "lowerdir=$ROOT,upperdir=/mnt/upper,workdir=/mnt/work" \
				overlay /mnt/root
			ROOT=/mnt/root
		fi
		mount -t proc proc "$ROOT/proc"
		mount --rbind /dev "$ROOT/dev"
		mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp"
		mkdir -p "$ROOT/simnic"
		mount --bind "$TOP" "$ROOT/simnic"
		if [ -e /etc/resolv.conf ]; then
			touch "$ROOT/etc/resolv.conf"
			mount --bind -o ro /etc/resolv.conf "$ROOT/etc/resolv.conf"
		fi
		cd /
		exec env -i HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8 \
			PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
			chroot "$ROOT" "$@"' in_root "$@")
}

# What the host's apt has been told about the network holds for the guests' apt as well.
apt_options() {
	apt-config dump --format '%f "%v";%n' |
		grep -E '^Acquire::(https?::.*Proxy.*|Check-Valid-Until|Retries|ForceIPv4) ' || true
}

give_up() {
	tail -n 20 "$2" >&2
	rm -rf --one-file-system "$1"
	die "$3"
}

make_base() {
	local suite=$1 dir=$2 tmp=$2.tmp log=$2.log options
	say "making the $suite root (a few minutes; log: $log)"
	rm -rf --one-file-system "$tmp"
	mapfile -t options < <(apt_options)
	# shellcheck disable=SC2086 # a list
	sources_of "$suite" | mmdebstrap --mode=root --variant=apt --format=directory \
		--include="$(echo $SUITE_PACKAGES | tr ' ' ,)" \
		"${options[@]/#/--aptopt=}" --aptopt='APT::Install-Recommends "false"' \
		--dpkgopt='force-unsafe-io' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
		"$suite" "$tmp" - >"$log" 2>&1 ||
		give_up "$tmp" "$log" "mmdebstrap failed for $suite"
	mv "$tmp" "$dir"
	rm -f "$log"
}

# The initial RAM disk only has to find the root: the few modules for that, in
# the order in which modprobe would load them, and a busybox.
make_initrd() {
	# shellcheck disable=SC2016 # for the other shell
	in_root --keep "$1/root" bash -ec '
		kver=$1 dir=/tmp/initrd
		mkdir -p $dir/{bin,lib,proc,dev,sys,root}
		cp /bin/busybox $dir/bin/busybox
		printf "#!/bin/busybox sh\n" >$dir/init
		for m in virtio_pci virtio_blk virtio_console ext4 9pnet_virtio 9p; do
			modprobe -S "$kver" -D $m 2>/dev/null | awk "\$1 == \"insmod\" { print \$2 }"
		done | awk "!seen[\$0]++" | while read -r ko; do
			name=$(basename "$ko"); name=${name%.xz}; name=${name%.zst}
			case $ko in
			*.xz) xz -dc "$ko" ;;
			*.zst) zstd -dqc "$ko" ;;
			*) cat "$ko" ;;
			esac >"$dir/lib/$name"
			echo "/bin/busybox insmod /lib/$name" >>$dir/init
		done
		cat >>$dir/init <<-"END"
		b=/bin/busybox
		$b mount -t proc proc /proc
		$b mount -t sysfs sysfs /sys
		$b mount -t devtmpfs devtmpfs /dev
		$b mount -t ext4 -o noatime /dev/vda /root || exec $b poweroff -f
		for fs in proc sys dev; do $b mount -o move /$fs /root/$fs; done
		$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 simnic /root/simnic
		exec $b switch_root /root /simnic/scripts/guest-init
		END
		chmod +x $dir/init
		cd $dir
		find . | cpio --quiet -R 0:0 -o -H newc >/initrd
	' initrd "$(cat "$1/kver")"
	mv "$1/root/initrd" "$1/initrd"
}

make_guest() {
	local version=$1 dir=$2 tmp=$2.tmp log=$2.log suite base kver from=
	suite=$(suite_of "$version")
	base=$(base_dir "$suite")
	[ -d "$base" ] || with_lock "base-$suite" prepare "$base" make_base "$suite"
	say "making guest $version: kernel and headers into a copy of the $suite root"
	rm -rf --one-file-system "$tmp"
	mkdir -p "$tmp"
	cp -a --reflink=auto "$base" "$tmp/root"
	mkdir -p "$tmp/root/simnic"
	if [ "$version" = 7.3 ]; then
		from=/$suite-backports
		echo "deb $(mirror Debian) $suite-backports main" \
			>"$tmp/root/etc/apt/sources.list.d/backports.list"
	fi
	# shellcheck disable=SC2016,SC2086 # for the other shell; a list
	in_root --keep "$tmp/root" env INITRD=No DEBIAN_FRONTEND=noninteractive bash -ec '
		apt-get -q update
		apt-get -qy install --no-install-recommends "$@"
		apt-get clean
	' sh linux-{image,headers}-amd64$from ${GUEST_PACKAGES_EXTRA:-} >"$log" 2>&1 ||
		give_up "$tmp" "$log" "cannot install the kernel of guest $version"
	kver=$(ls "$tmp/root/lib/modules")
	case $kver in
	"$version".*) ;;
	*) give_up "$tmp" "$log" "the archive's $suite$from kernel is now $kver, not $version" ;;
	esac
	echo "$kver" >"$tmp/kver"
	cp "$tmp/root/boot/vmlinuz-$kver" "$tmp/vmlinuz"
	make_initrd "$tmp" >>"$log" 2>&1 ||
		give_up "$tmp" "$log" "cannot make the initial RAM disk of guest $version"
	mke2fs -q -t ext4 -O ^has_journal -m 0 -d "$tmp/root" "$tmp/root.ext4" \
		"$(($(du -sm --apparent-size "$tmp/root" | cut -f1) * 5 / 4 + 2048))M" >>"$log" 2>&1 ||
		give_up "$tmp" "$log" "cannot make the disk image of guest $version"
	mv "$tmp" "$dir"
	rm -f "$log"
	say "guest $version is ready: Linux $kver"
}

# prepare DIR MAKER ARG: under the lock; somebody else may have made it meanwhile.
# What nobody has used for two weeks came from recipes that are no more.
prepare() {
	[ ! -d "$1" ] || return 0
	find "$CACHE" -mindepth 1 -maxdepth 1 -type d -mtime +14 \
		-exec rm -rf --one-file-system {} +
	"$2" "$3" "$1"
}
