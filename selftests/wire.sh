#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A cable that is not perfect: what it loses, doubles, damages, delays and mixes up,
# checked by the counters of both cards to the frame. Each direction by itself.

. "$(dirname "$0")/lib.sh"

QUEUES=1

# delay SIDE FILE=VALUE...: of the frames that this side sends; until the case is over
delay() {
	local word side=$1 dir
	dir=$(debugfs "$1" wire/delay)
	[ -w "$dir/usecs" ] || need_debugfs "$1" wire/delay/usecs
	defer delay_off "$side"
	shift
	for word; do echo "${word#*=}" >"$dir/${word%%=*}"; done
}

delay_off() {
	local file dir
	dir=$(debugfs "$1" wire/delay)
	for file in usecs jitter_usecs rate_mbps; do echo 0 >"$dir/$file"; done
	echo 1000 >"$dir/limit"
}

# numbered COUNT [KEY=VALUE...]: numbered frames from a to b
# GOT of them arrived, INVERTED after a later one, TWICE not for the first time
numbered() {
	ask sequence tx="${NS[a]},${DEV[a]}" rx="${NS[b]},${DEV[b]}" src="${MAC[a]}" \
		dst="${MAC[b]}" count="$1" "${@:2}"
	# shellcheck disable=SC2034 # not each case looks at all of them
	read -r GOT INVERTED TWICE <<<"$REPLY"
}

# remember: the counters that expect_more compares with
remember() {
	local side name
	declare -gA BEFORE
	for side in a b; do
		for name in tx_wire_lost tx_wire_dup rx_crc_errors rx_packets rx_missed; do
			BEFORE[$side.$name]=$(stat_of "$side" "$name")
		done
	done
}

# expect_more SIDE NAME N: so many more than remembered
expect_more() {
	expect $(($(stat_of "$1" "$2") - ${BEFORE[$1.$2]})) -eq "$3" "$2 of $1, more than before"
}

perfect_at_first() {
	remember
	need_fault a wire/loss
	numbered 300
	expect "$GOT $INVERTED $TWICE" = "300 0 0" "what arrived"
	expect_more a tx_wire_lost 0
	expect_more a tx_wire_dup 0
	expect_more b rx_crc_errors 0
}

loss() {
	local hits
	hits=$(fault_hits a wire/loss)
	remember
	fault a wire/loss times=30
	numbered 100
	expect "$GOT $INVERTED $TWICE" = "70 0 0" "what arrived"
	expect $(($(fault_hits a wire/loss) - hits)) -eq 30 "hits"
	expect_more a tx_wire_lost 30
	expect_more b tx_wire_lost 0
	expect_more b rx_packets 70
}

# As in fault_attr: every third, after the first ten, with a chance of one in two
probability() {
	remember
	fault a wire/loss interval=3
	numbered 90
	expect "$GOT" -eq 60 "frames that were left by every third"
	fault a wire/loss space=10 times=1
	numbered 20
	expect "$GOT" -eq 19 "frames that were left"
	fault a wire/loss probability=50
	numbered 400
	expect "$GOT" -gt 100 "frames left of 400, by a chance of one in two"
	expect "$GOT" -lt 300 "frames left of 400, by a chance of one in two"
	accounted
}

duplicate() {
	remember
	fault a wire/duplicate times=30
	numbered 100
	expect "$GOT $INVERTED $TWICE" = "130 0 30" "what arrived"
	expect_more a tx_wire_dup 30
	expect_more b rx_packets 130
}

# The receiver's MAC finds a bad FCS: nobody gets to see such a frame.
corrupt() {
	remember
	fault a wire/corrupt times=30
	numbered 100
	expect "$GOT $INVERTED $TWICE" = "70 0 0" "what arrived"
	expect_more b rx_crc_errors 30
	expect_more b rx_packets 70
	expect "$(et b -S --groups eth-mac | field eth-mac-FrameCheckSequenceErrors)" -eq \
		"$(stat_of b rx_crc_errors)" "FCS errors in the standard group"
	expect "$(sysfs b statistics/rx_crc_errors)" -ge 30 "FCS errors in ip -s link"
}

reorder() {
	local hits
	hits=$(fault_hits a wire/reorder)
	remember
	fault a wire/reorder times=10 interval=10 usecs=2000
	numbered 100
	expect "$GOT $TWICE" = "100 0" "what arrived"
	expect "$INVERTED" -gt 0 "frames that others have overtaken"
	expect "$INVERTED" -le 10 "frames that others have overtaken"
	expect $(($(fault_hits a wire/reorder) - hits)) -eq 10 "hits"
	expect_more a tx_wire_lost 0
}

# Every segment of a super-frame is a frame of its own to whoever counts.
super_frames_are_many() {
	local segs=20
	remember
	fault a wire/loss times=1
	super_frames a 1 1400 "$segs"
	fault_off a wire/loss
	# The card cuts UDP before the cable, but TCP travels whole.
	fault a wire/corrupt interval=5
	transfer tcp a 400000
	fault_off a wire/corrupt
	fault a wire/duplicate interval=5
	transfer tcp a 400000
	wait_until 10 accounted || fail "$BALANCE"
	expect "$(stat_of b rx_crc_errors)" -gt "${BEFORE[b.rx_crc_errors]}" "damaged frames"
	expect "$(stat_of a tx_wire_dup)" -gt "${BEFORE[a.tx_wire_dup]}" "doubled frames"
}

# rtt COUNT: the shortest round trip of so many, in microseconds
rtt() {
	on a ping -n -q -c "$1" -i 0.2 "${IP4[b]}" |
		sed -nE 's,^rtt [^=]*= ([0-9]+)\.([0-9]{3})/.*,\1\2,p'
}

# It takes at least as long as it is told to, there and back.
delayed() {
	local plain there both
	plain=$(rtt 3)
	delay a usecs=40000
	there=$(rtt 3)
	delay b usecs=60000
	both=$(rtt 3)
	echo "round trips: $plain us, $there us, $both us"
	expect "$there" -ge 40000 "us, a to b delayed"
	expect "$there" -lt 95000 "us, a to b delayed"
	expect "$both" -ge 100000 "us, both delayed"
	expect "$both" -lt 200000 "us, both delayed"
	delay_off a
	delay_off b
	expect "$(rtt 3)" -lt 40000 "us, delayed no more"
}

# Jitter alone mixes up nothing; what is told to be overtaken, is.
jitter_keeps_order() {
	remember
	delay a usecs=5000 jitter_usecs=5000
	numbered 300 gap=200
	expect "$GOT $INVERTED $TWICE" = "300 0 0" "what arrived"
	fault a wire/reorder times=5 interval=20 usecs=3000
	numbered 200 gap=200
	expect "$GOT $TWICE" = "200 0" "what arrived"
	expect "$INVERTED" -gt 0 "frames that others have overtaken"
	expect "$INVERTED" -le 5 "frames that others have overtaken"
	expect_more a tx_wire_lost 0
}

# All that can happen, also happens to frames that take their time.
delayed_and_impaired() {
	remember
	delay a usecs=3000
	fault a wire/loss times=10
	numbered 50
	expect "$GOT" -eq 40 "frames that were left"
	fault a wire/duplicate times=10
	numbered 50
	expect "$GOT $INVERTED $TWICE" = "60 0 10" "what arrived"
	fault a wire/corrupt times=10
	numbered 50
	expect "$GOT" -eq 40 "frames that were left"
	expect_more a tx_wire_lost 10
	expect_more a tx_wire_dup 10
	expect_more b rx_crc_errors 10
	transfer tcp a 300000
	transfer udp a 100000 gso=1400
}

# through MBPS: how many milliseconds it takes 400 frames of 1000 bytes, 3.2 megabits
# and their overhead, in TOOK
through() {
	local began
	delay a rate_mbps="$1"
	remember
	began=$EPOCHREALTIME
	frames a count=400 size=1000
	wait_until 20 stat_reaches b $((${BEFORE[b.rx_packets]} + 400)) rx_packets ||
		fail "not all frames have arrived"
	TOOK=$(bc <<<"($EPOCHREALTIME - $began) * 1000 / 1")
	echo "3.2 Mb at $1 Mb/s took $TOOK ms"
	expect_more a tx_wire_lost 0
}

rate() {
	through 2
	expect "$TOOK" -ge 1600 "ms at 2 Mb/s"
	expect "$TOOK" -le $((5000 * SLOW)) "ms at 2 Mb/s"
	through 8
	expect "$TOOK" -ge 400 "ms at 8 Mb/s"
	expect "$TOOK" -le $((1600 * SLOW)) "ms at 8 Mb/s"
	# TCP finds its way, whatever is lost at its limit.
	delay a rate_mbps=100
	transfer tcp a 500000
}

# What does not fit is lost, and only that.
limit() {
	remember
	delay a usecs=500000 limit=30
	numbered 100
	expect "$GOT $INVERTED" = "30 0" "what arrived"
	expect_more a tx_wire_lost 70
	delay a usecs=1000 limit=0
	numbered 10
	expect "$GOT" -eq 0 "what a cable without room delivers"
	expect_more a tx_wire_lost 80
}

# The link breaks: what is under way is lost.
unplugged() {
	remember
	delay a usecs=2000000
	frames a count=50
	link_set b carrier off
	wait_until 10 no_carrier a
	expect_more a tx_wire_lost 50
	link_set b carrier on
	carrier
	frames a count=50
	link_set b down
	wait_until 10 no_carrier a
	expect_more a tx_wire_lost 100
	card_up b
	carrier
	delay_off a
	ping_all a 20
}

# Segments cut at the sender, each of them twice, and a ring that is full most of the time
doubled_and_full() {
	local side
	for side in a b; do et "$side" -A autoneg off rx on tx on; done
	et b -G rx 64
	et b -K rx-gro-hw off
	et b -C adaptive-rx off rx-usecs 10000 rx-frames 0
	carrier
	remember
	fault a wire/duplicate
	ask burst tx="${NS[a]}" addr="${IP4[b]}" gso=100 segs=40 count=50
	# the queueing discipline drops some of those that wait for the receiver
	wait_until 20 stat_reaches a $((${BEFORE[a.tx_wire_dup]} + 400)) tx_wire_dup ||
		fail "too few frames were doubled"
	fault_off a wire/duplicate
	wait_until 20 accounted || fail "$BALANCE"
	expect_more b rx_missed 0
	et b -G rx 1024
	et b -K rx-gro-hw on
	et b -C adaptive-rx on
	carrier
	ping_all a 20
}

# A frame that arrives at a full ring waits at the end of the cable, and those behind
# it; without pause it is missed.
full_ring() {
	local state
	et b -G rx 64
	et b -C adaptive-rx off rx-usecs 10000 rx-frames 0
	carrier
	for state in on off; do
		et a -A autoneg off rx "$state" tx "$state"
		et b -A autoneg off rx "$state" tx "$state"
		carrier
		remember
		delay a usecs=1000 limit=3000
		numbered 1000
		expect "$INVERTED $TWICE" = "0 0" "out of order, and twice"
		expect_more a tx_wire_lost 0
		expect_more b rx_missed $((1000 - GOT))
		[ "$state" = off ] || expect "$GOT" -eq 1000 "frames, with pause"
	done
	# However slow this machine is: a super-frame is cut into more than the ring takes.
	remember
	ask burst tx="${NS[a]}" addr="${IP4[b]}" gso=100 segs=64 count=50
	wait_until 20 accounted || fail "$BALANCE"
	expect "$(stat_of b rx_missed)" -gt "${BEFORE[b.rx_missed]}" "missed, without pause"
	et b -G rx 1024
	et b -C adaptive-rx on
}

# Frames in both directions while the cable changes all the time
changed_under_traffic() {
	local i
	traffic_start
	for i in 1 2 3; do
		delay a usecs=$((i * 500)) jitter_usecs=$((i * 100))
		delay b rate_mbps=$((i * 100))
		fault a wire/loss probability=1
		fault b wire/reorder probability=1 usecs=1000
		traffic_flows
		delay_off a
		delay_off b
		fault_off a wire/loss
		fault_off b wire/reorder
		traffic_flows
	done
	traffic_stop
}

run perfect_at_first loss probability duplicate corrupt reorder super_frames_are_many \
	delayed jitter_keeps_order delayed_and_impaired rate limit unplugged \
	doubled_and_full full_ring changed_under_traffic
