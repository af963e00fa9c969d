#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# XDP programs in the driver: what they decide is what happens, and is counted.

. "$(dirname "$0")/lib.sh"

ACTIONS="rx_xdp_pass rx_xdp_drop rx_xdp_aborted rx_xdp_tx rx_xdp_tx_errors rx_xdp_redirect
	 rx_xdp_redirect_errors"

# Where programs are pinned, until the case is over
place_for_programs() {
	[ -d "$TMP/bpf" ] && return
	mkdir "$TMP/bpf"
	defer rmdir "$TMP/bpf"
	mount -t bpf bpf "$TMP/bpf" || skip "no bpf file system"
	defer umount -l "$TMP/bpf"
}

# program NAME [frags] OP...: pinned there; bpf.py has the steps
program() {
	place_for_programs
	[ -e "$TMP/bpf/$1" ] || python3 -B "$HERE/bpf.py" "$TMP/bpf/$1" "${@:2}"
}

# own_program SIDE NAME OP...: as program, but for this device alone, whose driver it asks
own_program() {
	local status=0
	place_for_programs
	on "$1" python3 -B "$HERE/bpf.py" "$TMP/bpf/$2" dev="$(link_json "$1" .ifindex)" "${@:3}" ||
		status=$?
	[ "$status" != 4 ] || skip "the kernel has no way to ask the driver"
	[ "$status" = 0 ] || fail "program $2 was not loaded"
}

attach() { ip -force -n "${NS[$1]}" link set dev "${DEV[$1]}" xdpdrv pinned "$TMP/bpf/$2"; }
detach() { link_set "$1" xdpdrv off; }

# run_program SIDE NAME [frags] OP...: until the case is over
run_program() {
	program "${@:2}"
	attach "$1" "$2"
	defer detach "$1"
}

# The kernel's text is patched whenever a program comes or goes. An emulated machine, whose
# processors keep what they have translated, dies of it now and then if another one is just
# running there (Oops: int3): one does it all, then.
one_processor() {
	local side queue
	grep -q 'QEMU TCG' /proc/cpuinfo || return 0
	for side in a b; do
		for ((queue = $(queue_count "$side") - 1; queue >= 0; queue--)); do
			echo 1 >"/proc/irq/$(irq_number "$(irq_name "$side" "$queue")")/smp_affinity"
		done
	done
	taskset -p -c 0 "$BASHPID" >/dev/null
}

attached() { link_json "$1" .xdp.mode; }

# counts SIDE COUNTER N: that many, and in no other counter of what programs do
counts() {
	local counter
	wait_until 10 stat_reaches "$1" "$3" "$2" || fail "$2 is $(stat_of "$1" "$2"), not $3"
	for counter in $ACTIONS; do
		[ "$counter" = "$2" ] || expect "$(stat_of "$1" "$counter")" = 0 "$counter"
	done
}

# Of each kind of verdict 20 frames; those of the programs before are not counted again.
verdict() {
	local before
	before=$(stat_of b "$2")
	run_program b "$1" "${@:3}"
	frames a count=20
	wait_until 10 stat_reaches b $((before + 20)) "$2" ||
		fail "$1: $2 is $(stat_of b "$2"), was $before"
	expect "$(stat_of b "$2")" = $((before + 20)) "$2"
}

verdicts() {
	local all
	verdict pass rx_xdp_pass pass
	verdict drop rx_xdp_drop drop
	verdict aborted rx_xdp_aborted aborted
	# such a verdict there is not: the kernel says so, once
	DMESG_ALLOW="Illegal XDP return value"
	verdict unknown rx_xdp_aborted action=77
	# shellcheck disable=SC2086 # a list
	all=$(stat_of b $ACTIONS)
	expect "$all" = 80 "all verdicts"
	expect "$(stat_of b rx_packets)" -ge 80 "packets received"
}

# Frames come back with their addresses exchanged.
sent_back() {
	run_program b back swap tx
	frames a count=500
	counts b rx_xdp_tx 500
	wait_until 10 stat_reaches a 500 rx_packets || fail "a has received $(stat_of a rx_packets)"
	wait_until 10 stat_reaches b 500 tx_packets || fail "b has sent $(stat_of b tx_packets)"
}

# More than the ring holds, while it gets nothing off: what has no place is counted. The
# stack still has its own.
sent_back_in_a_full_ring() {
	DMESG_ALLOW='NETDEV WATCHDOG'
	et b -L combined 1
	et b -G tx 64
	run_program b back swap tx
	fault b tx_stuck times=1
	frames a count=200
	struck b tx_stuck 1
	wait_until 10 stat_reaches b 200 rx_xdp_tx rx_xdp_tx_errors ||
		fail "only $(stat_of b rx_xdp_tx rx_xdp_tx_errors) of 200"
	expect "$(stat_of b rx_xdp_tx_errors)" -gt 100 "frames without a place"
	wait_until 20 stat_reaches b 1 tx_restarts resets || fail "nobody noticed that it is stuck"
	carrier
	detach b
	ping_all b 20
}

longest_frames() {
	local side
	for side in a b; do
		link_set "$side" mtu 9000
		defer link_set "$side" mtu 1500
	done
	run_program b jumbo frags pass
	ping_all a 10 -s 8000
	transfer tcp a 400000
	expect "$(stat_of b rx_xdp_pass)" -gt 50 "frames that the program let pass"
	detach b
	run_program b jumbo_back frags swap tx
	frames a count=50 size=8000
	wait_until 10 stat_reaches b 50 rx_xdp_tx || fail "rx_xdp_tx is $(stat_of b rx_xdp_tx)"
	detach b
	run_program b jumbo_drop frags drop
	frames a count=50 size=8000
	wait_until 10 stat_reaches b 50 rx_xdp_drop || fail "rx_xdp_drop is $(stat_of b rx_xdp_drop)"
}

# A frame that is longer or shorter at its end is still a packet, by its own length.
frames_are_changed() {
	local ops
	for ops in tail=64 "head=-14 head=14" meta=-8 "meta=-8 meta=8" "tail=32 tail=-32"; do
		# shellcheck disable=SC2086 # a list
		run_program b "${ops//[ =]/_}" $ops pass
		ping_all a 10
		detach b
	done
	# more than there is room for
	run_program b too_much head=-4000 pass
	frames a count=5
	wait_until 10 stat_reaches b 5 rx_xdp_aborted || fail "nothing was aborted"
}

# The tag that the card has taken out of a frame, with its priority, is there for programs
# that ask for it; and none where it has taken out none.
tags_are_told() {
	local tci=$((5 << 13 | 77))
	et b -K rxvlan on rx-vlan-filter off
	own_program b tagged tag="$tci" drop
	own_program b untagged untagged drop
	attach b tagged
	defer detach b
	frames a count=20 vlan="$tci"
	counts b rx_xdp_drop 20
	frames a count=20 vlan=77
	wait_until 10 stat_reaches b 20 rx_xdp_aborted || fail "another tag is taken for it"
	attach b untagged
	frames a count=20
	wait_until 10 stat_reaches b 40 rx_xdp_drop || fail "a tag is told that there is not"
	frames a count=20 vlan="$tci"
	wait_until 10 stat_reaches b 40 rx_xdp_aborted || fail "no tag is told"
	et b -K rxvlan off
	carrier
	frames a count=20 vlan="$tci"
	wait_until 10 stat_reaches b 60 rx_xdp_drop || fail "a tag is told that is not taken out"
	expect "$(stat_of b rx_xdp_drop rx_xdp_aborted)" = 100 "frames in all"
}

# A program for short frames, and long ones: neither gets there with the other.
mtu_and_program() {
	local mtu=3400
	link_set a mtu 9000
	defer link_set a mtu 1500
	program single pass
	program several frags pass
	link_set b mtu 9000
	refuse -m "buffer" attach b single
	expect "$(attached b)" = null "program"
	attach b several
	defer detach b
	refuse -m "buffer" attach b single
	carrier
	ping_all a 5 -s 8000
	expect "$(stat_of b rx_xdp_pass)" -ge 5 "frames that the program of before let pass"
	link_set b mtu 1500
	attach b single
	refuse link_set b mtu 9000
	expect "$(link_json b .mtu)" = 1500 MTU
	# as long as they fit into one
	while link_set b mtu $((mtu + 1)); do mtu=$((mtu + 1)); done
	expect "$mtu" -gt 3000 "the largest MTU"
	link_set a mtu "$mtu"
	defer link_set a mtu 1500
	ping_all a 10 -M "do" -s $((mtu - 28))
}

programs_are_exchanged() {
	local i drops
	program one pass
	program two frags tail=16 pass
	drops=$(drops)
	one_processor
	traffic_start
	defer detach b
	for i in 1 2 3 4 5; do
		attach b one
		attach b two
		traffic_flows
		detach b
	done
	attach b two
	attach a one
	traffic_flows
	detach a
	traffic_stop
	expect "$(drops)" = "$drops" "frames that were lost"
}

# Each of numbered frames comes back, whichever program sends it, in whatever ring.
nothing_is_lost() {
	local pid size
	program one swap tx
	program two frags swap tx
	one_processor
	attach b one
	defer detach b
	spawn_agent sequence tx="${NS[a]},${DEV[a]}" rx="${NS[a]},${DEV[a]}" src="${MAC[a]}" \
		dst="${MAC[b]}" count=3000 gap=1000 >"$TMP/frames"
	pid=$!
	for size in 256 64 512; do
		attach b two
		et b -G rx "$size" tx 256
		attach b one
		et b -G rx "$size" tx 512
	done
	wait "$pid"
	expect "$(cut -d' ' -f1 "$TMP/frames")" = 3000 "frames that came back"
	expect "$(stat_of b rx_xdp_tx_errors tx_flushed)" = 0 "frames that were not sent back"
}

# Whatever happens to the rings, the program is there.
rings_are_exchanged() {
	local before change queues
	queues=$(queue_count b)
	run_program b pass pass
	for change in "-G rx 256 tx 256" "-L combined 1" "-L combined $queues" "-G rx 512 tx 512" \
		"--set-priv-flags legacy-irq on" "--set-priv-flags legacy-irq off"; do
		before=$(stat_of b rx_xdp_pass)
		# shellcheck disable=SC2086 # a list
		et b $change
		carrier
		ping_all a 10
		expect "$(stat_of b rx_xdp_pass)" -ge $((before + 10)) "frames after $change"
	done
	link_set b down
	card_up b
	carrier
	before=$(stat_of b rx_xdp_pass)
	ping_all a 10
	expect "$(stat_of b rx_xdp_pass)" -ge $((before + 10)) "frames after down and up"
	LOOPBACK=1
	et b -t offline >/dev/null
	carrier
	ping_all a 10
	expect "$(attached b)" != null "program"
}

# Attached while the device is down, and gone with the device
while_down() {
	program pass pass
	link_set b down
	attach b pass
	card_up b
	carrier
	ping_all a 10
	expect "$(stat_of b rx_xdp_pass)" -ge 10 "frames that the program let pass"
	link_set b down
	detach b
	card_up b
	carrier
	ping_all a 10
}

# Super-frames and shared pages are none for programs; they come back after it.
offloads_give_way() {
	local shared
	not_plain
	large_segments a
	transfer tcp a 600000
	shared=$(stat_of b rx_shared)
	expect "$shared" -gt 0 "pieces in shared pages"
	run_program b pass pass
	expect "$(feature b rx-gro-hw)" = "off [requested on]" "hardware GRO with a program"
	shared=$(stat_of b rx_shared)
	transfer tcp a 600000
	expect "$(stat_of b rx_shared)" = "$shared" "pieces in shared pages, with a program"
	expect "$(stat_of b rx_xdp_pass)" -gt 300 "frames that the program let pass"
	detach b
	expect "$(feature b rx-gro-hw)" = on "hardware GRO without a program"
	transfer tcp a 600000
	expect "$(stat_of b rx_shared)" -gt "$shared" "pieces in shared pages, without a program"
}

# From a to b, whose program sends it on through c to d. All four are accounted for.
redirected() {
	local index
	NS[c]=${NS[b]}
	ln -s sys.b "$TMP/sys.c"
	defer rm "$TMP/sys.c"
	ns_up d
	ip -n "${NS[c]}" link add "${DEV[c]}" group "$CARD_GROUP" address "${MAC[c]}" type simnic
	ip -n "${NS[c]}" link add "${DEV[d]}" group "$CARD_GROUP" address "${MAC[d]}" \
		link "${DEV[c]}" netns "${NS[d]}" type simnic
	defer ip -n "${NS[c]}" link del "${DEV[c]}"
	defer ip -n "${NS[d]}" link del "${DEV[d]}"
	CARDS="a b c d"
	ip -n "${NS[c]}" link set "${DEV[c]}" up
	ip -n "${NS[d]}" link set "${DEV[d]}" up promisc on
	wait_until 10 sysfs_is d carrier 1
	index=$(ip -n "${NS[c]}" -j link show dev "${DEV[c]}" | jq .[0].ifindex)
	run_program b onward redirect="$index"
	frames a count=500
	counts b rx_xdp_redirect 500
	wait_until 10 stat_reaches d 500 rx_packets || fail "d has received $(stat_of d rx_packets)"
	expect "$(stat_of c tx_xdp_xmit)" = 500 "frames that were redirected to c"

	# a target without a link takes none
	ip -n "${NS[d]}" link set "${DEV[d]}" down
	wait_until 10 sysfs_is c carrier 0
	frames a count=50
	wait_until 10 stat_reaches c 50 tx_xdp_xmit_errors ||
		fail "c has refused $(stat_of c tx_xdp_xmit_errors) frames"
}

# A program sends frames to its own device, which is another way to send them back.
redirected_to_itself() {
	run_program b self swap redirect="$(link_json b .ifindex)"
	frames a count=200
	counts b rx_xdp_redirect 200
	wait_until 10 stat_reaches b 200 tx_xdp_xmit || fail "sent $(stat_of b tx_xdp_xmit) frames"
	wait_until 10 stat_reaches a 200 rx_packets || fail "a has received $(stat_of a rx_packets)"
}

# A queue that hangs is started anew, and the program is still there.
faults_and_program() {
	local before
	DMESG_ALLOW='NETDEV WATCHDOG'
	run_program b pass pass
	traffic_start
	provoke b rx_stuck times=1
	wait_until 30 stat_reaches b 1 rx_restarts || fail "nobody noticed"
	traffic_flows
	traffic_stop
	before=$(stat_of b rx_xdp_pass)
	ping_all a 10
	expect "$(stat_of b rx_xdp_pass)" -ge $((before + 10)) "frames after a restart"
}

program_of_a_device_that_goes() {
	program pass pass
	attach b pass
	spawn a ping -n -q -f "${IP4[b]}" >/dev/null
	pause_for 0.3
	ip -n "${NS[b]}" link del "${DEV[b]}"
	ip -n "${NS[a]}" link del "${DEV[a]}"
	ip netns pids "${NS[a]}" | xargs -r kill
	CARDS=
	card_add a
	ip -n "${NS[a]}" link add "${DEV[b]}" address "${MAC[b]}" group "$CARD_GROUP" \
		link "${DEV[a]}" netns "${NS[b]}" type simnic
	card_up a
	card_up b
	carrier
	expect "$(attached b)" = null "program of the new device"
	ping_all a 10
}

[ -d /sys/fs/bpf ] || skip_all "needs BPF"
FRESH_CARDS=1
run verdicts sent_back sent_back_in_a_full_ring longest_frames frames_are_changed \
	tags_are_told mtu_and_program programs_are_exchanged nothing_is_lost rings_are_exchanged \
	while_down offloads_give_way redirected redirected_to_itself faults_and_program \
	program_of_a_device_that_goes
