#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Whose frames a card receives: its own, groups that were joined, or everybody's.

. "$(dirname "$0")/lib.sh"

readonly FOREIGN=02:00:00:00:99:99 GROUP=01:00:5e:0a:0b:0c

# dropped N ADDRESS: so many frames to this address, all filtered
dropped() {
	local filtered received
	filtered=$(stat_of b rx_filtered) received=$(stat_of b rx_packets)
	frames a count="$1" dst="$2"
	wait_until 5 stat_reaches b $((filtered + $1)) rx_filtered ||
		fail "$2 was not filtered"
	expect "$(stat_of b rx_filtered)" -eq $((filtered + $1)) "filtered of $2"
	expect "$(stat_of b rx_packets)" -eq "$received" "received meanwhile"
}

received() {
	local filtered received
	filtered=$(stat_of b rx_filtered) received=$(stat_of b rx_packets)
	frames a count="$1" dst="$2"
	wait_until 5 stat_reaches b $((received + $1)) rx_packets ||
		fail "$2 was not received"
	expect "$(stat_of b rx_packets)" -eq $((received + $1)) "received of $2"
	expect "$(stat_of b rx_filtered)" -eq "$filtered" "filtered meanwhile"
}

unicast() {
	received 20 "${MAC[b]}"
	dropped 20 "$FOREIGN"
	received 20 ff:ff:ff:ff:ff:ff
}

promiscuous() {
	link_set b promisc on
	defer link_set b promisc off
	received 20 "$FOREIGN"
	received 20 "$GROUP"
	link_set b promisc off
	dropped 20 "$FOREIGN"
}

# The old address is a stranger's after a change.
new_address() {
	link_set b address "$FOREIGN"
	defer link_set b address "${MAC[b]}"
	received 10 "$FOREIGN"
	dropped 10 "${MAC[b]}"
	link_set b address "${MAC[b]}"
	dropped 10 "$FOREIGN"
	received 10 "${MAC[b]}"
}

macvlan() {
	ip -n "${NS[b]}" link add mv link "${DEV[b]}" address "$FOREIGN" type macvlan ||
		skip "no macvlan"
	defer ip -n "${NS[b]}" link del mv
	ip -n "${NS[b]}" link set mv up
	expect "$(link_json b .promiscuity)" = 0 "promiscuity"
	received 10 "$FOREIGN"
	dropped 10 02:00:00:00:99:98
	ip -n "${NS[b]}" link set mv down
	dropped 10 "$FOREIGN"
}

# More addresses than the card has filters: it has to take everything.
many_macvlans() {
	local i
	modprobe macvlan 2>/dev/null || skip "no macvlan"
	defer ip -n "${NS[b]}" link del group 7
	for i in $(seq 10 33); do
		echo "link add mv$i link ${DEV[b]} group 7 address 02:00:00:00:77:$i type macvlan"
		echo "link set mv$i up"
	done | ip -n "${NS[b]}" -batch -
	for i in 10 25 33; do received 5 "02:00:00:00:77:$i"; done
	ip -n "${NS[b]}" link del group 7
	dropped 5 02:00:00:00:77:25
}

# The link-layer address, as the kernel asks for it
multicast() {
	dropped 10 "$GROUP"
	ip -n "${NS[b]}" maddr add "$GROUP" dev "${DEV[b]}"
	defer ip -n "${NS[b]}" maddr del "$GROUP" dev "${DEV[b]}"
	received 10 "$GROUP"
	ip -n "${NS[b]}" maddr del "$GROUP" dev "${DEV[b]}"
	dropped 10 "$GROUP"
}

# What sockets join arrives at sockets.
multicast_stream() {
	ip -n "${NS[a]}" route add 239.1.2.3 dev "${DEV[a]}"
	defer ip -n "${NS[a]}" route del 239.1.2.3
	spawn b socat -u "UDP4-RECV:7777,ip-add-membership=239.1.2.3:${IP4[b]}" \
		"OPEN:$TMP/multicast,creat,append"
	joined() { ip -n "${NS[b]}" maddr show dev "${DEV[b]}" | grep -q 239.1.2.3; }
	wait_until 5 joined
	echo hello | on a socat -u - UDP4-SENDTO:239.1.2.3:7777
	wait_until 5 grep -q hello "$TMP/multicast"
}

all_multicast() {
	link_set b allmulticast on
	defer link_set b allmulticast off
	received 10 "$GROUP"
	dropped 10 "$FOREIGN"
	link_set b allmulticast off
	dropped 10 "$GROUP"
}

# Filters are programmed again into a card that was reset or reopened.
survive() {
	ip -n "${NS[b]}" maddr add "$GROUP" dev "${DEV[b]}"
	defer ip -n "${NS[b]}" maddr del "$GROUP" dev "${DEV[b]}"
	link_set b down
	card_up b
	carrier
	received 10 "$GROUP"
	dropped 10 "$FOREIGN"
	et b -G rx 256
	carrier
	received 10 "$GROUP"
	dropped 10 "$FOREIGN"
}

run unicast promiscuous new_address macvlan many_macvlans multicast multicast_stream \
	all_multicast survive
