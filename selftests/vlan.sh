#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Tagged frames, with the tag handled by the card or by the stack.

. "$(dirname "$0")/lib.sh"

readonly VID=42
declare -rA VLAN_IP=([a]=198.19.0.1 [b]=198.19.0.2)

vlans_up() {
	local side
	modprobe 8021q 2>/dev/null
	for side in a b; do
		ip -n "${NS[$side]}" link add "v$side" link "${DEV[$side]}" type vlan id "$VID" ||
			skip "no VLAN devices"
		defer ip -n "${NS[$side]}" link del "v$side"
		ip -n "${NS[$side]}" addr add "${VLAN_IP[$side]}/24" dev "v$side"
		ip -n "${NS[$side]}" link set "v$side" up
	done
}

vlan_ping() { on a ping -n -q -i 0.1 -W 5 -c 20 "$@" "${VLAN_IP[b]}" | grep -q ' 20 received'; }

vlan_stream() {
	transfer tcp a 400000 addr="${VLAN_IP[b]}"
}

restore() {
	local side
	for side in a b; do
		et "$side" -K txvlan on rxvlan on rx-vlan-filter on tso on rx-gro-hw on
	done
}

# A full packet still fits: the tag does not count against the MTU.
offloads_on_and_off() {
	local tx rx
	vlans_up
	defer restore
	for tx in on off; do
		for rx in on off; do
			et a -K txvlan "$tx"
			et b -K txvlan "$tx"
			et a -K rxvlan "$rx"
			et b -K rxvlan "$rx"
			vlan_ping
			vlan_ping -M "do" -s 1472
			vlan_stream
		done
	done
}

with_segmentation() {
	local tso gro
	vlans_up
	defer restore
	for tso in on off; do
		for gro in on off; do
			et a -K tso "$tso"
			et b -K rx-gro-hw "$gro"
			vlan_stream
		done
	done
}

# vlan_frames N VID: to b, who has a listener; prints how many came with that tag
vlan_frames() {
	frames a count="$1" vlan="$2" rx="${NS[b]},${DEV[b]}" rxvlan="$2"
	echo "$REPLY"
}

tag_is_kept() {
	local rx
	vlans_up
	defer restore
	for rx in on off; do
		et b -K rxvlan "$rx"
		expect "$(vlan_frames 5 "$VID")" -eq 5 "frames with their tag, rxvlan $rx"
	done
}

filter() {
	local before received
	vlans_up
	defer restore
	et b -K rx-vlan-filter on
	before=$(stat_of b rx_vlan_filtered)
	frames a count=30 vlan=7
	wait_until 5 stat_reaches b $((before + 30)) rx_vlan_filtered
	received=$(stat_of b rx_packets)
	frames a count=30 vlan="$VID"
	wait_until 5 stat_reaches b $((received + 30)) rx_packets
	expect "$(stat_of b rx_vlan_filtered)" -eq $((before + 30)) "frames of a foreign VLAN"
	et b -K rx-vlan-filter off
	received=$(stat_of b rx_packets)
	frames a count=30 vlan=7
	wait_until 5 stat_reaches b $((received + 30)) rx_packets
	expect "$(stat_of b rx_vlan_filtered)" -eq $((before + 30)) "filtered without a filter"
}

# A VLAN that is gone is filtered again; one that stays survives down and up.
filter_follows() {
	local before received
	vlans_up
	defer restore
	ip -n "${NS[b]}" link add v8 link "${DEV[b]}" type vlan id 8
	ip -n "${NS[b]}" link del v8
	before=$(stat_of b rx_vlan_filtered)
	frames a count=10 vlan=8
	wait_until 5 stat_reaches b $((before + 10)) rx_vlan_filtered
	link_set b down
	card_up b
	ip -n "${NS[b]}" link set vb up
	carrier
	received=$(stat_of b rx_packets)
	frames a count=10 vlan="$VID"
	wait_until 5 stat_reaches b $((received + 10)) rx_packets
	et b -G rx 256
	carrier
	vlan_ping
}

# Two tags: the outer one is the card's business
stacked() {
	local side
	vlans_up
	for side in a b; do
		ip -n "${NS[$side]}" link add "q$side" link "v$side" type vlan id 100
		ip -n "${NS[$side]}" addr add "${VLAN_IP[$side]/198.19/198.20}/24" dev "q$side"
		ip -n "${NS[$side]}" link set "q$side" up mtu 1400
	done
	on a ping -n -q -i 0.1 -W 5 -c 20 198.20.0.2 | grep -q ' 20 received'
	transfer tcp a 200000 addr=198.20.0.2
}

run offloads_on_and_off with_segmentation tag_is_kept filter filter_follows stacked
