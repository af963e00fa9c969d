#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Receive queues that get stuck, and write-backs that come late, twice, in disorder, for
# buffers that nobody posted, or say what is not so.

. "$(dirname "$0")/lib.sh"

QUEUES=2
FRESH_CARDS=1

# stuck CLEARED_BY COUNTER: under traffic; what repairs it
stuck() { stuck_under_traffic b rx_stuck "$1" "$2" rx_stalls; }

stuck_queue() {
	stuck queue rx_restarts
	expect "$(stat_of b resets)" -eq 0 "resets of the card"
	expect "$(stat_of b rx_restarts)" -eq 1 "queues started anew"
}

stuck_card() { stuck reset resets; }

# Without pause, frames are missed instead.
stuck_without_pause() {
	local side
	for side in a b; do et "$side" -A autoneg off rx off tx off; done
	carrier
	fault b rx_stuck times=1
	frames a count=3 gap=1000
	struck b rx_stuck 1
	frames a count=3000 gap=1000
	wait_until 10 stat_reaches b 1 rx_restarts || fail "nobody noticed"
	expect "$(stat_of b rx_missed)" -gt 0 "frames missed"
	ping_all a 20
}

# A queue that nobody sends to is not found to hang.
stuck_when_idle() {
	fault_file b rx_stuck stuck 0xffff
	pause_for 3
	expect "$(stat_of b rx_stalls resets)" -eq 0 "stalls, and resets"
	fault_file b rx_stuck stuck 0
	ping_all a 20
}

# odd NAME [FILE=VALUE...]: what the write-backs of some look like
odd() {
	local name=$1 hits
	shift
	need_fault b "$name"
	traffic_start
	provoke b "$name" probability=10 "$@"
	hits=$(fault_hits b "$name")
	wait_until 30 fault_struck b "$name" $((hits + 12)) || fail "$name strikes no more"
	fault_off b "$name"
	traffic_flows
	traffic_stop
	no_repairs b
	ping_all a 50
	transfer tcp a 300000
}

delayed() { odd rx_delay usecs=3000; }
out_of_order() { odd rx_order usecs=3000; }
duplicated() { odd rx_dup; }
bogus() { odd rx_bogus; }

# What is owed when the queue stops, is paid.
all_late() {
	fault b rx_delay usecs=2000000
	frames a count=20
	expect "$(stat_of b rx_packets)" -lt 20 "frames received at once"
	wait_until 10 stat_reaches b 20 rx_packets || fail "late is not never"
	fault b rx_delay usecs=5000000
	frames a count=20
	link_set b down
	card_up b
	carrier
	fault_off b rx_delay
	wait_until 5 stat_reaches b 40 rx_packets rx_flushed
	ping_all a 20
}

# Lengths of 0, 1, more than the buffer holds, 65535, and any
wrong_length() {
	local i
	odd rx_len
	expect "$(stat_of b rx_errors)" -gt 0 "frames refused"
	et b -K rx-gro-hw off
	for i in 1 2 3; do
		odd rx_len
	done
}

# Buffers exchanged, shared pages that there are none of, frames without an end
wrong_buffer() {
	odd rx_buffer
	expect "$(stat_of b rx_errors rx_dma_fault)" -gt 0 "frames refused, or lost in others"
}

# One frame has no end, and no other comes: the rest of it is thrown away.
no_end() {
	# the third kind; and the one that is thrown away with it
	fault b rx_buffer times=1
	frames a count=1
	fault b rx_buffer times=1
	frames a count=1
	struck b rx_buffer 2
	link_set b down
	card_up b
	carrier
	ping_all a 20
}

# Hashes, protocols, tags and super-frames that are none
wrong_type() { odd rx_type; }

# What is right is called wrong, or was not looked at: the stack checks for itself.
wrong_csum() {
	local bad
	et b -K rx-gro-hw off
	bad=$(stat_of b rx_csum_bad)
	need_fault b rx_csum
	traffic_start
	provoke b rx_csum probability=10
	wait_until 30 fault_struck b rx_csum 12
	fault_off b rx_csum
	traffic_flows
	traffic_stop
	expect "$(stat_of b rx_csum_bad)" -gt "$bad" "checksums called wrong"
	no_repairs b
	transfer tcp a 300000
}

everything() {
	local name names="rx_delay rx_order rx_dup rx_bogus rx_len rx_buffer rx_type rx_csum"
	need_fault b rx_dup
	traffic_start
	for name in $names; do fault b "$name" probability=3; done
	for name in rx_delay rx_order rx_len rx_buffer rx_type; do struck b "$name" 3; done
	for name in $names; do fault_off b "$name"; done
	traffic_flows
	traffic_stop
	no_repairs b
	ping_all a 50
}

run stuck_queue stuck_card stuck_without_pause stuck_when_idle delayed out_of_order duplicated \
	bogus all_late wrong_length wrong_buffer no_end wrong_type wrong_csum everything
