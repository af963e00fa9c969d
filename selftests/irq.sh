#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Interrupts: which vectors, how many, and only when there is a reason.

. "$(dirname "$0")/lib.sh"

QUEUES=4

vectors() {
	local side queue
	for side in a b; do
		for queue in 0 1 2 3 misc; do
			[ -n "$(irq_number "$(irq_name "$side" "$queue")")" ] ||
				fail "no interrupt $(irq_name "$side" "$queue")"
		done
		[ -z "$(irq_number "$(irq_name "$side" 4)")" ] || fail "more vectors than queues"
	done
}

freed_when_down() {
	link_set a down
	defer card_up a
	[ -z "$(irq_number "$(irq_name a 0)")" ] || fail "still requested while down"
	card_up a
	[ -n "$(irq_number "$(irq_name a 0)")" ] || fail "not requested while up"
}

# Unhashed frames go to queue 0, UDP to the one queue that the table names.
only_where_traffic_flows() {
	local before=() queue
	et b -X weight 0 0 1 0
	defer et b -X default
	for queue in 0 1 2 3; do before[queue]=$(irq_count "$(irq_name b "$queue")"); done
	frames a type=udp4 flows=32 count=100
	wait_until 10 irq_above b 2 "${before[2]}"
	for queue in 0 1 3; do
		expect "$(irq_count "$(irq_name b "$queue")")" -eq "${before[queue]}" \
			"interrupts of idle queue $queue"
	done
	frames a count=20
	wait_until 10 irq_above b 0 "${before[0]}"
}

irq_above() { [ "$(irq_count "$(irq_name "$1" "$2")")" -gt "$3" ]; }

# NAPI and the automatic mask: never more interrupts than frames
no_more_than_frames() {
	local irqs received
	et b -C adaptive-rx off rx-usecs 0 rx-frames 0 tx-usecs 0 tx-frames 0
	irqs=$(irq_total b)
	received=$(stat_of b rx_packets)
	frames a count=500
	wait_until 10 stat_reaches b $((received + 500)) rx_packets
	irqs=$(($(irq_total b) - irqs))
	expect "$irqs" -ge 1 "interrupts for 500 frames"
	expect "$irqs" -le 500 "interrupts for 500 frames"
}

# The sender looks itself what is done, and wants no interrupt unless it is told to.
tx_interrupts() {
	local before sent missed was=off
	[ -z "${SIMNIC_PLAIN:-}" ] || was=on
	et a -C tx-usecs 0 tx-frames 0
	defer et a -C tx-usecs 1000 tx-frames 64
	et a --set-priv-flags tx-interrupts off
	defer et a --set-priv-flags tx-interrupts "$was"
	before=$(irq_total a)
	sent=$(stat_of a tx_packets)
	missed=$(stat_of a irq_missed)
	frames a count=50 size=1000 gap=500
	wait_until 10 stat_reaches a $((sent + 50)) tx_packets || fail "not all is done"
	expect $(($(irq_total a) - before)) -le 10 "interrupts for 50 frames sent"
	et a --set-priv-flags tx-interrupts on
	et a --show-priv-flags | grep -q 'tx-interrupts *: on'
	before=$(irq_total a)
	many_more() { [ "$(irq_total a)" -gt $((before + 10)) ]; }
	frames a count=200 size=1000 gap=500
	wait_until 10 many_more || fail "no interrupts for what was sent"
	wait_until 10 stat_reaches a $((sent + 250)) tx_packets || fail "not all is done"
	# The watchdog makes up for a poll that is late, too.
	[ "$SLOW" -gt 1 ] || expect "$(stat_of a irq_missed)" -eq "$missed" "interrupts missed"
}

silent_when_idle() {
	local a b
	ping_all a 10
	sleep 0.3
	a=$(irq_total a) b=$(irq_total b)
	sleep 1
	expect "$(irq_total a)" -eq "$a" "a's interrupts while idle"
	expect "$(irq_total b)" -eq "$b" "b's interrupts while idle"
}

# Each pull of the plug is a link interrupt at both ends; its handler is a thread.
link_interrupt() {
	local a b irq
	irq=$(irq_number "$(irq_name a misc)")
	pgrep -f "irq/$irq-" >/dev/null || fail "no thread for the misc interrupt"
	a=$(irq_count "$(irq_name a misc)") b=$(irq_count "$(irq_name b misc)")
	link_set a carrier off
	defer link_set a carrier on
	wait_until 5 no_carrier b
	link_set a carrier on
	carrier
	expect "$(irq_count "$(irq_name a misc)")" -gt "$a" "a's link interrupts"
	expect "$(irq_count "$(irq_name b misc)")" -gt "$b" "b's link interrupts"
}

# As the driver's own statistics see it
counted_by_driver() {
	local irqs counted
	irqs=$(irq_total b) counted=$(stat_of b irqs)
	ping_all a 50
	sleep 0.2
	irqs=$(($(irq_total b) - irqs)) counted=$(($(stat_of b irqs) - counted))
	expect "$counted" -ge 1 "interrupts that the driver counted"
	expect "$counted" -eq "$irqs" "interrupts that the driver counted"
}

# All interrupts of a card, whatever they are called: how many lines, how often
lines_of() { grep -c "${DEV[$1]}" /proc/interrupts; }
times_of() {
	awk -v dev="${DEV[$1]}" '
		NR == 1 { n = NF + 1 }
		$0 ~ dev { for (i = 2; i <= n; i++) sum += $i }
		END { print sum + 0 }' /proc/interrupts
}

legacy_line() {
	local before
	et a --set-priv-flags legacy-irq on
	defer et a --set-priv-flags legacy-irq off
	et a --show-priv-flags | grep -q 'legacy-irq *: on'
	expect "$(lines_of a)" = 1 "interrupts of a card with one line"
	carrier
	before=$(times_of a)
	ping_all a 100
	transfer tcp a 300000
	expect "$(times_of a)" -gt "$before" "interrupts of the line"
	link_set b carrier off
	defer link_set b carrier on
	wait_until 5 no_carrier a
	link_set b carrier on
	carrier
	et a --set-priv-flags legacy-irq off
	carrier
	expect "$(lines_of a)" = 5 "interrupts of a card with vectors"
	ping_all a 100
}

# Two cards at the same line: each looks whether it is meant
legacy_both() {
	local side
	for side in a b; do
		et "$side" --set-priv-flags legacy-irq on
		defer et "$side" --set-priv-flags legacy-irq off
	done
	carrier
	ping_all a 100
	transfer tcp b 300000
}

run vectors freed_when_down only_where_traffic_flows no_more_than_frames tx_interrupts \
	silent_when_idle link_interrupt counted_by_driver legacy_line legacy_both
