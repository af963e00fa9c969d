#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# All at once: what changes a card, races with traffic and with itself; see races.py.
# RACE_SECONDS (8) is how long each case does.

. "$(dirname "$0")/lib.sh"

readonly RACE_SECONDS=${RACE_SECONDS:-8} ROOM=simnic-races
readonly RECONFIGURE=(rings channels features legacy_irq mtu coalesce rss)

FRESH_CARDS=1
QUEUES=4

# race WORKER...
race() {
	python3 -B -E -s -S "$HERE/races.py" "$RACE_SECONDS" "${NS[a]},${DEV[a]}" \
		"${NS[b]},${DEV[b]}" "$@"
}

# Whatever it was, it is over: everything works, at once and for good.
all_is_well() {
	local side
	# Traffic ends: there is no account of frames on the way.
	run_deferred
	DEFERRED=()
	card_up a
	card_up b
	carrier
	# Who sent TCP over an MTU of 68 has a route that remembers it for ten minutes.
	for side in a b; do
		on "$side" sh -c 'echo 1 >/proc/sys/net/ipv4/route/flush'
	done
	ping_all a 50
	ping_all b 50
	transfer tcp a 500000
}

# A stream in both directions that survives what it can; started anew by nobody
some_traffic() {
	iperf_server b
	spawn a iperf3 -c "${IP4[b]}" -t 120 --bidir >/dev/null 2>&1
	spawn a ping -q -f -c 1000000 "${IP4[b]}" >/dev/null
}

# Through the cable, not through the stack: both addresses are local
all_is_well_in_one() {
	local side before
	for side in a b; do
		link_set "$side" up
		wait_until 20 has_carrier "$side"
	done
	for side in a b; do
		before=$(stat_of "${PEER[$side]}" rx_packets)
		ask send tx="${NS[a]},${DEV[$side]}" src="${MAC[$side]}" \
			dst="${MAC[${PEER[$side]}]}" count=50
		wait_until 10 stat_reaches "${PEER[$side]}" $((before + 50)) rx_packets
	done
}

updown() {
	some_traffic
	race updown frames readers
	all_is_well
}

reconfigure() {
	some_traffic
	race "${RECONFIGURE[@]}" frames readers
	all_is_well
}

reconfigure_updown() {
	some_traffic
	race "${RECONFIGURE[@]}" updown carrier link frames readers
	all_is_well
}

# A card that hears itself: only the sum over both is known
with_loopback() {
	LOOPBACK=1
	some_traffic
	race loopback self_test rings channels updown frames readers
	all_is_well
}

# Where a cable can be moved by number
cabling() {
	in_one_namespace
	race cabling "${RECONFIGURE[@]}" updown carrier frames readers strangers
	all_is_well_in_one
}

namespaces() {
	ip netns add "$ROOM"
	defer ip netns del "$ROOM"
	some_traffic
	race move "${RECONFIGURE[@]}" carrier frames readers strangers
	all_is_well
}

# The module goes while all of that is going on, and comes again.
removal() {
	local i
	CARDS=
	[ -e /sys/module/simnic/refcnt ] || skip "the driver is built in"
	[ "$(card_count)" = 2 ] || skip "there are other cards"
	for i in 1 2 3; do
		some_traffic
		race_in_background
		pause_for "1.$i"
		timeout 60 rmmod simnic || fail "can't be unloaded"
		run_deferred
		DEFERRED=()
		gone() { [ "$(card_count)" = 0 ]; }
		wait_until 20 gone || fail "cards are left"
		load_module
		pair_down
		pair_up
		ping_all a 20
	done
}

# Its cards will be gone: what becomes of it does not matter.
race_in_background() {
	python3 -B -E -s -S "$HERE/races.py" 10 "${NS[a]},${DEV[a]}" "${NS[b]},${DEV[b]}" \
		"${RECONFIGURE[@]}" updown carrier frames readers &
	defer reap $!
}

run updown reconfigure reconfigure_updown with_loopback cabling namespaces removal
