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

# No case leaves a trace, so this holds for all of them.
setup() { pair_up && configuration >"$TMP/configuration"; }

nothing_changed() {
	configuration | diff "$TMP/configuration" - || fail "changed by what was refused"
	ping_all a 10
}

rings() {
	local size
	for size in 0 32 63; do
		refuse -m 64 et a -G rx "$size"
		refuse -m 64 et a -G tx "$size"
	done
	refuse -m 'powers? of (two|2)' et a -G rx 100
	refuse -m 'powers? of (two|2)' et a -G tx 3000
	refuse et a -G rx 8192
	refuse et a -G tx 4294967295
	refuse et a -G rx 128 tx 65
	nothing_changed
}

channels() {
	local n
	for n in 0 3 17 65536; do refuse et a -L combined "$n"; done
	refuse et a -L rx 1
	refuse et a -L tx 1
	nothing_changed
}

coalescing() {
	refuse -m 10000 et a -C rx-usecs 10001
	refuse -m 10000 et a -C tx-usecs 4294967295
	refuse -m 1023 et a -C rx-frames 1024
	refuse -m 1023 et a -C tx-frames 4294967295
	refuse et a -C rx-usecs 20 tx-frames 5000
	refuse et a -C rx-usecs-irq 5
	refuse et a -C adaptive-tx on
	nothing_changed
}

mtu() {
	local least most
	least=$(link_json a .min_mtu) most=$(link_json a .max_mtu)
	refuse -m maximum link_set a mtu $((most + 1))
	refuse -m maximum link_set a mtu 1000000
	refuse -m minimum link_set a mtu $((least - 1))
	nothing_changed
}

features() {
	refuse et a -K rx-fcs on
	refuse et a -K tx-vlan-stag-hw-insert on
	refuse et a -K no-such-feature on
	nothing_changed
}

hashing() {
	refuse et a -X equal 3
	refuse et a -X weight 0 0 1
	refuse et a -X hkey 00:11
	refuse et a -X hfunc crc32
	nothing_changed
}

addresses() {
	refuse link_set a address 01:00:5e:00:00:01
	refuse link_set a address 00:00:00:00:00:00
	nothing_changed
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
	nothing_changed
}

debugfs_files() {
	local file
	need_debugfs a faults
	for file in 0 2 nonsense; do
		refuse sh -c "echo $file >'$(debugfs a faults)'"
	done
	for file in tx_stuck/{probability,interval,times,space,queues,stuck,cleared_by} \
		card_gone/gone irq_storm/burst reset_late/usecs; do
		file=fault/$file
		need_debugfs a "$file"
		refuse sh -c "echo nonsense >'$(debugfs a "$file")'"
		refuse sh -c "echo 99999999999999999999 >'$(debugfs a "$file")'"
	done
	refuse sh -c "echo 101 >'$(debugfs a fault/tx_stuck/probability)'"
	refuse sh -c "echo 1 >'$(debugfs a fault/tx_stuck/hits)'"
	nothing_changed
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
	! grep -q 'User Mode Linux' /proc/cpuinfo || skip "a program that cannot be started for want of memory is the end of it"
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
