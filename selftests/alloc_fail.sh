#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Memory is refused: once for every allocation of whatever can be asked of a card,
# and at random under traffic. See sweep.py.

. "$(dirname "$0")/lib.sh"

QUEUES=2
FRESH_CARDS=1
# What the kernel itself says when it gets no memory
DMESG_ALLOW='page allocation failure|vmalloc error|Call Trace:'
# A mistake of its own: see scripts/dmesg-scan
DMESG_ALLOW+='|page_pool_dma_map'
readonly DEBUG=/sys/kernel/debug
readonly ROOM=simnic-sweep

# Of few buffers, since each of them is an allocation that may fail
setup() { pair_up && et a -G rx 64 tx 64 && et b -G rx 64 tx 64 && carrier; }

# Silent: what fails is known here. From the mark on, dmesg-scan knows as well.
need_injection() {
	local kind
	[ -w /proc/thread-self/fail-nth ] || skip "the kernel injects no failures"
	for kind in failslab fail_page_alloc; do
		[ -d "$DEBUG/$kind" ] || skip "no $DEBUG/$kind"
		tell "$kind" verbose 0
		tell "$kind" probability 0
		tell "$kind" times -1
		tell "$kind" ignore-gfp-wait N
	done
	tell fail_page_alloc min-order 0
	spare_dma_debug
	echo 'simnic: allocations fail on purpose' >/dev/kmsg
	defer sh -c 'echo "simnic: allocations succeed again" >/dev/kmsg'
}

# The code that checks DMA is to get its memory: it would switch itself off for good. Its
# functions are neighbours, but for the parts that the compiler has put elsewhere: between
# those and them is half the kernel.
spare_dma_debug() {
	local kind start end
	[ -e "$TMP/spared" ] || sort /proc/kallsyms | awk '
		tolower($2) != "t" { next }
		{ at[++n] = $1 }
		$3 ~ /^(debug_dma_[a-z_]+|add_dma_entry)$/ { first = first ? first : n; last = n }
		END { if (first) print at[first], at[last + 1] }' >"$TMP/spared"
	read -r start end <"$TMP/spared" || return 0
	[ $((0x$end - 0x$start)) -lt 65536 ] || fail "there is more than DMA debugging in $start-$end"
	for kind in failslab fail_page_alloc; do
		[ -w "$DEBUG/$kind/reject-start" ] || continue
		tell "$kind" stacktrace-depth 32
		tell "$kind" reject-start "0x$start"
		tell "$kind" reject-end "0x$end"
	done
}

tell() { echo "$3" >"$DEBUG/$1/$2"; }

sweep() {
	need_injection
	python3 -B -E -s -S "$HERE/sweep.py" "$1" "${NS[a]},${DEV[a]}" "${NS[b]},${DEV[b]}"
}

newlink() { sweep newlink; }
newlink_cabled() { sweep newlink_cabled; }
newlink_elsewhere() { sweep newlink_elsewhere; }
dellink() { sweep dellink; }
up() { sweep up; }
rings() { sweep rings; }
channels_more() { sweep channels_more; }
channels_fewer() { sweep channels_fewer; }
legacy_irq() { sweep legacy_irq; }
vectors() { sweep vectors; }
features() { sweep features; }
mtu() { sweep mtu; }
coalesce() { sweep coalesce; }
rss() { sweep rss; }
xdp() { sweep xdp; }
statistics() { sweep statistics; }

# The card hears itself.
self_test() {
	LOOPBACK=1
	sweep self_test
}

# The cable goes to another card in the same namespace: so b is there as well.
cable() {
	need_injection
	in_one_namespace
	sweep cable
}

# The kernel itself is not sure of all its steps here, and says so.
move() {
	DMESG_ALLOW+='|dev_change_net_namespace'
	ip netns add "$ROOM"
	defer ip netns del "$ROOM"
	sweep move
}

# ---- At random, under traffic ---------------------------------------------------

# atomically KIND PERCENT: those fail that can't wait for memory; programs survive
atomically() {
	tell "$1" ignore-gfp-wait Y
	tell "$1" task-filter N
	tell "$1" interval 1
	tell "$1" probability "$2"
	defer tell "$1" probability 0
}

# An skb is not to be had: the frame is dropped, and counted.
no_skbs() {
	local before
	need_injection
	traffic_start
	before=$(stat_of b rx_alloc_drops)
	atomically failslab 10
	wait_until 30 stat_reaches b $((before + 20)) rx_alloc_drops || fail "nothing was dropped"
	traffic_flows
	tell failslab probability 0
	traffic_flows
	traffic_stop
	ping_all a 50
}

# Buffers are held by a socket that nobody reads, and there are no new ones.
no_buffers() {
	local before
	need_injection
	# and these frames do not leave theirs
	et b --set-tunable rx-copybreak 0
	before=$(stat_of b rx_alloc_fail)
	spawn_agent hold rx="${NS[b]}" tx="${NS[a]}" addr="${IP4[b]}" count=8000
	# They are allocated by the dozen.
	atomically fail_page_alloc 50
	wait_until 30 stat_reaches b $((before + 10)) rx_alloc_fail ||
		fail "all buffers could be allocated"
	# Now there are none at all, and the sender is made to wait.
	DMESG_ALLOW+='|NETDEV WATCHDOG'
	tell fail_page_alloc probability 100
	sleep 1
	tell fail_page_alloc probability 0
	ping_all a 50
	ping_all b 50
	transfer tcp a 1000000
}

# rate SIDE: bytes received in a second, near enough
rate() {
	local before
	before=$(stat_of "$1" rx_bytes)
	pause_for 1
	echo $(($(stat_of "$1" rx_bytes) - before))
}

full_speed() { [ "$(rate b)" -ge $((SPEED / 2)) ]; }

both() {
	need_injection
	traffic_start
	SPEED=$(rate b)
	expect "$SPEED" -gt 0 "bytes a second"
	atomically failslab 5
	atomically fail_page_alloc 20
	traffic_flows
	et b -G rx 128 || true
	et a -L combined 1 || true
	traffic_flows
	tell failslab probability 0
	tell fail_page_alloc probability 0
	et a -L combined 2
	et b -G rx 64
	traffic_flows
	wait_until 30 full_speed || fail "it was $SPEED bytes a second, and is $(rate b)"
	traffic_stop
	ping_all a 50
}

# The kernel's own opinion, if it has one
nothing_lost() {
	local file=$DEBUG/kmemleak
	need_injection
	need_kmemleak
	sleep 6
	echo scan >"$file"
	echo scan >"$file"
	cat "$file"
	refuse grep -E 'simnic|simhw' "$file"
}

[ -w /proc/thread-self/fail-nth ] || skip_all "the kernel injects no failures"

run newlink newlink_cabled newlink_elsewhere dellink up rings channels_more channels_fewer \
	legacy_irq vectors features mtu coalesce rss xdp cable move statistics self_test no_skbs \
	no_buffers both nothing_lost
