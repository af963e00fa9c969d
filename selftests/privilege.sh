#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Somebody who is not the administrator, but owns a user namespace: he may have
# cards there and nowhere else, pays for their memory, and gets so many of them.

. "$(dirname "$0")/lib.sh"

CARDS=
readonly USER_ID=1000 CGROUP=/sys/fs/cgroup LIMIT=/sys/module/simnic/parameters/max_user_cards
readonly NIC=(python3 -B -E -S "$HERE/nic.py")
readonly AS_USER=(setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups)

# The user's namespaces exist for as long as the process OWNER does.
setup() {
	pair_up && chmod 711 "$TMP" && user_ns_up
}

teardown() {
	user_ns_down
	pair_down
}

in_own_ns() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }

user_ns_up() {
	"${AS_USER[@]}" unshare -Urn sleep infinity &
	OWNER=$!
	wait_until 10 in_own_ns "$OWNER" || return
	mkdir -p "$TMP/sys.user"
	USER_CABLE=$TMP/sys.user/class/net/u0/simnic/cable
	nsenter -t "$OWNER" -n mount -t sysfs sysfs "$TMP/sys.user"
}

user_ns_down() {
	umount -l "$TMP/sys.user" 2>/dev/null || true
	[ -z "${OWNER:-}" ] || reap "$OWNER"
	OWNER=
}

# as_user COMMAND...: in his own namespaces
as_user() { "${AS_USER[@]}" nsenter -t "$OWNER" -U -n --preserve-credentials "$@"; }

need_user() { kill -0 "$OWNER" 2>/dev/null || skip "no user namespaces for ordinary users"; }

add() { as_user ip link add "$@" type simnic; }

has_cards() { [ "$(card_count)" -eq "$1" ]; }
has_user_cards() { has_cards $((2 + $1)); }

# user_plug NAME: the cable of u0, by its owner
user_plug() { as_user bash -c "echo $1 >$USER_CABLE"; }

# user_delete NAME...
user_delete() {
	local name
	for name; do as_user ip link del "$name"; done
}

works_inside() {
	need_user
	add u0 numtxqueues 2 numrxqueues 2
	add u1 link u0
	defer user_delete u0 u1
	as_user ip link set u0 up
	as_user ip link set u1 up
	user_carrier() { [ "$(cat "$TMP/sys.user/class/net/u0/carrier")" = 1 ]; }
	wait_until 10 user_carrier
	as_user ip addr add 198.18.1.1/24 dev u0
	# Nobody answers; it is the question that counts
	as_user ping -q -c 2 -W 1 198.18.1.2 || true
	heard() { [ "$(cat "$TMP/sys.user/class/net/u1/statistics/rx_packets")" -gt 0 ]; }
	wait_until 20 heard || fail "no frame crosses the user's cable"
	as_user ethtool -G u0 rx 256
	as_user ethtool -L u0 combined 1
	user_plug none
	user_plug u1
	wait_until 10 user_carrier
}

refused_elsewhere() {
	local cards
	need_user
	cards=$(card_count)
	refuse -m 'not permitted' "${AS_USER[@]}" ip link add u0 type simnic
	refuse -m 'not permitted' on a "${AS_USER[@]}" ip link set "${DEV[a]}" down
	# From his own namespace, where he is root, into others
	refuse -m 'not permitted' add u0 netns "${NS[a]}"
	expect "$(card_count)" -eq "$cards" "cards"
}

# A cable needs the consent of both ends.
no_cable_to_others() {
	local index cards
	need_user
	add u0
	defer user_delete u0
	ip -n "${NS[a]}" link add spare type simnic
	defer ip -n "${NS[a]}" link del spare
	index=$(on a cat "$TMP/sys.a/class/net/spare/ifindex")
	nsenter -t "$OWNER" -n ip netns set "${NS[a]}" 7
	cards=$(card_count)
	refuse -m 'not permitted' as_user "${NIC[@]}" u1 "$index" 7
	expect "$(card_count)" -eq "$cards" "cards"

	# His card's file, written by himself, but in the namespace of the other card
	cable_from() {
		on "$1" "${AS_USER[@]}" nsenter -t "$OWNER" -U --preserve-credentials \
			bash -c "echo $2 >$USER_CABLE"
	}
	refuse -m 'not permitted' cable_from a spare
	# The other card's file
	refuse -m 'denied|not permitted' as_user bash -c "echo none >$(sysfs_of a)/simnic/cable"
	expect "$(sysfs a simnic/cable)" = "${DEV[b]}" "cable of a"

	# With privilege over both it is no secret how to do it
	on a bash -c "echo spare >$USER_CABLE"
	expect "$(cat "$TMP/sys.a/class/net/spare/simnic/cable")" = u0 "cable of spare"
	# Now that it is his as well, he may take it away.
	user_plug none
}

not_moved_to_others() {
	need_user
	add u0
	defer user_delete u0
	refuse -m 'not permitted|denied' as_user ip link set u0 netns "${NS[a]}"
}

# ---- Memory ------------------------------------------------------------------

need_memcg() {
	grep -qw memory "$CGROUP/cgroup.controllers" 2>/dev/null || skip "no memory control groups"
	echo +memory >"$CGROUP/cgroup.subtree_control" 2>/dev/null ||
		skip "the memory controller is not to be had"
}

cgroup_up() {
	need_memcg
	GROUP=$CGROUP/simnic-$$
	mkdir "$GROUP"
	defer rmdir "$GROUP"
}

charged() { cat "$GROUP/memory.current"; }

# as_payer COMMAND...: as the user, in the control group
# shellcheck disable=SC2016 # for the other shell
as_payer() { sh -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' sh "$GROUP" "${AS_USER[@]}" \
	nsenter -t "$OWNER" -U -n --preserve-credentials "$@"; }

# grows_by BYTES COMMAND...: about; what the command itself leaves behind is not much
grows_by() {
	local before=$(($(charged))) bytes=$1 grown
	shift
	as_payer "$@"
	grown=$(($(charged) - before))
	echo "$*: charged with $grown, asked for $bytes"
	expect "$grown" -ge $((bytes * 9 / 10)) "bytes charged by '$*'"
	expect "$grown" -le $((bytes * 13 / 10 + 4194304)) "bytes charged by '$*'"
}

memory_is_charged() {
	local page cost
	need_user
	cgroup_up
	as_payer true
	cost=$(charged)
	as_payer ip link add v0 numtxqueues 16 numrxqueues 16 type simnic
	cost=$(($(charged) - cost))
	user_delete v0
	echo "a card of 16 queues is charged with $cost"
	expect "$cost" -ge 150000 "bytes charged for a card"
	page=$(getconf PAGE_SIZE)
	as_payer ip link add u0 numtxqueues 2 numrxqueues 2 type simnic
	defer user_delete u0
	grows_by $((2 * 512 * page)) ip link set u0 up
	grows_by $((2 * (4096 - 512) * page)) ethtool -G u0 rx 4096
	# Given back to whom it was taken from
	shrunk() { [ "$(charged)" -lt $((4096 * page)) ]; }
	as_user ip link set u0 down
	wait_until 20 shrunk || fail "still charged with $(charged)"
}

# Enough is enough: refused, nobody is killed, and the card works on.
memory_is_limited() {
	local kills
	need_user
	cgroup_up
	as_payer ip link add u0 numtxqueues 2 numrxqueues 2 type simnic
	defer user_delete u0
	as_payer ip link set u0 up
	echo $(($(charged) + (8 << 20))) >"$GROUP/memory.max"
	refuse -m 'allocate' as_payer ethtool -G u0 rx 4096
	expect "$(as_user ethtool -g u0 | section Current RX)" = 512 "receive ring"
	as_user ip link set u0 down
	as_user ip link set u0 up
	kills=$(awk '/^oom_kill / { print $2 }' "$GROUP/memory.events")
	expect "$kills" -eq 0 "processes killed"
}

# ---- Number --------------------------------------------------------------------

cards_are_bounded() {
	local old
	need_user
	[ -w "$LIMIT" ] || skip "no module parameter"
	old=$(cat "$LIMIT")
	defer sh -c "echo $old >$LIMIT"
	echo 3 >"$LIMIT"
	add v0
	add v1 link v0
	add v2
	refuse -m 'max_user_cards' add v3
	has_user_cards 3
	# Not the administrator's
	ip -n "${NS[a]}" link add spare type simnic
	ip -n "${NS[a]}" link del spare
	user_delete v1
	wait_until 10 has_user_cards 2
	add v3
	refuse -m 'max_user_cards' add v4
	echo 0 >"$LIMIT"
	user_delete v0 v2 v3
	wait_until 10 has_user_cards 0
	refuse -m 'max_user_cards' add v0
}

# All of it ends with the namespace, and counts no more.
ends_with_namespace() {
	local i old
	need_user
	old=$(cat "$LIMIT")
	defer sh -c "echo $old >$LIMIT"
	echo 4 >"$LIMIT"
	for i in 0 1 2 3; do add "v$i"; done
	user_ns_down
	wait_until 20 has_user_cards 0 || fail "cards outlive their namespace"
	user_ns_up
	for i in 0 1 2 3; do add "v$i"; done
	refuse -m 'max_user_cards' add v4
	user_delete v0 v1 v2 v3
	RENEW=1
}

FRESH_CARDS=1
run works_inside refused_elsewhere no_cable_to_others not_moved_to_others memory_is_charged \
	memory_is_limited cards_are_bounded ends_with_namespace
