#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The machine suspends under traffic, as far as the kernel's pm_test goes, and
# resumes: link, settings and accounting survive.

. "$(dirname "$0")/lib.sh"

readonly POWER=/sys/power DELAY=/sys/module/suspend/parameters/pm_test_delay

# The guests' share: virtio's 9p knows nothing of suspend, and hangs afterwards; a
# request that is frozen may hang it as well.
on_9p() { [ "$(df --output=fstype "$HERE" | tail -n 1)" = 9p ]; }

# need_suspend LEVEL STATE
need_suspend() {
	[ -w "$POWER/pm_test" ] || skip "the kernel has no pm_test"
	grep -qw "$1" "$POWER/pm_test" || skip "pm_test knows no level $1"
	grep -qw "$2" "$POWER/state" 2>/dev/null || skip "the machine has no state $2"
	[ ! -w "$DELAY" ] || echo 1 >"$DELAY"
}

# suspend LEVEL STATE: it comes back by itself
suspend() {
	need_suspend "$1" "$2"
	defer sh -c "echo none >$POWER/pm_test"
	echo "$1" >"$POWER/pm_test"
	echo "$2" >"$POWER/state" || fail "the machine does not suspend to $2 ($1)"
}

# survives LEVEL STATE
survives() {
	need_suspend "$1" "$2"
	et a -G rx 256 tx 128
	et a -C adaptive-rx off rx-usecs 44
	on b ethtool --set-priv-flags "${DEV[b]}" page-sharing off
	link_set a mtu 2000
	link_set b mtu 2000
	carrier
	settings a >"$TMP/before"
	settings b >>"$TMP/before"
	traffic_start
	suspend "$1" "$2"
	carrier
	traffic_flows
	traffic_stop
	{ settings a; settings b; } | diff "$TMP/before" -
	ping_all a 50 -s 1972 -M "do"
	# A filter forgotten would let this one through, or a missing one lose others.
	frames b dst=02:00:00:00:99:99 count=5
	transfer tcp b 300000
}

freezer() { survives freezer freeze; }
devices() { survives devices freeze; }
devices_mem() { survives devices mem; }
platform_mem() { survives platform mem; }

# Of a card that is down, and of one without a cable
not_in_use() {
	need_suspend devices freeze
	ip -n "${NS[a]}" link add spare type simnic
	defer ip -n "${NS[a]}" link del spare
	ip -n "${NS[a]}" link set spare up
	link_set b down
	suspend devices freeze
	card_up b
	carrier
	ping_all a 20
}

legacy_irq() {
	need_suspend devices freeze
	on a ethtool --set-priv-flags "${DEV[a]}" legacy-irq on
	traffic_start
	suspend devices freeze
	traffic_flows
	traffic_stop
}

again_and_again() {
	local i
	need_suspend devices freeze
	traffic_start
	for i in 1 2 3; do
		suspend devices freeze
		traffic_flows
	done
	traffic_stop
}

FRESH_CARDS=1
! on_9p || skip_all "what this is run from (9p) does not survive it"

run freezer devices devices_mem platform_mem not_in_use legacy_irq again_and_again
