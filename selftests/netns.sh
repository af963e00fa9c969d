#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Cards move between network namespaces and die with them.

. "$(dirname "$0")/lib.sh"

FRESH_CARDS=1

# As side b, in the namespace of side c
moved() {
	ip -n "${NS[b]}" link set dev "${DEV[b]}" netns "${NS[c]}"
	ip -n "${NS[c]}" link set dev "${DEV[b]}" name "${DEV[c]}"
	ip -n "${NS[c]}" addr add "${IP4[b]}/24" dev "${DEV[c]}"
	link_set c up
	wait_until 10 has_carrier c
	wait_until 10 has_carrier a
}

moves() {
	local i sent
	ping_all a 50
	ns_up c
	sent=$(stat_of a tx_packets)
	for i in 1 2 3; do
		moved
		ping_all a 50
		ip -n "${NS[c]}" link set dev "${DEV[c]}" netns "${NS[b]}" name "${DEV[b]}" down
		card_up b
		carrier
		ping_all b 50
	done
	expect "$(stat_of a tx_packets)" -ge $((sent + 300)) "frames that a sent"
}

# Settings and counters stay with the card.
keeps_settings() {
	local before
	ping_all a 50
	et b -G rx 256
	et b -C adaptive-rx off rx-usecs 77
	ns_up c
	before=$(stat_of b rx_packets)
	moved
	expect "$(et c -g | section Current RX)" = 256 "receive ring"
	expect "$(et c -c | field rx-usecs)" = 77 "rx-usecs"
	expect "$(stat_of c rx_packets)" -ge "$before" "received frames"
	CARDS="a c"
}

moves_under_traffic() {
	traffic_start
	ns_up c
	moved
	CARDS="a c"
	frames a count=50
}

no_cable_left() {
	[ "$(sysfs a simnic/cable)" = none ] && [ "$(sysfs a carrier)" = 0 ]
}

# A netns is dismantled in the background.
dies_with_namespace() {
	CARDS=
	ping_all a 20
	ns_down b
	wait_until 20 no_cable_left || fail "the peer still has a link"
	expect "$(card_count)" -eq $((OTHERS + 1)) "cards that are left"
	frames a count=5
	# The survivor can be used again.
	ip -n "${NS[a]}" link add "${DEV[c]}" link "${DEV[a]}" type simnic
	ip -n "${NS[a]}" link set "${DEV[c]}" up
	wait_until 10 has_carrier a
}

dies_under_traffic() {
	CARDS=
	traffic_start
	ip netns pids "${NS[b]}" | xargs -r kill -KILL
	spawn a ping -q -f -c 100000 "${IP4[b]}" >/dev/null
	ns_down b
	wait_until 20 no_cable_left || fail "the peer still has a link"
}

# Both cards in one namespace die together, in whatever order.
both_die() {
	CARDS=
	ip -n "${NS[b]}" link set dev "${DEV[b]}" netns "${NS[a]}"
	ip -n "${NS[a]}" link set dev "${DEV[b]}" up
	ns_down a
	all_gone() { [ "$(card_count)" -eq "$OTHERS" ]; }
	wait_until 20 all_gone || fail "cards are left"
}

peer_ids() {
	ip -n "${NS[a]}" -d -j link show dev "${DEV[a]}" | jq -e '.[0] |
		.link_index != null and .link_netnsid != null' ||
		fail "the peer's namespace is not shown"
}

setup() {
	OTHERS=$(card_count)
	pair_up
}

run moves keeps_settings moves_under_traffic dies_with_namespace dies_under_traffic \
	both_die peer_ids
