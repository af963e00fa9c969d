#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the card does in the stack's place changes the shape of frames and never
# their contents.

. "$(dirname "$0")/lib.sh"

TSO="tx-tcp-segmentation tx-tcp6-segmentation"

# features SIDE on|off NAME...
features() {
	local side=$1 state=$2 name args=()
	shift 2
	for name; do args+=("$name" "$state"); done
	et "$side" -K "${args[@]}" || return
	for name; do
		expect "$(feature "$side" "$name")" = "$state" "$name"
	done
}

# One side's features as they are by default
restore() {
	local side
	for side in a b; do
		et "$side" -K tx-checksum-ip-generic on tx-scatter-gather on rx on tso on gso on gro on
		et "$side" -K tx-udp-segmentation on rx-gro-hw on
	done
}

# Linux 6.1 refuses super-frames of UDP without checksums by the card: plain ones then
udp_gso() {
	transfer udp "$@" ||
		{ [ "$(feature a tx-checksumming)" = off ] && transfer udp "$1" "$2" "${@:4}"; }
}

streams() {
	transfer tcp a 600000
	udp_gso a 150000 gso=1400
}

ipv6_streams() {
	transfer tcp a 600000 addr="${IP6[b]}"
	udp_gso a 150000 gso=1200 addr="${IP6[b]}"
}

# One end segments or does not; the other takes super-frames or does not.
segmentation() {
	local tso gro
	defer restore
	ipv6_up
	for tso in on off; do
		for gro in on off; do
			# shellcheck disable=SC2086 # two features
			features a "$tso" $TSO tx-udp-segmentation
			features b "$gro" rx-gro-hw
			streams
			ipv6_streams
		done
	done
}

checksums() {
	local tx rx
	defer restore
	ipv6_up
	for tx in on off; do
		for rx in on off; do
			et a -K tx-checksum-ip-generic "$tx"
			et b -K rx "$rx"
			expect "$(feature a tx-checksumming)" = "$tx" "tx-checksumming"
			expect "$(feature b rx-checksumming)" = "$rx" "rx-checksumming"
			streams
			ipv6_streams
		done
	done
}

without_scatter_gather() {
	defer restore
	et a -K tx-scatter-gather off
	streams
	et a -K tx-scatter-gather on tx-checksum-ip-generic off
	streams
}

software_gro_off() {
	defer restore
	et b -K gro off rx-gro-hw off
	streams
	et a -K tso off gso off
	streams
}

# longest SIDE in|out COMMAND...: the longest TCP packet that tcpdump sees meanwhile
longest() {
	local side=$1 direction=$2
	shift 2
	spawn "$side" tcpdump -Q "$direction" -n -l -i "${DEV[$side]}" -s 100 tcp >"$TMP/dump" 2>"$TMP/dump.err"
	local pid=$!
	wait_until 10 grep -q 'listening on' "$TMP/dump.err"
	"$@"
	sleep 0.3
	reap "$pid"
	sed -n 's/.* length \([0-9]*\).*/\1/p' "$TMP/dump" | sort -n | tail -n 1
}

# The shapes on the wire: super-frames leave the stack; they arrive as such only
# where the receiver takes them.
sizes_of_frames() {
	defer restore
	et b -K gro off rx-gro-hw off
	expect "$(longest a out transfer tcp a 600000)" -gt 1500 "longest packet with TSO"
	expect "$(longest b in transfer tcp a 600000)" -le 1448 "longest packet without any GRO"
	et a -K tso off gso off
	expect "$(longest a out transfer tcp a 600000)" -le 1448 "longest packet without TSO"
}

super_frames_over_the_cable() {
	local before frames
	defer restore
	et b -K rx-gro-hw on
	before=$(stat_of b rx_packets)
	expect "$(longest b in transfer tcp a 600000)" -gt 1500 "longest packet with hardware GRO"
	wait_until 5 accounted
	# A super-frame counts as the frames that it stands for.
	frames=$(($(stat_of b rx_packets) - before))
	expect "$frames" -ge $((600000 / 1448)) "frames received"
}

# UDP whose checksum is wrong is never given to the socket, whoever checks.
wrong_checksum() {
	local rx errors
	defer restore
	for rx in on off; do
		et b -K rx "$rx"
		errors=$(udp_errors)
		refused() { [ "$(udp_errors)" -ge $((errors + 10)) ]; }
		spawn b socat -u UDP-RECV:9999 "OPEN:$TMP/got,creat,append"
		wait_until 5 bound
		frames a type=udp4 daddr="${IP4[b]}" dport=9999 badcsum=1 count=10 size=100
		wait_until 5 refused || fail "the stack did not see 10 bad checksums, rx $rx"
		frames a type=udp4 daddr="${IP4[b]}" dport=9999 count=1 size=100
		wait_until 5 test -s "$TMP/got" || fail "a good frame did not arrive, rx $rx"
		reap "$!"
		expect "$(stat -c %s "$TMP/got")" -eq 58 "bytes that came through"
		rm "$TMP/got"
	done
}

bound() { on b ss -Huln "sport = :9999" | grep -q .; }
udp_errors() {
	# shellcheck disable=SC2016 # for awk
	on b awk '/^Udp:/ && !n { for (i = 1; i <= NF; i++) if ($i == "InCsumErrors") n = i; next }
		/^Udp:/ { print $n; exit }' /proc/net/snmp
}

sharing() { et "$1" --set-priv-flags page-sharing "$2"; }

# shared OPERATOR NUMBER COMMAND...: pieces of payload that side b gets in side a's pages
shared() {
	local before
	before=$(stat_of b rx_shared)
	"${@:3}"
	expect $(($(stat_of b rx_shared) - before)) "$1" "$2" "pages shared by ${*:3}"
}

reuse() {
	ask reuse tx="${NS[a]}" rx="${NS[b]}" addr="${IP4[b]}" bytes=300000 how="$1"
}

# Only if both ends want it; the bytes are the same.
page_sharing() {
	local a b mtu
	defer sharing a on
	defer sharing b on
	defer link_set a mtu 1500
	defer link_set b mtu 1500
	large_segments a
	for mtu in 1500 9000; do
		link_set a mtu "$mtu"
		link_set b mtu "$mtu"
		for a in on off; do
			for b in on off; do
				sharing a "$a"
				sharing b "$b"
				case $a$b in
				onon) shared -gt 0 transfer tcp a 600000 ;;
				*) shared -eq 0 transfer tcp a 600000 ;;
				esac
			done
		done
	done
}

# What was sent is what arrives, also if it is overwritten as soon as that is allowed.
# With frames that are larger than a buffer whatever TCP thinks of the speed: on a busy
# machine it sends two segments of 1500 at a time, which are copied.
pages_of_user_space() {
	local side
	for side in a b; do
		defer link_set "$side" mtu 1500
		link_set "$side" mtu 9000
	done
	carrier
	shared -gt 0 reuse send
	shared -eq 0 reuse zerocopy
	shared -eq 0 reuse sendfile
}

posting() { et "$1" --set-priv-flags tx-posted "$2"; }

# vectors SIDE CPUS: where its interrupts arrive
vectors() {
	local irq
	while read -r irq; do
		echo "$2" >"/proc/irq/$irq/smp_affinity_list"
	done < <(awk -v prefix="${DEV[$1]}-TxRx-" 'index($NF, prefix) == 1 { print +$1 }' /proc/interrupts)
}

# A stream is posted, unless that is turned off: here from one processor to another. All
# of it arrives, and all of it is told of.
posted() {
	local side state before more=-eq
	not_plain
	need_cpus 2
	large_segments a
	for side in a b; do
		defer vectors "$side" "0-$(($(nproc) - 1))"
	done
	vectors a 0
	vectors b 1
	defer posting a on
	iperf_server b
	for state in off on; do
		posting a "$state"
		et a --show-priv-flags | grep -q "tx-posted *: $state"
		before=$(stat_of a tx_posted)
		on a taskset -c 0 iperf3 -c "${IP4[b]}" -n 20M >/dev/null
		expect $(($(stat_of a tx_posted) - before)) "$more" 0 "posted doorbells"
		wait_until 5 balanced a b || fail "not all is told of: $BALANCE"
		more=-gt
	done
}

changed_under_traffic() {
	local name state
	defer restore
	traffic_start
	for name in tso rx-gro-hw tx-checksum-ip-generic rx tx-scatter-gather; do
		for state in off on; do
			et a -K "$name" "$state"
			et b -K "$name" "$state"
			traffic_flows
		done
	done
	for state in off on; do
		sharing a "$state"
		sharing b "$state"
		traffic_flows
	done
	for state in off on; do
		posting a "$state"
		traffic_flows
	done
	traffic_stop
}

run segmentation checksums without_scatter_gather software_gro_off sizes_of_frames \
	super_frames_over_the_cable page_sharing pages_of_user_space posted wrong_checksum \
	changed_under_traffic
