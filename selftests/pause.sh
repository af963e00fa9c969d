#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# 802.3x pause: with it a slow receiver loses nothing, without it he knows how much.

. "$(dirname "$0")/lib.sh"

QUEUES=1
readonly BURSTS=40 SEGMENTS=45

# A ring of 63 buffers that are looked at every ten milliseconds, at most
slow_receiver() {
	et b -G rx 64
	et b -C adaptive-rx off rx-usecs 10000 rx-frames 0
	et b -K rx-gro-hw off
	carrier
}

# Faster than that: super-frames, which the card cuts, for nobody
flood() { super_frames a "$BURSTS" 1400 "$SEGMENTS"; }

# pause STATE: at both ends, whatever they might have agreed on
pause() {
	local side
	for side in a b; do et "$side" -A autoneg off rx "$1" tx "$1"; done
	carrier
}

on_by_default() {
	expect "$(et a -a | field RX)" = on "rx pause"
	expect "$(et a -a | field TX)" = on "tx pause"
	expect "$(et a -a | field Autonegotiate)" = on "autonegotiation of pause"
}

paused_and_lossless() {
	local missed received paused
	slow_receiver
	pause on
	missed=$(stat_of b rx_missed) received=$(stat_of b rx_packets)
	paused=$(frames_of b tx_pause_frames)
	flood
	wait_until 20 stat_reaches b $((received + BURSTS * SEGMENTS)) rx_packets
	expect "$(stat_of b rx_missed)" -eq "$missed" "frames that found no buffer"
	expect "$(frames_of b tx_pause_frames)" -gt "$paused" "pause frames that b sent"
	expect "$(frames_of a rx_pause_frames)" -gt 0 "pause frames that a honoured"
}

frames_of() { on "$1" ethtool -I --show-pause "${DEV[$1]}" | field "$2"; }

unpaused_and_counted() {
	local missed received
	slow_receiver
	pause off
	missed=$(stat_of b rx_missed) received=$(stat_of b rx_packets)
	flood
	wait_until 20 stat_reaches b $((received + missed + BURSTS * SEGMENTS)) \
		rx_packets rx_missed
	expect "$(stat_of b rx_missed)" -gt "$missed" "frames that found no buffer"
	expect "$(stat_of b rx_packets)" -gt "$received" "frames that found one"
	ping_all a 20
}

# It takes a receiver who asks and a sender who listens.
one_end_off() {
	local missed
	slow_receiver
	pause on
	et a -A rx off
	carrier
	missed=$(stat_of b rx_missed)
	flood
	wait_until 10 accounted
	expect "$(stat_of b rx_missed)" -gt "$missed" "missed when the sender does not listen"
	et a -A rx on
	et b -A tx off
	carrier
	missed=$(stat_of b rx_missed)
	flood
	wait_until 10 accounted
	expect "$(stat_of b rx_missed)" -gt "$missed" "missed when the receiver does not ask"
}

agreed_by_negotiation() {
	local missed received
	slow_receiver
	et b -A autoneg on rx on tx on
	et a -A autoneg on rx off tx off
	carrier
	missed=$(stat_of b rx_missed)
	flood
	wait_until 10 accounted
	expect "$(stat_of b rx_missed)" -gt "$missed" "missed when one end advertises no pause"
	et a -A autoneg on rx on tx on
	carrier
	missed=$(stat_of b rx_missed) received=$(stat_of b rx_packets)
	flood
	wait_until 20 stat_reaches b $((received + BURSTS * SEGMENTS)) rx_packets
	expect "$(stat_of b rx_missed)" -eq "$missed" "missed when both advertise pause"
}

# A sender who is held back has to be let go when the receiver disappears.
paused_partner_goes_down() {
	slow_receiver
	pause on
	spawn_agent burst tx="${NS[a]}" addr="$NOBODY4" count=400 gso=1400 segs="$SEGMENTS"
	local pid=$!
	sleep 0.2
	link_set b down
	wait "$pid" || true
	wait_until 10 accounted
	card_up b
	carrier
	ping_all a 20
}

# Senders wait in the qdisc meanwhile, and the stream is none the worse.
stream_to_slow_receiver() {
	slow_receiver
	pause on
	transfer tcp a 400000
	pause off
	transfer tcp a 200000
}

run on_by_default paused_and_lossless unpaused_and_counted one_end_off \
	agreed_by_negotiation paused_partner_goes_down stream_to_slow_receiver
