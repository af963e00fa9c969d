#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# devlink shows what the card is and how it is, has it recovered, tests that it
# would be, and starts it anew. What goes wrong again and again is not tried for
# ever.

. "$(dirname "$0")/lib.sh"

command -v devlink >/dev/null || skip_all "needs devlink"

FRESH_CARDS=1

# handle SIDE: as devlink names the card
handle() {
	local pdev
	pdev=$(readlink "$(sysfs_of "$1")/device")
	echo "platform/${pdev##*/}"
}

# health SIDE COMMAND REPORTER [ARG...]: devlink health COMMAND
health() {
	local side=$1 command=$2 reporter=$3
	shift 3
	# shellcheck disable=SC2086 # "dump show" is two words
	on "$side" devlink health $command "$(handle "$side")" reporter "$reporter" "$@"
}

# reporter SIDE NAME FIELD: what devlink says of it
reporter() {
	on "$1" devlink -j health show "$(handle "$1")" reporter "$2" |
		jq -r ".health[][] | .$3"
}

reporter_is() { [ "$(reporter "$1" "$2" "$3")" = "$4" ]; }

info() {
	local json
	json=$(on a devlink -j dev info "$(handle a)")
	expect "$(jq -r '.info[].serial_number' <<<"$json")" = \
		"$(et a -P | sed 's/.*: //')" "serial number"
	expect "$(jq -r '.info[].versions.fixed."asic.rev"' <<<"$json")" -ge 1 "revision"
}

# Every queue, with what the driver and the card think of it
diagnose() {
	local name
	ping_all a 20
	for name in tx rx; do
		health a diagnose "$name" -j >"$TMP/$name"
		expect "$(jq '.queues | length' "$TMP/$name")" -eq "$(queue_count a)" "queues of $name"
		jq -e '.queues[] | select(.head != ."card head")' "$TMP/$name" &&
			fail "$name: driver and card disagree while all is quiet"
	done
	health a diagnose fatal -j | jq -e '.gone == false and ."given up" == false'
	health a "dump show" fatal | grep -q registers
	link_set a down
	expect "$(health a diagnose rx -j | jq '.queues | length')" -eq 0 "queues while it is down"
	card_up a
	carrier
}

# trouble SIDE REPORTER: something is wrong, which is left to us
trouble() {
	health "$1" set "$2" auto_recover false
	health "$1" test "$2"
	wait_until 10 reporter_is "$1" "$2" state error || fail "no error of $2"
}

# recovered SIDE REPORTER COUNTER: by hand, and it is counted
recovered() {
	local before
	before=$(stat_of "$1" "$3")
	trouble "$1" "$2"
	health "$1" recover "$2"
	expect "$(stat_of "$1" "$3")" -gt "$before" "$3"
	carrier
	ping_all "$1" 50
}

recover() {
	local queues
	queues=$(queue_count a)
	recovered a tx tx_restarts
	recovered a rx rx_restarts
	recovered a fatal resets
	expect "$(stat_of a tx_restarts)" -eq "$queues" "transmit queues started anew"
	# As often as one likes
	recovered a fatal resets
	recovered a tx tx_restarts
	recovered a rx rx_restarts
}

under_traffic() {
	local name
	traffic_start
	for name in tx rx fatal rx tx; do
		trouble a "$name"
		trouble b "$name"
		health a recover "$name"
		health b recover "$name"
		traffic_flows
	done
	traffic_stop
}

# From the report on, as if it was true
test_recovers() {
	local name
	for name in tx rx fatal; do
		expect "$(reporter a "$name" error)" -eq 0 "errors of $name before"
		health a test "$name"
		wait_until 10 reporter_is a "$name" recover 1 || fail "$name: no recovery"
		expect "$(reporter a "$name" error)" -eq 1 "errors of $name"
		expect "$(reporter a "$name" state)" = healthy "state of $name"
		health a "dump show" "$name" >"$TMP/dump"
		expect "$(wc -c <"$TMP/dump")" -gt 100 "bytes of the dump of $name"
	done
	carrier
	ping_all a 50
}

# Who wants to look first, can.
no_auto_recover() {
	local resets
	resets=$(stat_of a resets)
	trouble a fatal
	pause_for 1
	expect "$(stat_of a resets)" -eq "$resets" "resets"
	ping_all a 20
	health a recover fatal
	expect "$(reporter a fatal state)" = healthy "state"
	expect "$(stat_of a resets)" -eq $((resets + 1)) "resets"
	carrier
	ping_all a 20
}

# A queue that hangs again at once takes the whole card along.
escalates() {
	local resets
	resets=$(stat_of a resets)
	health a test tx
	wait_until 10 stat_reaches a 1 tx_restarts || fail "the queue was not started anew"
	expect "$(stat_of a resets)" -eq "$resets" "resets"
	health a test tx
	wait_until 10 stat_reaches a $((resets + 1)) resets || fail "the card was not reset"
	expect "$(stat_of a tx_restarts)" -eq 1 "restarts"
	carrier
	ping_all a 20
}

# give_up: a is found ill until the driver does
give_up() {
	DMESG_ALLOW='giving up'
	given_up() { health a diagnose fatal -j | jq -e '."given up"' >/dev/null; }
	for _ in {1..120}; do
		health a test fatal
		! given_up || break
		pause_for 0.3
	done
	given_up || fail "still trying"
}

# Resets at growing intervals, then none; whoever looks for the reason finds it.
gives_up() {
	give_up
	expect "$(stat_of a resets)" -eq 5 "resets"
	# on a slow machine the first ones come late enough by themselves
	expect "$(stat_of a health_backoffs)" -ge $((SLOW > 1 ? 1 : 2)) "resets that were put off"
	wait_until 5 no_carrier a || fail "there is a carrier"
	wait_until 5 no_carrier b || fail "the other end has a carrier"
	link_set a down
	card_up a
	carrier
	ping_all a 50
	health a diagnose fatal -j | jq -e '."given up" == false'
	expect "$(reporter a fatal state)" = healthy "state"
	health a test fatal
	wait_until 10 stat_reaches a 6 resets || fail "no reset afterwards"
	carrier
}

# Whatever it was given up for: who says that it is to recover, gets a link.
recover_given_up() {
	trouble a tx
	give_up
	wait_until 5 no_carrier a || fail "there is a carrier"
	health a recover tx
	carrier
	ping_all a 50
	health a diagnose fatal -j | jq -e '."given up" == false'
	expect "$(reporter a fatal state)" = healthy "state"
}

reload() {
	et a -G rx 256 tx 128
	et a -C adaptive-rx off rx-usecs 44
	link_set a mtu 2000
	link_set b mtu 2000
	settings a >"$TMP/before"
	on a devlink dev reload "$(handle a)"
	carrier
	settings a | diff "$TMP/before" -
	ping_all a 20 -s 1972 -M "do"
	link_set a down
	on a devlink dev reload "$(handle a)"
	card_up a
	carrier
	settings a | diff "$TMP/before" -
	ping_all a 20
}

reload_under_traffic() {
	traffic_start
	for _ in 1 2 3; do
		on a devlink dev reload "$(handle a)"
		traffic_flows
		on b devlink dev reload "$(handle b)"
		traffic_flows
	done
	traffic_stop
}

# The instance is where the card was made, and goes with it.
namespaces() {
	local mine
	mine=$(handle a)
	on a devlink dev show "$mine" >/dev/null
	refuse devlink dev show "$mine"
	refuse on b devlink dev show "$mine"
	card_del() { ip -n "${NS[a]}" link del "${DEV[a]}"; }
	CARDS=
	card_del
	refuse on a devlink dev show "$mine"
}

run info diagnose recover under_traffic test_recovers no_auto_recover escalates gives_up \
	recover_given_up reload reload_under_traffic namespaces
