#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Descriptors with bad addresses: the frame is dropped and counted, an error
# interrupt tells the driver, the queue goes on.

. "$(dirname "$0")/lib.sh"

QUEUES=2

# fault N: the next N frames of a
fault() {
	need_debugfs a dma_fault
	echo "$1" >"$(debugfs a dma_fault)"
}

counted() {
	local n faults errors received irqs
	for n in 1 3 8; do
		faults=$(stat_of a tx_dma_fault) errors=$(stat_of a tx_errors)
		received=$(stat_of b rx_packets) irqs=$(irq_count "$(irq_name a misc)")
		fault "$n"
		frames a count=20
		wait_until 10 stat_reaches b $((received + 20 - n)) rx_packets ||
			fail "the queue did not go on after $n faults"
		expect "$(stat_of a tx_dma_fault)" -eq $((faults + n)) "faults that the card counted"
		expect "$(stat_of a tx_errors)" -eq $((errors + n)) "faults that the driver counted"
		expect "$(stat_of b rx_packets)" -eq $((received + 20 - n)) "frames that arrived"
		expect "$(irq_count "$(irq_name a misc)")" -gt "$irqs" "error interrupts"
	done
	ping_all a 50
}

# One bad buffer of a frame of many takes the whole frame along, and only it.
long_frames() {
	local i
	fault 1
	super_frames a 3 1400 20
	for i in 1 2 3; do
		fault 1
		transfer tcp a 400000
	done
}

under_traffic() {
	local i errors faults
	errors=$(stat_of a tx_errors) faults=$(stat_of a tx_dma_fault)
	need_debugfs a dma_fault
	traffic_start
	for i in 1 2 3 4 5; do
		fault 2
		traffic_flows
	done
	traffic_stop
	errors=$(($(stat_of a tx_errors) - errors)) faults=$(($(stat_of a tx_dma_fault) - faults))
	# A long frame counts as its segments.
	expect "$faults" -ge 10 "faults that the card counted"
	expect "$errors" -eq "$faults" "faults that the driver and the card counted"
}

# A fault, and the card goes down before anybody can look after it.
down_at_once() {
	fault 1
	frames a count=1
	link_set a down
	card_up a
	carrier
	ping_all a 20
}

run counted long_frames under_traffic down_at_once
