#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A card that is gone, and resets that take long or never end.

. "$(dirname "$0")/lib.sh"

command -v devlink >/dev/null || skip_all "needs devlink"

QUEUES=2
FRESH_CARDS=1

# health SIDE COMMAND [ARG...]: devlink health COMMAND, of reporter fatal
health() {
	local side=$1 command=$2 pdev
	shift 2
	pdev=$(readlink "$(sysfs_of "$side")/device")
	on "$side" devlink health "$command" "platform/${pdev##*/}" reporter fatal "$@"
}

# reset_card SIDE: as if the driver had found it ill
reset_card() { health "$1" test; }

recover() { health "$1" recover; }

is_gone() { [ "$(fault_file a card_gone gone)" = 1 ]; }

# logged REGEX [TIMES]: since this case began
logged() {
	[ "$(dmesg | tac | sed "/simnic selftest: $PROGRAM/q" | grep -Ec "$1")" -ge "${2:-1}" ]
}

# noticed: the driver has noticed that a is gone. It tells nothing more then: the stack
# does not let anybody ask a device that is detached.
noticed() {
	wait_until 10 is_gone || fail "it is still there"
	wait_until 10 no_carrier b || fail "its partner has a link"
	wait_until 10 logged 'nica: card is gone' || fail "the driver does not notice"
}

# gone: a vanishes at one of its next register accesses. It is detached
# once, and then not touched any more, whatever is asked of it.
gone() {
	local accesses
	provoke a card_gone times=1
	noticed
	pause_for 1
	accesses=$(fault_file a card_gone accesses)
	pause_for 2
	et a -S >/dev/null 2>&1 || true
	et a -d >/dev/null 2>&1 || true
	et a -G rx 256 >/dev/null 2>&1 || true
	et a -C rx-usecs 33 >/dev/null 2>&1 || true
	ip -n "${NS[a]}" -s link show dev "${DEV[a]}" >/dev/null
	link_set a promisc on || true
	expect "$(fault_file a card_gone accesses)" -eq "$accesses" "accesses to a card that is gone"
}

# It is pushed in again, and the driver told so: then it can be asked what it counted.
back() {
	fault_file a card_gone gone 0
	fault_off a card_gone
	recover a
	carrier
	expect "$(stat_of a card_gone)" -eq 1 "card_gone"
	ping_all a 50
}

gone_when_idle() {
	gone
	expect "$(stat_of b resets)" -eq 0 "resets of the partner"
	back
	transfer tcp a 300000
}

# To be taken out of the stack is not a matter of recovery.
gone_without_auto_recover() {
	health a set auto_recover false
	gone
	back
}

gone_under_traffic() {
	need_fault a card_gone
	traffic_start
	gone
	reap "$TRAFFIC"
	back
}

# Between two writes that belong together
gone_while_configuring() {
	local i
	fault a card_gone times=1 space=20
	for i in 64 128 256 512 1024; do et a -G rx "$i" 2>/dev/null || break; done
	noticed
	back
}

# So briefly that the driver does not read a register meanwhile; its queues are made anew
# before it misses them. Or it does, and needs to be told.
back_unnoticed() {
	local gone
	need_fault a card_gone
	gone=$(fault_dir a card_gone)/gone
	echo 1 >"$gone"
	echo 0 >"$gone"
	et a -G rx 64 2>/dev/null || true
	noticed_late() { logged 'nica: card (was reset|is gone)'; }
	well() {
		if logged 'nica: card is gone'; then recover a; fi
		has_carrier a && has_carrier b
	}
	wait_until 15 noticed_late || fail "a card that was without power stays so"
	wait_until 15 well || fail "there is no link any more"
	ping_all a 50
}

# Threaded NAPI of a card that has none any more: nobody waits for a poll.
gone_and_threaded() {
	[ -n "$(sysfs a threaded 2>/dev/null)" ] || skip "the kernel has no threaded NAPI"
	rm -f "$TMP/written"
	sysfs_write a threaded 1
	provoke a card_gone times=1
	noticed
	{
		sysfs_write a threaded 0 2>/dev/null || true
		: >"$TMP/written"
	} &
	written() { [ -e "$TMP/written" ]; }
	wait_until 10 written || fail "who turns it off waits for ever"
	back
	ping_all a 20
	sysfs_write a threaded 0
}

gone_and_down() {
	provoke a card_gone times=1
	noticed
	link_set a down
	fault_file a card_gone gone 0
	fault_off a card_gone
	recover a
	card_up a
	carrier
	ping_all a 20
}

deleted() {
	need_fault a card_gone
	CARDS=
	traffic_start
	fault_file a card_gone gone 1
	ip -n "${NS[a]}" link del dev "${DEV[a]}"
	if exists a; then fail "it is still there"; fi
	reap "$TRAFFIC"
	no_carrier b
	ip -n "${NS[b]}" link del dev "${DEV[b]}"
}

# A reset takes a little longer than it should.
late() {
	fault a reset_late usecs=20000 times=1
	reset_card a
	struck a reset_late 1
	wait_until 10 stat_reaches a 1 resets || fail "no reset"
	expect "$(stat_of a reset_failures)" -eq 0 "resets that failed"
	carrier
	ping_all a 50
}

# One that takes so long that it counts as failed.
too_late() {
	fault a reset_late usecs=300000 times=1
	reset_card a
	struck a reset_late 1
	wait_until 10 stat_reaches a 1 reset_failures || fail "a failed reset is not counted"
	wait_until 30 stat_reaches a 1 resets || fail "it was not tried again"
	carrier
	ping_all a 50
}

late_under_traffic() {
	local i
	need_fault a reset_late
	traffic_start
	fault a reset_late usecs=20000
	for i in 1 2; do
		reset_card a
		wait_until 20 stat_reaches a "$i" resets || fail "no reset"
		carrier
		traffic_flows
	done
	traffic_stop
}

# One does not end; the next one does.
never_once() {
	DMESG_ALLOW='NETDEV WATCHDOG'
	need_fault a reset_never
	traffic_start
	fault a reset_never times=1
	reset_card a
	struck a reset_never 1
	wait_until 10 stat_reaches a 1 reset_failures || fail "a failed reset is not counted"
	wait_until 30 stat_reaches a 1 resets || fail "it was not tried again"
	carrier
	traffic_flows
	traffic_stop
}

# None ends: after some, at growing intervals, the driver gives up, and says so.
never() {
	local failures
	DMESG_ALLOW='NETDEV WATCHDOG'
	fault a reset_never
	reset_card a
	wait_until 90 logged 'giving up' || fail "it is tried for ever"
	expect "$(stat_of a health_backoffs)" -ge 2 "resets that were put off"
	failures=$(stat_of a reset_failures)
	expect "$failures" -ge 3 "resets that failed"
	expect "$failures" -le 10 "resets that failed"
	no_carrier a
	pause_for 5
	expect "$(stat_of a reset_failures)" -eq "$failures" "resets that failed, later"
	fault_off a reset_never
	link_set a down
	card_up a
	carrier
	ping_all a 50
}

# What was tried in vain once can be tried again.
never_recovered() {
	DMESG_ALLOW='NETDEV WATCHDOG'
	fault a reset_never
	reset_card a
	wait_until 90 logged 'giving up' || fail "it is tried for ever"
	refuse recover a
	wait_until 90 logged 'giving up' 2 || fail "it is tried for ever again"
	fault_off a reset_never
	recover a
	carrier
	ping_all a 50
}

# To load the driver anew is a try like others, and others follow it.
never_reloaded() {
	local pdev
	DMESG_ALLOW='NETDEV WATCHDOG'
	pdev=$(readlink "$(sysfs_of a)/device")
	fault a reset_never
	reset_card a
	wait_until 90 logged 'giving up' || fail "it is tried for ever"
	refuse on a devlink dev reload "platform/${pdev##*/}"
	fault_off a reset_never
	wait_until 30 has_carrier a || fail "it is not tried again"
	ping_all a 50
}

run gone_when_idle gone_without_auto_recover gone_under_traffic gone_while_configuring \
	back_unnoticed gone_and_threaded gone_and_down deleted late too_late late_under_traffic \
	never_once never never_recovered never_reloaded
