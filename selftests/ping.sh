#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every echo request is answered, whatever its size and whoever asks.

. "$(dirname "$0")/lib.sh"

two_hundred() {
	local before
	before=$(stat_of b rx_packets)
	ping_all a 200
	ping_all b 200
	expect "$(stat_of b rx_packets)" -ge $((before + 400)) "frames that b received"
}

# Around the smallest frame, the largest, and the first that are fragmented
sizes() {
	local size
	for size in 0 1 17 18 19 64 1471 1472 1473 2952 9000 65507; do
		ping_all a 3 -s "$size"
	done
}

ipv6() {
	ipv6_up
	on a ping -6 -n -q -f -W 5 -c 50 "${IP6[b]}" | grep -q ' 50 received'
	on b ping -6 -n -q -c 2 -i 0.2 -s 20000 "${IP6[a]}" | grep -q ' 2 received'
}

# The neighbour has to be asked for: broadcast
arp() {
	ip -n "${NS[a]}" neigh del "${IP4[b]}" dev "${DEV[a]}"
	defer card_up a
	ping_all a 5
	ip -n "${NS[a]}" neigh show "${IP4[b]}" | grep -q "${MAC[b]}"
}

both_directions_at_once() {
	spawn b ping -n -q -f -W 5 -c 300 "${IP4[a]}" >"$TMP/ping.b"
	local pid=$!
	ping_all a 300 -s 1000
	wait "$pid"
	grep -q ' 300 received' "$TMP/ping.b"
}

pattern() {
	on a ping -n -q -c 20 -i 0.002 -s 1400 -p 00ff55aa "${IP4[b]}" >"$TMP/ping"
	grep -q ' 20 received' "$TMP/ping"
	refuse grep -q 'wrong data' "$TMP/ping"
}

run two_hundred sizes ipv6 arp both_directions_at_once pattern
