#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Cables: who may be connected to whom, and moving them under load. All cards of
# this test are in one namespace, side a's; only frames tell who hears whom.

. "$(dirname "$0")/lib.sh"

NS[b]=${NS[a]} NS[c]=${NS[a]} NS[d]=${NS[a]}

FRESH_CARDS=1
QUEUES=1
CARDS="a b c d"

setup() {
	local side
	ns_up a && for side in b c d; do ln -sfn sys.a "$TMP/sys.$side"; done || return
	card_add a && card_in_a b link "${DEV[a]}" && card_in_a c && card_in_a d ||
		return
	for side in $CARDS; do
		ip -n "${NS[a]}" link set dev "${DEV[$side]}" up || return
	done
}

card_in_a() {
	ip -n "${NS[a]}" link add "${DEV[$1]}" group "$CARD_GROUP" address "${MAC[$1]}" "${@:2}" \
		numtxqueues 1 numrxqueues 1 type simnic
}

cable() { cat "$(sysfs_of "$1")/simnic/cable"; }

# plug SIDE NAME: which is looked up in the namespace of who writes it
plug() {
	# shellcheck disable=SC2016 # for the other shell
	on a bash -c 'echo "$1" >"$2"' bash "$2" "$(sysfs_of "$1")/simnic/cable"
}


# connected SIDE SIDE: they are, and frames pass
connected() {
	expect "$(cable "$1")" = "${DEV[$2]}" "cable of $1"
	expect "$(cable "$2")" = "${DEV[$1]}" "cable of $2"
	wait_until 5 has_carrier "$1"
	wait_until 5 has_carrier "$2"
	local before
	before=$(stat_of "$2" rx_packets)
	send "$1" "$2" count=10
	wait_until 5 stat_reaches "$2" $((before + 10)) rx_packets
}

unconnected() {
	expect "$(cable "$1")" = none "cable of $1"
	wait_until 5 no_carrier "$1"
}

# send FROM TO KEY=VALUE...
send() {
	local from=$1 to=$2
	shift 2
	ask send tx="${NS[a]},${DEV[$from]}" src="${MAC[$from]}" dst="${MAC[$to]}" "$@"
}

as_made() {
	connected a b
	unconnected c
	unconnected d
}

taken_away() {
	plug a none
	unconnected a
	unconnected b
	plug a none
	plug b "${DEV[a]}"
	connected a b
}

moved() {
	plug a "${DEV[c]}"
	connected a c
	unconnected b
	plug b "${DEV[d]}"
	connected b d
	connected a c
	plug c none
	plug a "${DEV[c]}"
	connected a c
}

# Nothing changes when it is where it is said to go.
same_place() {
	local before
	before=$(sysfs a carrier_changes)
	plug a "${DEV[b]}"
	connected a b
	expect "$(sysfs a carrier_changes)" -le $((before + 2)) "changes of the carrier"
}

refused() {
	plug c "${DEV[d]}"
	refuse -m busy plug a "${DEV[c]}"
	refuse -m busy plug c "${DEV[a]}"
	refuse -m invalid plug a "${DEV[a]}"
	refuse -m invalid plug a lo
	refuse plug a nosuchdevice
	refuse plug a ''
	connected a b
	connected c d
}

# changelink, as iproute2 would ask for it if it knew the kind
by_netlink() {
	change() { ask changelink "${NS[a]},${DEV[$1]}" "$2"; }
	index() { sysfs "$1" ifindex; }
	change a "$(index c)"
	connected a c
	unconnected b
	change a 0
	unconnected a
	unconnected c
	change b "$(index a)"
	connected a b
	change c "$(index d)"
	refuse -m 'busy.*:.*[a-z]' change a "$(index c)"
	refuse -m 'invalid.*:.*[a-z]' change a "$(index a)"
	refuse -m 'invalid.*:.*[a-z]' change a 1
	refuse change a 99999
	connected a b
	connected c d
}

# What is refused creates nothing.
new_card_refused() {
	local cards devices
	cards=$(card_count)
	devices=$(ip -n "${NS[a]}" -o link | wc -l)
	newlink() { ip -n "${NS[a]}" link add x "$@" type simnic; }
	refuse -m 'Error:.*[a-z]' newlink link lo
	refuse -m 'Error:.*[a-z]' newlink link "${DEV[a]}"
	refuse newlink link nosuchdevice
	refuse newlink numtxqueues 17
	refuse newlink numrxqueues 17
	expect "$(ip -n "${NS[a]}" -o link | wc -l)" -eq "$devices" "devices"
	expect "$(card_count)" -eq "$cards" "cards"
	connected a b
}

# The plug stays pulled when the cable at its other end moves.
pulled_plug_moves() {
	ip -n "${NS[a]}" link set dev "${DEV[a]}" carrier off
	plug a "${DEV[c]}"
	expect "$(cable c)" = "${DEV[a]}" "cable of c"
	expect "$(sysfs c carrier)" = 0 "link over a pulled plug"
	ip -n "${NS[a]}" link set dev "${DEV[a]}" carrier on
	connected a c
}

deleted_end() {
	CARDS="a c d"
	ip -n "${NS[a]}" link del dev "${DEV[b]}"
	unconnected a
	plug a "${DEV[c]}"
	expect "$(cable a)" = "${DEV[c]}" "cable"
	wait_until 5 has_carrier a
	ip -n "${NS[a]}" link del dev "${DEV[a]}"
	unconnected c
	CARDS=
}

# A name is looked up where the writer is.
of_another_namespace() {
	ip netns add simnic-other
	defer ip netns del simnic-other
	ip -n "${NS[a]}" link set dev "${DEV[c]}" netns simnic-other
	refuse plug a "${DEV[c]}"
	CARDS="a b"
	connected a b
}

# Frames that were on the way arrive or are counted, wherever the cable goes.
moved_under_traffic() {
	local i to seen
	spawn_agent send tx="${NS[a]},${DEV[a]}" src="${MAC[a]}" \
		dst=ff:ff:ff:ff:ff:ff count=1000000000 gap=100
	local pid=$!
	for i in 1 2 3 4 5; do
		for to in c d b; do
			seen=$(stat_of "$to" rx_packets)
			plug a "${DEV[$to]}"
			wait_until 10 stat_reaches "$to" $((seen + 1)) rx_packets ||
				fail "nothing arrives at $to"
		done
		plug a none
		plug b "${DEV[a]}"
	done
	reap "$pid"
}

run as_made taken_away moved same_place refused by_netlink new_card_refused \
	pulled_plug_moves deleted_end of_another_namespace moved_under_traffic
