#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Requests that cannot be fulfilled are refused with a reason, and what was
# configured before goes on working.

. "$(dirname "$0")/lib.sh"

QUEUES=2

# All that a request might have changed
configuration() {
	settings a
	link_json a '| {mtu, num_tx_queues, num_rx_queues, address, flags}'
}

# harmless COMMAND...: refused, and nothing is different afterwards
harmless() {
	configuration >"$TMP/before"
	refuse "$@"
	configuration >"$TMP/after"
	diff "$TMP/before" "$TMP/after" || fail "changed by what was refused: $*"
}

# harmless_with WORD COMMAND...: ... and the reason names the limit
harmless_with() {
	harmless -m "$1" "${@:2}"
}

rings() {
	local size
	for size in 0 32 63; do
		harmless_with 64 et a -G rx "$size"
		harmless_with 64 et a -G tx "$size"
	done
	harmless_with 'power of (two|2)' et a -G rx 100
	harmless_with 'power of (two|2)' et a -G tx 3000
	harmless et a -G rx 8192
	harmless et a -G tx 4294967295
	harmless et a -G rx 128 tx 65
	ping_all a 10
}

channels() {
	local n
	for n in 0 3 17 65536; do harmless et a -L combined "$n"; done
	harmless et a -L rx 1
	harmless et a -L tx 1
	ping_all a 10
}

coalescing() {
	harmless_with 10000 et a -C rx-usecs 10001
	harmless_with 10000 et a -C tx-usecs 4294967295
	harmless_with 1023 et a -C rx-frames 1024
	harmless_with 1023 et a -C tx-frames 4294967295
	harmless et a -C rx-usecs 20 tx-frames 5000
	harmless et a -C rx-usecs-irq 5
	harmless et a -C adaptive-tx on
	ping_all a 10
}

mtu() {
	local least most
	least=$(link_json a .min_mtu) most=$(link_json a .max_mtu)
	harmless_with maximum link_set a mtu $((most + 1))
	harmless_with maximum link_set a mtu 1000000
	harmless_with minimum link_set a mtu $((least - 1))
	ping_all a 10
}

features() {
	harmless et a -K rx-fcs on
	harmless et a -K tx-vlan-stag-hw-insert on
	harmless et a -K no-such-feature on
	ping_all a 10
}

hashing() {
	harmless et a -X equal 3
	harmless et a -X weight 0 0 1
	harmless et a -X hkey 00:11
	harmless et a -X hfunc crc32
	ping_all a 10
}

addresses() {
	harmless link_set a address 01:00:5e:00:00:01
	harmless link_set a address 00:00:00:00:00:00
	ping_all a 10
}

# new_card ARG...: none of these may leave anything behind
no_new_card() {
	local cards
	cards=$(card_count)
	refuse -m 'Error|invalid|busy|range|Cannot find' \
		ip -n "${NS[a]}" link add x0 "$@" type simnic
	refuse ip -n "${NS[a]}" link show x0
	expect "$(card_count)" -eq "$cards" "cards after: ip link add $*"
}

new_cards() {
	no_new_card link lo
	no_new_card link "${DEV[a]}"
	no_new_card link nosuchdevice
	no_new_card numtxqueues 17
	no_new_card numrxqueues 17
	no_new_card numtxqueues 0
	no_new_card mtu 100000
	no_new_card address 01:00:5e:00:00:01
	ip -n "${NS[a]}" link add y0 type dummy && {
		no_new_card link y0
		ip -n "${NS[a]}" link del y0
	}
	refuse ip -n "${NS[a]}" link add "${DEV[a]}" type simnic
	ping_all a 10
}

debugfs_files() {
	local file
	for file in tx_hang dma_fault; do
		need_debugfs a "$file"
		refuse sh -c "echo nonsense >'$(debugfs a "$file")'"
		refuse sh -c "echo 99999999999999999999 >'$(debugfs a "$file")'"
	done
	ping_all a 10
}

# failing COMMAND...: every tenth allocation of it fails
failing() {
	# shellcheck disable=SC2016 # for the other shell
	on a sh -c 'echo 1 >/proc/self/make-it-fail && exec "$@"' sh "$@" || true
}

# With a kernel that can fail allocations on demand: whatever step it was that
# failed, the old configuration carries traffic.
no_memory() {
	local knob i
	[ -d /sys/kernel/debug/failslab ] || skip "the kernel has no fault injection (CONFIG_FAILSLAB)"
	for knob in /sys/kernel/debug/failslab /sys/kernel/debug/fail_page_alloc; do
		[ -d "$knob" ] || continue
		defer sh -c "echo 0 >$knob/probability"
		echo 1 >"$knob/task-filter"
		echo -1 >"$knob/times"
		echo 0 >"$knob/verbose"
		echo N >"$knob/ignore-gfp-wait" 2>/dev/null || true
		echo 7 >"$knob/probability"
	done
	for i in $(seq 20); do
		failing ethtool -G "${DEV[a]}" rx $((i % 2 ? 256 : 512)) tx 256
		failing ethtool -L "${DEV[a]}" combined $((i % 2 + 1))
		failing ip link set dev "${DEV[a]}" mtu $((i % 2 ? 1500 : 2000))
		carrier
		ping_all a 5
		failing ip link set dev "${DEV[a]}" down
		failing ip link set dev "${DEV[a]}" up
		card_up a
		carrier
	done
	link_set a mtu 1500
	et a -L combined 2
}

run rings channels coalescing mtu features hashing addresses new_cards debugfs_files no_memory
