#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A link that flaps, and one with nobody at the other end.

. "$(dirname "$0")/lib.sh"

QUEUES=2

changes() { sysfs "$1" carrier_changes; }

flap() {
	local a b
	need_fault a link_flap
	a=$(changes a) b=$(changes b)
	fault a link_flap times=5 period=300 usecs=100000
	all_struck() { [ "$(fault_file a link_flap times)" = 0 ]; }
	wait_until 20 all_struck || fail "it does not flap"
	carrier
	expect $(($(changes a) - a)) -eq 10 "carrier changes of a"
	expect $(($(changes b) - b)) -eq 10 "carrier changes of b"
	ping_all a 50
}

flap_under_traffic() {
	need_fault b link_flap
	traffic_start
	fault a link_flap times=5 period=500 usecs=20000
	fault b link_flap times=5 period=700 usecs=200000
	all_struck() {
		[ "$(fault_file a link_flap times)" = 0 ] && [ "$(fault_file b link_flap times)" = 0 ]
	}
	wait_until 30 all_struck || fail "it does not flap"
	carrier
	traffic_flows
	traffic_stop
	expect "$(stat_of a resets)" -eq 0 "resets"
}

# Shorter than anybody looks: whatever is noticed, the end is right.
flap_fast() {
	need_fault a link_flap
	fault a link_flap times=50 period=10 usecs=100
	all_struck() { [ "$(fault_file a link_flap times)" = 0 ]; }
	wait_until 20 all_struck
	carrier
	ping_all a 50
}

# Called off while the link is down
flap_called_off() {
	fault a link_flap usecs=300000 period=1
	wait_until 10 no_carrier b
	fault_off a link_flap
	carrier
	ping_all a 20
}

# The card thinks that it has a link; its frames go nowhere, the partner's arrive.
alone() {
	local lost got
	lost=$(stat_of a tx_no_partner) got=$(stat_of a rx_packets)
	fault a link_alone
	carrier
	frames a count=20
	frames b count=10
	wait_until 10 stat_reaches a $((got + 10)) rx_packets || fail "the partner's frames do not arrive"
	expect $(($(stat_of a tx_no_partner) - lost)) -eq 20 "frames that went nowhere"
	expect "$(stat_of a tx_packets)" -ge 20 "frames sent"
	fault_off a link_alone
	carrier
	ping_all a 20
	expect $(($(stat_of a tx_no_partner) - lost)) -eq 20 "frames that went nowhere"
}

# ... even with nothing in the socket
alone_without_cable() {
	local lost
	lost=$(stat_of a tx_no_partner)
	link_set b down
	wait_until 10 no_carrier a
	fault a link_alone
	wait_until 10 has_carrier a || fail "no link"
	frames a count=20
	expect $(($(stat_of a tx_no_partner) - lost)) -eq 20 "frames that went nowhere"
	fault_off a link_alone
	wait_until 10 no_carrier a || fail "still a link"
	card_up b
	carrier
	ping_all a 20
}

alone_under_traffic() {
	need_fault a link_alone
	traffic_start
	provoke a link_alone times=1
	wait_until 10 stat_reaches a 1 tx_no_partner
	pause_for 1
	fault_off a link_alone
	traffic_flows
	traffic_stop
}

run flap flap_under_traffic flap_fast flap_called_off alone alone_without_cable \
	alone_under_traffic
