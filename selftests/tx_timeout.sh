#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A transmit queue gets stuck: the watchdog notices, the card is reset, and the
# traffic goes on.

. "$(dirname "$0")/lib.sh"

readonly WATCHDOG='NETDEV WATCHDOG'

# The watchdog looks at stopped queues only: these are soon full.
setup() { pair_up && et a -G tx 64 && et b -G tx 64 && carrier; }

# stuck SIDE MASK: hangs these queues until the card is reset, sends, and waits for the
# driver to notice
stuck() {
	local timeouts file
	need_fault "$1" tx_stuck
	file=$(fault_dir "$1" tx_stuck)/stuck
	timeouts=$(stat_of "$1" tx_timeouts)
	fault_file "$1" tx_stuck cleared_by reset
	echo "$2" >"$file"
	frames "$1" count=200
	wait_until 30 stat_reaches "$1" $((timeouts + 1)) tx_timeouts ||
		{ cat "$file"; ask_about "$1" stats; fail "the watchdog noticed nothing"; }
	unstuck() { [ $(($(cat "$file"))) = 0 ]; }
	wait_until 10 unstuck || fail "no reset of the card"
	carrier
}

recovers() {
	local resets flushed
	DMESG_ALLOW=$WATCHDOG
	resets=$(stat_of a resets) flushed=$(stat_of a tx_flushed)
	stuck a 0xffff
	expect "$(stat_of a resets)" -gt "$resets" "resets"
	expect "$(stat_of a tx_flushed)" -gt "$flushed" "frames taken out of the stuck ring"
	ping_all a 50
	transfer tcp a 300000
}

# Not a matter of luck
recovers_again() {
	DMESG_ALLOW=$WATCHDOG
	stuck b 0xffff
	ping_all b 20
	stuck b 0xffff
	ping_all b 20
}

# All settings are programmed into the card again.
settings_survive() {
	DMESG_ALLOW=$WATCHDOG
	et a -G rx 256 tx 128
	et a -C adaptive-rx off rx-usecs 44
	et a -X weight 1
	link_set a mtu 2000
	link_set b mtu 2000
	settings a >"$TMP/before"
	stuck a 0xffff
	settings a | diff "$TMP/before" -
	ping_all a 20 -s 1972 -M "do"
	frames b dst=02:00:00:00:99:99 count=5
	link_set a mtu 1500
	link_set b mtu 1500
}

# TCP repeats what the reset threw away.
stream_goes_on() {
	DMESG_ALLOW=$WATCHDOG
	need_fault a tx_stuck
	traffic_start
	stuck a 0xffff
	traffic_flows
	traffic_stop
}

nothing_stuck_no_reset() {
	local timeouts
	need_fault a tx_stuck
	timeouts=$(stat_of a tx_timeouts)
	expect $(($(fault_file a tx_stuck stuck))) -eq 0 "stuck queues"
	# An idle queue that hangs harms nobody.
	fault_file a tx_stuck stuck 1
	fault_file a tx_stuck stuck 0
	ping_all a 50
	expect "$(stat_of a tx_timeouts)" -eq "$timeouts" "timeouts"
}

run recovers recovers_again settings_survive stream_goes_on nothing_stuck_no_reset
