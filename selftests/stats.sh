#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# All ways to ask for statistics give one answer, and it is the right one.

. "$(dirname "$0")/lib.sh"

QUEUES=4

ip_stat() { ip -n "${NS[$1]}" -s -j link show dev "${DEV[$1]}" | jq ".[0].stats64$2"; }

# group SIDE GROUP NAME: e.g. group a eth-mac FramesTransmittedOK
group() { et "$1" -S --groups "$2" | field "$2-$3" || echo "no $3"; }

some_traffic() {
	transfer tcp a 400000
	frames a type=udp4 flows=64 count=128 size=500
	frames b type=udp4 flows=64 count=128 size=500
	ping_all b 20
	wait_until 10 accounted
}

# same SIDE rx|tx packets|bytes: what ip says and what ethtool says
same() { [ "$(ip_stat "$1" ".$2.$3")" = "$(stat_of "$1" "$2_$3")" ]; }

ip_link_agrees() {
	local side what
	some_traffic
	for side in a b; do
		for what in "rx packets" "rx bytes" "tx packets" "tx bytes"; do
			# shellcheck disable=SC2086 # two words
			wait_until 3 same "$side" $what ||
				fail "$what of $side: $(ip_stat "$side" ".${what/ /.}") by ip," \
					"$(stat_of "$side" "${what/ /_}") by ethtool"
		done
	done
}

queues_add_up() {
	local side direction what names
	some_traffic
	for side in a b; do
		for direction in rx tx; do
			for what in packets bytes; do
				names=$(printf "$direction%d_$what " 0 1 2 3)
				expect "$(stat_of "$side" "$names")" -eq \
					"$(stat_of "$side" "${direction}_$what")" \
					"$direction $what of $side's queues and total"
			done
		done
	done
}

# Every byte of so many frames, on both sides, whatever cut them to size
known_frames() {
	local sent received
	sent=$(stat_of a tx_bytes) received=$(stat_of b rx_bytes)
	frames a count=10 size=1000
	wait_until 5 accounted
	expect "$(stat_of a tx_bytes)" -eq $((sent + 10000)) "bytes of 10 frames sent"
	expect "$(stat_of b rx_bytes)" -eq $((received + 10000)) "bytes of 10 frames received"
}

# Nothing was lost, so both ends have seen the same bytes, segmented or not.
bytes_of_segments() {
	local sent received
	sent=$(stat_of a tx_bytes) received=$(stat_of b rx_bytes)
	super_frames a 5 1000 30
	wait_until 5 accounted
	sent=$(($(stat_of a tx_bytes) - sent)) received=$(($(stat_of b rx_bytes) - received))
	expect "$sent" -eq $((5 * 30 * 1042)) "bytes of 150 segments sent"
	expect "$received" -eq "$sent" "bytes of 150 segments received"
}

mac_group() {
	local side
	some_traffic
	for side in a b; do
		mac_agrees() {
			[ "$(group "$1" eth-mac FramesTransmittedOK)" = "$(stat_of "$1" tx_packets)" ] &&
				[ "$(group "$1" eth-mac FramesReceivedOK)" = "$(stat_of "$1" rx_packets)" ]
		}
		wait_until 5 mac_agrees "$side" || {
			et "$side" -S --groups eth-mac
			et "$side" -S
			fail "eth-mac group and totals of $side"
		}
	done
	local multicast
	multicast=$(group a eth-mac MulticastFramesXmittedOK)
	frames a count=7 dst=01:00:5e:01:02:03
	expect "$(group a eth-mac MulticastFramesXmittedOK)" -eq $((multicast + 7)) "multicast sent"
}

# bucket SIDE rx|tx LIMITS: of the RMON histogram
bucket() {
	on "$1" ethtool --json -S "${DEV[$1]}" --groups rmon |
		jq ".[0].rmon[\"$2-pktsNtoM\"][] | select(.low == $3) | .val"
}

# Sizes with FCS: the smallest frame has 64, the largest of Ethernet 1518.
rmon_group() {
	local size low before
	for size in 60:0 61:65 123:65 124:128 1020:1024 1514:1024; do
		low=${size#*:} size=${size%:*}
		before=$(bucket b rx "$low")
		before_tx=$(bucket a tx "$low")
		frames a count=5 size="$size"
		wait_until 5 accounted
		expect "$(bucket b rx "$low")" -eq $((before + 5)) \
			"received frames of $size bytes in the bucket from $low"
		expect "$(bucket a tx "$low")" -eq $((before_tx + 5)) \
			"sent frames of $size bytes in the bucket from $low"
	done
}

other_groups() {
	et a -S --groups eth-ctrl | grep -q '^eth-ctrl-'
	on a ethtool -I --show-pause "${DEV[a]}" | grep -q 'tx_pause_frames'
}

# qstat SIDE rx|tx FIELD: the sum over the queues
qstat() {
	ask_about "$1" qstats | jq "map(select(.type == \"$2\") | .\"$2-$3\") | add"
}

netlink_qstats() {
	local side direction what
	kernel_at_least 6.12 || skip "the kernel has no queue statistics over netlink"
	some_traffic
	for side in a b; do
		for direction in rx tx; do
			for what in packets bytes; do
				expect "$(qstat "$side" "$direction" "$what")" -eq \
					"$(stat_of "$side" "${direction}_$what")" \
					"$direction-$what of $side"
			done
		done
	done
}

# Counters only go up, whatever happens to queues and rings.
never_go_back() {
	local names="tx_packets rx_packets tx_bytes rx_bytes irqs" name
	local -A before
	some_traffic
	remember() { for name in $names; do before[$name]=$(stat_of a "$name"); done; }
	compare() {
		for name in $names; do
			expect "$(stat_of a "$name")" -ge "${before[$name]}" "$name after $1"
		done
		expect "$(ip_stat a .rx.packets)" -ge "${before[rx_packets]}" "ip's packets after $1"
	}
	remember
	link_set a down
	compare down
	card_up a
	compare up
	et a -G rx 256
	compare -G
	et a -L combined 1
	compare -L
	et a -L combined 4
	compare -L
	link_set a mtu 2000
	compare mtu
	link_set a mtu 1500
	carrier
	ping_all a 10
}

run ip_link_agrees queues_add_up known_frames bytes_of_segments mac_group rmon_group \
	other_groups netlink_qstats never_go_back
