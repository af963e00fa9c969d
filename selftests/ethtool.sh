#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ethtool's other commands: identity, self-test, registers, link settings.

. "$(dirname "$0")/lib.sh"

LOOPBACK=1	# the self-test uses it

identity() {
	expect "$(et a -i | field driver)" = simnic "driver"
	expect "$(et a -i | field bus-info)" = \
		"$(basename "$(readlink "$(sysfs_of a)/device")")" "bus"
	expect "$(et a -i | field supports-test)" = yes "self-test"
	expect "$(et a -i | field supports-statistics)" = yes "statistics"
	et a -P | grep -q 'address: '
}

# self_test SIDE MODE: every test of it says 0
self_test() {
	et "$1" -t "$2" >"$TMP/selftest" || { cat "$TMP/selftest"; fail "$2 test of $1"; }
	grep -q 'result is PASS' "$TMP/selftest"
	awk '/extra info/ { on = 1; next } on && NF && $NF != 0 { bad = 1 } END { exit bad }' \
		"$TMP/selftest"
}

online_test() {
	self_test a online
	self_test b online
	ping_all a 20
}

# Registers, interrupts, loopback, link: each is in the list.
offline_test() {
	local name
	self_test a offline
	for name in register interrupt loopback link; do
		grep -qi "$name" "$TMP/selftest" || fail "no $name test"
	done
	carrier
	ping_all a 20
	transfer tcp a 200000
}

# The test has to find out that there is no link.
test_without_link() {
	link_set b down
	defer card_up b
	wait_until 5 no_carrier a
	refuse et a -t online
	card_up b
	carrier
	self_test a online
}

# What the settings were before, they are again.
offline_test_restores() {
	et a -G rx 256 tx 128
	et a -C adaptive-rx off rx-usecs 33
	settings a >"$TMP/before"
	self_test a offline
	carrier
	settings a | diff "$TMP/before" -
	link_set a down
	et a -t offline || true
	card_up a
	carrier
	ping_all a 10
}

# The card's identification is among its registers.
registers() {
	et a -d >"$TMP/registers"
	expect "$(wc -l <"$TMP/registers")" -gt 10 "lines of registers"
	grep -qi '43 4e 49 53' "$TMP/registers" ||
		fail "no identification in the dump"
}

message_level() {
	local old
	old=$(et a | field 'Current message level' | cut -d' ' -f1)
	et a -s msglvl 0x7
	expect "$(et a | field 'Current message level' | cut -d' ' -f1)" = 0x00000007 \
		"message level"
	et a -s msglvl "$old"
}

speed() { et "$1" | field Speed; }
speeds() { [ "$(speed a)" = "$1" ] && [ "$(speed b)" = "$1" ]; }

forced_speed() {
	local side
	defer renegotiate_all
	for side in a b; do et "$side" -s autoneg off speed 100 duplex full; done
	carrier
	wait_until 5 speeds 100Mb/s
	expect "$(et a | field Auto-negotiation)" = off "autonegotiation"
	expect "$(et a | field Duplex)" = Full "duplex"
	ping_all a 20
	et b -s autoneg off speed 1000 duplex full
	wait_until 5 no_carrier a || fail "a link between two speeds"
	et a -s autoneg off speed 1000 duplex full
	carrier
	wait_until 5 speeds 1000Mb/s
	ping_all a 20
}

renegotiate_all() {
	local side
	for side in a b; do et "$side" -s autoneg on; done
	carrier
}

# The best that both ends offer
advertised_speed() {
	defer renegotiate_all
	et a -s autoneg on advertise 0x028 # 100 and 1000, full duplex
	carrier
	wait_until 5 speeds 1000Mb/s
	et b -s autoneg on advertise 0x008
	carrier
	wait_until 5 speeds 100Mb/s
	et b | grep -A 3 'Link partner advertised link modes' | grep -q 1000baseT/Full
	et b -s autoneg on
	et a -s autoneg on
	carrier
}

restart_negotiation() {
	local a b
	a=$(stat_of a misc_irqs) b=$(stat_of b misc_irqs)
	et a -r
	wait_until 5 stat_reaches a $((a + 1)) misc_irqs || fail "the link did not change at a"
	wait_until 5 stat_reaches b $((b + 1)) misc_irqs || fail "the link did not change at b"
	carrier
	ping_all a 10
	et b -s autoneg off speed 1000 duplex full
	defer renegotiate_all
	refuse et b -r
}

# Frames that a sends come back to a, with no cable involved.
loopback() {
	local received partner
	link_set a promisc on
	defer link_set a promisc off
	et a -K loopback on
	defer et a -K loopback off
	wait_until 10 has_carrier a
	received=$(stat_of a rx_packets) partner=$(stat_of b rx_packets)
	frames a count=20
	wait_until 5 stat_reaches a $((received + 20)) rx_packets
	expect "$(stat_of b rx_packets)" -eq "$partner" "frames that leaked to the partner"
	et a -K loopback off
	carrier
	ping_all a 20
}

# copied COUNT: so many small frames that a sends are copied, and not mapped
copied() {
	local before
	before=$(stat_of a tx_copied)
	frames a count=20 size=60
	frames a count=20 size=100
	expect $(($(stat_of a tx_copied) - before)) -eq "$1" "frames copied"
}

# Small frames are copied up to a length of one's choice.
copybreak() {
	not_plain
	expect "$(et a --get-tunable tx-copybreak | field tx-copybreak)" = 128 "bytes by default"
	copied 40
	refuse et a --set-tunable tx-copybreak 129
	refuse et a --set-tunable pfc-prevention-tout 5
	copied 40
	et a --set-tunable tx-copybreak 60
	copied 20
	transfer tcp a 200000
	et a --set-tunable tx-copybreak 0
	expect "$(et a --get-tunable tx-copybreak | field tx-copybreak)" = 0 "bytes"
	copied 0
	transfer tcp a 200000
	et a --set-tunable tx-copybreak 128
	et a -G tx 64
	carrier
	copied 40
	transfer tcp a 200000
	et a -G tx 512
	carrier
	copied 40
}

# received_copied SIZE COUNT: so many of 20 frames that b receives leave their buffer
received_copied() {
	local copied received
	copied=$(stat_of b rx_copied)
	received=$(stat_of b rx_packets)
	frames a count=20 size="$1"
	wait_until 5 stat_reaches b $((received + 20)) rx_packets
	expect $(($(stat_of b rx_copied) - copied)) -eq "$2" "frames of $1 bytes copied"
}

# Received frames are copied up to a length of one's choice.
rx_copybreak() {
	not_plain
	expect "$(et b --get-tunable rx-copybreak | field rx-copybreak)" = 1518 "bytes by default"
	received_copied 60 20
	received_copied 1514 20
	refuse et b --set-tunable rx-copybreak 2049
	received_copied 1514 20
	et b --set-tunable rx-copybreak 256
	received_copied 256 20
	received_copied 257 0
	transfer tcp a 200000
	et b --set-tunable rx-copybreak 0
	received_copied 60 0
	transfer udp a 200000
	et b -G rx 64
	carrier
	received_copied 60 0
	et b --set-tunable rx-copybreak 1600
	received_copied 1514 20
	transfer tcp a 200000
	et b -G rx 512
	carrier
	et b --set-tunable rx-copybreak 1518
}

# Nothing works that nobody promised.
unknown_requests() {
	refuse et a --set-priv-flags no-such-flag on
	refuse et a --show-eee
	refuse et a -s port aui
	refuse et a -s speed 123 autoneg off
	ping_all a 10
}

run identity online_test offline_test test_without_link offline_test_restores registers \
	message_level copybreak rx_copybreak forced_speed advertised_speed restart_negotiation \
	unknown_requests loopback
