#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# NAPI as Documentation/networking/napi.rst has it: threads, busy polling, deferred
# interrupts, and what netlink tells of it.

. "$(dirname "$0")/lib.sh"

QUEUES=2

threads() { pgrep -c "^napi/${DEV[b]}-" || true; }
has_threads() { [ "$(threads)" -eq "$1" ]; }

threaded() {
	[ -n "$(sysfs b threaded 2>/dev/null)" ] || skip "the kernel has no threaded NAPI"
	sysfs_write b threaded 1
	defer sysfs_write b threaded 0
	expect "$(sysfs b threaded)" = 1 "threaded"
	wait_until 5 has_threads 2 || fail "$(threads) NAPI threads"
	ping_all a 100
	transfer tcp a 400000
	link_set b down
	card_up b
	carrier
	ping_all a 50
	wait_until 5 has_threads 2 || fail "$(threads) NAPI threads after down and up"
	et b -L combined 1
	carrier
	ping_all a 50
	et b -L combined 2
	sysfs_write b threaded 0
	ping_all a 100
}

threaded_under_traffic() {
	local i
	[ -n "$(sysfs b threaded 2>/dev/null)" ] || skip "the kernel has no threaded NAPI"
	traffic_start
	for i in 1 0 1 0; do
		sysfs_write b threaded "$i"
		traffic_flows
	done
	traffic_stop
}

busy_polled() { on b nstat -asz TcpExtBusyPollRxPackets | awk '/BusyPoll/ { print $2 }'; }

# sysctl NAME VALUE, for the duration of the case
set_sysctl() {
	defer sysctl -qw "$1=$(sysctl -n "$1")"
	sysctl -qw "$1=$2"
}

# The next interrupt may be ten milliseconds away: the reader finds frames himself.
busy_poll() {
	local before
	[ -e /proc/sys/net/core/busy_read ] || skip "the kernel has no busy polling"
	set_sysctl net.core.busy_read 20000
	set_sysctl net.core.busy_poll 20000
	et b -C adaptive-rx off rx-usecs 10000 rx-frames 0
	before=$(busy_polled)
	transfer udp a 300000
	expect "$(busy_polled)" -gt "$before" "frames found by busy polling"
	transfer tcp a 300000
	ping_all a 20
}

# Polling from a timer instead of by interrupts
deferred_interrupts() {
	local irqs received alone
	et b -C adaptive-rx off rx-usecs 0 rx-frames 0
	paced() {
		received=$(stat_of b rx_packets) irqs=$(irq_total b)
		frames a count=200 gap=200
		wait_until 10 stat_reaches b $((received + 200)) rx_packets
		irqs=$(($(irq_total b) - irqs))
	}
	paced
	alone=$irqs
	sysfs_write b gro_flush_timeout 5000000
	defer sysfs_write b gro_flush_timeout 0
	sysfs_write b napi_defer_hard_irqs 1000
	defer sysfs_write b napi_defer_hard_irqs 0
	paced
	expect "$irqs" -lt "$alone" "interrupts when deferred, and otherwise"
}

netdev() { ask_about b "$@"; }

need_netdev() { kernel_at_least 6.12 || skip "the kernel does not tell it over netlink"; }

# Every queue has a NAPI instance, every instance its vector.
associations() {
	local queue type napi
	need_netdev
	netdev queues >"$TMP/queues"
	netdev napis >"$TMP/napis"
	cat "$TMP/queues" "$TMP/napis"
	expect "$(jq length "$TMP/queues")" = 4 "queues"
	expect "$(jq length "$TMP/napis")" = 2 "NAPI instances"
	for type in rx tx; do
		for queue in 0 1; do
			napi=$(jq ".[] | select(.type == \"$type\" and .id == $queue) | .\"napi-id\"" \
				"$TMP/queues")
			expect "$(jq ".[] | select(.id == $napi) | .irq" "$TMP/napis")" = \
				"$(irq_number "$(irq_name b "$queue")")" "interrupt of $type queue $queue"
		done
	done
}

associations_follow() {
	need_netdev
	et b -L combined 1
	expect "$(netdev queues | jq length)" = 2 "queues"
	expect "$(netdev napis | jq length)" = 1 "NAPI instances"
	et b -L combined 2
	expect "$(netdev queues | jq length)" = 4 "queues"
	link_set b down
	expect "$(netdev napis | jq length)" = 0 "NAPI instances while down"
	card_up b
	carrier
}

# What was set for one instance is still set when the queue was taken down and up.
settings_persist() {
	local napi
	kernel_at_least 6.13 || skip "the kernel keeps no settings of NAPI instances"
	napi=$(netdev napis | jq 'map(.id) | min')
	netdev napi_set "$napi" defer-hard-irqs=7 gro-flush-timeout=12345
	link_set b down
	card_up b
	carrier
	netdev napis | jq -e --argjson napi "$napi" '.[] | select(.id == $napi) |
		."defer-hard-irqs" == 7 and ."gro-flush-timeout" == 12345' ||
		{ netdev napis; fail "settings of NAPI instance $napi"; }
	netdev napi_set "$napi" defer-hard-irqs=0 gro-flush-timeout=0
}

run threaded threaded_under_traffic busy_poll deferred_interrupts associations \
	associations_follow settings_persist
