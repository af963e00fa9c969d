#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Descriptors with bad addresses: the frame is dropped and counted, an error
# interrupt tells the driver, the queue goes on.

. "$(dirname "$0")/lib.sh"

QUEUES=2

# bad NAME N: the next N frames that a sends
bad() { fault a "$1" times="$2" rx_queues=0; }

counted() {
	counted_as dma_data 1
	counted_as dma_data 8
	counted_as dma_desc 3
}

# counted_as NAME N
counted_as() {
	local n=$2 faults errors received irqs hits
	need_fault a "$1"
	faults=$(stat_of a tx_dma_fault) errors=$(stat_of a tx_errors) hits=$(fault_hits a "$1")
	received=$(stat_of b rx_packets) irqs=$(irq_count "$(irq_name a misc)")
	bad "$1" "$n"
	frames a count=20
	wait_until 10 stat_reaches b $((received + 20 - n)) rx_packets ||
		fail "the queue did not go on after $n faults"
	expect "$(fault_hits a "$1")" -eq $((hits + n)) "faults that struck"
	expect "$(stat_of a tx_dma_fault)" -eq $((faults + n)) "faults that the card counted"
	expect "$(stat_of a tx_errors)" -eq $((errors + n)) "faults that the driver counted"
	expect "$(stat_of b rx_packets)" -eq $((received + 20 - n)) "frames that arrived"
	expect "$(irq_count "$(irq_name a misc)")" -gt "$irqs" "error interrupts"
	ping_all a 50
}

# The receiver cannot write a frame, or not find out where to.
received() {
	local name faults got
	for name in dma_data dma_desc; do
		faults=$(stat_of b rx_dma_fault) got=$(stat_of b rx_packets)
		fault b "$name" times=3 queues=0
		frames a count=20
		wait_until 10 stat_reaches b $((got + 17)) rx_packets ||
			fail "the queue did not go on after $name"
		expect "$(stat_of b rx_dma_fault)" -eq $((faults + 3)) "$name: faults that were counted"
		expect "$(stat_of b rx_packets)" -eq $((got + 17)) "$name: frames that arrived"
		ping_all a 20
	done
}

# One bad buffer of a frame of many takes the whole frame along, and only it.
long_frames() {
	local i
	bad dma_data 1
	super_frames a 3 1400 20
	for i in 1 2 3; do
		bad dma_data 1
		transfer tcp a 400000
	done
}

under_traffic() {
	local name errors faults
	errors=$(stat_of a tx_errors) faults=$(stat_of a tx_dma_fault)
	need_fault a dma_data
	traffic_start
	for name in dma_data dma_desc dma_data dma_desc dma_data; do
		bad "$name" 2
		traffic_flows
		fault b "$name" times=2 queues=0
		traffic_flows
	done
	traffic_stop
	expect "$(stat_of b rx_dma_fault)" -ge 10 "faults of the receiver"
	expect "$(stat_of b queue_resets)" -ge 1 "queues of the receiver that were resumed"
	errors=$(($(stat_of a tx_errors) - errors)) faults=$(($(stat_of a tx_dma_fault) - faults))
	# A long frame counts as its segments.
	expect "$faults" -ge 10 "faults that the card counted"
	expect "$errors" -eq "$faults" "faults that the driver and the card counted"
}

# A fault, and the card goes down before anybody can look after it.
down_at_once() {
	bad dma_data 1
	frames a count=1
	link_set a down
	card_up a
	carrier
	ping_all a 20
}

run counted received long_frames under_traffic down_at_once
