#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Transmit queues that get stuck, and completions that come late, twice, in disorder or
# for no frame at all. (DMA faults are in dma_fault.sh.)

. "$(dirname "$0")/lib.sh"

QUEUES=2
FRESH_CARDS=1
readonly WATCHDOG='NETDEV WATCHDOG'

# stuck CLEARED_BY COUNTER: under traffic; what repairs it
stuck() { stuck_under_traffic a tx_stuck "$1" "$2" tx_stalls; }

# Where starting the queue anew suffices, nothing else is done.
stuck_queue() {
	stuck queue tx_restarts
	expect "$(stat_of a resets)" -eq 0 "resets of the card"
	expect "$(stat_of a tx_restarts)" -eq 1 "queues started anew"
}

stuck_card() { stuck reset resets; }
for_good() { stuck_for_good a tx_stuck; }

# A few frames only: the stack's watchdog, which looks at full queues, sees nothing.
stuck_quietly() {
	DMESG_ALLOW=$WATCHDOG
	fault a tx_stuck times=1
	frames a count=3
	struck a tx_stuck 1
	wait_until 10 stat_reaches a 1 tx_restarts || fail "nobody noticed"
	frames a count=5
	wait_until 10 stat_reaches b 5 rx_packets || fail "nothing is sent"
	ping_all a 20
}

# No queue but those that are meant
stuck_elsewhere() {
	fault a tx_stuck queues=0xfffffffc
	ping_all a 50
	transfer tcp a 300000
	expect "$(fault_hits a tx_stuck)" -eq 0 "hits, in queues that there are not"
}

# odd NAME [FILE=VALUE...]: what the completions of one in five look like
odd() {
	local name=$1 hits
	shift
	need_fault a "$name"
	traffic_start
	provoke a "$name" probability=20 "$@"
	hits=$(fault_hits a "$name")
	wait_until 20 fault_struck a "$name" $((hits + 20)) || fail "$name strikes no more"
	traffic_flows
	fault_off a "$name"
	traffic_flows
	traffic_stop
	no_repairs a
	ping_all a 50
	transfer tcp a 300000
}

delayed() { odd tx_delay usecs=3000; }
out_of_order() { odd tx_order usecs=3000; }
duplicated() { odd tx_dup; }
bogus() { odd tx_bogus; }

# Every single one is late; and what is owed when the queue stops, is paid.
all_late() {
	local sent
	fault a tx_delay usecs=100000
	sent=$(stat_of a tx_packets)
	frames a count=20
	expect "$(stat_of a tx_packets)" -lt $((sent + 20)) "frames completed at once"
	wait_until 5 stat_reaches a $((sent + 20)) tx_packets || fail "late is not never"
	DMESG_ALLOW=$WATCHDOG
	fault a tx_delay usecs=10000000
	frames a count=20
	wait_until 5 stat_reaches b 40 rx_packets
	link_set a down
	fault_off a tx_delay
	card_up a
	carrier
	expect "$(stat_of a tx_flushed)" -eq 0 "frames that were thought not to be sent"
	ping_all a 20
}

# All at once
everything() {
	local name
	need_fault a tx_dup
	traffic_start
	for name in tx_delay tx_order tx_dup tx_bogus; do fault a "$name" probability=10; done
	for name in tx_delay tx_order tx_dup tx_bogus; do struck a "$name" 3; done
	traffic_flows
	for name in tx_delay tx_order tx_dup tx_bogus; do fault_off a "$name"; done
	traffic_stop
	no_repairs a
	ping_all a 50
}

run stuck_queue stuck_card for_good stuck_quietly stuck_elsewhere delayed out_of_order duplicated bogus \
	all_late everything
