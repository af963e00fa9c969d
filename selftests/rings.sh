#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Rings of any allowed size, changed while frames flow.

. "$(dirname "$0")/lib.sh"

current() { et a -g | section Current "$1"; }
maximum() { et a -g | section Pre-set "$1"; }

sizes() {
	local size
	expect "$(maximum RX)" = 4096 "largest receive ring"
	expect "$(maximum TX)" = 4096 "largest transmit ring"
	for size in 64 4096 1024; do
		et a -G rx "$size" tx "$size"
		expect "$(current RX)" = "$size" "receive ring"
		expect "$(current TX)" = "$size" "transmit ring"
		carrier
		ping_all a 20
		transfer tcp a 200000
	done
}

one_direction_only() {
	et a -G rx 256 tx 512
	et a -G rx 128
	expect "$(current TX)" = 512 "transmit ring after a change of the receive ring"
	et a -G tx 64
	expect "$(current RX)" = 128 "receive ring after a change of the transmit ring"
	carrier
	ping_all b 20
}

while_down() {
	link_set a down
	et a -G rx 2048 tx 128
	card_up a
	carrier
	expect "$(current RX)" = 2048 "receive ring"
	expect "$(current TX)" = 128 "transmit ring"
	ping_all a 20
}

under_traffic() {
	local size
	traffic_start
	for size in 64 4096 512 128 1024; do
		et a -G rx "$size" tx "$size"
		et b -G rx "$size"
		traffic_flows
	done
	traffic_stop
}

# Whoever replaces a ring holds the senders back and takes out what is in it. What comes
# in one go afterwards is more than the socket of a ping would hold.
nothing_is_lost() {
	local size drops pid
	drops=$(drops)
	spawn_agent sequence tx="${NS[b]},${DEV[b]}" rx="${NS[a]},${DEV[a]}" src="${MAC[b]}" \
		dst="${MAC[a]}" count=3000 gap=1000 >"$TMP/frames"
	pid=$!
	for size in 256 64 512 128 1024; do
		et a -G rx "$size" tx "$size"
		et b -G rx "$size" tx "$size"
	done
	wait "$pid"
	expect "$(cut -d' ' -f1 "$TMP/frames")" = 3000 "frames that arrived"
	expect "$(drops)" -eq "$drops" "dropped frames"
}

bad_sizes() {
	local size
	et a -G rx 256 tx 512
	for size in 0 1 32 63 100 8192 4294967295; do
		refuse et a -G rx "$size"
		refuse et a -G tx "$size"
	done
	refuse et a -G rx 128 tx 5000
	refuse et a -G rx-mini 64
	expect "$(current RX)" = 256 "receive ring after refusals"
	expect "$(current TX)" = 512 "transmit ring after refusals"
	ping_all a 10
}

run sizes one_direction_only while_down under_traffic nothing_is_lost bad_sizes
