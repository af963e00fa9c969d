#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Interrupt moderation: fewer interrupts, and no more than the settings allow.

. "$(dirname "$0")/lib.sh"

QUEUES=1

get() { et b -c | field "$1"; }

shows_what_was_set() {
	et b -C adaptive-rx off rx-usecs 123 rx-frames 45 tx-usecs 67 tx-frames 89
	expect "$(get rx-usecs)" = 123 "rx-usecs"
	expect "$(get rx-frames)" = 45 "rx-frames"
	expect "$(get tx-usecs)" = 67 "tx-usecs"
	expect "$(get tx-frames)" = 89 "tx-frames"
	et b -C rx-usecs 10000 rx-frames 1023 tx-usecs 10000 tx-frames 1023
	expect "$(get rx-usecs)" = 10000 "largest rx-usecs"
	expect "$(get tx-frames)" = 1023 "largest tx-frames"
}

survives() {
	et b -C adaptive-rx off rx-usecs 77 rx-frames 7
	link_set b down
	card_up b
	expect "$(get rx-usecs)" = 77 "rx-usecs after down and up"
	et b -G rx 256
	expect "$(get rx-usecs)" = 77 "rx-usecs after -G"
	expect "$(get rx-frames)" = 7 "rx-frames after -G"
}

# paced COUNT: that many frames to b, some hundred microseconds apart, or as far that a
# poll is over before the next one. Sets IRQS, and TOOK to at least the microseconds from
# the first interrupt to the last.
paced() {
	local before start gap=300
	[ "$SLOW" = 1 ] || gap=3000
	before=$(stat_of b rx_packets)
	IRQS=$(irq_total b)
	start=$(date +%s%N)
	frames a count="$1" gap="$gap"
	wait_until 10 stat_reaches b $((before + $1)) rx_packets
	TOOK=$((($(date +%s%N) - start) / 1000))
	IRQS=$(($(irq_total b) - IRQS))
}

usecs_bound_interrupts() {
	local alone
	et b -C adaptive-rx off rx-usecs 0 rx-frames 0 tx-usecs 0 tx-frames 0
	paced 300
	alone=$IRQS
	expect "$alone" -ge 1 "interrupts without moderation"
	et b -C rx-usecs 10000
	paced 300
	expect "$IRQS" -ge 1 "interrupts with moderation"
	expect "$IRQS" -lt "$alone" "interrupts with moderation and without"
	expect "$IRQS" -le $((TOOK / 10000 + 2)) "interrupts in $TOOK us, 10 ms apart"
}

frames_end_the_wait() {
	local waiting
	et b -C adaptive-rx off rx-usecs 10000 rx-frames 0 tx-usecs 0 tx-frames 0
	paced 300
	waiting=$IRQS
	et b -C rx-frames 1
	paced 300
	expect "$IRQS" -gt "$waiting" "interrupts for every frame and every 10 ms"
}

# Nothing stays behind in the ring when no further frame comes.
last_frame_arrives() {
	local before
	et b -C adaptive-rx off rx-usecs 10000 rx-frames 1023
	before=$(stat_of b rx_packets)
	frames a count=3
	wait_until 5 stat_reaches b $((before + 3)) rx_packets
}

# Transmit completions on a: buffers of sent frames are freed in the end.
tx_moderation() {
	et a -C tx-usecs 10000 tx-frames 1023
	defer et a -C tx-usecs 0 tx-frames 0
	transfer tcp a 1000000
	ping_all a 50
}

# The words of the register dump, one a line
registers() { et b -d raw on | od -An -v -tx4 -w4; }

# How many interrupts it allows is up to the library, that it does anything is not:
# under load, the register moves away from what was set.
adaptive() {
	local line before
	et b -C adaptive-rx off rx-usecs 123 rx-frames 45
	line=$(registers | grep -n 002d007b | head -n 1) || fail "no moderation in the registers"
	line=${line%%:*}
	et b -C adaptive-rx on
	defer et b -C adaptive-rx off
	et b -c | grep -q 'Adaptive RX: on'
	moderation() { registers | sed -n "${line}p"; }
	before=$(moderation)
	moved() {
		frames a count=2000 size=1000
		[ "$(moderation)" != "$before" ]
	}
	wait_until 30 moved || fail "rx moderation stayed at $before"
	et b -C adaptive-rx off rx-usecs 50
	expect "$(get rx-usecs)" = 50 "rx-usecs after adaptive moderation"
}

changed_under_traffic() {
	local usecs
	traffic_start
	for usecs in 0 10 200 1000 50; do
		et b -C adaptive-rx off rx-usecs "$usecs" tx-usecs "$usecs"
		traffic_flows
	done
	et b -C adaptive-rx on
	traffic_flows
	et b -C adaptive-rx off
	traffic_stop
}

run shows_what_was_set survives usecs_bound_interrupts frames_end_the_wait \
	last_frame_arrives tx_moderation adaptive changed_under_traffic
