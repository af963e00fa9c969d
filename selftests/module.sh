#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The module and its cards come and go, in any state, and leave nothing behind.
#
# SIMNIC_LOADS (10) and SIMNIC_CARDS (200) say how often.

. "$(dirname "$0")/lib.sh"

FRESH_CARDS=1
CARDS=
readonly LOADS=${SIMNIC_LOADS:-10} NUM_CARDS=${SIMNIC_CARDS:-200}

loaded() { [ -d /sys/module/simnic ]; }

# The cases make their own cards: it is others' that would be lost.
setup() { load_module; }
teardown() {
	pair_down
	load_module
}

need_unloading() {
	[ -e /sys/module/simnic/refcnt ] || skip "the driver is built in"
	[ "$(card_count)" = 0 ] ||
		skip "there are cards in use"
}

unload() {
	rmmod simnic
	refuse loaded
}

# What a card occupies, a line each
occupied() {
	echo "cards $(card_count)"
	echo "interrupts $(find /sys/kernel/irq -mindepth 1 -maxdepth 1 | wc -l)"
	echo "debugfs $(find /sys/kernel/debug/simnic -mindepth 1 2>/dev/null | wc -l)"
	echo "vmalloc $(grep -c simnic /proc/vmallocinfo)"
	echo "threads $(pgrep -c '^(kworker/R-)?simnic' || true)"
}

with_cards() {
	need_unloading
	occupied >"$TMP/before"
	pair_up
	ping_all a 20
	unload
	refuse exists a
	refuse exists b
	load_module
	pair_down
	occupied >"$TMP/after"
	diff "$TMP/before" "$TMP/after"
}

with_traffic() {
	need_unloading
	pair_up
	traffic_start
	unload
	reap "$TRAFFIC"
	load_module
	pair_down
	pair_up
	ping_all a 20
}

# A file of the card that somebody holds open outlives the card.
with_open_files() {
	need_unloading
	pair_up
	need_fault a tx_stuck
	exec 8<"$(debugfs a fault/tx_stuck/queues)" 9<"$(sysfs_of a)/simnic/cable"
	unload
}

again_and_again() {
	local i
	need_unloading
	ns_up a
	occupied >"$TMP/before"
	for i in $(seq "$LOADS"); do
		printf '%s\n' "link add nica type simnic" "link add nicb link nica type simnic" \
			"link set nica up" "link set nicb up" | ip -n "${NS[a]}" -batch -
		wait_until 10 has_carrier a
		frames a dst=ff:ff:ff:ff:ff:ff count=10
		unload
		load_module
	done
	occupied | diff "$TMP/before" -
}

autoload() {
	need_unloading
	modprobe -n simnic 2>/dev/null || skip "the module is not installed"
	unload
	ns_up a
	card_add a
	loaded
	exists a
}

deleted_under_traffic() {
	local side
	for side in a b; do
		pair_up
		traffic_start
		ip -n "${NS[$side]}" link del dev "${DEV[$side]}"
		gone() { no_carrier "${PEER[$side]}"; }
		wait_until 10 gone || fail "the partner of a deleted card has a link"
		reap "$TRAFFIC"
		pair_down
	done
}

deleted_while_resetting() {
	pair_up
	need_fault a tx_stuck
	DMESG_ALLOW='NETDEV WATCHDOG'
	fault_file a tx_stuck stuck 0xffff
	et a -G tx 64
	frames a count=200
	ip -n "${NS[a]}" link del dev "${DEV[a]}"
	wait_until 10 no_carrier b
}

# Somebody asks for the files of a card's faults while it goes.
deleted_while_files_appear() {
	local n card
	ns_up a
	for n in $(seq 20); do
		card_add a
		card=$(debugfs a faults)
		[ -w "$card" ] || skip "no debugfs file faults"
		# shellcheck disable=SC2016 # for the other shell
		sh -c 'while echo 1 >"$1"; do :; done' sh "$card" 2>/dev/null &
		[ $((n % 2)) = 0 ] || pause_for 0.01
		timeout 60 ip -n "${NS[a]}" link del dev "${DEV[a]}" || fail "can't be deleted"
		wait $! || true
	done
	expect "$(find /sys/kernel/debug/simnic -mindepth 1 | wc -l)" -eq 0 "files left"
}

# cards_come_and_go N: that many, fifty at a time, in pairs, up and down
cards_come_and_go() {
	local done_so_far=0 i
	while [ "$done_so_far" -lt "$1" ]; do
		for i in $(seq 0 2 49); do
			echo "link add x$i group $CARD_GROUP type simnic"
			echo "link add x$((i + 1)) link x$i group $CARD_GROUP type simnic"
			echo "link set x$i up"
			[ $((i % 4)) = 0 ] || echo "link set x$((i + 1)) up"
		done | ip -n "${NS[a]}" -batch -
		done_so_far=$((done_so_far + 50))
		ip -n "${NS[a]}" link del group "$CARD_GROUP"
	done
}

# Live objects of each slab cache and kilobytes of other kinds of memory, once
# all caches gave back what is free; loading a module purges vmalloc's.
memory() {
	local cache
	unload
	load_module
	sync
	echo 3 >/proc/sys/vm/drop_caches
	for cache in /sys/kernel/slab/*/shrink; do echo 1 >"$cache" 2>/dev/null || true; done
	sleep 1
	awk 'NR > 2 { print $1, $2 }' /proc/slabinfo
	awk '/^(Percpu|VmallocUsed|KernelStack|PageTables):/ { print $1, $2 }' /proc/meminfo
}

# growing ROUNDS: what has grown by the card in each of them. A cache that grows by a slab
# for reasons of its own does so once or twice.
growing() {
	awk -v cards=$((NUM_CARDS / 2)) '
		FILENAME != file { round++; file = FILENAME }
		round > 1 {
			growth[$1] = growth[$1] " " $2 - size[$1]
			if ($2 - size[$1] >= cards * 0.5)
				grew[$1]++
		}
		{ size[$1] = $2 }
		END {
			for (what in grew)
				if (grew[what] == round - 1)
					print what, "grew by" growth[what]
		}' $(seq -f "$TMP/memory.%g" 0 "$1")
}

many_cards() {
	local round
	need_unloading
	! grep -q 'User Mode Linux' /proc/cpuinfo || skip "its page pools keep devices"
	ns_up a
	cards_come_and_go 50
	for round in 0 1 2 3 4; do
		[ "$round" = 0 ] || cards_come_and_go $((NUM_CARDS / 2))
		occupied >"$TMP/occupied.$round"
		memory >"$TMP/memory.$round"
		[ "$round" -lt 2 ] || [ -n "$(growing "$round")" ] || break
	done
	diff "$TMP/occupied.0" "$TMP/occupied.$round"
	growing "$round" >"$TMP/growing"
	cat "$TMP/growing"
	[ ! -s "$TMP/growing" ] || fail "cards left memory behind"
}

# The kernel's own opinion, if it has one
kmemleak() {
	local file=/sys/kernel/debug/kmemleak
	need_kmemleak
	echo clear >"$file"
	ns_up a
	cards_come_and_go 50
	ns_down a
	sleep 6
	echo scan >"$file"
	echo scan >"$file"
	grep -A 20 '^unreferenced' "$file" >"$TMP/leaks" || true
	cat "$TMP/leaks"
	refuse grep simnic "$TMP/leaks"
}

run with_cards with_traffic with_open_files again_and_again autoload deleted_under_traffic \
	deleted_while_resetting deleted_while_files_appear many_cards kmemleak
