#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Frames from the smallest to jumbo, and what happens to longer ones.

. "$(dirname "$0")/lib.sh"

# both SIZE
both() {
	link_set a mtu "$1"
	link_set b mtu "$1"
	carrier
}

restore() { both 1500; }

# The longest packet passes without fragments, one byte more does not leave.
sizes() {
	local mtu
	defer restore
	for mtu in 68 576 1280 1499 1501 2048 4000 9000 "$(link_json a .max_mtu)"; do
		both "$mtu"
		expect "$(sysfs a mtu)" = "$mtu" "MTU"
		ping_all a 5 -M "do" -s $((mtu - 28))
		ping_all b 5 -M "do" -s $((mtu - 28))
		refuse on a ping -n -c 1 -W 1 -M "do" -s $((mtu - 27)) "${IP4[b]}"
	done
}

streams() {
	local mtu
	defer restore
	for mtu in 576 9000; do
		both "$mtu"
		transfer tcp a 500000
		transfer udp a 200000 gso=$((mtu < 1400 ? mtu - 48 : 4000))
	done
}

limits() {
	local most least
	most=$(link_json a .max_mtu) least=$(link_json a .min_mtu)
	expect "$most" -ge 9000 "largest MTU"
	expect "$least" -le 68 "smallest MTU"
	refuse link_set a mtu $((most + 1))
	refuse link_set a mtu $((least - 1))
	expect "$(sysfs a mtu)" = 1500 "MTU after refusals"
	ping_all a 10
}

# Longer than the receiver takes: dropped and counted there
too_long_for_receiver() {
	local before
	link_set a mtu 4000
	defer restore
	carrier
	before=$(stat_of b rx_oversize)
	frames a count=25 size=3000
	wait_until 5 stat_reaches b $((before + 25)) rx_oversize
	expect "$(stat_of b rx_oversize)" -eq $((before + 25)) "dropped by the receiver"
	ping_all a 10
}

under_traffic() {
	local mtu
	defer restore
	traffic_start
	for mtu in 9000 1500 4000 1400 1500; do
		link_set b mtu "$mtu"
		link_set a mtu "$mtu"
		traffic_flows
	done
	traffic_stop
}

while_down() {
	defer restore
	link_set a down
	link_set b down
	link_set a mtu 9000
	link_set b mtu 9000
	card_up a
	card_up b
	carrier
	ping_all a 5 -M "do" -s 8972
}

run sizes streams limits too_long_for_receiver under_traffic while_down
