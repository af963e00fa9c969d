#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The number of queue pairs, changed while frames flow.

. "$(dirname "$0")/lib.sh"

QUEUES=4

queues() { find "$(sysfs_of a)/queues" -name "$1-*" | wc -l; }

counts() {
	local n
	expect "$(et a -l | section Pre-set Combined)" = 4 "most channels"
	for n in 1 3 4 2; do
		et a -L combined "$n"
		expect "$(queue_count a)" = "$n" "channels"
		expect "$(queues rx)" = "$n" "receive queues"
		expect "$(queues tx)" = "$n" "transmit queues"
		[ -n "$(irq_number "$(irq_name a $((n - 1)))")" ] || fail "too few vectors"
		[ -z "$(irq_number "$(irq_name a "$n")")" ] || fail "too many vectors"
		carrier
		ping_all a 20
		transfer tcp b 200000
	done
	et a -L combined 4
}

# Frames reach every queue there is, and no other.
hash_table_follows() {
	local n queue before=()
	for n in 2 4; do
		et b -L combined "$n"
		carrier
		for queue in 0 1 2 3; do before[queue]=$(stat_of b "rx${queue}_packets" 2>/dev/null || echo 0); done
		frames a type=udp4 flows=256 count=256
		for queue in $(seq 0 $((n - 1))); do
			wait_until 5 stat_reaches b $((before[queue] + 1)) "rx${queue}_packets" ||
				fail "nothing reached queue $queue of $n"
		done
	done
}

while_down() {
	link_set a down
	et a -L combined 2
	card_up a
	carrier
	expect "$(queue_count a)" = 2 "channels"
	ping_all a 20
	et a -L combined 4
}

under_traffic() {
	local n
	traffic_start
	for n in 1 4 2 3 4; do
		et a -L combined "$n"
		traffic_flows
		et b -L combined $((5 - n > 0 ? 5 - n : 1))
		traffic_flows
	done
	traffic_stop
	et b -L combined 4
}

# No card drops anything. (What waits in the qdisc of a queue that goes, the stack drops.)
nothing_is_lost() {
	local n pid drops
	drops=$(drops)
	spawn b ping -n -q -f -c 100000 "${IP4[a]}" >"$TMP/ping"
	pid=$!
	for n in 1 3 2 4; do
		et a -L combined "$n"
		et b -L combined "$n"
	done
	reap "$pid"
	expect "$(drops)" -eq "$drops" "dropped frames"
}

# A table that the user wrote is not cut short behind his back.
table_in_use() {
	et a -X weight 0 0 0 1
	refuse et a -L combined 2
	expect "$(queue_count a)" = 4 "channels after the refusal"
	et a -X default
	et a -L combined 2
	et a -L combined 4
}

bad_counts() {
	local n
	et a -L combined 3
	for n in 0 5 17 1000; do
		refuse et a -L combined "$n"
	done
	refuse et a -L rx 1
	refuse et a -L tx 1
	refuse et a -L other 2
	expect "$(queue_count a)" = 3 "channels after refusals"
	ping_all a 10
	et a -L combined 4
}

run counts hash_table_follows while_down under_traffic nothing_is_lost table_in_use bad_counts
